package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** INQUIRY, standard data of both personalities. */
@Conformance(
        subject = "INQUIRY, standard data",
        standard = "SPC-4, Standard INQUIRY data",
        clients = {"lsscsi", "sg3_utils", "tapeinfo"})
class InquiryStandardTest extends DriveConformance {

    private static String ascii(FakeReply reply, int offset, int lengthBytes) {
        return new String(reply.data(), offset, lengthBytes, StandardCharsets.US_ASCII);
    }

    @Test
    void saysTapeRemovableAndSpc4() {
        FakeReply reply = host.receive("12 00 00 00 FF 00", 255);

        assertThat(reply.data()).hasSize(96);
        assertThat(reply.hex()).startsWith("01 80 06 12 5B 01 00 02");
        assertThat(ascii(reply, 8, 28)).isEqualTo("IBM     ULT3580-TD8     N9M1");
        assertThat(reply.hex().substring(58 * 3)).startsWith("00 A0 04 60 05 20 09 60 00 00");
    }

    @Test
    void tellsTheOtherPersonality() {
        use(builder("ULT3580-TD9").build());

        FakeReply reply = host.receive("12 00 00 00 24 00", 36);

        assertThat(ascii(reply, 8, 28)).isEqualTo("IBM     ULT3580-TD9     S2S0");
    }

    @Test
    void isNeverKeptBackByAUnitAttentionAndTakesNone() {
        use(builder().build());

        assertGood(host.receive("12 00 00 00 24 00", 36));
        assertOutcome(testUnitReady(), "06/29/00");
    }

    @Test
    void isCutOffAtTheAllocationLength() {
        assertThat(host.receive("12 00 00 00 05 00", 255).data()).hasSize(5);
        assertThat(host.receive("12 00 00 00 00 00", 0).data()).isEmpty();
    }

    @Test
    void refusesAPageCodeWithoutEvpd() {
        assertOutcome(host.receive("12 00 80 00 FF 00", 255), "05/24/00");
    }
}
