package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.TaskManagementFunction;
import org.junit.jupiter.api.Test;

/** For whom data encryption parameters count, and how long. */
@Conformance(
        subject = "data encryption, scope and lifetime",
        standard = "SSC-4, Data encryption parameters")
class EncryptionScopeAndLifetimeTest extends EncryptionConformance {

    /** I_T NEXUS SCOPE, the scope of the set in use, and ENCRYPTION MODE, as a nexus sees them. */
    private static String status(FakeInitiator by) {
        FakeReply status = page(by, 0x20);
        return "%d %d %d".formatted(status.u8(4) >> 5, status.u8(4) & 7, status.u8(5));
    }

    @Test
    void setForAllCountsForAll() {
        FakeInitiator other = another("initiator1");
        setEncryption(ON, KEY_1);
        other.clearUnitAttentions();
        assertThat(status(host)).isEqualTo("2 2 2");
        assertThat(status(other)).isEqualTo("0 2 2");
    }

    @Test
    void othersAreToldThatItChanged() {
        FakeInitiator other = another("initiator1");
        setEncryption(ON, KEY_1);
        assertThat(other.clearUnitAttentions())
                .containsExactly(
                        AdditionalSense.DATA_ENCRYPTION_PARAMETERS_CHANGED_BY_ANOTHER_I_T_NEXUS);
        assertThat(host.clearUnitAttentions()).isEmpty();
        setEncryption(OFF, "");
        assertThat(other.clearUnitAttentions()).hasSize(1);
        setEncryption(OFF, "");
        assertThat(other.clearUnitAttentions()).isEmpty();
    }

    @Test
    void setOfOneNexusCountsForItAlone() {
        FakeInitiator other = another("initiator1");
        setEncryption(ON, KEY_1);
        other.clearUnitAttentions();
        assertGood(setEncryption(other, LOCAL, "00", ON, KEY_2, ""));
        assertThat(status(other)).isEqualTo("1 1 2");
        assertThat(host.clearUnitAttentions()).isEmpty();
        assertGood(write(1, 1_000));
        rewind();
        assertOutcome(other.receive("08 00 00 03 E8 00", 1_000), "07/74/03");
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
    }

    @Test
    void publicGoesBackToTheSetForAll() {
        FakeInitiator other = another("initiator1");
        setEncryption(ON, KEY_1);
        other.clearUnitAttentions();
        setEncryption(other, LOCAL, "00", OFF, "", "");
        assertThat(status(other)).isEqualTo("1 1 0");
        assertGood(setEncryption(other, PUBLIC, "00", OFF, "", ""));
        assertThat(status(other)).isEqualTo("0 2 2");
    }

    @Test
    void laterSetForAllReplacesTheOneBefore() {
        FakeInitiator other = another("initiator1");
        setEncryption(ON, KEY_1);
        other.clearUnitAttentions();
        setEncryption(other, ALL_I_T_NEXUS, "00", ON, KEY_2, "");
        host.clearUnitAttentions();
        assertThat(status(host)).isEqualTo("0 2 2");
        assertThat(status(other)).isEqualTo("2 2 2");
    }

    @Test
    void clearOnDemountEndsWithTheVolume() {
        setEncryption(host, ALL_I_T_NEXUS, "04", ON, KEY_1, "");
        write(1, 1_000);
        assertGood(host.send("1B 00 00 00 00 00"));
        assertThat(status(host)).isEqualTo("0 0 0");
        assertGood(host.send("1B 00 00 00 01 00"));
        assertOutcome(read(1_000), "07/74/01");
    }

    @Test
    void otherwiseItOutlivesTheVolume() {
        setEncryption(ON, KEY_1);
        write(1, 1_000);
        assertGood(host.send("1B 00 00 00 00 00"));
        assertGood(host.send("1B 00 00 00 01 00"));
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        assertThat(status(host)).isEqualTo("2 2 2");
    }

    @Test
    void clearOnDemountEndsWhenTheChangerTakesTheVolume() {
        setEncryption(host, LOCAL, "04", ON, KEY_1, "");
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        assertThat(status(host)).isEqualTo("0 0 0");
    }

    @Test
    void resetEndsAll() {
        setEncryption(ON, KEY_1);
        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
        host.clearUnitAttentions();
        assertThat(status(host)).isEqualTo("0 0 0");
    }

    @Test
    void lossOfItsNexusEndsItsOwnSetAlone() {
        FakeInitiator other = another("initiator1");
        setEncryption(ON, KEY_1);
        other.clearUnitAttentions();
        setEncryption(other, LOCAL, "00", ON, KEY_2, "");
        other.manage(TaskManagementFunction.I_T_NEXUS_RESET);
        other.clearUnitAttentions();
        assertThat(status(other)).isEqualTo("0 2 2");
        host.manage(TaskManagementFunction.I_T_NEXUS_RESET);
        host.clearUnitAttentions();
        assertThat(status(host)).isEqualTo("2 2 2");
    }

    @Test
    void lockedNexusIsNotLetOnWithOtherParameters() {
        FakeInitiator other = another("initiator1");
        String lock = "41";
        assertGood(setEncryption(host, lock, "00", ON, KEY_1, ""));
        assertGood(write(1, 1_000));
        other.clearUnitAttentions();
        setEncryption(other, ALL_I_T_NEXUS, "00", ON, KEY_2, "");
        host.clearUnitAttentions();
        assertOutcome(write(2, 1_000), "07/2A/13");
        assertOutcome(read(1_000), "07/2A/13");
        assertGood(rewind());
        assertOutcome(host.send("13 00 00 03 E8 00"), "07/2A/13");
        assertGood(setEncryption(host, lock, "00", ON, KEY_1, ""));
        assertThat(read(1_000).data()).isEqualTo(block(1, 1_000));
    }
}
