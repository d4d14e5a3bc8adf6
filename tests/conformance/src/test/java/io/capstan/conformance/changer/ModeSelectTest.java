package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import org.junit.jupiter.api.Test;

/** MODE SELECT(6) and (10): DEXCPT may be changed, element addresses may not. */
@Conformance(subject = "MODE SELECT", standard = "SPC-4, MODE SELECT(6) command")
final class ModeSelectTest extends ChangerConformance {

    private static final String DEXCPT_CLEAR = "1C 0A 00 03 00 00 00 00 00 00 00 00";

    @Test
    void informationalExceptionsCanBeEnabled() {
        FakeInitiator other = new FakeInitiator(bench.changer, "host1");
        other.clearUnitAttentions();

        assertThat(host.send("15 10 00 00 10 00", "00 00 00 00 " + DEXCPT_CLEAR).outcome())
                .isEqualTo("GOOD");

        assertThat(host.receive("1A 08 1C 00 FF 00", 255).hex()).endsWith(DEXCPT_CLEAR);
        assertThat(other.send("00 00 00 00 00 00").outcome()).isEqualTo("06/2A/01");
        assertThat(host.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void tenByteHeader() {
        assertThat(
                        host.send(
                                        "55 10 00 00 00 00 00 00 14 00",
                                        "00 00 00 00 00 00 00 00 " + DEXCPT_CLEAR)
                                .outcome())
                .isEqualTo("GOOD");
        assertThat(host.receive("1A 08 1C 00 FF 00", 255).hex()).endsWith(DEXCPT_CLEAR);
    }

    @Test
    void whatIsReadCanBeWrittenBack() {
        String page = "1D 12 00 01 00 01 03 E8 00 14 00 0A 00 04 01 F4 00 02 00 00";

        assertThat(host.send("15 10 00 00 18 00", "00 00 00 00 " + page).outcome())
                .isEqualTo("GOOD");
    }

    @Test
    void elementAddressesStay() {
        String moved = "1D 12 00 01 00 01 03 E9 00 14 00 0A 00 04 01 F4 00 02 00 00";

        assertThat(host.send("15 10 00 00 18 00", "00 00 00 00 " + moved).outcome())
                .isEqualTo("05/26/00");
        assertThat(host.receive("1A 08 1D 00 FF 00", 255).u16(4 + 6)).isEqualTo(1000);
    }

    @Test
    void nothingCanBeSaved() {
        assertThat(host.send("15 11 00 00 10 00", "00 00 00 00 " + DEXCPT_CLEAR).outcome())
                .isEqualTo("05/24/00");
    }

    @Test
    void blockDescriptorsAndShortListsAreRefused() {
        assertThat(host.send("15 10 00 00 0C 00", "00 00 00 08 00 00 00 00 00 00 00 00").outcome())
                .isEqualTo("05/26/00");
        assertThat(host.send("15 10 00 00 02 00", "00 00").outcome()).isEqualTo("05/1A/00");
        assertThat(host.send("15 10 00 00 10 00", "00 00 00 00 1C 0A").outcome())
                .isEqualTo("05/1A/00");
    }
}
