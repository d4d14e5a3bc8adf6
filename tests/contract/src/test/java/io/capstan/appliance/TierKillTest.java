package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.fakes.s3.S3Front;
import io.capstan.fakes.s3.S3Server;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.tier.ObjectKey;
import io.capstan.tier.TierLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * V11, V16, V18: the daemon is killed at random instants while cartridges go to a tier and come back, some of them cancelled,
 * and some killed again while it starts. After each start every cartridge is in one place. In the end all jobs came to their
 * end by themselves, every byte is there, and nothing is left over, here or in the tier.
 *
 * <p>{@code make kill-test-tiers RUNS=100 SEED=1 TIER=s3}. {@code TierJobsCrashTest} has the same in one process.
 */
@EnabledIfSystemProperty(named = TierKillTest.RUNS_KEY, matches = "[0-9]+")
class TierKillTest {

    static final String RUNS_KEY = "capstan.kill.tier-runs";

    private static final int RUNS = Integer.getInteger(RUNS_KEY, 2);
    private static final long SEED = Long.getLong("capstan.kill.seed", System.nanoTime());
    private static final int BLOCK_BYTES = 64 << 10;

    /** About as long as all cartridges need for one way. */
    private static final int KILL_WINDOW_MILLIS = 4_000;

    private static final int START_WINDOW_MILLIS = 1_500;

    /** Where the tier is. */
    private enum Place {
        VAULT,
        S3,
        S3_ARCHIVE
    }

    private static final Place PLACE =
            Place.valueOf(
                    System.getProperty("capstan.kill.tier", "vault")
                            .toUpperCase(Locale.ROOT)
                            .replace('-', '_'));

    @TempDir Path directory;

    private final Random random = new Random(SEED);
    private final List<Tape> tapes = List.of(new Tape(1), new Tape(2), new Tape(3));
    private RestartableNode daemon;
    private @Nullable S3Server server;
    private @Nullable S3Front front;

    // ---- figures

    private int killCount;
    private int jobsAtKillsCount;
    private int journeyCount;
    private int cancelCount;
    private long verifiedBytes;

    /** A cartridge, and what was written to it: files of blocks. */
    private static final class Tape {
        private final int number;
        private final List<Integer> files = new ArrayList<>();

        Tape(int number) {
            this.number = number;
        }

        String barcode() {
            return "TST%03dL8".formatted(number);
        }

        byte[] block(int file, int index) {
            byte[] bytes = new byte[BLOCK_BYTES];
            new Random(number * 1_000_000L + file * 10_000L + index).nextBytes(bytes);
            return bytes;
        }
    }

    @BeforeEach
    void writeConfiguration() throws IOException {
        daemon =
                new RestartableNode(
                        directory,
                        PLACE == Place.VAULT ? "1MiB" : "8MiB",
                        """
                        libraries:
                          - name: lib0
                            drives: {count: 1}
                            storage-elements: 5
                            import-export-elements: 1
                            cartridges: [{prefix: TST, count: %d, medium: LTO-8, capacity: 1GiB}]
                          - name: away0
                            drives: {count: 0}
                            storage-elements: 5
                            import-export-elements: 1
                        tiers:
                          - name: away
                            libraries: [away0]
                        %s
                        links:
                          - ends:
                              - {library: lib0, import-export: 1}
                              - {library: away0, import-export: 1, keep: true}
                        """
                                .formatted(tapes.size(), tier().indent(4)));
    }

    private String tier() throws IOException {
        if (PLACE == Place.VAULT) {
            return """
            kind: vault
            directory: %s
            bandwidth: 8MiB
            delay-seconds: 1
            batch-seconds: 1
            """
                    .formatted(directory.resolve("vault"));
        }
        S3Server started = S3Server.start(Files.createDirectories(directory.resolve("s3")), false);
        S3Front before = S3Front.start(started.endpoint());
        server = started;
        front = before;
        S3Server.writeCredentials(directory.resolve("credentials"), S3Server.SECRET_KEY);
        return """
        kind: s3
        bucket: %s
        prefix: node1
        endpoint: %s
        credentials-file: %s
        storage-class: %s
        part-size: 5MiB
        poll-seconds: 1
        bandwidth: 24MiB
        """
                .formatted(
                        S3Server.BUCKET,
                        before.endpoint(),
                        directory.resolve("credentials"),
                        PLACE == Place.S3 ? "standard" : "deep-archive");
    }

    @AfterEach
    void stop() throws Exception {
        if (daemon != null) {
            daemon.kill();
        }
        if (front != null) {
            front.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void noCartridgeIsLostDoubledOrHalf() throws Exception {
        System.out.printf("TierKillTest: %d runs, tier %s, seed %d%n", RUNS, PLACE, SEED);
        daemon.start();
        daemon.awaitReady();
        for (Tape tape : tapes) {
            append(tape);
            append(tape);
        }
        for (int run = 0; run < RUNS; run++) {
            killUnderWay();
            check();
            if (random.nextBoolean()) {
                awaitJobs();
                verify(tapes.get(random.nextInt(tapes.size())));
            }
        }
        checkTheEnd();
        System.out.printf(
                "TierKillTest: %d kills with %d jobs under way, %d journeys, %d cancelled, %d MiB compared%n",
                killCount, jobsAtKillsCount, journeyCount, cancelCount, verifiedBytes >> 20);
    }

    private void killUnderWay() throws Exception {
        for (Tape tape : tapes) {
            depart(tape);
        }
        if (random.nextInt(6) == 0) {
            cancelOne();
        }
        pause(random.nextInt(KILL_WINDOW_MILLIS));
        kill();
        daemon.start();
        if (random.nextInt(4) == 0) {
            pause(random.nextInt(START_WINDOW_MILLIS));
            kill();
            daemon.start();
        }
        daemon.awaitReady();
        jobsAtKillsCount += daemon.jobs().size();
    }

    private void kill() throws InterruptedException {
        assertThat(daemon.isAlive()).isTrue();
        daemon.kill();
        killCount++;
    }

    private void pause(int millis) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < endNanos) {
            completeRestores();
            LockSupport.parkNanos(Math.min(50_000_000, endNanos - System.nanoTime()));
        }
    }

    /** An archive hands out what was asked for, as far as this test is patient. */
    private void completeRestores() {
        if (front != null) {
            front.completeRestores();
        }
    }

    // ---- journeys

    /** Sends a cartridge to the other library, unless it is on its way. */
    private void depart(Tape tape) throws IOException {
        String library = libraryOf(tape);
        if (library.isEmpty()) {
            return;
        }
        if (library.equals("lib0") && random.nextInt(3) == 0) {
            append(tape);
        }
        send(tape, library.equals("lib0") ? "away0" : "lib0");
    }

    private void send(Tape tape, String library) throws IOException {
        daemon.send(tape.barcode(), library);
        journeyCount++;
    }

    private void cancelOne() throws IOException {
        for (JsonNode job : daemon.jobs()) {
            if (!job.path("cancelled").asBoolean()) {
                daemon.post("/v1/jobs/" + job.path("job").asLong() + "/cancel", "");
                cancelCount++;
                return;
            }
        }
    }

    private void awaitJobs() throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        List<JsonNode> left = daemon.jobs();
        while (!left.isEmpty()) {
            assertThat(System.nanoTime()).as("still %s", left).isLessThan(deadlineNanos);
            completeRestores();
            LockSupport.parkNanos(50_000_000);
            left = daemon.jobs();
        }
    }

    // ---- where cartridges are

    private String libraryOf(Tape tape) throws IOException {
        return daemon.libraryOf(tape.barcode());
    }

    /** Each cartridge is in one element, or in the care of one job; what moves while it is looked at is looked at again. */
    private void check() throws IOException {
        Map<String, Integer> careCount;
        Map<String, Integer> elementCount;
        do {
            careCount = inTransit();
            elementCount = inElements();
        } while (!inTransit().equals(careCount));
        for (Tape tape : tapes) {
            assertThat(
                            careCount.getOrDefault(tape.barcode(), 0)
                                    + elementCount.getOrDefault(tape.barcode(), 0))
                    .as(
                            "places of %s: jobs %s, elements %s",
                            tape.barcode(), careCount, elementCount)
                    .isEqualTo(1);
        }
        checkCatalog();
    }

    private Map<String, Integer> inTransit() throws IOException {
        Map<String, Integer> count = new HashMap<>();
        daemon.jobs().forEach(job -> count.merge(job.path("barcode").asText(), 1, Integer::sum));
        return count;
    }

    private Map<String, Integer> inElements() throws IOException {
        Map<String, Integer> count = new HashMap<>();
        for (String library : List.of("lib0", "away0")) {
            for (JsonNode element : daemon.get("/v1/libraries/" + library).path("elements")) {
                if (element.has("barcode")) {
                    count.merge(element.path("barcode").asText(), 1, Integer::sum);
                }
            }
        }
        return count;
    }

    private void checkCatalog() throws IOException {
        assertThat(daemon.get("/v1/catalog/check").path("findings")).isEmpty();
    }

    // ---- the end

    private void checkTheEnd() throws Exception {
        awaitJobs();
        bringAll("lib0");
        for (Tape tape : tapes) {
            verify(tape);
        }
        checkCatalog();
        bringAll("away0");
        checkTier();
        assertThat(daemon.stop()).isZero();
        daemon.start();
        daemon.awaitReady();
        awaitEmptyStore();
        assertThat(daemon.stop()).isZero();
        Path log = directory.resolve("verify.log");
        try (DaemonProcess verify =
                DaemonProcess.command(
                        log,
                        "format",
                        "verify",
                        daemon.dataDirectory().resolve("store").toString())) {
            assertThat(verify.await()).as(verify.log()).isZero();
        }
    }

    /** What kills left there goes after the next start. */
    private void awaitEmptyStore() throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        List<Path> left = chunkFiles(daemon.dataDirectory().resolve("store"));
        while (!left.isEmpty()) {
            assertThat(System.nanoTime()).as("still there: %s", left).isLessThan(deadlineNanos);
            LockSupport.parkNanos(50_000_000);
            left = chunkFiles(daemon.dataDirectory().resolve("store"));
        }
    }

    private void bringAll(String library) throws IOException {
        for (Tape tape : tapes) {
            if (!libraryOf(tape).equals(library)) {
                send(tape, library);
            }
        }
        awaitJobs();
        for (Tape tape : tapes) {
            assertThat(libraryOf(tape)).isEqualTo(library);
        }
    }

    private static List<Path> chunkFiles(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.filter(file -> file.toString().endsWith(".chunk")).toList();
        }
    }

    /** What is in the tier is what its names say, and as many as the catalog knows. */
    private void checkTier() throws Exception {
        Path objects =
                server == null ? directory.resolve("vault") : server.bucket().resolve("node1");
        int chunkCount = 0;
        for (Path file : chunkFiles(objects.resolve("chunks"))) {
            TierLayout.NamedChunk chunk =
                    TierLayout.parseChunk(new ObjectKey(objects.relativize(file).toString()))
                            .orElseThrow();
            assertThat(sha256(file)).as("%s", file).isEqualTo(chunk.fileDigest().toString());
            chunkCount++;
        }
        JsonNode tier = daemon.get("/v1/tiers").path("tiers").get(0);
        assertThat(chunkCount).isEqualTo(tier.path("chunkCount").asInt());
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    // ---- what is on them

    /** Writes another file behind what is there: synchronized when this returns. */
    private void append(Tape tape) throws IOException {
        int file = tape.files.size();
        int count = (PLACE == Place.VAULT ? 20 : 120) + random.nextInt(60);
        daemon.withDrive(
                tape.barcode(),
                drive -> {
                    assertThat(drive.send("11 03 00 00 00 00").outcome()).isEqualTo("GOOD");
                    for (int i = 0; i < count; i++) {
                        assertThat(TestNode.write(drive, tape.block(file, i)).outcome())
                                .isEqualTo("GOOD");
                    }
                    assertThat(TestNode.writeFilemark(drive).outcome()).isEqualTo("GOOD");
                });
        tape.files.add(count);
    }

    /** Compares all of a cartridge, if it is where the drives are. */
    private void verify(Tape tape) throws IOException {
        if (!libraryOf(tape).equals("lib0")) {
            return;
        }
        daemon.withDrive(
                tape.barcode(),
                drive -> {
                    for (int file = 0; file < tape.files.size(); file++) {
                        for (int i = 0; i < tape.files.get(file); i++) {
                            FakeReply read = TestNode.read(drive, BLOCK_BYTES);
                            assertThat(read.data()).isEqualTo(tape.block(file, i));
                            verifiedBytes += read.data().length;
                        }
                        assertThat(TestNode.read(drive, BLOCK_BYTES).outcome())
                                .isEqualTo("00/00/01");
                    }
                    assertThat(TestNode.read(drive, BLOCK_BYTES).outcome()).isEqualTo("08/00/05");
                });
    }
}
