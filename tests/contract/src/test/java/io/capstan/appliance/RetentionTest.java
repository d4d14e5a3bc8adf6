package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.ContainerRecord;
import io.capstan.changer.Transported;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.GenerationStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * V3, V6, V7: retention of the node, of a pool and of a cartridge, and the lock of a cartridge, which neither hosts nor
 * operators get past before its time.
 */
class RetentionTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int BLOCK_BYTES = 64 << 10;
    private static final String START = "2026-03-01T00:00:00Z";

    @TempDir Path directory;

    private Node node;
    private Instant now = Instant.parse(START);

    @BeforeEach
    void start() throws Exception {
        InstantSource clock = () -> now;
        node =
                Node.start(
                        TestNode.plan(
                                """
                                data-dir: %s
                                store:
                                  chunk-size: 1MiB
                                  reserve: 1MiB
                                  pools:
                                    - {name: default, directories: [%s]}
                                    - {name: long, keep-generations-days: 30, directories: [%s]}
                                kernel: {enabled: off}
                                disks: {watch: false}
                                generations: {keep-days: 2}
                                libraries:
                                  - name: lib0
                                    drives: {count: 1}
                                    storage-elements: 10
                                    import-export-elements: 2
                                  - {name: lib1, drives: {count: 1}, storage-elements: 2}
                                blank-cartridges:
                                  - {library: lib1, prefix: BLK, at-least: 1, pool: long}
                                """
                                        .formatted(
                                                directory.resolve("data"),
                                                directory.resolve("data/disk0"),
                                                directory.resolve("data/disk1"))),
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

    /** V3: made on demand in an element, with pool and retention; asked again with the same token, made once. */
    @Test
    void cartridgesAreMadeWithPoolAndRetention() throws Exception {
        String request =
                """
                {"prefix": "RET", "count": 2, "type": "LTO-8", "capacityBytes": 100000000, "library": "lib0",
                 "pool": "long", "keepGenerationsDays": 7, "lockDays": 10, "clientToken": "again"}\
                """;
        JsonNode made = done("POST", "/v1/cartridges", request).path("cartridges");
        assertThat(made).hasSize(2);
        String barcode = made.get(0).path("barcode").asText();
        assertThat(made.get(0).path("element").asInt()).isEqualTo(STORAGE);
        now = now.plus(Duration.ofDays(1));
        restart();
        assertThat(done("POST", "/v1/cartridges", request).path("cartridges")).isEqualTo(made);

        JsonNode cartridge = get("/v1/cartridges/" + barcode);
        assertThat(cartridge.path("keepGenerationsDays").asInt()).isEqualTo(7);
        assertThat(cartridge.path("lockedUntil").asText()).isEqualTo("2026-03-11T00:00:00Z");
        assertThat(poolOf(barcode)).contains("long");
    }

    /** V3, V4: what a rule makes goes to the pool that it says. */
    @Test
    void blankCartridgesAreInThePoolOfTheirRule() {
        node.blankCartridges().look();
        assertThat(poolOf("BLK001L8")).contains("long");
    }

    private Optional<String> poolOf(String barcode) {
        return node.storage()
                .catalog()
                .read(view ->
                        view.cartridge(new VolumeIdentifier(barcode))
                                .flatMap(cartridge -> view.container(cartridge.container())))
                .map(ContainerRecord::pool);
    }

    /** V6: what a cartridge says counts before what its pool says, and that before what the node says. */
    @Test
    void eachKeepsEarlierContentForItsOwnTime() throws Exception {
        make("NOD001L8", "");
        make("POL001L8", ", \"pool\": \"long\"");
        make("OWN001L8", ", \"pool\": \"long\", \"keepGenerationsDays\": 5");
        make("NON001L8", ", \"keepGenerationsDays\": 0");
        for (String barcode : List.of("NOD001L8", "POL001L8", "OWN001L8", "NON001L8")) {
            write(barcode);
            done("POST", "/v1/cartridges/" + barcode + "/erase", "");
        }
        assertThat(expiry("NOD001L8")).contains(Instant.parse("2026-03-03T00:00:00Z"));
        assertThat(expiry("POL001L8")).contains(Instant.parse("2026-03-31T00:00:00Z"));
        assertThat(expiry("OWN001L8")).contains(Instant.parse("2026-03-06T00:00:00Z"));
        assertThat(expiry("NON001L8")).isEmpty();

        now = now.plus(Duration.ofDays(4));
        restart();
        assertThat(expiry("NOD001L8")).isEmpty();
        assertThat(expiry("OWN001L8")).isPresent();
        done("PATCH", "/v1/cartridges/OWN001L8", "{\"keepGenerationsDays\": 40}");
        now = now.plus(Duration.ofDays(28));
        assertThat(expiry("POL001L8")).isEmpty();
        assertThat(expiry("OWN001L8")).contains(Instant.parse("2026-04-10T00:00:00Z"));
    }

    private Optional<Instant> expiry(String barcode) throws Exception {
        return node
                .storage()
                .cartridges()
                .generations(new VolumeIdentifier(barcode))
                .orElseThrow()
                .stream()
                .map(GenerationStatus::expires)
                .findFirst();
    }

    /** V7: a host appends to a locked cartridge and cannot take anything away; after its time it can. */
    @Test
    void aHostCannotOverwriteALockedCartridge() throws Exception {
        make("LCK001L8", ", \"lockDays\": 10");
        assertThat(library().move(STORAGE, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        TestNode.writeFile(host, 0, 5, BLOCK_BYTES);
        TestNode.writeFile(host, 5, 5, BLOCK_BYTES);
        TestNode.rewind(host);
        byte[] block = TestNode.record(99, BLOCK_BYTES);
        assertThat(TestNode.write(host, block).outcome()).as("WRITE").isEqualTo("07/30/0C");
        assertThat(TestNode.writeFilemark(host).outcome()).isEqualTo("07/30/0C");
        assertThat(host.send("19 01 00 00 00 00").outcome()).as("ERASE").isEqualTo("07/30/0C");
        assertThat(host.send("04 00 00 00 00 00").outcome())
                .as("FORMAT MEDIUM")
                .isEqualTo("07/30/0C");
        TestNode.readRecords(host, 0, 5, BLOCK_BYTES);
        assertThat(host.send("11 03 00 00 00 00").isGood()).as("SPACE to end of data").isTrue();
        TestNode.writeFile(host, 10, 5, BLOCK_BYTES);

        now = Instant.parse("2026-03-11T00:00:00Z");
        TestNode.rewind(host);
        assertThat(TestNode.write(host, block).isGood()).as("after its time").isTrue();
    }

    /** V7: an operator cannot erase, destroy or shorten it; extending, and what is no loss, is allowed. */
    @Test
    void anOperatorCannotEraseOrDestroyALockedCartridge() throws Exception {
        String path = "/v1/cartridges/LCK002L8";
        make("LCK002L8", ", \"keepGenerationsDays\": 0");
        write("LCK002L8");
        done("POST", path + "/erase", "");
        write("LCK002L8");
        done("PATCH", path, "{\"keepGenerationsDays\": 5}");
        done("POST", path + "/erase", "");
        write("LCK002L8");
        String until = "{\"lockedUntil\": \"2026-03-20T00:00:00Z\"}";
        assertThat(done("PATCH", path, until).path("lockedUntil").asText())
                .isEqualTo("2026-03-20T00:00:00Z");

        refused("POST", path + "/erase", "", "RETENTION_LOCK");
        refused("DELETE", path + "/generations/1", "", "RETENTION_LOCK");
        refused("PATCH", path, "{\"lockedUntil\": \"2026-03-19T23:59:59Z\"}", "RETENTION_LOCK");
        refused("PATCH", path, "{\"lockedUntil\": \"tomorrow\"}", "INVALID_REQUEST");
        refused("PATCH", path, "{\"keepGenerationsDays\": -1}", "INVALID_REQUEST");
        refused("PATCH", path, "{}", "INVALID_REQUEST");
        done("PATCH", path, "{\"lockedUntil\": \"2026-03-25T00:00:00Z\"}");
        done("PATCH", path, "{\"keepGenerationsDays\": 0}");
        assertThat(expiry("LCK002L8")).as("while it is locked").isPresent();
        library().exportCartridge(STORAGE);
        refused("DELETE", path, "", "RETENTION_LOCK");
        now = Instant.parse("2026-03-24T23:59:59Z");
        restart();
        refused("DELETE", path, "", "RETENTION_LOCK");

        now = Instant.parse("2026-03-25T00:00:00Z");
        assertThat(expiry("LCK002L8")).isEmpty();
        done("PATCH", path, "{\"lockedUntil\": \"2026-03-24T00:00:00Z\"}");
        assertThat(
                        done("DELETE", path, "").path("state").asText()
                                + get(path).path("state").asText())
                .contains("destroyed");
    }

    // ---- what the tests are made of

    private void make(String barcode, String more) throws Exception {
        done(
                "POST",
                "/v1/cartridges",
                "{\"barcode\": \"%s\", \"type\": \"LTO-8\", \"capacityBytes\": 100000000, \"library\": \"lib0\"%s}"
                        .formatted(barcode, more));
    }

    private void write(String barcode) throws Exception {
        int element = get("/v1/cartridges/" + barcode).path("element").asInt();
        assertThat(library().move(element, DRIVE)).isEqualTo(new Transported());
        TestNode.writeFile(TestNode.driveHost(node, 0), 0, 3, BLOCK_BYTES);
        assertThat(library().move(DRIVE, element)).isEqualTo(new Transported());
    }

    private LibraryUnit library() {
        return node.library("lib0").orElseThrow();
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
        Api api = new Api(node, Optional.empty(), "test", keepDevices -> {});
        HttpRequest request =
                new HttpRequest(
                        method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8), "test");
        return new String(api.handle(request).body(), StandardCharsets.UTF_8);
    }
}
