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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * WRITE(6) to drives through TCMU rings in plain memory, one command under way for each, with a filemark now and then. The
 * value is what each of the drives got.
 */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class RingAppend implements Contender {

    private static final int BLOCK_BYTES = 256 << 10;
    private static final int BLOCKS = Blocks.COUNT;
    private static final byte[] WRITE = {
        0x0A, 0, (byte) (BLOCK_BYTES >> 16), (byte) (BLOCK_BYTES >> 8), (byte) BLOCK_BYTES, 0
    };
    private static final byte[] WRITE_FILEMARK = {0x10, 0, 0, 0, 1, 0};
    private static final byte[] TEST_UNIT_READY = new byte[6];

    private final Path directory;
    private final long bytes;
    private final long syncBytes;
    private final boolean isMixed;
    private final int drives;
    private EngineNode node;
    private Blocks blocks;
    private int cartridges;

    /**
     * @param bytes of each drive
     * @param isMixed whether data can be compressed to about 0.4, or is random
     */
    RingAppend(Path directory, long bytes, long syncBytes, boolean isMixed, int drives) {
        this.directory = directory;
        this.bytes = bytes;
        this.syncBytes = syncBytes;
        this.isMixed = isMixed;
        this.drives = drives;
    }

    @Override
    public String name() {
        return drives == 1 ? "capstan, ring" : "capstan, " + drives + " rings, each";
    }

    @Override
    public void start() throws Exception {
        node = new EngineNode(directory);
        blocks = isMixed ? Blocks.mixed(BLOCK_BYTES) : Blocks.random(BLOCK_BYTES);
    }

    @Override
    public Duration warmUp() {
        return Duration.ofSeconds(15);
    }

    @Override
    public Sample turn() throws Exception {
        List<Callable<Long>> hosts = new ArrayList<>();
        for (int drive = 0; drive < drives; drive++) {
            String volume = "RING%d".formatted(++cartridges);
            hosts.add(() -> turn(volume));
        }
        double cpuBefore = Processes.cpuSeconds();
        long nanos = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(drives)) {
            for (Future<Long> host : threads.invokeAll(hosts)) {
                nanos = Math.max(nanos, host.get());
            }
        }
        double cpuSeconds = (Processes.cpuSeconds() - cpuBefore) / drives;
        node.awaitNoChunks();
        return Sample.throughput(bytes, nanos, cpuSeconds);
    }

    private long turn(String volume) throws Exception {
        LogicalUnitOwner owner = new LogicalUnitOwner();
        Medium medium = node.mountNew(volume);
        TapeDrive drive = drive(owner);
        if (drive.load(medium).join() != LoadOutcome.LOADED) {
            throw new IllegalStateException("the drive does not take " + volume);
        }
        long nanos;
        // With more drives than one, no processor has nothing better to do than to watch a ring.
        int spinCount = drives == 1 ? BenchRing.SPIN_COUNT : 0;
        try (BenchRing ring = new BenchRing(drive, owner, BLOCKS * BLOCK_BYTES, spinCount)) {
            fill(ring);
            while (ring.execute(TEST_UNIT_READY, 0, 0) != 0) {}
            nanos = write(ring);
        }
        medium.close();
        node.delete(volume);
        return nanos;
    }

    private static TapeDrive drive(LogicalUnitOwner owner) {
        return TapeDrive.builder(
                        "bench",
                        Personality.byName("ULT3580-TD9").orElseThrow(),
                        DriveIdentity.of("0007812345"))
                .owner(owner)
                .build();
    }

    private void fill(BenchRing ring) {
        for (int i = 0; i < BLOCKS; i++) {
            MemorySegment.copy(
                    blocks.get(i),
                    0,
                    ring.data((long) i * BLOCK_BYTES, BLOCK_BYTES),
                    0,
                    BLOCK_BYTES);
        }
    }

    private long write(BenchRing ring) throws Exception {
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
        return System.nanoTime() - begin;
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
