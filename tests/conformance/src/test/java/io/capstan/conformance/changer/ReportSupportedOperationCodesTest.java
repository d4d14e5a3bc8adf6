package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** REPORT SUPPORTED OPERATION CODES: the list, timeouts, and each command by itself. */
@Conformance(
        subject = "REPORT SUPPORTED OPERATION CODES",
        standard = "SPC-4, REPORT SUPPORTED OPERATION CODES command",
        clients = "sg3_utils")
final class ReportSupportedOperationCodesTest extends ChangerConformance {

    @Test
    void everyCommandOfAChangerWithItsTimeouts() {
        FakeReply reply = report("A3 0C 80 00 0000 00001000 00 00");

        assertThat(reply.u32(0)).isEqualTo(reply.data().length - 4);
        assertThat(operationCodes(reply))
                .contains(
                        0x00, 0x03, 0x07, 0x12, 0x15, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x2B, 0x37,
                        0x4C, 0x4D, 0x55, 0x5A, 0xA3, 0xA4, 0xA5, 0xA6, 0xB5, 0xB6, 0xB8, 0xE7)
                .doesNotContain(0x08, 0x0A, 0xA7, 0xB4)
                .isSorted();
        for (int at = 4; at < reply.data().length; at += 20) {
            assertThat(reply.u32(at + 16)).as("recommended timeout").isPositive();
        }
    }

    @Test
    void oneCommandWithItsUsage() {
        assertThat(report("A3 0C 01 A5 0000 000000FF 00 00").hex())
                .isEqualTo("00 03 00 0C A5 E0 FF FF FF FF FF FF 00 00 00 00");
        assertThat(report("A3 0C 81 B8 0000 000000FF 00 00").hex())
                .isEqualTo(
                        "00 83 00 0C B8 FF FF FF FF FF 07 FF FF FF 00 00"
                                + " 00 0A 00 00 00 00 00 01 00 00 00 3C");
        assertThat(report("A3 0C 01 A7 0000 000000FF 00 00").hex()).startsWith("00 01 00 00");
    }

    private FakeReply report(String cdb) {
        return host.receive(cdb, 4096);
    }

    private static List<Integer> operationCodes(FakeReply reply) {
        List<Integer> codes = new ArrayList<>();
        for (int at = 4; at < reply.data().length; at += 20) {
            codes.add(reply.u8(at));
        }
        return codes;
    }
}
