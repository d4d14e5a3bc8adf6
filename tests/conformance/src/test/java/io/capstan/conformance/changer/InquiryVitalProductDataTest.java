package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** INQUIRY with EVPD: the serial number and the identity that name devices under /dev/tape/by-id. */
@Conformance(
        subject = "VPD pages",
        standard = "SPC-4, Vital product data parameters",
        clients = "sg3_utils")
final class InquiryVitalProductDataTest {

    @TempDir Path directory;

    @Test
    void l700() {
        assertThat(page("stk-l700", 0x00).hex()).isEqualTo("08 00 00 03 00 80 83");
        assertThat(text(page("stk-l700", 0x80))).isEqualTo("\u0008\u0080\0\u000CCAP00001    ");

        FakeReply identification = page("stk-l700", 0x83);
        assertThat(identification.hex()).startsWith("08 83 00 28 02 01 00 24 53 54 4B");
        assertThat(text(identification).substring(8))
                .isEqualTo("STK     L700            CAP00001    ");
    }

    @Test
    void ibm3584AppendsItsFirstStorageElementAddress() {
        assertThat(page("ibm-03584l32", 0x00).hex()).isEqualTo("08 00 00 03 00 80 83");
        assertThat(text(page("ibm-03584l32", 0x80)))
                .isEqualTo("\u0008\u0080\0\u00100000CAP000010400");

        FakeReply identification = page("ibm-03584l32", 0x83);
        assertThat(identification.hex()).startsWith("08 83 00 2C 02 01 00 28 49 42 4D");
        assertThat(text(identification).substring(8))
                .isEqualTo("IBM     03584L32        0000CAP000010400");
    }

    @Test
    void ibm3573AppendsItsLogicalLibraryAndHasPagesOfItsOwn() {
        assertThat(page("ibm-3573-tl", 0x00).hex()).isEqualTo("08 00 00 06 00 80 83 C0 D0 FF");
        assertThat(text(page("ibm-3573-tl", 0x80)))
                .isEqualTo("\u0008\u0080\0\u0010CAP00001    _LL0");

        FakeReply identification = page("ibm-3573-tl", 0x83);
        assertThat(identification.hex()).startsWith("08 83 00 2C 02 01 00 28 49 42 4D");
        assertThat(text(identification).substring(8))
                .isEqualTo("IBM     3573-TL         CAP00001    _LL0");

        FakeReply firmware = page("ibm-3573-tl", 0xC0);
        assertThat(firmware.data()).hasSize(4 + 0x3C);
        assertThat(text(firmware)).contains("484704-03-2008");
        assertThat(page("ibm-3573-tl", 0xD0).hex()).startsWith("08 D0 00 C0 04 53 43 44 44");
        assertThat(page("ibm-3573-tl", 0xFF).hex())
                .startsWith("08 FF 00 20 B5 8E")
                .endsWith("0F D0 34");
    }

    @Test
    void theOthers() {
        assertThat(text(page("hp-msl-g3", 0x83)).substring(8))
                .isEqualTo("HP      MSL G3 Series   CAP00001  ");
        assertThat(text(page("overland-neo", 0x83)).substring(8))
                .isEqualTo("OVERLANDNEO Series      CAP00001  ");
        assertThat(text(page("capstan", 0x83)).substring(8))
                .isEqualTo("CAPSTAN LIBRARY         CAP00001        ");
    }

    @Test
    void identityIsTheSameAfterARestart() {
        assertThat(page("ibm-03584l32", 0x83).hex()).isEqualTo(page("ibm-03584l32", 0x83).hex());
    }

    @Test
    void anUnsupportedPagePointsAtThePageCode() {
        FakeReply reply = page("stk-l700", 0xB0);

        assertThat(reply.outcome()).isEqualTo("05/24/00");
        assertThat(reply.sense().encode()).endsWith(0xC0, 0x00, 0x02);
    }

    private FakeReply page(String personality, int code) {
        try (Bench bench = new Bench(directory, ChangerPersonality.named(personality), 5, 1, 1)) {
            return bench.host.receive("12 01 %02X 00 FF 00".formatted(code), 255);
        }
    }

    private static String text(FakeReply reply) {
        return new String(reply.data(), StandardCharsets.ISO_8859_1);
    }
}
