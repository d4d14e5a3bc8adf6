package io.capstan.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** From the start of the daemon to the first answer of its API, with many cartridges there. */
final class Start implements Contender {

    private static final int MAKERS = 16;

    private final Settings settings;
    private final Path directory;
    private final int cartridges;
    private final boolean ofMemory;

    /**
     * @param ofMemory whether resident memory, and not time, is the value
     */
    Start(Settings settings, int cartridges, boolean ofMemory) {
        this.settings = settings;
        this.directory = settings.directory().resolve("start-" + cartridges);
        this.cartridges = cartridges;
        this.ofMemory = ofMemory;
    }

    @Override
    public String name() {
        return "capstan, " + cartridges + " cartridges";
    }

    @Override
    public boolean isAvailable() {
        return Daemon.isBuilt(settings.distribution());
    }

    @Override
    public void start() throws Exception {
        Daemon.start(settings.distribution(), directory).close();
        try (EngineNode node = EngineNode.keptIn(directory);
                ExecutorService makers = Executors.newFixedThreadPool(MAKERS)) {
            List<Callable<Void>> cartridgesToMake = new ArrayList<>();
            for (int i = 0; i < cartridges; i++) {
                String volume = "S%05dL9".formatted(i);
                cartridgesToMake.add(() -> {
                    node.make(volume);
                    return null;
                });
            }
            for (Future<Void> made : makers.invokeAll(cartridgesToMake)) {
                made.get();
            }
        }
    }

    @Override
    public Sample turn() throws Exception {
        long begin = System.nanoTime();
        try (Daemon daemon = Daemon.start(settings.distribution(), directory)) {
            double millis = (System.nanoTime() - begin) / 1e6;
            if (!ofMemory) {
                return Sample.of(millis);
            }
            Thread.sleep(2_000);
            return Sample.of(daemon.residentMib());
        }
    }

    @Override
    public void close() throws IOException {
        EngineNode.removeTree(directory);
    }
}
