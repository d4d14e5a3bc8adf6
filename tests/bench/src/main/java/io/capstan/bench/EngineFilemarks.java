package io.capstan.bench;

import io.capstan.buffer.DataOut;
import io.capstan.medium.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A small block, a filemark, a synchronize, again and again, on one or several cartridges at once. */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class EngineFilemarks implements Contender {

    private static final int BLOCK_BYTES = 1024;

    private final Path directory;
    private final int drives;
    private final int count;
    private final List<Medium> mediums = new ArrayList<>();
    private EngineNode node;
    private ExecutorService owners;

    EngineFilemarks(Path directory, int drives, int count) {
        this.directory = directory;
        this.drives = drives;
        this.count = count;
    }

    @Override
    public String name() {
        return drives == 1 ? "capstan, 1 drive" : "capstan, " + drives + " drives";
    }

    @Override
    public void start() throws Exception {
        node = new EngineNode(directory);
        owners = Executors.newFixedThreadPool(drives);
        for (int drive = 0; drive < drives; drive++) {
            mediums.add(node.mountNew("BENCH" + drive));
        }
    }

    @Override
    public Duration warmUp() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Sample turn() throws Exception {
        List<Callable<Void>> writers = new ArrayList<>();
        for (Medium medium : mediums) {
            writers.add(() -> {
                write(medium);
                return null;
            });
        }
        long begin = System.nanoTime();
        for (Future<Void> writer : owners.invokeAll(writers)) {
            writer.get();
        }
        return Sample.of((double) count * drives * 1e9 / (System.nanoTime() - begin));
    }

    private void write(Medium medium) throws Exception {
        DataOut block = DataOut.of(new byte[BLOCK_BYTES]);
        for (int i = 0; i < count; i++) {
            medium.append(block, 0, BLOCK_BYTES);
            medium.appendFilemarks(1);
            medium.synchronize();
        }
    }

    @Override
    public void close() throws IOException {
        owners.shutdown();
        for (Medium medium : mediums) {
            medium.close();
        }
        node.close();
    }
}
