package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandDescriptorTest {

    @Test
    void theUsageBitmapMustAgreeWithTheCommand() {
        assertThatThrownBy(() -> usage("12 01 FF")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> usage("12 01 FF FF FF 04"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CONTROL");
        assertThatThrownBy(() ->
                        new CommandDescriptor<>(
                                "X",
                                0x13,
                                OptionalInt.empty(),
                                new byte[] {0x12, 0, 0, 0, 0, 0},
                                0,
                                0,
                                Set.of(),
                                cdb -> "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new CommandDescriptor<>(
                                "X",
                                0x12,
                                OptionalInt.of(3),
                                new byte[] {0x12, 2, 0, 0, 0, 0},
                                0,
                                0,
                                Set.of(),
                                cdb -> "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeoutsCanBeTheDevices() {
        CommandDescriptor<SpcCommand> slow = SpcCommands.INQUIRY.withTimeouts(5, 300);

        assertThat(slow.nominalTimeoutSeconds()).isEqualTo(5);
        assertThat(slow.recommendedTimeoutSeconds()).isEqualTo(300);
        assertThat(slow.name()).isEqualTo("INQUIRY");
        assertThat(slow.has(CommandFlag.ALLOWED_WITH_UNIT_ATTENTION)).isTrue();
    }

    private static CommandDescriptor<String> usage(String usageHex) {
        return CommandDescriptor.of("X", usageHex, 0, 0, cdb -> "x");
    }
}
