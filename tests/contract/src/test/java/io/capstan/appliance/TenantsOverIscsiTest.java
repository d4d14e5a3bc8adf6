package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.http.HttpResponse;
import io.capstan.appliance.node.IscsiExport;
import io.capstan.appliance.node.Node;
import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.scsi.Cdb;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * V24, from end to end: two tenants log in over iSCSI with CHAP, each finds, reaches and writes what is its own, and neither
 * gets anywhere with the name, the secret or the token of the other.
 */
class TenantsOverIscsiTest {

    private static final String HOST = "iqn.2026-01.org.example:host";
    private static final String BASE = "iqn.2026-01.io.capstan:t";
    private static final byte[] NO_DATA = new byte[0];
    private static final int BLOCK_BYTES = 4096;
    private static final int WRONG_SECRET = 0x0201;

    /** A tenant as it knows itself. */
    private record Tenant(String name, String library, String prefix) {

        byte[] secret() {
            return (name + "-secret-of-16-bytes").getBytes(StandardCharsets.UTF_8);
        }

        String user() {
            return name + "-backup";
        }

        String token() {
            return "token-of-" + name;
        }

        String target() {
            return BASE + ":" + library;
        }
    }

    private static final Tenant ACME = new Tenant("acme", "lib0", "ACM");
    private static final Tenant BOLT = new Tenant("bolt", "lib1", "BLT");

    @TempDir Path directory;

    private Node node;

    @BeforeEach
    void start() throws Exception {
        Path secrets = directory.resolve("secrets");
        Files.createFile(
                secrets,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secrets, secretLine(ACME) + secretLine(BOLT));
        node =
                TestNode.start(
                        TestNode.plan(
                                """
                                data-dir: %s
                                store: {chunk-size: 1MiB, reserve: 1MiB}
                                kernel: {enabled: off}
                                iscsi: {portals: ['127.0.0.1:0'], base-name: '%s', secrets-file: %s}
                                libraries:
                                %s%stenants:
                                %s%s\
                                """
                                        .formatted(
                                                directory.resolve("data"),
                                                BASE,
                                                secrets,
                                                library(ACME),
                                                library(BOLT),
                                                tenant(ACME),
                                                tenant(BOLT))));
    }

    private static String secretLine(Tenant tenant) {
        return tenant.user() + " " + new String(tenant.secret(), StandardCharsets.UTF_8) + "\n";
    }

    private static String library(Tenant tenant) {
        return """
          - name: %s
            drives: {count: 1}
            storage-elements: 5
            import-export-elements: 2
            cartridges:
              - {prefix: %s, count: 2, medium: LTO-8, capacity: 100MiB}
        """
                .formatted(tenant.library(), tenant.prefix());
    }

    private static String tenant(Tenant tenant) throws Exception {
        byte[] digest =
                MessageDigest.getInstance("SHA-256")
                        .digest(tenant.token().getBytes(StandardCharsets.UTF_8));
        return """
          - name: %s
            libraries: [%s]
            users: [%s]
            token-sha256: [%s]
        """
                .formatted(
                        tenant.name(),
                        tenant.library(),
                        tenant.user(),
                        HexFormat.of().formatHex(digest));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void eachFindsItsOwnTargetAlone() throws Exception {
        assertThat(discovered(ACME)).contains(ACME.target()).doesNotContain(BOLT.library());
        assertThat(discovered(BOLT)).contains(BOLT.target()).doesNotContain(ACME.library());
        try (IscsiInitiator host = connect()) {
            assertThat(host.login(HOST, "", 1)).as("without a name").isNotZero();
        }
    }

    @Test
    void nobodyGetsInWithWhatIsAnothers() throws Exception {
        assertThat(status(ACME.target(), ACME.user(), ACME.secret())).isZero();
        assertThat(status(ACME.target(), BOLT.user(), BOLT.secret())).isEqualTo(WRONG_SECRET);
        assertThat(status(BOLT.target(), ACME.user(), ACME.secret())).isEqualTo(WRONG_SECRET);
        assertThat(status(ACME.target(), ACME.user(), BOLT.secret())).isEqualTo(WRONG_SECRET);
        assertThat(status("", ACME.user(), BOLT.secret())).isEqualTo(WRONG_SECRET);
        try (IscsiInitiator host = connect()) {
            assertThat(host.login(HOST, ACME.target(), 1)).as("without a name").isNotZero();
        }
    }

    /** The changer is LUN 0 and the drive LUN 1 of each, and both tenants use them at the same time. */
    @Test
    void eachWritesToItsOwnCartridges() throws Exception {
        try (IscsiInitiator acme = login(ACME);
                IscsiInitiator bolt = login(BOLT)) {
            for (IscsiInitiator host : List.of(acme, bolt)) {
                byte[] luns =
                        done(host, 0, "A0 00 00 00 00 00 00 00 01 00 00 00", NO_DATA, 256).data();
                assertThat(luns[3]).as("LUNs, of 8 bytes each").isEqualTo((byte) 16);
            }
            assertThat(inventory(acme)).contains("ACM001L8", "ACM002L8").doesNotContain("BLT");
            assertThat(inventory(bolt)).contains("BLT001L8", "BLT002L8").doesNotContain("ACM");
            write(acme, 1);
            write(bolt, 2);
            assertThat(readBack(acme)).isEqualTo(block(1));
            assertThat(readBack(bolt)).isEqualTo(block(2));
        }
    }

    /** The API and iSCSI agree on what is whose: what a tenant wrote is in its own answers and in no other's. */
    @Test
    void tokensShowTheSameAsLogins() throws Exception {
        try (IscsiInitiator acme = login(ACME);
                IscsiInitiator bolt = login(BOLT)) {
            write(acme, 1);
            assertThat(get(ACME, "/v1/cartridges"))
                    .contains("ACM001L8", "\"objectCount\":2")
                    .doesNotContain("BLT");
            assertThat(get(BOLT, "/v1/cartridges"))
                    .contains("BLT001L8")
                    .doesNotContain("ACM", "\"objectCount\":2");
            assertThat(get(ACME, "/v1/iscsi"))
                    .contains(ACME.target())
                    .doesNotContain(BOLT.library());
            assertThat(get(BOLT, "/v1/cartridges/ACM001L8")).contains("UNKNOWN_CARTRIDGE");
            assertThat(inventory(bolt)).contains("BLT001L8");
        }
        assertThat(answer("token-of-nobody", "/v1/cartridges").status()).isEqualTo(401);
    }

    // ---- what the tests are made of

    private IscsiInitiator connect() throws Exception {
        return IscsiInitiator.connect(
                node.iscsi().map(IscsiExport::portals).orElseThrow().getFirst());
    }

    private int status(String target, String user, byte[] secret) throws Exception {
        try (IscsiInitiator host = connect()) {
            return host.loginWithChap(HOST, target, 1, user, secret);
        }
    }

    private IscsiInitiator login(Tenant tenant) throws Exception {
        IscsiInitiator host = connect();
        assertThat(host.loginWithChap(HOST, tenant.target(), 1, tenant.user(), tenant.secret()))
                .isZero();
        for (int lun = 0; lun < 2; lun++) {
            while (!host.execute(lun, Cdb.parse("00 00 00 00 00 00"), NO_DATA, 0)
                    .outcome()
                    .matches("GOOD|02/.*")) {
                // A unit attention, of which there may be several.
            }
        }
        return host;
    }

    private String discovered(Tenant tenant) throws Exception {
        try (IscsiInitiator host = connect()) {
            assertThat(host.loginWithChap(HOST, "", 1, tenant.user(), tenant.secret())).isZero();
            host.send(
                    host.next(Pdu.of(0x04, 0x80, IscsiInitiator.text(Map.of("SendTargets", "All"))))
                            .i32(20, -1));
            return new String(host.receive().data(), StandardCharsets.UTF_8);
        }
    }

    private static IscsiInitiator.Reply done(
            IscsiInitiator host, int lun, String cdb, byte[] dataOut, int dataInBytes)
            throws Exception {
        IscsiInitiator.Reply reply = host.execute(lun, Cdb.parse(cdb), dataOut, dataInBytes);
        assertThat(reply.outcome()).as(cdb).isEqualTo("GOOD");
        return reply;
    }

    private static String inventory(IscsiInitiator host) throws Exception {
        byte[] elements =
                done(host, 0, "B8 10 00 00 FF FF 00 00 FF FF 00 00", NO_DATA, 0xFFFF).data();
        return new String(elements, StandardCharsets.ISO_8859_1);
    }

    /** Moves the first cartridge to the drive and writes to it. */
    private static void write(IscsiInitiator host, int seed) throws Exception {
        done(
                host,
                0,
                "A5 00 00 00 %04X %04X 00 00 00 00".formatted(TestNode.STORAGE, TestNode.DRIVE),
                NO_DATA,
                0);
        while (!host.execute(1, Cdb.parse("00 00 00 00 00 00"), NO_DATA, 0)
                .outcome()
                .equals("GOOD")) {
            // Not ready, and a unit attention once it is.
        }
        done(host, 1, "0A 00 %06X 00".formatted(BLOCK_BYTES), block(seed), 0);
        done(host, 1, "10 00 00 00 01 00", NO_DATA, 0);
    }

    private static byte[] readBack(IscsiInitiator host) throws Exception {
        done(host, 1, "01 00 00 00 00 00", NO_DATA, 0);
        return done(host, 1, "08 00 %06X 00".formatted(BLOCK_BYTES), NO_DATA, BLOCK_BYTES).data();
    }

    private static byte[] block(int seed) {
        return TestNode.record(seed, BLOCK_BYTES);
    }

    private String get(Tenant tenant, String path) {
        return new String(answer(tenant.token(), path).body(), StandardCharsets.UTF_8);
    }

    private HttpResponse answer(String token, String path) {
        return new Api(node, Optional.empty(), "test", keepDevices -> {})
                .handle(
                        new HttpRequest(
                                "GET", path, Map.of(), NO_DATA, "test", Optional.of(token)));
    }
}
