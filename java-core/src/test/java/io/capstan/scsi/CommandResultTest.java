package io.capstan.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandResultTest {

    private static final SenseData SENSE =
            SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT);

    @Test
    void senseDataGoesWithCheckConditionOnly() {
        assertThat(CommandResult.checkCondition(SENSE).sense()).contains(SENSE);
        assertThat(CommandResult.of(Status.BUSY).sense()).isEmpty();
        assertThatThrownBy(() -> new CommandResult(Status.GOOD, Optional.of(SENSE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CommandResult.of(Status.CHECK_CONDITION))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
