package io.capstan.bench;

import io.capstan.drive.DriveIdentity;
import io.capstan.drive.LoadOutcome;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.medium.Medium;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.tcmu.BenchRing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** WRITE(6) to a drive through a TCMU ring in plain memory, one command under way, with a filemark now and then. */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class RingAppend implements Contender {

    private static final int BLOCK_BYTES = 256 << 10;
    private static final int BLOCKS = 16;
    private static final byte[] WRITE = {
        0x0A, 0, (byte) (BLOCK_BYTES >> 16), (byte) (BLOCK_BYTES >> 8), (byte) BLOCK_BYTES, 0
    };
    private static final byte[] WRITE_FILEMARK = {0x10, 0, 0, 0, 1, 0};
    private static final byte[] TEST_UNIT_READY = new byte[6];

    private final Path directory;
    private final long bytes;
    private final long syncBytes;
    private EngineNode node;
    private int cartridges;

    RingAppend(Path directory, long bytes, long syncBytes) {
        this.directory = directory;
        this.bytes = bytes;
        this.syncBytes = syncBytes;
    }

    @Override
    public String name() {
        return "capstan, ring";
    }

    @Override
    public void start() throws Exception {
        node = new EngineNode(directory);
    }

    @Override
    public Sample turn() throws Exception {
        String volume = "RING%d".formatted(++cartridges);
        LogicalUnitOwner owner = new LogicalUnitOwner();
        Medium medium = node.mountNew(volume);
        TapeDrive drive = drive(owner);
        if (drive.load(medium).join() != LoadOutcome.LOADED) {
            throw new IllegalStateException("the drive does not take " + volume);
        }
        Sample sample;
        try (BenchRing ring = new BenchRing(drive, owner, BLOCKS * BLOCK_BYTES)) {
            fill(ring);
            while (ring.execute(TEST_UNIT_READY, 0, 0) != 0) {}
            sample = write(ring);
        }
        medium.close();
        node.remove(volume);
        return sample;
    }

    private static TapeDrive drive(LogicalUnitOwner owner) {
        return TapeDrive.builder(
                        "bench",
                        Personality.byName("ULT3580-TD9").orElseThrow(),
                        DriveIdentity.of("0007812345"))
                .owner(owner)
                .build();
    }

    private static void fill(BenchRing ring) {
        Blocks blocks = Blocks.random(BLOCK_BYTES);
        for (int i = 0; i < BLOCKS; i++) {
            MemorySegment.copy(
                    blocks.next(),
                    0,
                    ring.data((long) i * BLOCK_BYTES, BLOCK_BYTES),
                    0,
                    BLOCK_BYTES);
        }
    }

    private Sample write(BenchRing ring) throws Exception {
        double cpuBefore = Processes.cpuSeconds();
        long begin = System.nanoTime();
        long toSync = syncBytes;
        for (long written = 0; written < bytes; written += BLOCK_BYTES) {
            check(ring.execute(WRITE, written % (BLOCKS * BLOCK_BYTES), BLOCK_BYTES));
            toSync -= BLOCK_BYTES;
            if (toSync == 0) {
                check(ring.execute(WRITE_FILEMARK, 0, 0));
                toSync = syncBytes;
            }
        }
        long nanos = System.nanoTime() - begin;
        return Sample.throughput(bytes, nanos, Processes.cpuSeconds() - cpuBefore);
    }

    private static void check(int status) {
        if (status != 0) {
            throw new IllegalStateException("status " + status);
        }
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
