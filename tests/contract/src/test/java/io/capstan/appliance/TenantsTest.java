package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.capstan.appliance.api.Api;
import io.capstan.appliance.cli.CapstanCli;
import io.capstan.appliance.http.HttpHandler;
import io.capstan.appliance.http.HttpLimits;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.http.HttpResponse;
import io.capstan.appliance.http.UnixHttpServer;
import io.capstan.appliance.node.IscsiExport;
import io.capstan.appliance.node.Node;
import io.capstan.changer.Transported;
import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.format.VolumeIdentifier;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * V24: two tenants share a node, and neither sees anything of the other: not by any route of the API, not in lists, metrics,
 * audit, jobs or accounting, not over iSCSI. The administrator sees all.
 */
class TenantsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ACME = "token-of-acme";
    private static final String BOLT = "token-of-bolt";
    private static final String ADMINISTRATOR = "";
    private static final String ACME_HOST = "iqn.2026-01.org.example:acme";
    private static final String BOLT_HOST = "iqn.2026-01.org.example:bolt";

    /** What is acme's, and stands in no answer to another one who has not named it. */
    private static final List<String> WORDS_OF_ACME =
            List.of("TST0", "OLD0", "lib0", "vault0", "acme");

    @TempDir Path directory;

    private static final VolumeIdentifier TRAVELLER = new VolumeIdentifier("TST001L8");

    private Node node;
    private Api api;

    /** More of the configuration. */
    private String more = "";

    @BeforeEach
    void start() throws Exception {
        start("acme", "bolt");
    }

    /**
     * @param first tenant of lib0 and vault0
     * @param second tenant of lib1
     */
    private void start(String first, String second) throws Exception {
        node =
                TestNode.start(
                        TestNode.plan(
                                directory.resolve("data"),
                                """
                                generations: {keep-days: 2}
                                iscsi: {portals: ['127.0.0.1:0'], base-name: 'iqn.2026-01.io.capstan:t'}
                                libraries:
                                  - name: lib0
                                    drives: {count: 1}
                                    storage-elements: 10
                                    import-export-elements: 2
                                    cartridges:
                                      - {prefix: TST, count: 3, medium: LTO-8, capacity: 100MiB}
                                  - name: vault0
                                    drives: {count: 0}
                                    storage-elements: 5
                                    import-export-elements: 2
                                  - name: lib1
                                    drives: {count: 1}
                                    storage-elements: 10
                                    import-export-elements: 2
                                    cartridges:
                                      - {prefix: BLT, count: 2, medium: LTO-8, capacity: 100MiB}
                                tiers:
                                  - name: cold
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
                                tenants:
                                  - name: %s
                                    libraries: [lib0, vault0]
                                    initiators: ['%s']
                                    token-sha256: [%s]
                                  - name: %s
                                    libraries: [lib1]
                                    initiators: ['%s']
                                    token-sha256: [%s]
                                %s
                                """
                                        .formatted(
                                                directory.resolve("vault"),
                                                first,
                                                first.equals("acme") ? ACME_HOST : BOLT_HOST,
                                                sha256(first.equals("acme") ? ACME : BOLT),
                                                second,
                                                second.equals("acme") ? ACME_HOST : BOLT_HOST,
                                                sha256(second.equals("acme") ? ACME : BOLT),
                                                more)));
        api = new Api(node, Optional.empty(), "test", keepDevices -> {});
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** Something of everything: data, an earlier generation and what shows it, a job, a cartridge on the shelf. */
    private void furnishAcme() throws Exception {
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        var host = TestNode.driveHost(node, 0);
        TestNode.writeFile(host, 0, 3, 64 << 10);
        assertThat(TestNode.rewind(host).isGood()).isTrue();
        TestNode.writeFile(host, 10, 1, 64 << 10);
        done(
                ACME,
                "POST",
                "/v1/cartridges/TST001L8/generations/0/show",
                "{\"barcode\":\"OLD001L8\"}");
        done(ACME, "POST", "/v1/cartridges/TST002L8/transfer", "{\"library\":\"vault0\"}");
        TestNode.awaitJobs(
                node, () -> node.tiers().jobs().list(job -> !job.state().isFinal()).isEmpty());
        done(ACME, "POST", "/v1/libraries/lib0/export", "{\"barcode\":\"TST003L8\"}");
    }

    // ---- every route

    /**
     * Every route that there is, as the API itself lists them: with names of acme's in its path it is not there for bolt; and
     * without names it says nothing of acme, nor does it change anything.
     */
    @Test
    void noRouteLeadsToAnotherTenant() throws Exception {
        furnishAcme();
        JsonNode routes = MAPPER.readTree(text(ADMINISTRATOR, "GET", "/v1/openapi.json", ""));
        String before = stateOfAcme();
        int count = 0;
        List<String> seen = new ArrayList<>();
        for (Map.Entry<String, JsonNode> path : routes.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
                if (!List.of("GET", "POST", "PUT", "PATCH", "DELETE").contains(method)) {
                    continue;
                }
                count++;
                String requested = ofAcme(path.getKey());
                String body = bodyOfAcme(routes, operation.getValue()).toString();
                HttpResponse answer = answer(BOLT, method, requested, Map.of(), body);
                String what = method + " " + requested + " " + body;
                String text = new String(answer.body(), StandardCharsets.UTF_8);
                if (!requested.equals(path.getKey()) || answer.status() != 200) {
                    assertThat(answer.status()).as("%s: %s", what, text).isIn(400, 404, 405);
                    if (!requested.equals(path.getKey())) {
                        assertThat(answer.status()).as("%s: %s", what, text).isNotEqualTo(400);
                    }
                    assertThat(text).as(what).doesNotContain("acme");
                } else if (!path.getKey().equals("/v1/openapi.json")) {
                    seen.add(path.getKey());
                    assertThat(text).as(what).doesNotContain(WORDS_OF_ACME);
                }
            }
        }
        assertThat(count).isGreaterThan(50);
        assertThat(seen).contains("/v1/cartridges", "/v1/libraries", "/v1/jobs", "/metrics");
        assertThat(stateOfAcme()).isEqualTo(before);
    }

    /** Nor does one that begins with what is bolt's own, and names acme's in its body. */
    @Test
    void noBodyLeadsToAnotherTenant() throws Exception {
        furnishAcme();
        JsonNode routes = MAPPER.readTree(text(ADMINISTRATOR, "GET", "/v1/openapi.json", ""));
        String before = stateOfAcme();
        int count = 0;
        for (Map.Entry<String, JsonNode> path : routes.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                String method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
                // An element would be one of bolt's own library.
                String body =
                        bodyOfAcme(routes, operation.getValue())
                                .remove(List.of("element", "source", "destination"))
                                .toString();
                boolean namesAcme = body.contains("lib0") || body.contains("TST003L8");
                String requested = ofAcme(path.getKey()).replace("lib0", "lib1");
                requested = requested.replace("TST001L8", "BLT001L8");
                if (namesAcme) {
                    count++;
                    HttpResponse answer = answer(BOLT, method, requested, Map.of(), body);
                    String text = new String(answer.body(), StandardCharsets.UTF_8);
                    assertThat(answer.status())
                            .as("%s %s %s: %s", method, requested, body, text)
                            .isBetween(400, 499);
                    assertThat(text).doesNotContain("acme", "vault0", "JSON object");
                }
            }
        }
        assertThat(count).isGreaterThan(5);
        assertThat(stateOfAcme()).isEqualTo(before);
    }

    /** The same routes with the same names are there for acme, so that they are the right names. */
    @Test
    void theSameRoutesLeadToOnesOwn() throws Exception {
        furnishAcme();
        for (String path :
                List.of(
                        "/v1/libraries/lib0",
                        "/v1/libraries/lib0/trace",
                        "/v1/drives/lib0/0",
                        "/v1/drives/lib0/0/trace",
                        "/v1/cartridges/TST001L8",
                        "/v1/cartridges/TST001L8/generations",
                        "/v1/cartridges/TST001L8/estimate",
                        "/v1/jobs/1")) {
            assertThat(answer(ACME, "GET", path, Map.of(), "").status()).as(path).isEqualTo(200);
            assertThat(answer(ADMINISTRATOR, "GET", path, Map.of(), "").status())
                    .as(path)
                    .isEqualTo(200);
            assertThat(answer(BOLT, "GET", path, Map.of(), "").status()).as(path).isEqualTo(404);
        }
    }

    private static String ofAcme(String path) {
        return path.replace("{library}", "lib0")
                .replace("{barcode}", "TST001L8")
                .replace("{number}", "0")
                .replace("{job}", "1")
                .replace("{generation}", "0")
                .replaceAll("\\{[a-z]+}", "1");
    }

    /** Each member of the body that could name something of acme's does. */
    private static ObjectNode bodyOfAcme(JsonNode document, JsonNode operation) {
        JsonNode schema =
                operation
                        .path("requestBody")
                        .path("content")
                        .path("application/json")
                        .path("schema");
        String reference = schema.path("$ref").asText();
        if (!reference.isEmpty()) {
            schema = document.at(reference.substring(1));
        }
        ObjectNode body = MAPPER.createObjectNode();
        for (Map.Entry<String, JsonNode> member : schema.path("properties").properties()) {
            switch (member.getKey()) {
                case "library" -> body.put("library", "lib0");
                case "barcode" -> body.put("barcode", "TST003L8");
                case "source", "element" -> body.put(member.getKey(), STORAGE);
                case "destination" -> body.put("destination", STORAGE + 5);
                case "tenant" -> body.put("tenant", "bolt");
                case "writeProtected" -> body.put("writeProtected", true);
                case "priority" -> body.put("priority", 9);
                default -> {}
            }
        }
        return body;
    }

    private String stateOfAcme() throws Exception {
        return text(ACME, "GET", "/v1/cartridges", "")
                + text(ACME, "GET", "/v1/libraries/lib0", "")
                + text(ACME, "GET", "/v1/libraries/vault0", "")
                + text(ACME, "GET", "/v1/jobs", "")
                + text(ACME, "GET", "/v1/audit", "")
                + text(ACME, "GET", "/v1/cartridges/TST001L8/generations", "");
    }

    // ---- lists

    @Test
    void listsShowOnesOwn() throws Exception {
        furnishAcme();
        done(BOLT, "PATCH", "/v1/cartridges/BLT001L8", "{\"writeProtected\":true}");
        assertThat(barcodes(ACME)).containsExactly("OLD001L8", "TST001L8", "TST002L8", "TST003L8");
        assertThat(barcodes(BOLT)).containsExactly("BLT001L8", "BLT002L8");
        assertThat(barcodes(ADMINISTRATOR)).hasSize(6);

        JsonNode page =
                MAPPER.readTree(
                        new String(
                                answer(ACME, "GET", "/v1/cartridges", Map.of("limit", "3"), "")
                                        .body(),
                                StandardCharsets.UTF_8));
        assertThat(page.path("cartridges")).hasSize(3);
        assertThat(page.path("next").asText()).isEqualTo("TST002L8");

        assertThat(text(BOLT, "GET", "/v1/audit", "")).contains("BLT001L8", "bolt:test");
        assertThat(text(ACME, "GET", "/v1/audit", "")).contains("TST003L8").doesNotContain("BLT");
        assertThat(text(ADMINISTRATOR, "GET", "/v1/audit", "")).contains("TST003L8", "BLT001L8");
        assertThat(text(ACME, "GET", "/v1/accounting/usage", "")).contains("active");
        assertThat(text(BOLT, "GET", "/v1/accounting/usage", "")).doesNotContain("active");
        assertThat(text(ACME, "GET", "/metrics", ""))
                .contains("lib0/drive0")
                .doesNotContain("lib1");
        assertThat(text(BOLT, "GET", "/metrics", ""))
                .contains("lib1/drive0")
                .doesNotContain("lib0");
        assertThat(text(ADMINISTRATOR, "GET", "/v1/tenants", ""))
                .contains("\"cartridgeCount\":4", "\"cartridgeCount\":2");
    }

    private List<String> barcodes(String token) throws Exception {
        List<String> all = new ArrayList<>();
        MAPPER.readTree(text(token, "GET", "/v1/cartridges", ""))
                .path("cartridges")
                .forEach(cartridge -> all.add(cartridge.path("barcode").asText()));
        return all;
    }

    // ---- making and moving

    @Test
    void whatATenantMakesIsItsOwn() throws Exception {
        done(BOLT, "POST", "/v1/cartridges", "{\"barcode\":\"NEW001L8\"}");
        done(ADMINISTRATOR, "POST", "/v1/cartridges", "{\"barcode\":\"ADM001L8\"}");
        done(
                ADMINISTRATOR,
                "POST",
                "/v1/cartridges",
                "{\"barcode\":\"ADM002L8\",\"library\":\"lib1\"}");
        assertThat(barcodes(BOLT)).containsExactly("ADM002L8", "BLT001L8", "BLT002L8", "NEW001L8");
        refused(ACME, "POST", "/v1/cartridges", "{\"barcode\":\"NEW001L8\"}", "BARCODE_IN_USE");
        refused(
                ACME,
                "POST",
                "/v1/libraries/lib0/import",
                "{\"barcode\":\"NEW001L8\"}",
                "UNKNOWN_CARTRIDGE");
        refused(
                ADMINISTRATOR,
                "POST",
                "/v1/libraries/lib0/import",
                "{\"barcode\":\"NEW001L8\"}",
                "OTHER_TENANT");
        done(ADMINISTRATOR, "POST", "/v1/libraries/lib0/import", "{\"barcode\":\"ADM001L8\"}");
        assertThat(barcodes(ACME)).contains("ADM001L8");

        done(BOLT, "DELETE", "/v1/cartridges/NEW001L8", "");
        assertThat(text(BOLT, "GET", "/v1/cartridges/NEW001L8", "")).contains("destroyed");
        refused(ACME, "GET", "/v1/cartridges/NEW001L8", "", "UNKNOWN_CARTRIDGE");
    }

    /** Two tenants who hit upon the same token of a request do not get each other's cartridges. */
    @Test
    void clientTokensAreTheirTenants() throws Exception {
        String request = "{\"prefix\":\"PRE\",\"type\":\"LTO-8\",\"clientToken\":\"one\"}";
        String acme = done(ACME, "POST", "/v1/cartridges", request).toString();
        String bolt = done(BOLT, "POST", "/v1/cartridges", request).toString();
        assertThat(acme).isNotEqualTo(bolt);
        assertThat(done(ACME, "POST", "/v1/cartridges", request).toString()).isEqualTo(acme);
    }

    @Test
    void theAdministratorGivesCartridgesAndLibraries() throws Exception {
        done(ACME, "POST", "/v1/libraries/lib0/export", "{\"barcode\":\"TST003L8\"}");
        String give = "/v1/cartridges/TST003L8/give";
        refused(ADMINISTRATOR, "POST", give, "{\"tenant\":\"other\"}", "UNKNOWN_TENANT");
        refused(
                ADMINISTRATOR,
                "POST",
                "/v1/cartridges/TST002L8/give",
                "{\"tenant\":\"bolt\"}",
                "NOT_ON_SHELF");
        done(ADMINISTRATOR, "POST", give, "{\"tenant\":\"bolt\"}");
        assertThat(barcodes(BOLT)).contains("TST003L8");
        assertThat(barcodes(ACME)).doesNotContain("TST003L8");
        done(BOLT, "POST", "/v1/libraries/lib1/import", "{\"barcode\":\"TST003L8\"}");

        // The configuration gives each the other's libraries, and what is in them goes along.
        done(BOLT, "POST", "/v1/libraries/lib1/export", "{\"barcode\":\"BLT002L8\"}");
        node.close();
        start("bolt", "acme");
        assertThat(barcodes(BOLT)).containsExactly("BLT002L8", "TST001L8", "TST002L8");
        assertThat(barcodes(ACME)).containsExactly("BLT001L8", "TST003L8");
    }

    /** V20: what is on its way to the shelf, while the archive is away and the node restarts, stays whose it was. */
    @Test
    void whatGoesToTheShelfStaysItsTenants() throws Exception {
        node.close();
        more = "shelf: {tier: cold}";
        start();
        Path away = directory.resolve("away");
        Files.move(directory.resolve("vault"), away);
        done(ACME, "POST", "/v1/libraries/lib0/export", "{\"barcode\":\"TST001L8\"}");
        node.close();
        start();
        assertThat(node.storage().catalog().read(view -> view.transit(TRAVELLER)).isPresent())
                .isTrue();
        assertThat(barcodes(ACME)).contains("TST001L8");
        assertThat(barcodes(BOLT)).doesNotContain("TST001L8");
        Files.move(away, directory.resolve("vault"));
        done(ACME, "POST", "/v1/jobs/1/retry", "");
        TestNode.awaitJobs(
                node,
                () -> node.storage().catalog().read(view -> view.transit(TRAVELLER)).isEmpty());
        refused(
                BOLT,
                "POST",
                "/v1/libraries/lib1/import",
                "{\"barcode\":\"TST001L8\"}",
                "UNKNOWN_CARTRIDGE");
        done(ACME, "POST", "/v1/libraries/lib0/import", "{\"barcode\":\"TST001L8\"}");
    }

    // ---- who gets in

    @Test
    void whoHasNoTokenGetsNothingWhereOneIsNeeded() throws Exception {
        Path socket = directory.resolve("t.sock");
        try (UnixHttpServer _ =
                UnixHttpServer.startForAll(socket, HttpLimits.DEFAULTS, api.forTenants())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw-rw-");
            Http answer = Http.get(socket, "/v1/libraries");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.head()).containsIgnoringCase("www-authenticate: Bearer");
            assertThat(raw(socket, "Bearer wrong").status()).isEqualTo(401);
            assertThat(raw(socket, "Basic dXNlcjpwYXNz").status()).isEqualTo(401);
            Http right = raw(socket, "bearer " + BOLT);
            assertThat(right.status()).isEqualTo(200);
            assertThat(right.body()).contains("lib1").doesNotContain("lib0");

            Path token = Files.writeString(directory.resolve("token"), BOLT + "\n");
            assertThat(cli(socket, "library", "list", "--token-file", token.toString()))
                    .contains("lib1")
                    .doesNotContain("lib0");
            assertThat(cli(socket, "library", "list")).contains("UNAUTHENTICATED");
            assertThat(cli(socket, "tenant", "list", "--token-file", token.toString()))
                    .contains("UNKNOWN_PATH");
        }
        String[] drawn = cli(socket, "tenant", "token").split("\\s+");
        assertThat(drawn[3]).isEqualTo(sha256(drawn[1]));
        HttpHandler handler = api.forTenants();
        assertThat(handler.refuse(400, "no").status()).isEqualTo(400);
        assertThat(answer("wrong", "GET", "/v1/libraries", Map.of(), "").status()).isEqualTo(401);
    }

    private static Http raw(Path socket, String authorization) throws Exception {
        return Http.raw(
                socket,
                "GET /v1/libraries HTTP/1.1\r\nHost: test\r\nAuthorization: %s\r\n\r\n"
                        .formatted(authorization));
    }

    @Test
    void initiatorsReachTheTargetsOfTheirTenantAlone() throws Exception {
        assertThat(discovered(ACME_HOST)).contains(":t:lib0", ":t:vault0").doesNotContain("lib1");
        assertThat(discovered(BOLT_HOST)).contains(":t:lib1").doesNotContain("lib0", "vault0");
        assertThat(discovered("iqn.2026-01.org.example:nobody")).isEmpty();
        assertThat(login(BOLT_HOST, "iqn.2026-01.io.capstan:t:lib1")).isZero();
        assertThat(login(BOLT_HOST, "iqn.2026-01.io.capstan:t:lib0")).isNotZero();
        assertThat(login("iqn.2026-01.org.example:nobody", "iqn.2026-01.io.capstan:t:lib1"))
                .isNotZero();
    }

    private IscsiInitiator connect() throws Exception {
        return IscsiInitiator.connect(
                node.iscsi().map(IscsiExport::portals).orElseThrow().getFirst());
    }

    private int login(String initiator, String target) throws Exception {
        try (IscsiInitiator host = connect()) {
            return host.login(initiator, target, 1);
        }
    }

    private String discovered(String initiator) throws Exception {
        try (IscsiInitiator host = connect()) {
            assertThat(host.login(initiator, "", 1)).isZero();
            host.send(
                    host.next(Pdu.of(0x04, 0x80, IscsiInitiator.text(Map.of("SendTargets", "All"))))
                            .i32(20, -1));
            return new String(host.receive().data(), StandardCharsets.UTF_8);
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

    private io.capstan.appliance.node.LibraryUnit library(String name) {
        return node.library(name).orElseThrow();
    }

    private JsonNode done(String token, String method, String path, String body) throws Exception {
        HttpResponse answer = answer(token, method, path, Map.of(), body);
        String text = new String(answer.body(), StandardCharsets.UTF_8);
        assertThat(answer.status()).as("%s %s: %s", method, path, text).isEqualTo(200);
        return MAPPER.readTree(text);
    }

    private void refused(String token, String method, String path, String body, String reason)
            throws Exception {
        JsonNode answer = MAPPER.readTree(text(token, method, path, body));
        assertThat(answer.path("reason").asText()).as("%s", answer).isEqualTo(reason);
    }

    private String text(String token, String method, String path, String body) {
        return new String(
                answer(token, method, path, new HashMap<>(), body).body(), StandardCharsets.UTF_8);
    }

    private HttpResponse answer(
            String token, String method, String path, Map<String, String> query, String body) {
        return api.handle(
                new HttpRequest(
                        method,
                        path,
                        query,
                        body.getBytes(StandardCharsets.UTF_8),
                        "test",
                        token.isEmpty() ? Optional.empty() : Optional.of(token)));
    }
}
