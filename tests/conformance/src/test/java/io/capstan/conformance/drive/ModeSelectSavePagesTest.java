package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeSavedParameters;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.TaskManagementFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MODE SELECT with SP: what comes back after a reset and in the next life, and MODE SENSE of saved values. */
@Conformance(subject = "MODE SELECT, saved values", standard = "SPC-4, MODE SELECT(6) command")
class ModeSelectSavePagesTest extends DriveConformance {

    private static final String NO_COMPRESSION =
            "00 00 10 00 0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00";

    private final FakeSavedParameters saved = new FakeSavedParameters();

    @BeforeEach
    void saves() {
        use(builder().savedParameters(saved).build(), SimpleTape.blank("TST002L8", CAPACITY_BYTES));
    }

    private int compression(String pageControlAndCode) {
        return host.receive("1A 08 " + pageControlAndCode + " 00 FF 00", 255).u8(6);
    }

    private void reset() {
        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
        host.clearUnitAttentions();
    }

    @Test
    void whatIsNotSavedIsForgottenAtAReset() {
        assertGood(host.send("15 10 00 00 14 00", NO_COMPRESSION));
        assertThat(compression("0F")).isEqualTo(0x40);

        reset();

        assertThat(compression("0F")).isEqualTo(0xC0);
    }

    @Test
    void whatIsSavedComesBack() {
        assertGood(host.send("15 11 00 00 14 00", NO_COMPRESSION));

        assertThat(compression("CF")).as("saved").isEqualTo(0x40);
        assertThat(compression("8F")).as("default").isEqualTo(0xC0);
        reset();
        assertThat(compression("0F")).isEqualTo(0x40);
        use(builder().savedParameters(saved).build(), SimpleTape.blank("TST003L8", CAPACITY_BYTES));
        assertThat(compression("0F")).isEqualTo(0x40);
    }

    @Test
    void pagesThatCanBeSavedSaySo() {
        assertThat(host.receive("1A 08 0F 00 FF 00", 255).u8(4)).isEqualTo(0x8F);
        assertThat(host.receive("1A 08 1C 00 FF 00", 255).u8(4)).isEqualTo(0x1C);
    }

    @Test
    void aDriveThatCannotSaveRefusesTo() {
        use(builder().build(), SimpleTape.blank("TST003L8", CAPACITY_BYTES));

        assertSense(
                host.send("15 11 00 00 14 00", NO_COMPRESSION),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C8 00 01");
        assertOutcome(host.receive("1A 08 CF 00 FF 00", 255), "05/39/00");
    }
}
