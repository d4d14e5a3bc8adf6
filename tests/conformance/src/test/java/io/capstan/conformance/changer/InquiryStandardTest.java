package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** INQUIRY without EVPD: what decides which driver and which tables a client takes. */
@Conformance(
        subject = "INQUIRY, standard data",
        standard = "SPC-4, Standard INQUIRY data",
        clients = {"lsscsi", "mtx", "sg3_utils"})
final class InquiryStandardTest {

    @TempDir Path directory;

    @Test
    void l700() {
        FakeReply reply = inquiry("stk-l700", "12 00 00 00 FF 00");

        assertThat(reply.data()).hasSize(56);
        assertThat(reply.u8(0)).isEqualTo(0x08);
        assertThat(reply.u8(1)).as("RMB").isEqualTo(0x80);
        assertThat(reply.u8(2)).as("VERSION").isEqualTo(0x03);
        assertThat(reply.u8(3) & 0x0F).as("RESPONSE DATA FORMAT").isEqualTo(2);
        assertThat(reply.u8(4)).as("ADDITIONAL LENGTH").isEqualTo(51);
        assertThat(reply.u8(6) & 0x08).as("MCHNGR").isZero();
        assertThat(text(reply, 8, 28)).isEqualTo("STK     L700            0312");
        assertThat(reply.u8(55)).as("BarC").isEqualTo(1);
    }

    @Test
    void ibm3584() {
        FakeReply reply = inquiry("ibm-03584l32", "12 00 00 00 FF 00");

        assertThat(reply.data()).hasSize(58);
        assertThat(reply.u8(0)).isEqualTo(0x08);
        assertThat(reply.u8(4)).as("ADDITIONAL LENGTH").isEqualTo(0x35);
        assertThat(reply.u8(6)).as("BarC, no MCHNGR").isEqualTo(0x20);
        assertThat(reply.u8(7)).as("CMDQUE").isEqualTo(0x02);
        assertThat(text(reply, 8, 28)).isEqualTo("IBM     03584L32        8500");
        assertThat(text(reply, 36, 16)).isEqualTo("78" + "0000CAP00001" + "00");
    }

    @Test
    void ibm3573() {
        FakeReply reply = inquiry("ibm-3573-tl", "12 00 00 00 FF 00");

        assertThat(reply.data()).hasSize(72);
        assertThat(reply.u8(2)).as("VERSION").isEqualTo(0x05);
        assertThat(reply.u8(4)).as("ADDITIONAL LENGTH").isEqualTo(0x43);
        assertThat(text(reply, 8, 28)).isEqualTo("IBM     3573-TL         6.50");
        assertThat(text(reply, 38, 12)).isEqualTo("CAP00001    ");
        assertThat(reply.u8(55)).as("BarC").isEqualTo(1);
        assertThat(reply.hex()).as("version descriptors").contains("00 5C 0B 56 02 FE 03 0F");
    }

    /** Byte 55 of a changer tells whether there is a bar code reader: what mtx and loaderinfo go by. */
    @ParameterizedTest
    @CsvSource({
        "hp-msl-g3, 56, 'HP      MSL G3 Series   8.70'",
        "overland-neo, 56, 'OVERLANDNEO Series      0510'",
        "capstan, 96, 'CAPSTAN LIBRARY         0001'",
    })
    void theOthers(String personality, int lengthBytes, String identification) {
        FakeReply reply = inquiry(personality, "12 00 00 00 FF 00");

        assertThat(reply.data()).hasSize(lengthBytes);
        assertThat(reply.u8(4)).as("ADDITIONAL LENGTH").isEqualTo(lengthBytes - 5);
        assertThat(text(reply, 8, 28)).isEqualTo(identification);
        assertThat(reply.u8(55)).as("BarC").isEqualTo(1);
    }

    @Test
    void allocationLengthCutsOff() {
        assertThat(inquiry("stk-l700", "12 00 00 00 24 00").data()).hasSize(36);
        assertThat(inquiry("stk-l700", "12 00 00 00 05 00").data()).hasSize(5);
        assertThat(inquiry("stk-l700", "12 00 00 00 00 00").data()).isEmpty();
    }

    @Test
    void aPageCodeWithoutVitalProductDataIsRefused() {
        assertThat(inquiry("stk-l700", "12 00 80 00 FF 00").outcome()).isEqualTo("05/24/00");
    }

    private FakeReply inquiry(String personality, String cdb) {
        try (Bench bench = new Bench(directory, ChangerPersonality.named(personality), 5, 1, 1)) {
            return bench.host.receive(cdb, 255);
        }
    }

    private static String text(FakeReply reply, int offset, int lengthBytes) {
        return new String(
                reply.data(), offset, lengthBytes, java.nio.charset.StandardCharsets.US_ASCII);
    }
}
