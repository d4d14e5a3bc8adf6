package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.scsi.Cdb;
import org.junit.jupiter.api.Test;

class CommandSetTest {

    private final CommandDescriptor<String> read =
            CommandDescriptor.of("READ(6)", "08 00 00 00 00 00", 0, 0, cdb -> "read");
    private final CommandDescriptor<String> values =
            CommandDescriptor.ofServiceAction(
                    "VALUES",
                    "8C 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
                    0,
                    0,
                    cdb -> "values");

    @Test
    void aCommandIsThereOnce() {
        refuses(CommandSet.<String>builder().add(read).add(read));
        refuses(CommandSet.<String>builder().add(values).add(values));
        refuses(
                CommandSet.<String>builder()
                        .addSpc(SpcCommands.INQUIRY)
                        .addAllSpc(SpcCommands.ALL));
    }

    @Test
    void anOperationCodeHasServiceActionsOrNot() {
        CommandDescriptor<String> plain =
                CommandDescriptor.of(
                        "PLAIN",
                        "8C 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
                        0,
                        0,
                        cdb -> "plain");
        refuses(CommandSet.<String>builder().add(plain).add(values));
        refuses(CommandSet.<String>builder().add(values).add(plain));
    }

    @Test
    void findsAndDecodesItsOwn() {
        CommandSet<String> commands =
                CommandSet.<String>builder()
                        .add(read)
                        .add(values)
                        .addSpc(SpcCommands.INQUIRY)
                        .build();

        assertThat(commands.decode(Cdb.parse("080000000000"))).isEqualTo("read");
        assertThat(commands.decode(Cdb.parse("8C00"))).isEqualTo("values");
        assertThat(commands.descriptor(Cdb.parse("8C01"))).isEmpty();
        assertThat(commands.descriptor(Cdb.parse("12")).orElseThrow().name()).isEqualTo("INQUIRY");
        assertThatThrownBy(() -> commands.decode(Cdb.parse("120000000000")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> commands.decode(Cdb.parse("080100000000")))
                .isInstanceOf(CheckConditionException.class);
    }

    private static void refuses(CommandSet.Builder<String> builder) {
        assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class);
    }
}
