package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.scsi.Cdb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A target serves the same over every way to drive sockets, and over IPv6. */
class SocketTransportTest {

    private static final int BLOCKS = 300;

    @ParameterizedTest
    @EnumSource(SocketTransport.class)
    void servesReadsAndWrites(SocketTransport transport) throws IOException {
        assumeTrue(transport.isAvailable());
        TinyDisk disk = new TinyDisk(4096);
        byte[] data = new byte[BLOCKS * TinyDisk.BLOCK_BYTES];
        new Random(transport.name().length()).nextBytes(data);
        try (TestTarget target =
                        new TestTarget(
                                transport,
                                InetAddress.getLoopbackAddress(),
                                TestTarget.LIMITS,
                                AccessRules.OPEN,
                                Optional.empty(),
                                disk);
                IscsiInitiator host =
                        target.login(1, "HeaderDigest", "CRC32C", "DataDigest", "CRC32C")) {
            Cdb write = Cdb.parse("2A0000000001%06X00".formatted(BLOCKS));
            Cdb read = Cdb.parse("280000000001%06X00".formatted(BLOCKS));
            for (int i = 0; i < 5; i++) {
                assertThat(host.execute(0, write, data, 0).outcome()).isEqualTo("GOOD");
                assertThat(host.execute(0, read, new byte[0], data.length).data()).isEqualTo(data);
            }
        }
    }

    @Test
    void theFirstThatWorksIsChosen() {
        assertThat(SocketTransport.choose())
                .isEqualTo(
                        Stream.of(SocketTransport.values())
                                .filter(SocketTransport::isAvailable)
                                .findFirst()
                                .orElseThrow());
    }

    @Test
    void aPortalOfAnIpv6AddressIsNamedInBrackets() throws IOException {
        byte[] address = new byte[16];
        address[15] = 1;
        InetAddress loopback = InetAddress.getByAddress(address);
        assumeTrue(isOfThisHost(loopback));
        try (TestTarget target =
                        new TestTarget(
                                SocketTransport.choose(),
                                loopback,
                                TestTarget.LIMITS,
                                AccessRules.OPEN,
                                Optional.empty(),
                                new TinyDisk(8));
                IscsiInitiator host = target.connect()) {
            assertThat(host.login(TestTarget.HOST, "", 1)).isZero();
            host.send(
                    host.next(Pdu.of(0x04, 0x80, IscsiInitiator.text(Map.of("SendTargets", "All"))))
                            .i32(20, -1));

            assertThat(IscsiInitiator.parse(host.receive().data()))
                    .containsEntry("TargetAddress", "[::1]:" + target.portal().getPort() + ",1");
            assertThat(target.server().sessions().getFirst().peer()).startsWith("[::1]:");
        }
    }

    private static boolean isOfThisHost(InetAddress address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
