package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeSavedParameters;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** Mode page 0Fh, data compression. */
@Conformance(
        subject = "mode page 0Fh",
        standard = "SSC-4, Data Compression mode page",
        clients = {"mt", "sg3_utils", "Proxmox (replay)"})
class ModePageCompressionTest extends DriveConformance {

    private static final String ON = "0F 0E C0 80 00 00 00 01 00 00 00 01 00 00 00 00";
    private static final String OFF = "0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00";
    private static final String NO_ALGORITHM = "0F 0E C0 80 00 00 00 00 00 00 00 01 00 00 00 00";

    private String select(String page) {
        return host.send("15 10 00 00 14 00", "00 00 10 00" + page).outcome();
    }

    private String page(String pageControl) {
        return host.receive("1A 08 " + pageControl + " 00 FF 00", 255).hex().substring(12);
    }

    @Test
    void isOnByDefault() {
        assertThat(page("0F")).isEqualTo(ON);
        assertThat(drive.status().join().compression()).isTrue();
    }

    @Test
    void canBeSwitchedOffAndOn() {
        assertThat(select(OFF)).isEqualTo("GOOD");
        assertThat(page("0F")).isEqualTo(OFF);
        assertThat(drive.status().join().compression()).isFalse();
        assertThat(select(ON)).isEqualTo("GOOD");
        assertThat(drive.status().join().compression()).isTrue();
    }

    @Test
    void canBeSwitchedOffByTheAlgorithm() {
        assertThat(select(NO_ALGORITHM)).isEqualTo("GOOD");
        assertThat(drive.status().join().compression()).isFalse();
    }

    @Test
    void tellsWhatCanBeChanged() {
        assertThat(page("4F")).isEqualTo("0F 0E 80 00 00 00 00 FF 00 00 00 FF 00 00 00 00");
    }

    @Test
    void refusesAnotherAlgorithmAndWhatCannotBeChanged() {
        assertThat(select("0F 0E C0 80 00 00 00 03 00 00 00 01 00 00 00 00")).isEqualTo("05/26/00");
        assertThat(select("0F 0E 80 80 00 00 00 01 00 00 00 01 00 00 00 00")).isEqualTo("05/26/00");
        assertThat(page("0F")).isEqualTo(ON);
    }

    @Test
    void savedIsBackInAnotherLife() {
        FakeSavedParameters saved = new FakeSavedParameters();
        use(builder().savedParameters(saved).build(), SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        assertGood(host.send("15 11 00 00 14 00", "00 00 10 00" + OFF));

        use(builder().savedParameters(saved).build());
        host.clearUnitAttentions();

        assertThat(page("0F")).isEqualTo(OFF.replaceFirst("0F", "8F"));
        assertThat(page("8F")).isEqualTo(ON.replaceFirst("0F", "8F"));
        assertThat(page("CF")).isEqualTo(OFF.replaceFirst("0F", "8F"));
    }

    @Test
    void cannotBeSavedWithoutAPlaceToSave() {
        assertOutcome(host.send("15 11 00 00 14 00", "00 00 10 00" + OFF), "05/24/00");
        assertOutcome(host.receive("1A 08 CF 00 FF 00", 255), "05/39/00");
    }
}
