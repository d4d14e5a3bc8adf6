package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.Cdb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operation codes the drive does not have: refused, cleanly, and nothing else happens. */
@Conformance(
        subject = "operation codes the drive has not",
        standard = "SPC-4, Sense key ILLEGAL REQUEST",
        supported = Conformance.Support.REFUSED)
class UnsupportedCommandTest extends DriveConformance {

    /** Transports answer it for all their logical units. */
    private static final int REPORT_LUNS = 0xA0;

    @Test
    @Tag("direct")
    void reportLunsIsTheTransports() {
        assertOutcome(host.receive("A0 00 00 00 00 00 00 00 10 00 00 00", 512), "05/20/00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0F 00 00 02 00 00",
                "14 00 00 02 00 00",
                "25 00 00 00 00 00 00 00 00 00",
                "28 00 00 00 00 00 00 00 01 00",
                "D1 00 00 00 00 00 00 00 00 00"
            })
    void isAnInvalidOperationCode(String cdb) {
        FakeReply reply = host.receive(cdb, 512);

        assertOutcome(reply, "05/20/00");
        assertThat(reply.data()).isEmpty();
    }

    @Test
    void everyOtherOperationCodeIsRefusedOnceAndHarmless() {
        write(1, 512);
        List<Integer> known = known();
        for (int code = 0; code <= 0xFF; code++) {
            if (known.contains(code) || code == 0x7F || code == REPORT_LUNS) {
                continue;
            }
            byte[] cdb = new byte[16];
            cdb[0] = (byte) code;
            assertThat(host.send(Cdb.of(cdb), new byte[0], 512).outcome())
                    .as("%02X", code)
                    .isEqualTo("05/20/00");
        }
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(drive.status().join().internalTargetFailures()).isZero();
    }

    private List<Integer> known() {
        FakeReply reply = host.receive("A3 0C 00 00 00 00 00 00 20 00 00 00", 8192);
        List<Integer> known = new ArrayList<>();
        for (int at = 4; at < reply.data().length; at += 8) {
            known.add(reply.u8(at));
        }
        return known;
    }
}
