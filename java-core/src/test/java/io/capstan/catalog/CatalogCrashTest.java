package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there after the process is killed, and after the disk takes no more. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CatalogCrashTest {

    private static final CatalogOptions OPTIONS =
            CatalogOptions.defaults().withMapSizeInitialBytes(1 << 20);
    private static final int THREADS = 4;
    private static final int ACKNOWLEDGED_MIN = 200;

    @TempDir Path directory;

    /** Commits names from several threads without end, and writes each that was acknowledged to its output. */
    static final class Committer {

        private Committer() {}

        public static void main(String[] arguments) throws InterruptedException {
            Catalog catalog = Catalog.open(Path.of(arguments[0]), OPTIONS);
            int valueBytes = Integer.parseInt(arguments[1]);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String prefix = "thread" + i + "/";
                threads.add(Thread.ofPlatform().start(() -> commit(catalog, prefix, valueBytes)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println("readable " + catalog.check(ChunkPresence.ASSUMED).isEmpty());
            catalog.close();
            System.out.println("closed");
        }

        private static void commit(Catalog catalog, String prefix, int valueBytes) {
            for (int i = 0; ; i++) {
                String name = prefix + i;
                try {
                    catalog.commit(
                            transaction -> transaction.putParameters(name, new byte[valueBytes]));
                } catch (CatalogException e) {
                    System.out.println("failed " + e.reason());
                    return;
                }
                System.out.println("acknowledged " + name);
            }
        }
    }

    @Test
    void killedProcessLosesNothingAcknowledged() throws Exception {
        List<String> lines = new ArrayList<>();
        try (ChildProcess child = ChildProcess.start(Committer.class, directory.toString(), "50")) {
            while (lines.size() < ACKNOWLEDGED_MIN) {
                lines.add(child.readLine());
            }
            lines.addAll(child.killAndReadRest());
        }

        assertAllAcknowledgedAreThere(lines);
    }

    @Test
    void fullDiskLosesNothingAcknowledged() throws Exception {
        List<String> lines = new ArrayList<>();
        try (ChildProcess child =
                ChildProcess.startWithFileSizeMax(
                        4096, Committer.class, directory.toString(), "30000")) {
            while (!lines.contains("closed")) {
                lines.add(child.readLine());
                assertThat(lines).hasSizeLessThan(10_000);
            }
        }

        assertThat(lines).filteredOn("failed IO"::equals).hasSize(THREADS);
        assertThat(lines).contains("readable true");
        assertAllAcknowledgedAreThere(lines);
    }

    private void assertAllAcknowledgedAreThere(List<String> lines) throws IOException {
        List<String> acknowledged =
                lines.stream()
                        .filter(line -> line.matches("acknowledged thread\\d/\\d+"))
                        .map(line -> line.substring("acknowledged ".length()))
                        .toList();
        assertThat(acknowledged).isNotEmpty();
        try (Catalog catalog = Catalog.open(directory, OPTIONS)) {
            List<String> lost =
                    catalog.read(view ->
                            acknowledged.stream()
                                    .filter(name -> view.parameters(name).isEmpty())
                                    .toList());
            assertThat(lost).isEmpty();
            assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
            catalog.commit(transaction -> transaction.putParameters("again", new byte[1 << 15]));
        }
    }
}
