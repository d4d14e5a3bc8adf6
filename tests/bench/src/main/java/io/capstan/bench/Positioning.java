package io.capstan.bench;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * LOCATE, SPACE and READ POSITION at random on a cartridge whose catalog describes 18 TB of 64 KiB blocks in chunks of 64
 * MiB. There are no chunk files: these positions are the catalog's alone.
 */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class Positioning implements Contender {

    /** What is measured of it. */
    enum Figure {
        LOCATE_P99_MICROS,
        MOUNT_COLD_MILLIS,
        HEAP_MIB
    }

    private static final String VOLUME = "FULL01L9";
    private static final long BLOCK_BYTES = 64 << 10;
    private static final long OBJECTS_IN_CHUNK = 1023;
    private static final int RUNS_IN_COMMIT = 10_000;

    private final Path directory;
    private final Figure figure;
    private final long chunkCount;
    private final int moves;
    private final Random random = new Random(31);
    private EngineNode node;

    Positioning(Path directory, Figure figure, boolean isShort) {
        this.directory = directory;
        this.figure = figure;
        this.chunkCount =
                EngineNode.CARTRIDGE_BYTES / (isShort ? 20 : 1) / (OBJECTS_IN_CHUNK * BLOCK_BYTES);
        this.moves = isShort ? 2_000 : 50_000;
    }

    @Override
    public String name() {
        return "capstan";
    }

    @Override
    public void start() throws Exception {
        node = new EngineNode(directory);
        node.mountNew(VOLUME).close();
        fill(node.catalog());
    }

    private void fill(Catalog catalog) {
        CartridgeRecord cartridge =
                catalog.read(view -> view.cartridge(new VolumeIdentifier(VOLUME))).orElseThrow();
        ContainerId id = cartridge.container();
        ContainerRecord blank = catalog.read(view -> view.container(id)).orElseThrow();
        for (long from = 0; from < chunkCount; from += RUNS_IN_COMMIT) {
            long begin = from;
            long end = Math.min(chunkCount, from + RUNS_IN_COMMIT);
            catalog.commit(change -> {
                for (long chunk = begin; chunk < end; chunk++) {
                    ChunkId chunkId = new ChunkId(id, chunk + 1);
                    change.putChunk(
                            ChunkRecord.open(
                                            chunkId, List.of(new DiskId(0, 1)), 0, OBJECTS_IN_CHUNK)
                                    .sealed(64 << 20, OBJECTS_IN_CHUNK, Optional.empty()));
                    change.putRun(
                            new Run(
                                    blank.partitionId(0),
                                    chunk * OBJECTS_IN_CHUNK,
                                    chunkId,
                                    OBJECTS_IN_CHUNK,
                                    0,
                                    0,
                                    chunk * OBJECTS_IN_CHUNK * BLOCK_BYTES,
                                    OBJECTS_IN_CHUNK * BLOCK_BYTES));
                }
                change.putContainer(
                        new ContainerRecord(
                                id,
                                blank.generation(),
                                end + 1,
                                false,
                                List.of(
                                        new PartitionState(
                                                blank.partitions().getFirst().capacityBytes(),
                                                end * OBJECTS_IN_CHUNK,
                                                0,
                                                end * OBJECTS_IN_CHUNK * BLOCK_BYTES))));
            });
        }
        assert cartridge.state() == CartridgeState.PRESENT;
    }

    @Override
    public Sample turn() throws Exception {
        if (figure != Figure.LOCATE_P99_MICROS) {
            Processes.dropPageCache();
        }
        long begin = System.nanoTime();
        Medium medium = node.mount(VOLUME);
        double mountMillis = (System.nanoTime() - begin) / 1e6;
        try (medium) {
            return Sample.of(
                    switch (figure) {
                        case MOUNT_COLD_MILLIS -> mountMillis;
                        case LOCATE_P99_MICROS -> percentile99Micros(medium);
                        case HEAP_MIB -> heapMib(medium);
                    });
        }
    }

    private double percentile99Micros(Medium medium) throws Exception {
        long[] nanos = new long[moves];
        long end = medium.endOfData(0);
        for (int i = 0; i < moves; i++) {
            long to = random.nextLong(end);
            long begin = System.nanoTime();
            medium.locate(0, to);
            if (i % 2 == 0) {
                medium.spaceBlocks(Math.min(random.nextLong(1000), end - to));
            }
            medium.position();
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos[moves * 99 / 100] / 1e3;
    }

    /** Heap that is live while the cartridge is mounted and was moved about on. */
    private double heapMib(Medium medium) throws Exception {
        percentile99Micros(medium);
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20);
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
