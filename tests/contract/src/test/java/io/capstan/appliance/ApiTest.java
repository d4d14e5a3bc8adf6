package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.IMPORT_EXPORT;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpLimits;
import io.capstan.appliance.http.UnixHttpServer;
import io.capstan.appliance.node.Node;
import io.capstan.fakes.scsi.FakeInitiator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST API over a real socket. */
@Timeout(120)
class ApiTest {

    @TempDir private Path directory;

    private Node node;
    private UnixHttpServer server;
    private Path socket;
    private final AtomicReference<Optional<Boolean>> stopped =
            new AtomicReference<>(Optional.empty());

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(TestNode.plan(directory.resolve("data")));
        socket = directory.resolve("api.sock");
        Api api = new Api(node, Optional.empty(), "1.2.3", keep -> stopped.set(Optional.of(keep)));
        server = UnixHttpServer.start(socket, HttpLimits.DEFAULTS, api);
    }

    @AfterEach
    void stop() {
        server.close();
        node.close();
    }

    private JsonNode get(String path) throws IOException {
        Http answer = Http.get(socket, path);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode done(String method, String path, String body) throws IOException {
        Http answer = Http.send(socket, method, path, body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode post(String path, String body) throws IOException {
        return done("POST", path, body);
    }

    private void refused(String method, String path, String body, int status, String reason)
            throws IOException {
        Http answer = Http.send(socket, method, path, body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.head()).contains("application/problem+json");
        assertThat(answer.reason()).as(answer.toString()).isEqualTo(reason);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("title").asText()).isNotEmpty();
        assertThat(answer.json().path("detail").asText()).isNotEmpty();
        assertThat(answer.json().path("type").asText()).startsWith("urn:capstan:problem:");
    }

    private static List<String> texts(JsonNode array, String member) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.path(member).asText()));
        return texts;
    }

    // ---- elements and drives that come and go

    @Test
    void elementsAreAddedAndRemoved() throws IOException {
        JsonNode grown = done("PUT", "/v1/libraries/lib0/elements", "{\"storageElements\": 12}");
        assertThat(grown.path("storageCount").asInt()).isEqualTo(12);
        assertThat(grown.path("importExportCount").asInt()).isEqualTo(2);

        post(
                "/v1/libraries/lib0/move",
                "{\"source\": %d, \"destination\": %d}".formatted(STORAGE, STORAGE + 11));
        refused(
                "PUT",
                "/v1/libraries/lib0/elements",
                "{\"storageElements\": 10}",
                409,
                "ELEMENT_OCCUPIED");
        refused(
                "PUT",
                "/v1/libraries/lib0/elements",
                "{\"importExportElements\": 600}",
                409,
                "NO_SUCH_ELEMENTS");
    }

    @Test
    void drivesAreAddedAndRemoved() throws IOException {
        JsonNode library =
                post(
                        "/v1/libraries/lib0/drives",
                        "{\"personality\": \"ibm-ult3580-td9\", \"serialNumber\": \"OWNSERIAL1\"}");
        assertThat(library.path("driveCount").asInt()).isEqualTo(3);
        assertThat(get("/v1/drives/lib0/2").path("serialNumber").asText()).isEqualTo("OWNSERIAL1");
        refused(
                "POST",
                "/v1/libraries/lib0/drives",
                "{\"serialNumber\": \"OWNSERIAL1\"}",
                400,
                "INVALID_REQUEST");
        refused(
                "POST",
                "/v1/libraries/lib0/drives",
                "{\"personality\": \"acme\"}",
                400,
                "INVALID_REQUEST");

        post("/v1/drives/lib0/2/load", "{\"barcode\": \"TST001L8\"}");
        refused("DELETE", "/v1/libraries/lib0/drives/2", "", 409, "ELEMENT_OCCUPIED");
        refused("DELETE", "/v1/libraries/lib0/drives/0", "", 409, "NO_SUCH_ELEMENTS");
        post("/v1/drives/lib0/2/unload", "{}");
        done("DELETE", "/v1/libraries/lib0/drives/2", "");
        refused("GET", "/v1/drives/lib0/2", "", 404, "UNKNOWN_DRIVE");
    }

    // ---- flight recorders

    @Test
    void whatADriveWasAskedIsTraced() throws IOException {
        FakeInitiator host = TestNode.newDriveHost(node, 0);
        host.send("00 00 00 00 00 00");
        host.send("1D 08 00 00 00 00");
        host.receive("12 00 00 00 24 00", 36);

        JsonNode trace = get("/v1/drives/lib0/0/trace");

        assertThat(trace.path("unit").asText()).isEqualTo("lib0/drive0");
        assertThat(texts(trace.path("commands"), "command"))
                .containsExactly("TEST UNIT READY", "SEND DIAGNOSTIC", "INQUIRY");
        assertThat(texts(trace.path("commands"), "outcome").getFirst()).isEqualTo("06/29/00");
        JsonNode inquiry = trace.path("commands").get(2);
        assertThat(inquiry.path("outcome").asText()).isEqualTo("GOOD");
        assertThat(inquiry.path("cdb").asText()).isEqualTo("12 00 00 00 24 00");
        assertThat(inquiry.path("dataInBytes").asInt()).isEqualTo(36);
        assertThat(inquiry.path("initiator").asText()).isEqualTo("host");
        assertThat(get("/v1/drives/lib0/0/trace?after=2").path("commands")).hasSize(1);
        assertThat(get("/v1/drives/lib0/0/trace?limit=2").path("commands")).hasSize(2);
        refused("GET", "/v1/drives/lib0/0/trace?after=x", "", 400, "INVALID_REQUEST");
    }

    @Test
    void whatAChangerWasAskedIsTraced() throws IOException {
        TestNode.move(TestNode.changerHost(node), STORAGE, STORAGE + 9);

        JsonNode last = get("/v1/libraries/lib0/trace?limit=1").path("commands").get(0);

        assertThat(last.path("command").asText()).isEqualTo("MOVE MEDIUM");
        assertThat(last.path("outcome").asText()).isEqualTo("GOOD");
        assertThat(last.has("object")).isFalse();
    }

    // ---- requests that say nothing

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    GET    | /v1/nothing                      | ~~                                  | 404 | UNKNOWN_PATH
                    GET    | /                                | ~~                                  | 404 | UNKNOWN_PATH
                    GET    | /v1/libraries/                   | ~~                                  | 404 | UNKNOWN_PATH
                    POST   | /v1/status                       | {}                                  | 405 | METHOD_NOT_ALLOWED
                    PUT    | /v1/cartridges/TST001L8          | {}                                  | 405 | METHOD_NOT_ALLOWED
                    GET    | /v1/libraries/none               | ~~                                  | 404 | UNKNOWN_LIBRARY
                    GET    | /v1/cartridges/NONE              | ~~                                  | 404 | UNKNOWN_CARTRIDGE
                    GET    | /v1/cartridges/not%20one         | ~~                                  | 400 | INVALID_REQUEST
                    GET    | /v1/cartridges?limit=0           | ~~                                  | 400 | INVALID_REQUEST
                    GET    | /v1/cartridges?limit=x           | ~~                                  | 400 | INVALID_REQUEST
                    GET    | /v1/drives/lib0/9                | ~~                                  | 404 | UNKNOWN_DRIVE
                    GET    | /v1/drives/lib0/x                | ~~                                  | 400 | INVALID_REQUEST
                    GET    | /v1/drives/lib0/-1               | ~~                                  | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | ~~                                  | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | nonsense                            | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | []                                  | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | null                                | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | {"source":1000}                     | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | {"source":"1000","destination":500} | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | {"source":1000,"destination":500,"x":1} | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/move          | {"source":1000,"destination":500}{} | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/import        | {"barcode":"a"}                     | 400 | INVALID_REQUEST
                    POST   | /v1/libraries/lib0/import        | {"barcode":"A","elementType":"x"}   | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {}                                  | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"barcode":"A","prefix":"B"}        | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"prefix":"toolong7"}               | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"prefix":"A","count":0}            | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"prefix":"ABCDE","count":10}       | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"barcode":"A","type":"LTO-1"}      | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"barcode":"A","capacityBytes":0}   | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"barcode":"A","capacityBytes":99000000000000} | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"barcode":"A","element":1000}      | 400 | INVALID_REQUEST
                    POST   | /v1/cartridges                   | {"barcode":"A","clientToken":"a b"} | 400 | INVALID_REQUEST
                    PATCH  | /v1/cartridges/TST001L8          | {}                                  | 400 | INVALID_REQUEST
                    PATCH  | /v1/cartridges/NONE              | {"writeProtected":true}             | 404 | UNKNOWN_CARTRIDGE
                    POST   | /v1/cartridges/NONE/erase        | ~~                                  | 404 | UNKNOWN_CARTRIDGE
                    DELETE | /v1/cartridges/NONE              | ~~                                  | 404 | UNKNOWN_CARTRIDGE
                    """)
    void requestsThatSayNothingAreRefused(
            String method, String path, String body, int status, String reason) throws IOException {
        refused(method, path, body, status, reason);
    }

    // ---- the reason is the one a host would get

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    libraries/lib0/move   | {"source":1009,"destination":1008}   | 409 | MEDIUM_SOURCE_ELEMENT_EMPTY
                    libraries/lib0/move   | {"source":1000,"destination":1001}   | 409 | MEDIUM_DESTINATION_ELEMENT_FULL
                    libraries/lib0/move   | {"source":1000,"destination":4000}   | 404 | INVALID_ELEMENT_ADDRESS
                    libraries/lib0/move   | {"source":1,"destination":1009}      | 404 | INVALID_ELEMENT_ADDRESS
                    libraries/lib0/export | {"element":1009}                     | 409 | MEDIUM_SOURCE_ELEMENT_EMPTY
                    libraries/lib0/export | {"element":500}                      | 404 | INVALID_ELEMENT_ADDRESS
                    libraries/lib0/export | {"barcode":"NONE"}                   | 404 | UNKNOWN_CARTRIDGE
                    libraries/lib0/import | {"barcode":"TST001L8"}               | 409 | CARTRIDGE_IN_ELEMENT
                    libraries/lib0/import | {"barcode":"NONE"}                   | 404 | UNKNOWN_CARTRIDGE
                    drives/lib0/0/load    | {"barcode":"NONE"}                   | 404 | UNKNOWN_CARTRIDGE
                    drives/lib0/0/unload  | {}                                   | 409 | MEDIUM_SOURCE_ELEMENT_EMPTY
                    cartridges            | {"barcode":"TST001L8"}               | 409 | BARCODE_IN_USE
                    cartridges            | {"prefix":"NEW","count":7,"library":"lib0"} | 409 | MEDIUM_DESTINATION_ELEMENT_FULL
                    cartridges            | {"barcode":"NEW001L8","library":"lib0","element":1000} | 409 | MEDIUM_DESTINATION_ELEMENT_FULL
                    """)
    void refusalsHaveTheReasonThatHostsAreTold(String path, String body, int status, String reason)
            throws IOException {
        refused("POST", "/v1/" + path, body, status, reason);
        assertThat(get("/v1/catalog/check").path("findings")).isEmpty();
        assertThat(get("/v1/status").path("cartridges").path("present").asInt()).isEqualTo(4);
    }

    /** V7: it leaves its library first. */
    @Test
    void aCartridgeInADriveIsNeitherErasedNorDestroyed() throws IOException {
        refused("DELETE", "/v1/cartridges/TST001L8", "", 409, "CARTRIDGE_IN_ELEMENT");
        post("/v1/drives/lib0/0/load", "{\"barcode\":\"TST001L8\"}");
        refused("POST", "/v1/cartridges/TST001L8/erase", "", 409, "CARTRIDGE_IN_DRIVE");
        refused("DELETE", "/v1/cartridges/TST001L8", "", 409, "CARTRIDGE_IN_DRIVE");
    }

    @Test
    void aWriteProtectedCartridgeIsNotErased() throws IOException {
        done("PATCH", "/v1/cartridges/TST001L8", "{\"writeProtected\":true}");
        refused("POST", "/v1/cartridges/TST001L8/erase", "", 409, "WRITE_PROTECTED");
        done("PATCH", "/v1/cartridges/TST001L8", "{\"writeProtected\":false}");
        post("/v1/cartridges/TST001L8/erase", "");
    }

    /** V7: WORM refuses it. */
    @Test
    void aWormCartridgeThatWasWrittenIsNeitherErasedNorDestroyed() throws IOException {
        post("/v1/cartridges", "{\"barcode\":\"WRM001LY\",\"library\":\"lib0\",\"element\":1004}");
        assertThat(get("/v1/cartridges/WRM001LY").path("worm").asBoolean()).isTrue();
        post("/v1/cartridges/WRM001LY/erase", "");
        post("/v1/drives/lib0/0/load", "{\"barcode\":\"WRM001LY\"}");
        FakeInitiator host = TestNode.driveHost(node, 0);
        assertThat(TestNode.write(host, TestNode.record(1, 1000)).outcome()).isEqualTo("GOOD");
        post("/v1/drives/lib0/0/unload", "");
        refused(
                "POST",
                "/v1/cartridges/WRM001LY/erase",
                "",
                409,
                "WORM_MEDIUM_OVERWRITE_ATTEMPTED");
        post("/v1/libraries/lib0/export", "{\"barcode\":\"WRM001LY\"}");
        refused("DELETE", "/v1/cartridges/WRM001LY", "", 409, "WORM_MEDIUM_OVERWRITE_ATTEMPTED");
    }

    // ---- libraries and drives

    @Test
    void aCartridgeGoesThroughALibrary() throws IOException {
        JsonNode loaded = post("/v1/drives/lib0/1/load", "{\"barcode\":\"TST002L8\"}");
        assertThat(loaded.path("element").asInt()).isEqualTo(DRIVE + 1);
        assertThat(get("/v1/drives/lib0/1").path("state").asText()).isEqualTo("loaded");
        assertThat(get("/v1/cartridges/TST002L8").path("mounted").asBoolean()).isTrue();

        JsonNode unloaded = post("/v1/drives/lib0/1/unload", "{}");
        assertThat(unloaded.path("element").asInt()).isEqualTo(STORAGE + 1);

        JsonNode exported = post("/v1/libraries/lib0/export", "{\"barcode\":\"TST002L8\"}");
        assertThat(exported.has("library")).isFalse();
        assertThat(get("/v1/cartridges/TST002L8").has("element")).isFalse();

        JsonNode imported = post("/v1/libraries/lib0/import", "{\"barcode\":\"TST002L8\"}");
        assertThat(imported.path("element").asInt()).isEqualTo(IMPORT_EXPORT);
        JsonNode moved = post("/v1/libraries/lib0/move", "{\"source\":10,\"destination\":1009}");
        assertThat(moved.path("barcode").asText()).isEqualTo("TST002L8");
        assertThat(get("/v1/libraries/lib0").path("elements"))
                .anySatisfy(element -> {
                    assertThat(element.path("address").asInt()).isEqualTo(STORAGE + 9);
                    assertThat(element.path("barcode").asText()).isEqualTo("TST002L8");
                });
    }

    /** V3: what an operator takes out, puts in, or makes is told to hosts. */
    @Test
    void hostsLearnOfWhatOperatorsDo() throws IOException {
        FakeInitiator changer = TestNode.changerHost(node);
        post("/v1/libraries/lib0/export", "{\"element\":1000}");
        assertThat(changer.send("00 00 00 00 00 00").outcome()).isEqualTo("06/28/00");
        post("/v1/libraries/lib0/import", "{\"barcode\":\"TST001L8\"}");
        assertThat(changer.send("00 00 00 00 00 00").outcome()).isEqualTo("06/28/01");
        post(
                "/v1/cartridges",
                "{\"barcode\":\"NEW001L8\",\"library\":\"lib0\",\"elementType\":\"import-export\"}");
        assertThat(changer.send("00 00 00 00 00 00").outcome()).isEqualTo("06/28/01");
    }

    @Test
    void anOperatorIsRefusedWhatAHostPreventsUnlessByForce() throws IOException {
        post("/v1/drives/lib0/0/load", "{\"barcode\":\"TST001L8\"}");
        FakeInitiator host = TestNode.driveHost(node, 0);
        host.send("1E 00 00 00 01 00");
        refused("POST", "/v1/drives/lib0/0/unload", "{}", 409, "MEDIUM_REMOVAL_PREVENTED");
        post("/v1/drives/lib0/0/unload", "{\"force\":true,\"element\":1005}");
        assertThat(get("/v1/cartridges/TST001L8").path("element").asInt()).isEqualTo(1005);

        TestNode.changerHost(node).send("1E 00 00 00 01 00");
        refused(
                "POST",
                "/v1/libraries/lib0/export",
                "{\"barcode\":\"TST001L8\"}",
                409,
                "MEDIUM_REMOVAL_PREVENTED");
        post("/v1/libraries/lib0/export", "{\"barcode\":\"TST001L8\",\"force\":true}");
    }

    @Test
    void aDriveShowsPositionCountersAndLastSense() throws IOException {
        post("/v1/drives/lib0/0/load", "{\"barcode\":\"TST001L8\"}");
        FakeInitiator host = TestNode.driveHost(node, 0);
        TestNode.write(host, TestNode.record(1, 1000));
        TestNode.writeFilemark(host);
        host.send("FF 00 00 00 00 00");
        JsonNode drive = get("/v1/drives/lib0/0");
        assertThat(drive.path("position").path("object").asLong()).isEqualTo(2);
        assertThat(drive.path("position").path("file").asLong()).isEqualTo(1);
        assertThat(drive.path("counters").path("bytes-written").asLong()).isEqualTo(1000);
        assertThat(drive.path("lastSense").path("additionalSense").asText())
                .isEqualTo("INVALID_COMMAND_OPERATION_CODE");
        assertThat(drive.path("lastSense").path("code").asText()).isEqualTo("5/20/00");
        assertThat(drive.path("barcode").asText()).isEqualTo("TST001L8");
    }

    @Test
    void aDriveInALongCommandIsShownAsBusy() throws Exception {
        post("/v1/drives/lib0/0/load", "{\"barcode\":\"TST001L8\"}");
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> command =
                TestNode.drive(node, 0)
                        .owner()
                        .submit(() -> {
                            release.await();
                            return true;
                        });
        try {
            JsonNode drives = get("/v1/drives").path("drives");
            assertThat(drives.get(0).path("busy").asBoolean()).isTrue();
            assertThat(drives.get(0).path("barcode").asText()).isEqualTo("TST001L8");
            assertThat(drives.get(1).path("busy").asBoolean()).isFalse();
            assertThat(Http.get(socket, "/metrics").status()).isEqualTo(200);
            assertThat(get("/v1/status").path("libraries")).hasSize(1);
        } finally {
            release.countDown();
        }
        assertThat(command.join()).isTrue();
    }

    // ---- cartridges

    @Test
    void cartridgesAreListedInPages() throws IOException {
        post("/v1/cartridges", "{\"prefix\":\"LST\",\"count\":25}");
        List<String> listed = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = get("/v1/cartridges?prefix=LST&limit=10" + after);
            listed.addAll(texts(page.path("cartridges"), "barcode"));
            after = page.has("next") ? "&after=" + page.path("next").asText() : "";
        } while (!after.isEmpty());
        assertThat(listed).hasSize(25).isSorted().doesNotHaveDuplicates();
        assertThat(listed.getFirst()).isEqualTo("LST001L8");
    }

    /** V3: idempotent with a client token. */
    @Test
    void aRequestWithAClientTokenIsDoneOnce() throws IOException {
        String request =
                "{\"prefix\":\"TOK\",\"count\":3,\"library\":\"lib0\",\"clientToken\":\"job-1\"}";
        JsonNode first = post("/v1/cartridges", request);
        assertThat(texts(first.path("cartridges"), "barcode"))
                .containsExactly("TOK001L8", "TOK002L8", "TOK003L8");
        assertThat(post("/v1/cartridges", request)).isEqualTo(first);
        assertThat(get("/v1/cartridges?prefix=TOK").path("cartridges")).hasSize(3);
        refused("POST", "/v1/cartridges", request.replace("3", "2"), 409, "CLIENT_TOKEN_IN_USE");
        assertThat(
                        texts(
                                post("/v1/cartridges", request.replace("job-1", "job-2"))
                                        .path("cartridges"),
                                "barcode"))
                .containsExactly("TOK004L8", "TOK005L8", "TOK006L8");
    }

    @Test
    void aTokenOutlivesARestartAndDoesNotBringBackWhatWasDestroyed() throws Exception {
        String request = "{\"prefix\":\"TOK\",\"count\":2,\"clientToken\":\"t\"}";
        post("/v1/cartridges", request);
        done("DELETE", "/v1/cartridges/TOK001L8", "");
        stop();
        start();
        post("/v1/cartridges", request);
        assertThat(texts(get("/v1/cartridges?prefix=TOK").path("cartridges"), "barcode"))
                .containsExactly("TOK002L8");
    }

    /** V3, V7: barcodes are unique for ever. */
    @Test
    void aDestroyedBarcodeStaysKnownAndIsNotUsedAgain() throws IOException {
        post("/v1/cartridges", "{\"barcode\":\"OLD001L8\"}");
        done("DELETE", "/v1/cartridges/OLD001L8", "");
        assertThat(get("/v1/cartridges/OLD001L8").path("state").asText()).isEqualTo("destroyed");
        refused("POST", "/v1/cartridges", "{\"barcode\":\"OLD001L8\"}", 409, "BARCODE_IN_USE");
        assertThat(
                        texts(
                                post("/v1/cartridges", "{\"prefix\":\"OLD\"}").path("cartridges"),
                                "barcode"))
                .containsExactly("OLD002L8");
        refused("DELETE", "/v1/cartridges/OLD001L8", "", 404, "UNKNOWN_CARTRIDGE");
    }

    @Test
    void aCartridgeShowsWhatIsOnItAndItsMemory() throws IOException {
        post("/v1/drives/lib0/0/load", "{\"barcode\":\"TST001L8\"}");
        FakeInitiator host = TestNode.driveHost(node, 0);
        // Noise does not compress: what is used is what was written.
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        TestNode.write(host, noise);
        TestNode.writeFilemark(host);
        post("/v1/drives/lib0/0/unload", "{}");
        JsonNode cartridge = get("/v1/cartridges/TST001L8");
        assertThat(cartridge.path("usedBytes").asLong()).isEqualTo(5000);
        assertThat(cartridge.path("partitions").get(0).path("objectCount").asLong()).isEqualTo(2);
        assertThat(cartridge.path("loadCount").asLong()).isEqualTo(1);
        assertThat(cartridge.path("type").asText()).isEqualTo("LTO-8");
        assertThat(cartridge.path("attributes")).isNotEmpty();

        JsonNode erased = post("/v1/cartridges/TST001L8/erase", "");
        assertThat(erased.path("usedBytes").asLong()).isZero();
    }

    // ---- node and catalog

    @Test
    void theStatusSaysWhatTheNodeIs() throws IOException {
        JsonNode status = get("/v1/status");
        assertThat(status.path("version").asText()).isEqualTo("1.2.3");
        assertThat(status.path("dataDirectory").asText())
                .isEqualTo(directory.resolve("data").toString());
        assertThat(status.path("libraries").get(0).path("cartridgeCount").asInt()).isEqualTo(4);
        assertThat(status.path("storage").path("freeBytes").asLong()).isPositive();
        assertThat(status.path("kernelDevices").asText()).contains("turned off");
    }

    /** V23: who, what, when, outcome. */
    @Test
    void everyChangeIsAudited() throws IOException {
        refused(
                "POST",
                "/v1/libraries/lib0/export",
                "{\"element\":1009}",
                409,
                "MEDIUM_SOURCE_ELEMENT_EMPTY");
        post("/v1/libraries/lib0/export", "{\"element\":1000}");
        get("/v1/libraries");
        JsonNode entries = get("/v1/audit?limit=10").path("entries");
        assertThat(texts(entries, "outcome")).hasSize(2).first().isEqualTo("done");
        assertThat(entries.get(0).path("what").asText())
                .isEqualTo("POST /v1/libraries/lib0/export {\"element\":1000}");
        assertThat(entries.get(1).path("outcome").asText())
                .startsWith("refused: MEDIUM_SOURCE_ELEMENT_EMPTY: ");
        assertThat(Instant.parse(entries.get(0).path("time").asText()))
                .isBetween(Instant.now().minusSeconds(600), Instant.now());
        assertThat(entries.get(0).path("who").asText()).isEqualTo(System.getProperty("user.name"));
    }

    @Test
    void aStopIsPassedOn() throws IOException {
        post("/v1/node/stop", "");
        assertThat(stopped.get()).contains(false);
        post("/v1/node/stop", "{\"keepDevices\":true}");
        assertThat(stopped.get()).contains(true);
    }

    @Test
    void theCatalogIsCheckedAndCounted() throws IOException {
        assertThat(get("/v1/catalog/check").path("findings")).isEmpty();
        JsonNode statistics = get("/v1/catalog/statistics");
        assertThat(statistics.path("entries").path("cartridges").asLong()).isEqualTo(4);
        assertThat(statistics.path("usedBytes").asLong()).isPositive();
    }

    @Test
    void metricsAreWhatPrometheusReads() throws IOException {
        Http answer = Http.get(socket, "/metrics");
        assertThat(answer.head()).contains("text/plain; version=0.0.4");
        assertThat(answer.body().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(
                        line ->
                                line.matches(
                                        "[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\\})? -?\\d+"),
                        "is a sample");
        assertThat(answer.body()).contains("capstan_drive_loads_total{unit=\"lib0/drive0\"} 0");
        List<String> names =
                answer.body()
                        .lines()
                        .filter(line -> line.startsWith("# TYPE"))
                        .map(line -> line.split(" ")[2])
                        .toList();
        assertThat(names).doesNotHaveDuplicates();
    }

    // ---- the document

    @Test
    void theOpenApiDocumentIsWholeAndTrue() throws IOException {
        JsonNode document = get("/v1/openapi.json");
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(document.path("info").path("version").asText()).isEqualTo("1.2.3");
        List<String> operationIds = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .properties()
                                .forEach(operation -> {
                                    operationIds.add(
                                            operation.getValue().path("operationId").asText());
                                    checkParameters(path.getKey(), operation.getValue());
                                }));
        assertThat(operationIds).hasSizeGreaterThan(20).doesNotHaveDuplicates().doesNotContain("");
        for (JsonNode reference : document.findValues("$ref")) {
            String pointer = reference.asText().substring(1);
            assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
            assertThat(document.at(pointer).path("type").asText()).isEqualTo("object");
        }
    }

    private static void checkParameters(String path, JsonNode operation) {
        List<String> inPath = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (segment.startsWith("{")) {
                inPath.add(segment.substring(1, segment.length() - 1));
            }
        }
        List<String> described = new ArrayList<>();
        operation
                .path("parameters")
                .forEach(parameter -> {
                    if (parameter.path("in").asText().equals("path")) {
                        described.add(parameter.path("name").asText());
                    }
                });
        assertThat(described).as(path).isEqualTo(inPath);
        assertThat(operation.path("responses").has("200")).as(path).isTrue();
    }

    /** What the daemon answers has exactly the members that the document promises. */
    @ParameterizedTest
    @CsvSource({
        "/v1/status, Status",
        "/v1/libraries, Libraries",
        "/v1/libraries/lib0, Library",
        "/v1/cartridges, CartridgePage",
        "/v1/cartridges/TST001L8, Cartridge",
        "/v1/drives, Drives",
        "/v1/drives/lib0/0, Drive",
        "/v1/catalog/statistics, CatalogStatistics",
        "/v1/catalog/check, CatalogFindings",
        "/v1/audit, Audit"
    })
    void answersAreAsTheDocumentSays(String path, String schemaName) throws IOException {
        JsonNode schemas = get("/v1/openapi.json").path("components").path("schemas");
        conforms(get(path), schemas.path(schemaName), schemas, path);
    }

    private static void conforms(JsonNode value, JsonNode schema, JsonNode schemas, String where) {
        if (schema.has("$ref")) {
            String name = schema.path("$ref").asText().replaceFirst(".*/", "");
            conforms(value, schemas.path(name), schemas, where);
            return;
        }
        switch (schema.path("type").asText()) {
            case "object" -> {
                assertThat(value.isObject()).as(where).isTrue();
                schema.path("required")
                        .forEach(name ->
                                assertThat(value.has(name.asText()))
                                        .as(where + "." + name)
                                        .isTrue());
                value.properties()
                        .forEach(member -> {
                            JsonNode type =
                                    schema.has("additionalProperties")
                                            ? schema.path("additionalProperties")
                                            : schema.path("properties").path(member.getKey());
                            assertThat(type.isMissingNode())
                                    .as(where + "." + member.getKey())
                                    .isFalse();
                            conforms(
                                    member.getValue(),
                                    type,
                                    schemas,
                                    where + "." + member.getKey());
                        });
            }
            case "array" -> {
                assertThat(value.isArray()).as(where).isTrue();
                value.forEach(
                        element -> conforms(element, schema.path("items"), schemas, where + "[]"));
            }
            case "string" -> assertThat(value.isTextual()).as(where).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(where).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(where).isTrue();
            default -> throw new AssertionError(where + ": " + schema);
        }
    }
}
