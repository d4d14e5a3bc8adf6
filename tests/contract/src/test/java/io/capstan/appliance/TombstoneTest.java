package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.IMPORT_EXPORT;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.AuditRecord;
import io.capstan.changer.Transported;
import io.capstan.format.VolumeIdentifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * V3, V7: what is kept of a destroyed cartridge, for how long, and what that waits for. The node's clock is the test's, the
 * times of files are the host's.
 */
class TombstoneTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String BARCODE = "TST001L8";
    private static final String PATH = "/v1/cartridges/" + BARCODE;
    private static final String KEEP = "tombstones: {keep-days: 30}\n";
    private static final String MAKE =
            """
            {"barcode": "TST001L8", "type": "LTO-8", "capacityBytes": 100000000, "clientToken": "%s"}\
            """;

    @TempDir Path directory;

    private final Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private volatile Instant now = start;
    private Node node;

    private void start(String more) throws Exception {
        if (node != null) {
            node.close();
        }
        node =
                Node.start(
                        TestNode.plan(
                                """
                                data-dir: %s
                                store: {chunk-size: 1MiB, reserve: 1MiB}
                                kernel: {enabled: off}
                                disks: {watch: false}
                                libraries:
                                  - {name: lib0, drives: {count: 1}, storage-elements: 10, import-export-elements: 2}
                                  - {name: vault0, drives: {count: 0}, storage-elements: 5, import-export-elements: 2}
                                tiers:
                                  - name: vault
                                    kind: vault
                                    directory: %s
                                    libraries: [vault0]
                                    bandwidth: 1TiB
                                    delay-seconds: 0
                                    batch-seconds: 0
                                links:
                                  - ends:
                                      - {library: lib0, import-export: 1}
                                      - {library: vault0, import-export: 1}
                                %s
                                """
                                        .formatted(
                                                directory.resolve("data"),
                                                directory.resolve("vault"),
                                                more)),
                        () -> now,
                        UUID::randomUUID);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** By default for ever, and nobody is given the barcode. */
    @Test
    void itIsKeptForEverByDefault() throws Exception {
        start("");
        done("POST", "/v1/cartridges", MAKE.formatted("first"));
        done("DELETE", PATH, "");
        later(Duration.ofDays(36_500));

        assertThat(node.tombstones().look()).isEmpty();
        assertThat(get(PATH).path("state").asText()).isEqualTo("destroyed");
        refused("POST", "/v1/cartridges", MAKE.formatted("second"), "BARCODE_IN_USE");
        JsonNode destroyed = get("/v1/cartridges?state=destroyed").path("cartridges");
        assertThat(destroyed).hasSize(1);
        assertThat(destroyed.get(0).path("destroyed").asText()).isEqualTo(start.toString());
        assertThat(destroyed.get(0).has("knownUntil")).isFalse();
        assertThat(get("/v1/cartridges").path("cartridges")).isEmpty();
    }

    /** After its time, to the second, it goes; the audit trail says so; and the barcode is as good as new. */
    @Test
    void itGoesAfterItsTime() throws Exception {
        start(KEEP);
        done("POST", "/v1/cartridges", MAKE.formatted("first"));
        done("DELETE", PATH, "");
        assertThat(
                        get("/v1/cartridges?state=destroyed")
                                .path("cartridges")
                                .get(0)
                                .path("knownUntil"))
                .hasToString("\"" + start.plus(Duration.ofDays(30)) + "\"");
        later(Duration.ofDays(32));
        done("POST", "/v1/tiers/vault/sweep", "");
        now = start.plus(Duration.ofDays(30));
        assertThat(node.tombstones().look()).as("not before").isEmpty();
        assertThat(request("POST", "/v1/cartridges", MAKE.formatted("second")))
                .contains("BARCODE_IN_USE", "not used again before " + now);

        now = now.plusSeconds(1);
        assertThat(node.tombstones().look()).containsExactly(new VolumeIdentifier(BARCODE));
        refused("GET", PATH, "", "UNKNOWN_CARTRIDGE");
        List<AuditRecord> audit = node.storage().catalog().read(view -> view.auditTail(1));
        assertThat(audit)
                .containsExactly(
                        new AuditRecord(
                                now.toEpochMilli(),
                                "capstand",
                                "forget destroyed cartridge TST001L8",
                                "its barcode is free after 30 days"));

        // Whoever asks again for what was made then does not get another one.
        assertThat(
                        done("POST", "/v1/cartridges", MAKE.formatted("first"))
                                .path("cartridges")
                                .get(0)
                                .has("library"))
                .isFalse();
        refused("GET", PATH, "", "UNKNOWN_CARTRIDGE");
        done("POST", "/v1/cartridges", MAKE.formatted("second"));
        assertThat(get(PATH).path("state").asText()).isEqualTo("present");
        later(Duration.ofDays(400));
        done("POST", "/v1/tiers/vault/sweep", "");
        assertThat(node.tombstones().look()).as("it is in use").isEmpty();
        assertThat(get(PATH).path("state").asText()).isEqualTo("present");
        assertThat(node.storage().check()).isEmpty();
    }

    /** What is locked is not destroyed, whatever the configuration says; its time begins once it is. */
    @Test
    void aLockComesFirst() throws Exception {
        start(KEEP);
        done("POST", "/v1/cartridges", MAKE.formatted("first").replace("}", ", \"lockDays\": 60}"));
        later(Duration.ofDays(59));
        done("POST", "/v1/tiers/vault/sweep", "");
        refused("DELETE", PATH, "", "RETENTION_LOCK");
        assertThat(node.tombstones().look()).isEmpty();
        assertThat(get(PATH).path("state").asText()).isEqualTo("present");

        later(Duration.ofDays(2));
        done("DELETE", PATH, "");
        later(Duration.ofDays(29));
        done("POST", "/v1/tiers/vault/sweep", "");
        assertThat(node.tombstones().look()).isEmpty();
        later(Duration.ofDays(3));
        done("POST", "/v1/tiers/vault/sweep", "");
        assertThat(node.tombstones().look()).hasSize(1);
    }

    /** As long as a tier has a chunk, a label or an index of it, or may have, it stays: else that could never be told. */
    @Test
    void itStaysWhileATierHasAnythingOfIt() throws Exception {
        start(KEEP);
        done(
                "POST",
                "/v1/cartridges",
                MAKE.formatted("first").replace("}", ", \"library\": \"lib0\"}"));
        LibraryUnit library = node.library("lib0").orElseThrow();
        assertThat(library.move(STORAGE, DRIVE)).isEqualTo(new Transported());
        TestNode.writeFile(TestNode.driveHost(node, 0), 0, 3, 64 << 10);
        assertThat(library.move(DRIVE, IMPORT_EXPORT)).isEqualTo(new Transported());
        await(() ->
                !node.library("vault0").orElseThrow().inventory().stream()
                        .allMatch(element -> element.content().isEmpty()));
        node.library("vault0").orElseThrow().exportCartridge(IMPORT_EXPORT);
        Path away = directory.resolve("away");
        Files.move(directory.resolve("vault"), away);
        done("DELETE", PATH, "");
        later(Duration.ofDays(31));
        assertThat(node.tiers().jobs().reclaim()).as("the vault is not there").isZero();
        assertThat(node.tombstones().look()).isEmpty();

        Files.move(away, directory.resolve("vault"));
        await(() ->
                node.tiers().jobs().reclaim() >= 0
                        && node.tiers().jobs().usage("vault").chunkCount() == 0);
        assertThat(node.tombstones().look()).as("nobody has swept the vault since").isEmpty();
        assertThat(get(PATH).path("state").asText()).isEqualTo("destroyed");
        done("POST", "/v1/tiers/vault/sweep", "");
        assertThat(node.tombstones().look()).hasSize(1);
    }

    /** A configuration that says less than before counts for those that are there. */
    @Test
    void aShorterTimeCountsForThoseThatAreThere() throws Exception {
        start("");
        done("POST", "/v1/cartridges", MAKE.formatted("first"));
        done("DELETE", PATH, "");
        later(Duration.ofDays(31));
        start(KEEP);
        assertThat(get(PATH).path("state").asText()).as("not swept").isEqualTo("destroyed");
        done("POST", "/v1/tiers/vault/sweep", "");
        assertThat(node.tombstones().look()).hasSize(1);
    }

    // ---- what the tests are made of

    private void later(Duration duration) {
        now = now.plus(duration);
    }

    private void await(BooleanSupplier condition) {
        TestNode.awaitJobs(node, condition);
    }

    private JsonNode get(String path) throws Exception {
        return MAPPER.readTree(request("GET", path, ""));
    }

    private JsonNode done(String method, String path, String body) throws Exception {
        JsonNode answer = MAPPER.readTree(request(method, path, body));
        assertThat(answer.has("detail")).as("%s", answer).isFalse();
        return answer;
    }

    private void refused(String method, String path, String body, String reason) throws Exception {
        JsonNode answer = MAPPER.readTree(request(method, path, body));
        assertThat(answer.path("reason").asText()).as("%s", answer).isEqualTo(reason);
    }

    private String request(String method, String path, String body) {
        int question = path.indexOf('?');
        Map<String, String> query =
                question < 0
                        ? Map.of()
                        : Map.of(
                                path.substring(question + 1, path.indexOf('=')),
                                path.substring(path.indexOf('=') + 1));
        Api api = new Api(node, Optional.empty(), "test", keepDevices -> {});
        HttpRequest request =
                new HttpRequest(
                        method,
                        question < 0 ? path : path.substring(0, question),
                        query,
                        body.getBytes(StandardCharsets.UTF_8),
                        "test");
        return new String(api.handle(request).body(), StandardCharsets.UTF_8);
    }
}
