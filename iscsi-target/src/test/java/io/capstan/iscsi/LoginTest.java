package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.scsi.Cdb;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Login, discovery, authentication, reinstatement and logout. */
class LoginTest {

    private static final byte[] SECRET = "twelve bytes+".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TARGET_SECRET = "another secret".getBytes(StandardCharsets.UTF_8);

    private static TestTarget open() throws IOException {
        return new TestTarget(new TinyDisk(8));
    }

    private static TestTarget guarded() throws IOException {
        AccessRules access =
                new AccessRules(
                        Set.of(),
                        List.of(new ChapUser("user", SECRET)),
                        Optional.of(new ChapUser("target", TARGET_SECRET)));
        return new TestTarget(TestTarget.LIMITS, access, Optional.empty(), new TinyDisk(8));
    }

    @Test
    void discoveryNamesTheTarget() throws IOException {
        try (TestTarget target = open();
                IscsiInitiator host = target.connect()) {
            assertThat(host.login(TestTarget.HOST, "", 1)).isZero();
            host.send(
                    host.next(Pdu.of(0x04, 0x80, IscsiInitiator.text(Map.of("SendTargets", "All"))))
                            .i32(20, -1));
            Map<String, String> answer = IscsiInitiator.parse(host.receive().data());

            assertThat(answer)
                    .containsEntry("TargetName", TestTarget.NAME)
                    .containsEntry(
                            "TargetAddress", "127.0.0.1:" + target.portal().getPort() + ",1");
            assertThat(host.logout()).isZero();
        }
    }

    @Test
    void everyKeyIsAnswered() throws IOException {
        try (TestTarget target = open();
                IscsiInitiator host =
                        target.login(
                                1,
                                "HeaderDigest",
                                "None,CRC32C",
                                "DataDigest",
                                "Snake,CRC32C",
                                "MaxConnections",
                                "8",
                                "InitialR2T",
                                "No",
                                "ImmediateData",
                                "Yes",
                                "MaxBurstLength",
                                "16776192",
                                "FirstBurstLength",
                                "0x10000000",
                                "MaxOutstandingR2T",
                                "16",
                                "DefaultTime2Wait",
                                "5",
                                "DefaultTime2Retain",
                                "7",
                                "DataPDUInOrder",
                                "No",
                                "ErrorRecoveryLevel",
                                "2",
                                "OFMarker",
                                "Yes",
                                "X-com.example.key",
                                "1")) {
            assertThat(host.negotiated())
                    .containsEntry("HeaderDigest", "None")
                    .containsEntry("DataDigest", "CRC32C")
                    .containsEntry("MaxConnections", "1")
                    .containsEntry("InitialR2T", "No")
                    .containsEntry("ImmediateData", "Yes")
                    .containsEntry("MaxBurstLength", "262144")
                    .containsEntry("FirstBurstLength", "Reject")
                    .containsEntry("MaxOutstandingR2T", "4")
                    .containsEntry("DefaultTime2Wait", "5")
                    .containsEntry("DefaultTime2Retain", "0")
                    .containsEntry("DataPDUInOrder", "Yes")
                    .containsEntry("ErrorRecoveryLevel", "0")
                    .containsEntry("OFMarker", "No")
                    .containsEntry("X-com.example.key", "NotUnderstood")
                    .containsEntry("MaxRecvDataSegmentLength", "65536")
                    .containsEntry("TargetPortalGroupTag", "1");
        }
    }

    @Test
    void loginsThatCannotBeAreRefusedWithTheirReason() throws IOException {
        try (TestTarget target = open()) {
            assertThat(statusOf(target, TestTarget.HOST, "iqn.2026-01.io.capstan:none"))
                    .isEqualTo(0x0203);
            assertThat(statusOf(target, TestTarget.HOST, TestTarget.NAME, "SessionType", "Odd"))
                    .isEqualTo(0x0209);
            assertThat(statusOf(target, "", TestTarget.NAME)).isEqualTo(0x0207);
        }
    }

    private static int statusOf(TestTarget target, String initiator, String name, String... keys)
            throws IOException {
        try (IscsiInitiator host = target.connect()) {
            int status = host.login(initiator, name, 1, keys);
            assertThat(host.isClosedByTarget()).isTrue();
            return status;
        }
    }

    @Test
    void strangersAreRefusedAndTheMovedRedirected() throws IOException {
        AccessRules access =
                new AccessRules(Set.of("iqn.2026-01.other:host"), List.of(), Optional.empty());
        try (TestTarget target =
                new TestTarget(TestTarget.LIMITS, access, Optional.empty(), new TinyDisk(8))) {
            assertThat(statusOf(target, TestTarget.HOST, TestTarget.NAME)).isEqualTo(0x0202);
        }
        try (TestTarget target =
                        new TestTarget(
                                TestTarget.LIMITS,
                                AccessRules.OPEN,
                                Optional.of("192.0.2.7:3260"),
                                new TinyDisk(8));
                IscsiInitiator host = target.connect()) {
            assertThat(host.login(TestTarget.HOST, TestTarget.NAME, 1)).isEqualTo(0x0101);
            assertThat(host.negotiated()).containsEntry("TargetAddress", "192.0.2.7:3260,1");
        }
    }

    @Test
    void aStageCannotBeLeftBackwards() throws IOException {
        try (TestTarget target = open();
                IscsiInitiator host = target.connect()) {
            Pdu response =
                    host.loginRequest(1, 1, true, 1, Map.of("InitiatorName", TestTarget.HOST));
            assertThat(response.u16(36)).isEqualTo(0x020B);
        }
    }

    @ParameterizedTest(name = "algorithm {0}")
    @CsvSource({"5,MD5", "7,SHA-256", "8,SHA3-256", "'7,5',SHA-256"})
    void chapOpensForWhoKnowsTheSecret(String offered, String digest) throws IOException {
        try (TestTarget target = guarded();
                IscsiInitiator host = target.connect()) {
            Pdu response = chap(host, offered, digest, SECRET, true);

            assertThat(response.u16(36)).isZero();
            byte[] proof =
                    ChapAuthentication.hash(digest, 9, TARGET_SECRET, new byte[] {1, 2, 3, 4});
            assertThat(host.negotiated())
                    .containsEntry("CHAP_N", "target")
                    .containsEntry("CHAP_R", "0x" + HexFormat.of().formatHex(proof));
            assertThat(host.execute(0, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                    .isEqualTo("GOOD");
        }
    }

    @Test
    void chapStaysClosedForOthers() throws IOException {
        try (TestTarget target = guarded()) {
            try (IscsiInitiator host = target.connect()) {
                byte[] wrong = "twelve bytes-".getBytes(StandardCharsets.UTF_8);
                assertThat(chap(host, "7", "SHA-256", wrong, false).u16(36)).isEqualTo(0x0201);
            }
            assertThat(statusOf(target, TestTarget.HOST, TestTarget.NAME)).isEqualTo(0x0201);
            try (IscsiInitiator host = target.connect()) {
                assertThat(host.login(TestTarget.HOST, "", 1)).isEqualTo(0x0201);
            }
            assertThat(target.server().sessions()).isEmpty();
        }
    }

    private static Pdu chap(
            IscsiInitiator host, String offered, String digest, byte[] secret, boolean mutual)
            throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("InitiatorName", TestTarget.HOST);
        keys.put("TargetName", TestTarget.NAME);
        keys.put("AuthMethod", "CHAP,None");
        assertThat(host.loginRequest(0, 1, true, 1, keys).flags() & 0x80).isZero();
        host.loginRequest(0, 1, false, 1, Map.of("CHAP_A", offered));
        int id = Integer.parseInt(host.negotiated().get("CHAP_I"));
        byte[] challenge = HexFormat.of().parseHex(host.negotiated().get("CHAP_C").substring(2));
        byte[] answer = ChapAuthentication.hash(digest, id, secret, challenge);
        Map<String, String> proof = new LinkedHashMap<>();
        proof.put("CHAP_N", "user");
        proof.put("CHAP_R", "0x" + HexFormat.of().formatHex(answer));
        if (mutual) {
            proof.put("CHAP_I", "9");
            proof.put("CHAP_C", "0x01020304");
        }
        Pdu response = host.loginRequest(0, 1, true, 1, proof);
        return response.u16(36) == 0
                ? host.loginRequest(1, 3, true, 1, Map.of("MaxBurstLength", "65536"))
                : response;
    }

    @Test
    void anInitiatorPortThatLogsInAgainReplacesItsSession() throws IOException {
        try (TestTarget target = open();
                IscsiInitiator first = target.login(1);
                IscsiInitiator other = target.login(2)) {
            try (IscsiInitiator second = target.login(1)) {
                assertThat(first.isClosedByTarget()).isTrue();
                assertThat(second.execute(0, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                        .isEqualTo("GOOD");
                assertThat(other.execute(0, Cdb.parse("000000000000"), new byte[0], 0).outcome())
                        .isEqualTo("GOOD");
                assertThat(target.server().sessions()).hasSize(2);
            }
        }
    }

    @Test
    void thereAreNoMoreSessionsThanAreAllowed() throws IOException {
        try (TestTarget target = open()) {
            for (int isid = 1; isid <= TestTarget.LIMITS.sessionsMax(); isid++) {
                target.login(isid);
            }
            try (IscsiInitiator host = target.connect()) {
                assertThat(host.login(TestTarget.HOST, TestTarget.NAME, 100)).isEqualTo(0x0302);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x05, 0x00, 0x3F})
    void nothingButLoginIsTakenBeforeLogin(int opcode) throws IOException {
        try (TestTarget target = open();
                IscsiInitiator host = target.connect()) {
            host.send(Pdu.of(opcode, 0x80));
            assertThatThrownBy(host::receive)
                    .isInstanceOfAny(EOFException.class, SocketException.class);
        }
    }
}
