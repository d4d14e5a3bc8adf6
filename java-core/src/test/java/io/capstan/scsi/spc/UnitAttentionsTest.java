package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Nexus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnitAttentionsTest {

    private static final AdditionalSense POWER_ON =
            AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED;
    private static final AdditionalSense MEDIUM =
            AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED;
    private static final AdditionalSense MODE = AdditionalSense.MODE_PARAMETERS_CHANGED;

    private final Nexus a = new Nexus("a", "t");
    private final Nexus b = new Nexus("b", "t");
    private final UnitAttentions conditions = UnitAttentions.afterPowerOn(POWER_ON);

    @Test
    void everyNexusStartsWithThePowerOnCondition() {
        assertThat(all(a)).containsExactly(POWER_ON);
        assertThat(all(b)).containsExactly(POWER_ON);
        assertThat(all(a)).isEmpty();
    }

    @Test
    void afterAdoptionNoNexusNoticesAnything() {
        UnitAttentions adopted = UnitAttentions.afterAdoption();

        assertThat(adopted.isPending(a)).isFalse();
        assertThat(adopted.take(a)).isEmpty();
    }

    @Test
    void afterAdoptionWhatWasRaisedBeforeTheFirstCommandIsNotLost() {
        UnitAttentions adopted = UnitAttentions.afterAdoption();
        adopted.raise(MEDIUM);
        adopted.raise(MEDIUM);

        assertThat(adopted.take(a)).contains(MEDIUM);
        assertThat(adopted.take(a)).isEmpty();
        assertThat(adopted.take(b)).contains(MEDIUM);
    }

    @Test
    void thePowerOnConditionStandsForAllThatWasBeforeANexusCame() {
        conditions.raise(MEDIUM);
        conditions.raise(MODE);

        assertThat(all(a)).containsExactly(POWER_ON);
    }

    @Test
    void aResetReplacesWhatAnUnknownNexusWouldHear() {
        UnitAttentions adopted = UnitAttentions.afterAdoption();
        adopted.raise(MEDIUM);
        adopted.raise(AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
        adopted.raise(MODE);

        assertThat(adopted.take(a)).contains(AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
        assertThat(adopted.take(a)).isEmpty();
    }

    @Test
    void resetsComeFirstThenTheOrderOfRaising() {
        all(a);
        conditions.raise(MODE);
        conditions.raise(MEDIUM);
        conditions.raise(AdditionalSense.I_T_NEXUS_LOSS_OCCURRED);
        conditions.raise(AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
        conditions.raise(POWER_ON);

        assertThat(all(a))
                .containsExactly(
                        POWER_ON,
                        AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED,
                        AdditionalSense.I_T_NEXUS_LOSS_OCCURRED,
                        MODE,
                        MEDIUM);
    }

    @Test
    void equalConditionsAreOne() {
        all(a);
        conditions.raise(MODE);
        conditions.raise(MODE);
        conditions.raise(a, MODE);

        assertThat(all(a)).containsExactly(MODE);
    }

    @Test
    void oneNexusCanBeExempt() {
        all(a);
        all(b);
        conditions.raiseForOthers(a, MODE);

        assertThat(all(a)).isEmpty();
        assertThat(all(b)).containsExactly(MODE);
    }

    @Test
    void anExemptNexusThatIsNewStaysExempt() {
        UnitAttentions adopted = UnitAttentions.afterAdoption();
        adopted.raiseForOthers(a, MODE);

        assertThat(adopted.isPending(a)).isFalse();
        assertThat(adopted.isPending(b)).isTrue();
    }

    @Test
    void oneNexusAloneCanBeTold() {
        all(a);
        all(b);
        conditions.raise(b, MEDIUM);

        assertThat(conditions.isPending(a)).isFalse();
        assertThat(all(b)).containsExactly(MEDIUM);
    }

    @Test
    void aForgottenNexusStartsAnew() {
        all(a);
        conditions.forget(a);

        assertThat(all(a)).containsExactly(POWER_ON);
    }

    @Test
    void asManyNexusesAreKeptAsThereIsRoomFor() {
        all(a);
        for (int each = 0; each < UnitAttentions.NEXUS_MAX - 1; each++) {
            all(new Nexus("other " + each, "t"));
        }
        assertThat(conditions.isPending(a)).as("still known").isFalse();

        all(new Nexus("one too many", "t"));

        assertThat(conditions.isPending(a)).as("used after the others").isFalse();
        assertThat(conditions.isPending(new Nexus("other 0", "t"))).as("silent longest").isTrue();
    }

    private List<AdditionalSense> all(Nexus nexus) {
        List<AdditionalSense> taken = new ArrayList<>();
        while (conditions.isPending(nexus)) {
            taken.add(conditions.take(nexus).orElseThrow());
        }
        return taken;
    }
}
