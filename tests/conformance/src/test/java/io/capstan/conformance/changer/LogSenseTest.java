package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.LoadOutcome;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** LOG SENSE: supported pages, temperature and TapeAlert. */
@Conformance(
        subject = "LOG SENSE: log pages 0Dh, 14h, 2Eh",
        standard = "SMC-3 and SPC-4, Log parameters",
        clients = "sg3_utils")
final class LogSenseTest extends ChangerConformance {

    private static final int TAPE_ALERT_BYTES = 4 + 64 * 5;

    @Test
    void supportedPages() {
        assertThat(log("4D 00 40 00 00 00 00 01 00 00").hex()).isEqualTo("80 00 00 04 00 0D 14 2E");
        assertThat(log("4D 00 40 FF 00 00 00 01 00 00").hex())
                .startsWith("C0 FF 00 0A 00 00 00 FF 0D 00 14 00 2E 00");
    }

    @Test
    void thereIsNoTemperature() {
        assertThat(log("4D 00 4D 00 00 00 00 01 00 00").hex())
                .isEqualTo("8D 00 00 0C 00 00 03 02 00 FF 00 01 03 02 00 FF");
    }

    @Test
    void statisticsCountWhatTheLibraryDid() {
        assertThat(statistics()).startsWith(0, 0, 0, 0, 0, 0, 0, 0);

        move(1000, 500);
        exchange(1001, 500, 1000);
        host.send("07 00 00 00 00 00");
        host.send("1B 00 00 0A 00 00");
        drive(1).loads(new LoadOutcome.Failed("broken"));
        host.send("1B 00 00 0A 01 00");
        move(1002, 501);

        assertThat(statistics())
                .as("moves, picks, retries, places, retries, door opens, scans, errors")
                .containsExactly(4, 4, 0, 4, 0, 1, 1, 1);
    }

    @Test
    void statisticsOutliveARestart() {
        move(1000, 500);
        bench.restart();
        host = bench.host;
        host.clearUnitAttentions();

        assertThat(statistics()).startsWith(1, 1);
    }

    @Test
    void tapeAlertHasSixtyFourFlags() {
        FakeReply reply = tapeAlert();

        assertThat(reply.data()).hasSize(TAPE_ALERT_BYTES);
        assertThat(reply.hex()).startsWith("AE 00 01 40 00 01 03 01 00 00 02");
        assertThat(raised(reply)).isZero();
    }

    @Test
    void aFailedLoadRaisesAnAlertUntilItIsRead() {
        drive(0).loads(new LoadOutcome.Failed("broken"));
        move(1000, 500);

        assertThat(raised(log("4D 00 6E 00 00 00 00 00 04 00"))).as("header alone").isZero();
        FakeReply reply = tapeAlert();
        assertThat(raised(reply)).isEqualTo(1);
        assertThat(reply.u8(4 + 14 * 5 + 4)).as("flag 0Fh").isEqualTo(1);
        assertThat(raised(tapeAlert())).as("read before").isZero();
    }

    @Test
    void unknownPagesAreRefused() {
        assertThat(log("4D 00 71 00 00 00 00 01 00 00").outcome()).isEqualTo("05/24/00");
        assertThat(log("4D 00 6E 01 00 00 00 01 00 00").outcome()).isEqualTo("05/24/00");
    }

    /** The values of page 14h in order. */
    private List<Integer> statistics() {
        FakeReply reply = log("4D 00 54 00 00 00 00 01 00 00");
        assertThat(reply.hex()).startsWith("94 00 00 40 00 00 00 04");
        return IntStream.range(0, 8).mapToObj(number -> reply.u16(4 + number * 8 + 6)).toList();
    }

    private FakeReply tapeAlert() {
        return log("4D 00 6E 00 00 00 00 04 00 00");
    }

    private FakeReply log(String cdb) {
        return host.receive(cdb, 1024);
    }

    private static int raised(FakeReply tapeAlert) {
        int raised = 0;
        for (int at = 8; at < tapeAlert.data().length; at += 5) {
            raised += tapeAlert.u8(at);
        }
        return raised;
    }
}
