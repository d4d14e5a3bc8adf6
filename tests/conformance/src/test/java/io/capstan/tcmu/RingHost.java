package io.capstan.tcmu;

import io.capstan.buffer.DataIn;
import io.capstan.fakes.scsi.ReceivedSense;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.tcmu.FakeRing.Answer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A logical unit behind a {@link RingServer}, as the kernel reaches it: data lies in pieces of the ring's data area. The
 * thread that makes it owns the logical unit until then.
 */
public final class RingHost implements LogicalUnit, AutoCloseable {

    /** Who all hosts of a ring are to its logical unit. */
    public static final String INITIATOR_PORT = KernelTarget.INITIATOR_PORT;

    private static final int DATA_AREA_BYTES = 17 << 20;
    private static final int PIECE_BYTES = 64 << 10;
    private static final byte STALE = (byte) 0xA5;

    private final LogicalUnit unit;
    private final LogicalUnitOwner owner;
    private final FakeRing kernel = new FakeRing(DATA_AREA_BYTES);
    private final RingServer server;

    public RingHost(LogicalUnit unit, LogicalUnitOwner owner) {
        this.unit = unit;
        this.owner = owner;
        try {
            server =
                    new RingServer(
                            Ring.attach(kernel.map(), kernel.userFd()),
                            unit,
                            owner,
                            kernel::reset,
                            0,
                            new MetricsRegistry());
            server.start();
        } catch (RingException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String name() {
        return unit.name();
    }

    @Override
    public int peripheralDeviceType() {
        return unit.peripheralDeviceType();
    }

    @Override
    public CommandResult execute(Task task) {
        int outBytes = Math.toIntExact(task.dataOut().lengthBytes());
        int inBytes = Math.toIntExact(task.dataIn().capacityBytes());
        int lengthBytes = Math.max(outBytes, inBytes);
        MemorySegment data = kernel.data(0, lengthBytes);
        data.fill(STALE);
        MemorySegment.copy(
                MemorySegment.ofArray(task.dataOut().toByteArray(outBytes)), 0, data, 0, outBytes);
        kernel.submit(padded(task.cdb().toByteArray()), pieces(lengthBytes));
        Answer answer = kernel.awaitAnswer();
        if (outBytes == 0 && inBytes > 0) {
            fill(task.dataIn(), received(answer, data));
        }
        return result(answer);
    }

    /** No kernel sends a variable-length CDB that is shorter than it says. */
    private static byte[] padded(byte[] cdb) {
        return cdb[0] == 0x7F && cdb.length >= 8
                ? Arrays.copyOf(cdb, Math.max(cdb.length, 8 + Byte.toUnsignedInt(cdb[7])))
                : cdb;
    }

    /**
     * What the kernel transfers. That nothing is to be transferred cannot be said with GOOD: the kernel transfers all, and
     * what it transfers must then be zeros, which count as nothing here.
     */
    private static MemorySegment received(Answer answer, MemorySegment data) {
        if (answer.readLengthBytes().isPresent()) {
            return data.asSlice(0, Math.min(data.byteSize(), answer.readLengthBytes().get()));
        }
        boolean transfersAll = answer.status() == Status.GOOD.code();
        for (long at = 0; transfersAll && at < data.byteSize(); at++) {
            if (data.get(ValueLayout.JAVA_BYTE, at) != 0) {
                throw new AssertionError("what another command left is transferred: byte " + at);
            }
        }
        return data.asSlice(0, 0);
    }

    private static long[][] pieces(int lengthBytes) {
        List<long[]> pieces = new ArrayList<>();
        for (int at = 0; at < lengthBytes; at += PIECE_BYTES) {
            pieces.add(new long[] {at, Math.min(PIECE_BYTES, lengthBytes - at)});
        }
        return pieces.toArray(long[][]::new);
    }

    private static void fill(DataIn dataIn, MemorySegment data) {
        long at = 0;
        for (MemorySegment piece : dataIn.slice(0, data.byteSize())) {
            MemorySegment.copy(data, at, piece, 0, piece.byteSize());
            at += piece.byteSize();
        }
        dataIn.transferred(data.byteSize());
    }

    private static CommandResult result(Answer answer) {
        for (Status status : Status.values()) {
            if (status.code() == answer.status()) {
                return status == Status.CHECK_CONDITION
                        ? CommandResult.checkCondition(ReceivedSense.decode(answer.sense()))
                        : CommandResult.of(status);
            }
        }
        throw new AssertionError("status " + answer.status());
    }

    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {
        for (int code = 1; code <= 7; code++) {
            if (TaskManagement.function(code).filter(function::equals).isPresent()) {
                kernel.submitTaskManagement(code);
                try {
                    kernel.awaitAllAnswers();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return;
            }
        }
        // The kernel tells nobody that a host of its is gone.
        owner.submit(
                        () -> {
                            unit.manage(function, nexus);
                            return true;
                        })
                .join();
    }

    @Override
    public void close() {
        server.close();
        kernel.close();
    }
}
