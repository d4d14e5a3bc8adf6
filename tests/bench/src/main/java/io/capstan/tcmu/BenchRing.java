package io.capstan.tcmu;

import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.tcmu.FakeRing.Answer;
import java.lang.foreign.MemorySegment;

/** A logical unit behind a {@link RingServer} with a ring in plain memory: all of the way from the kernel but the kernel. */
public final class BenchRing implements AutoCloseable {

    /** For a unit that is alone: a core that would idle can watch its ring instead. */
    public static final int SPIN_COUNT = 2000;

    private final FakeRing kernel;
    private final RingServer server;

    /**
     * @param dataAreaBytes for the data of commands
     * @param owner given up by the calling thread
     * @param spinCount looks at the ring before its server sleeps
     */
    public BenchRing(LogicalUnit unit, LogicalUnitOwner owner, int dataAreaBytes, int spinCount)
            throws InterruptedException {
        kernel = new FakeRing(dataAreaBytes);
        try {
            server =
                    new RingServer(
                            Ring.attach(kernel.map(), kernel.userFd()),
                            unit,
                            owner,
                            kernel::reset,
                            spinCount,
                            new MetricsRegistry());
        } catch (RingException e) {
            throw new IllegalStateException(e);
        }
        server.start();
    }

    /** A piece of the data area, to fill. */
    public MemorySegment data(long offsetBytes, long lengthBytes) {
        return kernel.data(offsetBytes, lengthBytes);
    }

    /**
     * Executes a command whose data lies in one piece of the data area.
     *
     * @return its status
     */
    public int execute(byte[] cdb, long offsetBytes, long lengthBytes) {
        if (lengthBytes == 0) {
            kernel.submit(cdb);
        } else {
            kernel.submit(cdb, new long[] {offsetBytes, lengthBytes});
        }
        Answer answer = kernel.awaitAnswer();
        return answer.status();
    }

    @Override
    public void close() {
        server.close();
        kernel.close();
    }
}
