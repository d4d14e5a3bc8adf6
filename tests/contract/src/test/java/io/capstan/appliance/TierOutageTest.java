package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.fakes.s3.S3Front;
import io.capstan.fakes.s3.S3Front.Fault;
import io.capstan.fakes.s3.S3Server;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * V18, V25: a tier is away for longer than any time-out, again and again. Cartridges that are to go there, or to come from there,
 * arrive by themselves once it is back. How fast a drive is meanwhile is said beside how fast it is when nothing moves, in medians
 * of the same run.
 *
 * <p>{@code make tier-outage ROUNDS=7}. {@code S3TierTest} has a silent store in small.
 */
@EnabledIfSystemProperty(named = TierOutageTest.ROUNDS_KEY, matches = "[0-9]+")
class TierOutageTest {

    static final String ROUNDS_KEY = "capstan.outage.rounds";

    private static final int ROUNDS = Integer.getInteger(ROUNDS_KEY, 1);
    private static final int TIMEOUT_SECONDS = 5;

    /** In so many attempts of a job all that the client of the store tries by itself has run out of time. */
    private static final int ATTEMPTS = 2;

    private static final int BLOCK_BYTES = 256 << 10;
    private static final int ACTIVE_BLOCKS = 512 * 4;
    private static final int TRAVELLER_BLOCKS = 64 * 4;
    private static final String ACTIVE = barcode(1);

    /** What the tier does. */
    private enum Tier {
        IDLE,
        WRITTEN_TO,
        REFUSES,
        SILENT
    }

    /** How fast the drive was, in MiB/s. */
    private record Pace(double write, double read) {}

    @TempDir Path directory;

    /** Cartridges at home that were never away, and those that are where the tier is. */
    private final Deque<Integer> home = new ArrayDeque<>();

    private final Deque<Integer> away = new ArrayDeque<>();
    private final int travellerCount = 3 * ROUNDS + 2;

    private RestartableNode daemon;
    private S3Server server;
    private S3Front front;

    @BeforeEach
    void start() throws IOException {
        server = S3Server.start(Files.createDirectory(directory.resolve("s3")), false);
        front = S3Front.start(server.endpoint());
        S3Server.writeCredentials(directory.resolve("credentials"), S3Server.SECRET_KEY);
        daemon =
                new RestartableNode(
                        directory,
                        "64MiB",
                        """
                        libraries:
                          - name: lib0
                            drives: {count: 1}
                            storage-elements: %1$d
                            import-export-elements: 1
                            cartridges: [{prefix: TST, count: %1$d, medium: LTO-8, capacity: 4GiB}]
                          - name: away0
                            drives: {count: 0}
                            storage-elements: %1$d
                            import-export-elements: 1
                        tiers:
                          - name: away
                            kind: s3
                            bucket: %2$s
                            endpoint: %3$s
                            credentials-file: %4$s
                            timeout-seconds: %5$d
                            bandwidth: 24MiB
                            libraries: [away0]
                        links:
                          - ends:
                              - {library: lib0, import-export: 1}
                              - {library: away0, import-export: 1, keep: true}
                        """
                                .formatted(
                                        travellerCount + 1,
                                        S3Server.BUCKET,
                                        front.endpoint(),
                                        directory.resolve("credentials"),
                                        TIMEOUT_SECONDS));
        daemon.start();
        daemon.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        if (daemon != null) {
            daemon.kill();
        }
        front.close();
        server.close();
    }

    @Test
    void everythingArrivesAndActiveCartridgesGoOn() throws Exception {
        for (int i = 0; i < travellerCount; i++) {
            int number = 2 + i;
            daemon.withDrive(barcode(number), drive -> writeFile(drive, number, TRAVELLER_BLOCKS));
            home.add(number);
        }
        sendOne();
        sendOne();
        awaitJobs();
        work();

        Map<Tier, List<Pace>> paces = new EnumMap<>(Tier.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (Tier tier : Tier.values()) {
                paces.computeIfAbsent(tier, t -> new ArrayList<>()).add(workWhile(tier));
            }
        }
        bringHome();
        paces.forEach((tier, measured) -> say(tier, measured, paces.get(Tier.IDLE)));
    }

    private Pace workWhile(Tier tier) throws IOException {
        long startNanos = System.nanoTime();
        int port = front.endpoint().getPort();
        switch (tier) {
            case IDLE -> {}
            case WRITTEN_TO -> sendOne();
            case REFUSES -> front.close();
            case SILENT -> front.inject(".*", Integer.MAX_VALUE, new Fault.Silence());
        }
        if (tier == Tier.REFUSES || tier == Tier.SILENT) {
            sendOne();
            fetchOne();
        }
        Pace pace = work();
        switch (tier) {
            case IDLE, WRITTEN_TO -> {}
            case REFUSES -> {
                awaitAttempts(tier, startNanos);
                front = S3Front.start(server.endpoint(), port);
            }
            case SILENT -> {
                awaitAttempts(tier, startNanos);
                front.heal();
            }
        }
        awaitJobs();
        return pace;
    }

    // ---- what the drive does

    /** Writes the active cartridge anew, synchronized, and reads it. */
    private Pace work() throws IOException {
        Pace[] pace = new Pace[1];
        daemon.withDrive(
                ACTIVE,
                drive -> {
                    long startNanos = System.nanoTime();
                    writeFile(drive, 1, ACTIVE_BLOCKS);
                    long writtenNanos = System.nanoTime();
                    assertThat(TestNode.rewind(drive).isGood()).isTrue();
                    readFile(drive, 1, ACTIVE_BLOCKS);
                    long readNanos = System.nanoTime();
                    pace[0] =
                            new Pace(
                                    mibPerSecond(writtenNanos - startNanos),
                                    mibPerSecond(readNanos - writtenNanos));
                });
        return pace[0];
    }

    private static double mibPerSecond(long nanos) {
        return ACTIVE_BLOCKS * (double) BLOCK_BYTES / (1 << 20) / (nanos / 1e9);
    }

    private static void writeFile(FakeInitiator drive, int number, int blocks) {
        for (int i = 0; i < blocks; i++) {
            assertThat(TestNode.write(drive, block(number, i)).outcome()).isEqualTo("GOOD");
        }
        assertThat(TestNode.writeFilemark(drive).outcome()).isEqualTo("GOOD");
    }

    private static void readFile(FakeInitiator drive, int number, int blocks) {
        for (int i = 0; i < blocks; i++) {
            FakeReply read = TestNode.read(drive, BLOCK_BYTES);
            assertThat(read.data()).isEqualTo(block(number, i));
        }
        assertThat(TestNode.read(drive, BLOCK_BYTES).outcome()).isEqualTo("00/00/01");
    }

    private static byte[] block(int number, int index) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new SplittableRandom(number * 1_000_000L + index).nextBytes(bytes);
        return bytes;
    }

    // ---- cartridges that travel

    private static String barcode(int number) {
        return "TST%03dL8".formatted(number);
    }

    private void sendOne() throws IOException {
        int number = home.remove();
        daemon.send(barcode(number), "away0");
        away.add(number);
    }

    private void fetchOne() throws IOException {
        daemon.send(barcode(away.remove()), "lib0");
    }

    /** Waits until each job has failed more than once, and says when it first did. */
    private void awaitAttempts(Tier tier, long startNanos) throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        List<JsonNode> jobs = daemon.jobs();
        while (jobs.stream().anyMatch(job -> job.path("attempts").asInt() < ATTEMPTS)) {
            assertThat(System.nanoTime()).as("%s", jobs).isLessThan(deadlineNanos);
            LockSupport.parkNanos(50_000_000);
            jobs = daemon.jobs();
        }
        assertThat(jobs).hasSize(2);
        for (JsonNode job : jobs) {
            assertThat(daemon.libraryOf(job.path("barcode").asText())).isEmpty();
            assertThat(job.path("reason").asText()).contains("s3://" + S3Server.BUCKET);
        }
        System.out.printf(
                Locale.ROOT,
                "TierOutageTest: %s: away for %.0f s: %s%n",
                tier,
                (System.nanoTime() - startNanos) / 1e9,
                jobs.getFirst().path("reason").asText());
    }

    private void awaitJobs() throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        List<JsonNode> left = daemon.jobs();
        while (!left.isEmpty()) {
            assertThat(System.nanoTime()).as("still %s", left).isLessThan(deadlineNanos);
            LockSupport.parkNanos(50_000_000);
            left = daemon.jobs();
        }
    }

    /** All of them, whatever they went through: each is what was written. */
    private void bringHome() throws IOException {
        for (int number : away) {
            assertThat(daemon.libraryOf(barcode(number))).isEqualTo("away0");
            daemon.send(barcode(number), "lib0");
        }
        awaitJobs();
        for (int i = 0; i < travellerCount; i++) {
            int number = 2 + i;
            assertThat(daemon.libraryOf(barcode(number))).isEqualTo("lib0");
            daemon.withDrive(barcode(number), drive -> readFile(drive, number, TRAVELLER_BLOCKS));
        }
        assertThat(daemon.get("/v1/catalog/check").path("findings")).isEmpty();
    }

    // ---- figures

    private static void say(Tier tier, List<Pace> paces, List<Pace> idle) {
        double write = median(paces, Pace::write);
        double read = median(paces, Pace::read);
        System.out.printf(
                Locale.ROOT,
                "TierOutageTest: %s: writes %.0f MiB/s (%.2f of idle), reads %.0f MiB/s (%.2f of idle), medians of %d%n",
                tier,
                write,
                write / median(idle, Pace::write),
                read,
                read / median(idle, Pace::read),
                paces.size());
    }

    private static double median(List<Pace> paces, ToDoubleFunction<Pace> value) {
        double[] sorted = paces.stream().mapToDouble(value).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
