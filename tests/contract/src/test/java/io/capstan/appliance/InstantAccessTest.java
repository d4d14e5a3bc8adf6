package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.IMPORT_EXPORT;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobState;
import io.capstan.changer.Transported;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.tier.TierCounter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * V21, V22, as a host and an operator see them, through the whole node: a cartridge that is in an archival library is offered
 * to a drive, positioned and read, and goes back, and only what was read of it moves.
 */
class InstantAccessTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("TST001L8");
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int BLOCKS = 120;

    @TempDir Path directory;

    private Node node;
    private boolean keepsFirstChunks;
    private int blocks = BLOCKS;
    private IntFunction<byte[]> content = number -> TestNode.record(number, BLOCK_BYTES);

    @AfterEach
    void stop() {
        node.close();
    }

    private NodePlan plan(int delaySeconds, int holdSeconds) {
        return TestNode.plan(
                directory.resolve("data"),
                """
                libraries:
                  - name: lib0
                    drives: {count: 2}
                    storage-elements: 10
                    import-export-elements: 2
                    cartridges:
                      - {prefix: TST, count: 4, medium: LTO-8, capacity: 100MiB}
                  - name: vault0
                    drives: {count: 0}
                    storage-elements: 5
                    import-export-elements: 2
                tiers:
                  - name: vault
                    kind: vault
                    directory: %s
                    libraries: [vault0]
                    bandwidth: 1MiB
                    delay-seconds: %d
                    batch-seconds: 0
                recall:
                  read-ahead: 0B
                  hold-seconds: %d
                  keep-first-chunks: %s
                accounting:
                  prices:
                    - {tier: vault, gib-recalled: 1024, request: 2}
                links:
                  - ends:
                      - {library: lib0, import-export: 1, arrive: storage}
                      - {library: vault0, import-export: 1, keep: true, arrive: storage}
                """
                        .formatted(
                                directory.resolve("vault"),
                                delaySeconds,
                                holdSeconds,
                                keepsFirstChunks));
    }

    /** Writes two files of blocks, archives the cartridge, and starts the node anew with other settings. */
    private void archive(int delaySeconds, int holdSeconds) throws Exception {
        node = TestNode.start(plan(0, 600));
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        for (int i = 0; i < blocks; i++) {
            assertThat(TestNode.write(host, content.apply(i)).isGood()).isTrue();
            if (i == blocks / 2 - 1) {
                assertThat(TestNode.writeFilemark(host).isGood()).isTrue();
            }
        }
        assertThat(TestNode.writeFilemark(host).isGood()).isTrue();
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        assertThat(post("transfer", "{\"library\":\"vault0\"}")).contains("\"job\":1");
        await(() -> isIn("vault0", STORAGE));
        node.close();
        node = TestNode.start(plan(delaySeconds, holdSeconds));
    }

    private FakeInitiator load() {
        assertThat(post("lend", "{\"library\":\"lib0\"}")).contains("\"barcode\":\"TST001L8\"");
        await(() -> isIn("lib0", STORAGE));
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        return TestNode.driveHost(node, 0);
    }

    @Test
    void aHostThatRetriesBusyReadsOneFileOfAnArchivedCartridge() throws Exception {
        archive(0, 600);
        FakeInitiator host = load();
        assertThat(host.send("00 00 00 00 00 00").outcome())
                .as("TEST UNIT READY")
                .isEqualTo("GOOD");
        assertThat(host.send("11 01 00 00 01 00").outcome()).as("SPACE").isEqualTo("GOOD");
        assertThat(host.receive("34 00 00 00 00 00 00 00 00 00", 20).u32(4))
                .as("READ POSITION")
                .isEqualTo(BLOCKS / 2 + 1);
        assertThat(received(TierCounter.BYTES_RECEIVED)).as("moved by positioning").isZero();

        int busy = 0;
        for (int i = BLOCKS / 2; i < BLOCKS / 2 + 3; ) {
            FakeReply reply = TestNode.read(host, BLOCK_BYTES);
            if (reply.outcome().equals("BUSY")) {
                assertThat(reply.data()).isEmpty();
                busy++;
                LockSupport.parkNanos(1_000_000);
            } else {
                assertThat(reply.outcome()).isEqualTo("GOOD");
                assertThat(reply.data()).isEqualTo(TestNode.record(i++, BLOCK_BYTES));
            }
        }
        assertThat(busy).isPositive();
        assertThat(received(TierCounter.CHUNKS_RECEIVED)).isBetween(1L, 2L);
        assertThat(node.storage().check()).isEmpty();
    }

    @Test
    void itIsWriteProtectedAndGoesBackWithoutMovingData() throws Exception {
        archive(0, 600);
        FakeInitiator host = load();
        assertThat(TestNode.write(host, new byte[10]).outcome()).isEqualTo("07/27/00");
        assertThat(TestNode.writeFilemark(host).outcome()).isEqualTo("07/27/00");
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u8(2) & 0x80).as("WP").isEqualTo(0x80);
        awaitRead(host, 0);

        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        assertThat(TestNode.move(TestNode.changerHost(node), STORAGE, IMPORT_EXPORT).isGood())
                .isTrue();
        await(() -> isIn("vault0", STORAGE));
        assertThat(received(TierCounter.BYTES_SENT)).isZero();
        assertThat(received(TierCounter.CHUNKS_RELEASED)).isZero();
        assertThat(node.storage().check()).isEmpty();
    }

    /** A whole recall in place, after which it is loaded as any other cartridge. */
    @Test
    void aWholeRecallMakesItWritable() throws Exception {
        archive(0, 600);
        FakeInitiator before = load();
        assertThat(post("recall", "")).contains("\"barcode\":\"TST001L8\"");
        await(() -> node.tiers().jobs().list(job -> true).getLast().state() == JobState.DONE);
        assertThat(TestNode.write(before, new byte[10]).outcome()).isEqualTo("07/27/00");
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        for (int i = 0; i < BLOCKS / 2; i++) {
            assertThat(TestNode.read(host, BLOCK_BYTES).data())
                    .isEqualTo(TestNode.record(i, BLOCK_BYTES));
        }
        assertThat(TestNode.write(host, new byte[10]).outcome()).isEqualTo("GOOD");
    }

    /** V25: bits rot on the node's disk, the vault has the chunk too, and a host that reads it all notices TapeAlert flag 1. */
    @Test
    void aChunkThatRotsHereComesFromTheVault() throws Exception {
        archive(0, 600);
        FakeInitiator host = load();
        assertThat(post("recall", "")).contains("\"barcode\":\"TST001L8\"");
        await(() -> node.tiers().jobs().list(job -> true).getLast().state() == JobState.DONE);
        Path chunk = chunkFile();
        byte[] whole = Files.readAllBytes(chunk);
        byte[] rotten = whole.clone();
        Arrays.fill(rotten, rotten.length / 4, rotten.length / 4 + 200, (byte) 4);
        Files.write(chunk, rotten);

        for (int i = 0; i < BLOCKS / 2; i++) {
            awaitRead(host, i);
        }

        assertThat(Arrays.mismatch(Files.readAllBytes(chunk), whole)).isEqualTo(-1);
        assertThat(host.receive("4D 00 6E 00 00 00 00 01 44 00", 0x144).u8(8))
                .as("TapeAlert flag 1, read warning")
                .isEqualTo(1);
        await(() -> get("/v1/chunks/bad").contains("\"copies\":[]"));
        assertThat(received(TierCounter.CHUNKS_REPAIRED)).isEqualTo(1);
        assertThat(node.storage().check()).isEmpty();
    }

    /** An archive that takes longer than the host waits: it is told, and the drive stays of use. */
    @Test
    void whatTakesTooLongIsBecomingReady() throws Exception {
        archive(3600, 0);
        FakeInitiator host = load();
        assertThat(host.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        FakeReply reply = TestNode.read(host, BLOCK_BYTES);
        assertThat(reply.outcome()).isEqualTo("02/04/01");
        assertThat(reply.data()).isEmpty();
        assertThat(host.send("00 00 00 00 00 00").outcome())
                .as("TEST UNIT READY while the READ waits")
                .isEqualTo("02/04/01");
        await(() -> get("/v1/recalls").contains("\"expected\":\""));
        assertThat(get("/v1/recalls")).contains("\"needed\":true", "on its way out of its tier");

        assertThat(host.send("11 01 00 00 01 00").outcome()).as("SPACE").isEqualTo("GOOD");
        assertThat(host.send("00 00 00 00 00 00").outcome())
                .as("TEST UNIT READY elsewhere")
                .isEqualTo("GOOD");
        assertThat(host.send("13 00 00 00 01 00").outcome()).as("VERIFY").isEqualTo("02/04/01");
        assertThat(host.send("1B 00 00 00 00 00").outcome()).as("UNLOAD").isEqualTo("GOOD");
    }

    /** TapeAlert: a tier that fails while a READ waits for it costs no data, and is a warning, which hosts can read. */
    @Test
    void aTierThatFailsIsAWarning() throws Exception {
        archive(0, 600);
        FakeInitiator host = load();
        Files.move(directory.resolve("vault"), directory.resolve("away"));
        assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).isEqualTo("BUSY");
        assertThat(tapeAlerts(host)).as("as yet").isEmpty();
        await(() -> get("/v1/recalls").contains("is it mounted?"));

        assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).isEqualTo("BUSY");
        assertThat(tapeAlerts(host)).containsExactly(1);
        assertThat(tapeAlerts(host)).as("read once").isEmpty();
    }

    /** TapeAlert: what no tier has any more is a hard error of this cartridge. */
    @Test
    void whatATierHasLostIsAnError() throws Exception {
        archive(0, 600);
        FakeInitiator host = load();
        try (Stream<Path> copies = Files.walk(directory.resolve("vault/chunks"))) {
            for (Path copy : copies.filter(Files::isRegularFile).toList()) {
                Files.delete(copy);
            }
        }
        assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).isEqualTo("BUSY");
        await(() -> get("/v1/recalls").contains("is gone"));

        assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).isEqualTo("03/11/00");
        assertThat(tapeAlerts(host)).containsExactly(3, 4, 5);
    }

    /** The flags that are up, by log page 2Eh, which takes them down. */
    private static List<Integer> tapeAlerts(FakeInitiator host) {
        byte[] page = host.receive("4D 00 6E 00 00 00 00 02 00 00", 512).data();
        return IntStream.rangeClosed(1, 64)
                .filter(flag -> page[4 + 5 * (flag - 1) + 4] != 0)
                .boxed()
                .toList();
    }

    /** Before it is done: what it moves, takes and costs, of all and of some objects. */
    @Test
    void whatARecallCostsIsSaidBefore() throws Exception {
        archive(100, 0);
        String all = get("/v1/cartridges/TST001L8/estimate");
        long chunks = node.tiers().jobs().usage("vault").chunkCount();
        long bytes = node.tiers().jobs().usage("vault").bytes();
        assertThat(all)
                .contains(
                        "\"chunksToBring\":" + chunks,
                        "\"bytesToBring\":" + bytes,
                        "\"hereChunks\":0",
                        "\"seconds\":" + (100 + Math.ceilDiv(bytes, 1L << 20)),
                        "\"cost\":" + (bytes / (double) (1 << 20) + 2 * chunks),
                        "\"currency\":\"EUR\"");
        assertThat(get("/v1/cartridges/TST001L8/estimate", "from", "3", "to", "5"))
                .contains("\"chunks\":1,", "\"chunksToBring\":1,");
        assertThat(get("/v1/cartridges/TST001L8/estimate", "from", "999999"))
                .contains("\"chunks\":0,", "\"cost\":0.0");
        assertThat(get("/v1/cartridges/TST001L8/estimate", "from", "5", "to", "3"))
                .contains("comes before object");
        assertThat(get("/v1/cartridges/TST001L8/estimate", "from", "0", "partition", "1"))
                .contains("no partition 1");
        assertThat(get("/v1/cartridges/TST009L8/estimate")).contains("UNKNOWN_CARTRIDGE");
        assertThat(received(TierCounter.CHUNKS_RECALLED)).isZero();
    }

    /** V22: labels stay here if that is wanted, and are read at once, however long the archive takes for what is behind them. */
    @Test
    void whatACartridgeBeginsWithCanStay() throws Exception {
        keepsFirstChunks = true;
        content = InstantAccessTest::incompressible;
        blocks = 40;
        archive(3600, 0);
        assertThat(chunkFiles()).hasSize(1);
        assertThat(node.tiers().jobs().usage("vault").chunkCount()).as("all").isGreaterThan(2);
        FakeInitiator host = load();
        for (int i = 0; i < 3; i++) {
            assertThat(TestNode.read(host, BLOCK_BYTES).data()).isEqualTo(incompressible(i));
        }
        assertThat(received(TierCounter.CHUNKS_RECALLED)).isZero();
        assertThat(TestNode.write(host, new byte[10]).outcome()).isEqualTo("07/27/00");
        assertThat(host.send("11 01 00 00 01 00").outcome()).as("SPACE").isEqualTo("GOOD");
        assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).isEqualTo("02/04/01");

        goBack();
        assertThat(chunkFiles()).hasSize(1);
        assertThat(node.storage().check()).isEmpty();
        library("vault0").exportCartridge(STORAGE);
        assertThat(request("DELETE", "/v1/cartridges/TST001L8", Map.of(), ""))
                .contains("destroyed");
        await(() -> chunkFiles().isEmpty());
    }

    /** V22: it is read only while it is lent, also where no tier is needed to read it, and until it is moved with its data. */
    @Test
    void aLentCartridgeIsReadOnlyWithAllItsDataHereToo() throws Exception {
        keepsFirstChunks = true;
        archive(3600, 0);
        assertThat(chunkFiles()).as("what is alike fits into one chunk").hasSize(1);
        assertIsReadOnly(load());
        node.close();
        node = TestNode.start(plan(3600, 0));
        assertIsReadOnly(TestNode.driveHost(node, 0));
        assertThat(received(TierCounter.CHUNKS_RECALLED)).isZero();

        goBack();
        assertThat(post("transfer", "{\"library\":\"lib0\"}")).contains("\"barcode\":\"TST001L8\"");
        await(() -> isIn("lib0", STORAGE));
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        awaitRead(host, 0);
        assertThat(TestNode.write(host, new byte[10]).outcome()).isEqualTo("GOOD");
    }

    /** V22: having been read to the end makes nothing of a lent cartridge but its data being here. */
    @Test
    void aLentCartridgeThatWasReadStaysReadOnlyUntilItIsErased() throws Exception {
        archive(0, 600);
        FakeInitiator host = load();
        awaitRead(host, 0);
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        assertThat(get("/v1/cartridges/TST001L8/estimate")).contains("\"chunksToBring\":0");
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        assertIsReadOnly(TestNode.driveHost(node, 0));

        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        assertThat(post("erase", "")).contains("\"barcode\":\"TST001L8\"");
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        assertThat(TestNode.write(TestNode.driveHost(node, 0), new byte[10]).outcome())
                .isEqualTo("GOOD");
    }

    private static void assertIsReadOnly(FakeInitiator host) {
        assertThat(TestNode.write(host, new byte[10]).outcome()).isEqualTo("07/27/00");
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u8(2) & 0x80).as("WP").isEqualTo(0x80);
    }

    private void goBack() {
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        assertThat(TestNode.move(TestNode.changerHost(node), STORAGE, IMPORT_EXPORT).isGood())
                .isTrue();
        await(() -> isIn("vault0", STORAGE));
    }

    /** V20: from the shelf it is offered anywhere; what cannot be offered stays where it is. */
    @Test
    void itIsOfferedFromTheShelfToo() throws Exception {
        archive(0, 600);
        assertThat(post("lend", "{\"library\":\"vault0\"}")).contains("NO_DRIVES");
        library("vault0").exportCartridge(STORAGE);
        awaitRead(load(), 0);
        assertThat(post("lend", "{\"library\":\"lib0\"}")).contains("HAS_DRIVES");
        assertThat(
                        request(
                                "POST",
                                "/v1/cartridges/TST009L8/lend",
                                Map.of(),
                                "{\"library\":\"lib0\"}"))
                .contains("UNKNOWN_CARTRIDGE");
    }

    /** V6: an archived cartridge is erased where it is, and its data goes from the vault. */
    @Test
    void anArchivedCartridgeIsErasedWhereItIs() throws Exception {
        archive(3600, 600);
        assertThat(post("erase", "")).contains("\"barcode\":\"TST001L8\"");
        await(() ->
                node.tiers().jobs().reclaim() >= 0
                        && node.tiers().jobs().usage("vault").chunkCount() == 0);
        assertThat(received(TierCounter.CHUNKS_RECALLED)).isZero();
        FakeInitiator host = load();
        assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).as("blank").isEqualTo("08/00/05");
    }

    // ---- what the tests are made of

    private Path chunkFile() {
        return chunkFiles().getFirst();
    }

    private List<Path> chunkFiles() {
        return FilesBelow.of(directory.resolve("data")).stream()
                .filter(file -> file.toString().endsWith(".chunk"))
                .toList();
    }

    private static byte[] incompressible(int number) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private static void awaitRead(FakeInitiator host, int record) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        FakeReply reply = TestNode.read(host, BLOCK_BYTES);
        while (reply.outcome().equals("BUSY")) {
            assertThat(System.nanoTime()).as("still BUSY").isLessThan(deadlineNanos);
            LockSupport.parkNanos(1_000_000);
            reply = TestNode.read(host, BLOCK_BYTES);
        }
        assertThat(reply.data()).isEqualTo(TestNode.record(record, BLOCK_BYTES));
    }

    private LibraryUnit library(String name) {
        return node.library(name).orElseThrow();
    }

    private boolean isIn(String library, int address) {
        return node.storage()
                .catalog()
                .read(view -> view.elementOf(VOLUME))
                .equals(Optional.of(new ElementLocation(library, address)));
    }

    private void await(BooleanSupplier condition) {
        TestNode.awaitJobs(node, condition);
    }

    private long received(TierCounter counter) {
        return node.metrics().snapshot().stream()
                .filter(sample -> sample.counter() == counter)
                .filter(sample -> sample.labels().toString().contains("vault"))
                .mapToLong(MetricsRegistry.Sample::value)
                .sum();
    }

    private String post(String verb, String body) {
        return request("POST", "/v1/cartridges/TST001L8/" + verb, Map.of(), body);
    }

    private String get(String path, String... query) {
        Map<String, String> parameters = new java.util.HashMap<>();
        for (int i = 0; i < query.length; i += 2) {
            parameters.put(query[i], query[i + 1]);
        }
        return request("GET", path, parameters, "");
    }

    private String request(String method, String path, Map<String, String> query, String body) {
        Api api = new Api(node, Optional.empty(), "test", keepDevices -> {});
        HttpRequest request =
                new HttpRequest(method, path, query, body.getBytes(StandardCharsets.UTF_8), "test");
        return new String(api.handle(request).body(), StandardCharsets.UTF_8);
    }
}
