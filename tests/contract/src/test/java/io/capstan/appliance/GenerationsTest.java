package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.IMPORT_EXPORT;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.appliance.api.Api;
import io.capstan.appliance.cli.CapstanCli;
import io.capstan.appliance.http.HttpLimits;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.http.UnixHttpServer;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.AuditRecord;
import io.capstan.changer.Transported;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.GenerationStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * V6, as the one sees it who overwrote the wrong tape: what was on it is listed with its size and its time, comes back under
 * another barcode with one request, can be read and not be written, and the tape itself is not touched.
 */
class GenerationsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int BLOCK_BYTES = 64 << 10;
    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("TST001L8");
    private static final String CARTRIDGE = "/v1/cartridges/TST001L8";

    @TempDir Path directory;

    private Node node;
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");

    @BeforeEach
    void start() throws Exception {
        InstantSource clock = () -> now;
        node =
                Node.start(
                        TestNode.plan(
                                directory.resolve("data"),
                                """
                                generations: {keep-days: 2}
                                libraries:
                                  - name: lib0
                                    drives: {count: 2}
                                    storage-elements: 10
                                    import-export-elements: 2
                                    cartridges:
                                      - {prefix: TST, count: 2, medium: LTO-8, capacity: 100MiB}
                                  - name: vault0
                                    drives: {count: 0}
                                    storage-elements: 5
                                    import-export-elements: 2
                                tiers:
                                  - name: vault
                                    kind: vault
                                    directory: %s
                                    libraries: [vault0]
                                    bandwidth: 1GiB
                                    delay-seconds: 0
                                    batch-seconds: 0
                                links:
                                  - ends:
                                      - {library: lib0, import-export: 1, arrive: storage}
                                      - {library: vault0, import-export: 1, arrive: storage}
                                """
                                        .formatted(directory.resolve("vault"))),
                        clock,
                        UUID::randomUUID);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void restart() throws Exception {
        node.close();
        start();
    }

    /** Ten records and then, over them, two others. */
    private FakeInitiator overwriteTheWrongTape() {
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        writeFile(host, 0, 10);
        assertThat(TestNode.rewind(host).isGood()).isTrue();
        writeFile(host, 100, 2);
        return host;
    }

    @Test
    void whatWasOverwrittenComesBackUnderAnotherBarcode() throws Exception {
        FakeInitiator original = overwriteTheWrongTape();

        JsonNode kept = get(CARTRIDGE + "/generations").path("generations");
        assertThat(kept).hasSize(1);
        assertThat(kept.get(0).path("generation").asInt()).isZero();
        assertThat(kept.get(0).path("usedBytes").asLong()).isEqualTo(10L * BLOCK_BYTES);
        assertThat(kept.get(0).path("partitions").get(0).path("objectCount").asInt()).isEqualTo(11);
        assertThat(kept.get(0).path("ended").asText()).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(kept.get(0).path("expires").asText()).isEqualTo("2026-03-03T00:00:00Z");

        JsonNode place =
                post(
                        CARTRIDGE + "/generations/0/show",
                        "{\"barcode\":\"OLD001L8\",\"library\":\"lib0\"}");
        assertThat(place.path("library").asText()).isEqualTo("lib0");
        assertThat(
                        post(
                                CARTRIDGE + "/generations/0/show",
                                "{\"barcode\":\"OLD001L8\",\"library\":\"lib0\"}"))
                .as("asked again")
                .isEqualTo(place);
        JsonNode shown = get("/v1/cartridges/OLD001L8");
        assertThat(shown.path("generationOf").asText()).isEqualTo("TST001L8");
        assertThat(shown.path("generation").asInt()).isZero();
        assertThat(shown.path("writeProtected").asBoolean()).isTrue();
        assertThat(shown.path("usedBytes").asLong()).isEqualTo(10L * BLOCK_BYTES);

        // Both are in drives at once.
        assertThat(library("lib0").move(place.path("element").asInt(), DRIVE + 1))
                .isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 1);
        readRecords(host, 0, 10);
        assertThat(TestNode.read(host, BLOCK_BYTES).outcome()).as("filemark").isEqualTo("00/00/01");
        assertThat(TestNode.read(host, BLOCK_BYTES).outcome())
                .as("end of data")
                .isEqualTo("08/00/05");
        writeFile(original, 102, 3);
        assertThat(TestNode.rewind(original).isGood()).isTrue();
        readRecords(original, 100, 2);
        assertThat(TestNode.rewind(host).isGood()).isTrue();
        readRecords(host, 0, 10);
    }

    @Test
    void whatIsShownIsNeverWritten() throws Exception {
        overwriteTheWrongTape();
        int element =
                post(
                                CARTRIDGE + "/generations/0/show",
                                "{\"barcode\":\"OLD001L8\",\"library\":\"lib0\"}")
                        .path("element")
                        .asInt();
        refused(
                "PATCH",
                "/v1/cartridges/OLD001L8",
                "{\"writeProtected\":false}",
                "SHOWS_GENERATION");
        refused("POST", "/v1/cartridges/OLD001L8/erase", "", "WRITE_PROTECTED");
        refused("POST", "/v1/cartridges/OLD001L8/recall", "", "SHOWS_GENERATION");
        assertThat(library("lib0").move(element, DRIVE + 1)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 1);
        byte[] block = block(1);
        assertThat(TestNode.write(host, block).outcome()).as("WRITE").isEqualTo("07/27/00");
        assertThat(TestNode.writeFilemark(host).outcome()).isEqualTo("07/27/00");
        assertThat(host.send("19 01 00 00 00 00").outcome()).as("ERASE").isEqualTo("07/27/00");
        assertThat(host.send("04 00 00 00 00 00").outcome())
                .as("FORMAT MEDIUM")
                .isEqualTo("07/27/00");
        assertThat(host.receive("4D 00 6E 00 00 00 00 10 00 00", 4096).u8(4 + 8 * 5 + 4) & 1)
                .as("TapeAlert flag 9, write protect")
                .isEqualTo(1);
        readRecords(host, 0, 10);
    }

    /** V7, V13: what is kept is counted where it was written, and destroying what shows it comes first. */
    @Test
    void itCountsUntilItIsGivenUp() throws Exception {
        overwriteTheWrongTape();
        long before = usedOnDisk();
        assertThat(before).isGreaterThan(12L * BLOCK_BYTES);
        post(CARTRIDGE + "/generations/0/show", "{\"barcode\":\"OLD001L8\"}");
        assertThat(usedOnDisk()).isEqualTo(before);
        refused("DELETE", CARTRIDGE + "/generations/0", "", "GENERATION_SHOWN");
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        library("lib0").exportCartridge(STORAGE);
        refused("DELETE", CARTRIDGE, "", "GENERATION_SHOWN");
        done("DELETE", "/v1/cartridges/OLD001L8", "");
        done("DELETE", CARTRIDGE + "/generations/0", "");
        assertThat(get(CARTRIDGE + "/generations").path("generations")).isEmpty();
        TestNode.awaitJobs(node, () -> usedOnDisk() < before - 9L * BLOCK_BYTES);

        // V23: who did what, and what came of it.
        List<AuditRecord> audit = node.storage().catalog().read(view -> view.auditTail(20));
        assertThat(audit)
                .extracting(AuditRecord::what)
                .anyMatch(text -> text.startsWith("POST " + CARTRIDGE + "/generations/0/show"))
                .anyMatch(text -> text.startsWith("DELETE " + CARTRIDGE + "/generations/0"));
    }

    private long usedOnDisk() {
        try {
            for (JsonNode row : get("/v1/accounting/usage", "by", "cartridge").path("rows")) {
                if (row.path("key").asText().equals("TST001L8")) {
                    return row.path("bytes").asLong();
                }
            }
            return 0;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eachThatEndsIsKeptForAsLongAsConfigured() throws Exception {
        overwriteTheWrongTape();
        now = now.plus(Duration.ofDays(1));
        FakeInitiator host = TestNode.driveHost(node, 0);
        TestNode.rewind(host);
        assertThat(host.send("19 00 00 00 00 00").isGood()).as("ERASE").isTrue();
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        done("POST", CARTRIDGE + "/erase", "");
        assertThat(generations()).containsExactly(0L, 1L);

        now = now.plus(Duration.ofHours(25));
        assertThat(generations()).containsExactly(1L);
        refused(
                "POST",
                CARTRIDGE + "/generations/0/show",
                "{\"barcode\":\"OLD001L8\"}",
                "UNKNOWN_GENERATION");
        post(CARTRIDGE + "/generations/1/show", "{\"barcode\":\"OLD002L8\"}");
        now = now.plus(Duration.ofDays(100));
        restart();
        assertThat(generations()).as("shown").containsExactly(1L);
        library("lib0").importCartridge(new VolumeIdentifier("OLD002L8"), STORAGE + 5);
        assertThat(library("lib0").move(STORAGE + 5, DRIVE)).isEqualTo(new Transported());
        readRecords(TestNode.driveHost(node, 0), 100, 2);
    }

    private List<Long> generations() throws Exception {
        return node.storage().cartridges().generations(VOLUME).orElseThrow().stream()
                .map(GenerationStatus::generation)
                .toList();
    }

    /** V16: its data is the other one's, and stays where that is. */
    @Test
    void itTravelsWithoutData() throws Exception {
        overwriteTheWrongTape();
        int element =
                post(
                                CARTRIDGE + "/generations/0/show",
                                "{\"barcode\":\"OLD001L8\",\"library\":\"lib0\"}")
                        .path("element")
                        .asInt();
        assertThat(library("lib0").move(element, IMPORT_EXPORT)).isEqualTo(new Transported());
        await("vault0");
        assertThat(node.tiers().jobs().usage("vault").chunkCount()).isZero();
        post("/v1/cartridges/OLD001L8/transfer", "{\"library\":\"lib0\"}");
        await("lib0");
        int back = get("/v1/cartridges/OLD001L8").path("element").asInt();
        assertThat(library("lib0").move(back, DRIVE + 1)).isEqualTo(new Transported());
        readRecords(TestNode.driveHost(node, 1), 0, 10);
    }

    /** V12, V22: what was there before goes to the archive with its cartridge, and is recalled as it is read. */
    @Test
    void itIsReadFromTheArchive() throws Exception {
        overwriteTheWrongTape();
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        post(CARTRIDGE + "/transfer", "{\"library\":\"vault0\"}");
        TestNode.awaitJobs(node, () -> isIn(VOLUME, "vault0"));
        int element =
                post(
                                CARTRIDGE + "/generations/0/show",
                                "{\"barcode\":\"OLD001L8\",\"library\":\"lib0\"}")
                        .path("element")
                        .asInt();
        assertThat(library("lib0").move(element, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        byte[] first = block(0);
        var reply = TestNode.read(host, BLOCK_BYTES);
        while (reply.outcome().equals("BUSY")) {
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
            reply = TestNode.read(host, BLOCK_BYTES);
        }
        assertThat(reply.data()).isEqualTo(first);
    }

    private void await(String library) {
        TestNode.awaitJobs(node, () -> isIn(new VolumeIdentifier("OLD001L8"), library));
    }

    private boolean isIn(VolumeIdentifier volume, String library) {
        return node.storage()
                .catalog()
                .read(view -> view.elementOf(volume))
                .filter(location -> location.library().equals(library))
                .isPresent();
    }

    @Test
    void badRequestsAreRefusedAndChangeNothing() throws Exception {
        overwriteTheWrongTape();
        String show = CARTRIDGE + "/generations/0/show";
        refused("POST", show, "{}", "INVALID_REQUEST");
        refused("POST", show, "{\"barcode\":\"old\"}", "INVALID_REQUEST");
        refused("POST", show, "{\"barcode\":\"TST002L8\"}", "BARCODE_IN_USE");
        refused("POST", show, "{\"barcode\":\"OLD1\",\"library\":\"x\"}", "UNKNOWN_LIBRARY");
        refused(
                "POST",
                show,
                "{\"barcode\":\"OLD1\",\"elementType\":\"storage\"}",
                "INVALID_REQUEST");
        refused(
                "POST",
                CARTRIDGE + "/generations/7/show",
                "{\"barcode\":\"OLD1\"}",
                "UNKNOWN_GENERATION");
        refused("DELETE", CARTRIDGE + "/generations/7", "", "UNKNOWN_GENERATION");
        refused("GET", "/v1/cartridges/TST009L8/generations", "", "UNKNOWN_CARTRIDGE");
        refused("GET", "/v1/cartridges/OLD1", "", "UNKNOWN_CARTRIDGE");
    }

    @Test
    void oneCommandBringsItBack() throws Exception {
        overwriteTheWrongTape();
        Path socket = directory.resolve("g.sock");
        Api api = new Api(node, Optional.empty(), "test", keepDevices -> {});
        try (UnixHttpServer _ = UnixHttpServer.start(socket, HttpLimits.DEFAULTS, api)) {
            assertThat(cli(socket, "cartridge", "generations", "TST001L8"))
                    .contains("2026-03-03T00:00:00Z", "640.0 KiB");
            assertThat(
                            cli(
                                    socket,
                                    "cartridge",
                                    "recover",
                                    "TST001L8",
                                    "OLD001L8",
                                    "--library",
                                    "lib0"))
                    .startsWith("generation 0 of TST001L8: OLD001L8 is in element ");
            assertThat(cli(socket, "cartridge", "generations", "TST001L8")).contains("OLD001L8");
            assertThat(cli(socket, "cartridge", "show", "OLD001L8")).contains("generationOf");
            assertThat(cli(socket, "cartridge", "forget", "TST001L8", "0"))
                    .contains("GENERATION_SHOWN");
            assertThat(cli(socket, "cartridge", "recover", "TST002L8", "OLD002L8"))
                    .contains("nothing is kept of what was on TST002L8 before");
        }
    }

    // ---- what the tests are made of

    private static String cli(Path socket, String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine line = CapstanCli.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", socket.toString()));
        int status = line.execute(all.toArray(String[]::new));
        return status == 0 ? text.toString() : "status " + status + ": " + text;
    }

    /** Bytes that follow from a number, and do not get smaller when they are compressed. */
    private static byte[] block(int number) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }

    private static void writeFile(FakeInitiator host, int first, int count) {
        for (int number = first; number < first + count; number++) {
            assertThat(TestNode.write(host, block(number)).isGood()).isTrue();
        }
        assertThat(TestNode.writeFilemark(host).isGood()).isTrue();
    }

    private static void readRecords(FakeInitiator host, int first, int count) {
        for (int number = first; number < first + count; number++) {
            assertThat(TestNode.read(host, BLOCK_BYTES).data()).isEqualTo(block(number));
        }
    }

    private LibraryUnit library(String name) {
        return node.library(name).orElseThrow();
    }

    private JsonNode get(String path, String... query) throws Exception {
        return MAPPER.readTree(
                request(
                        "GET",
                        path,
                        query.length == 0 ? Map.of() : Map.of(query[0], query[1]),
                        ""));
    }

    private JsonNode post(String path, String body) throws Exception {
        return done("POST", path, body);
    }

    private JsonNode done(String method, String path, String body) throws Exception {
        JsonNode answer = MAPPER.readTree(request(method, path, Map.of(), body));
        assertThat(answer.has("detail")).as("%s", answer).isFalse();
        return answer;
    }

    private void refused(String method, String path, String body, String reason) throws Exception {
        JsonNode answer = MAPPER.readTree(request(method, path, Map.of(), body));
        assertThat(answer.path("reason").asText()).as("%s", answer).isEqualTo(reason);
    }

    private String request(String method, String path, Map<String, String> query, String body) {
        Api api = new Api(node, Optional.empty(), "test", keepDevices -> {});
        HttpRequest request =
                new HttpRequest(method, path, query, body.getBytes(StandardCharsets.UTF_8), "test");
        return new String(api.handle(request).body(), StandardCharsets.UTF_8);
    }
}
