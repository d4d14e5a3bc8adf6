package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import org.junit.jupiter.api.Test;

class DeferredErrorsTest {

    private final DeferredErrors errors = new DeferredErrors();
    private final SenseData first =
            SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.WRITE_ERROR);
    private final SenseData second =
            SenseData.of(SenseKey.HARDWARE_ERROR, AdditionalSense.CARTRIDGE_FAULT);

    @Test
    void givesTheOldestThatConcernsANexus() {
        Nexus a = new Nexus("a", "t");
        Nexus b = new Nexus("b", "t");
        errors.post(b, first);
        errors.post(second);

        assertThat(errors.take(a)).contains(second.withDeferred());
        assertThat(errors.take(a)).isEmpty();
        assertThat(errors.take(b)).contains(first.withDeferred());
        assertThat(errors.isEmpty()).isTrue();
    }

    @Test
    void keepsTheFirstOnesWhenThereAreTooMany() {
        Nexus nexus = new Nexus("a", "t");
        errors.post(nexus, first);
        for (int each = 0; each < 100; each++) {
            errors.post(nexus, second);
        }

        assertThat(errors.take(nexus)).contains(first.withDeferred());
        int left = 0;
        while (errors.take(nexus).isPresent()) {
            left++;
        }
        assertThat(left).isEqualTo(DeferredErrors.PENDING_MAX - 1);
    }

    @Test
    void canBeCleared() {
        errors.post(first);
        errors.clear();

        assertThat(errors.take(new Nexus("a", "t"))).isEmpty();
    }
}
