package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.cli.CapstanCli;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** V23: every command of the command line says what it does and takes, without a daemon. */
class CliHelpTest {

    @Test
    void everyCommandHasHelp() {
        CommandLine capstan = CapstanCli.commandLine();
        List<String> commands = new ArrayList<>();
        check(capstan, capstan, commands);
        assertThat(commands).contains("capstan cartridge create", "capstan job cancel");
    }

    private static void check(CommandLine capstan, CommandLine of, List<String> commands) {
        for (CommandLine command : of.getSubcommands().values()) {
            String name = command.getCommandSpec().qualifiedName();
            commands.add(name);
            for (String option : List.of("--help", "-h")) {
                String line = name.substring("capstan ".length()) + " " + option;
                assertThat(capstan.parseArgs(line.split(" ", -1)).asCommandLineList().getLast())
                        .as(line)
                        .matches(CommandLine::isUsageHelpRequested);
            }
            assertThat(command.getUsageMessage()).startsWith("Usage: " + name).contains("--help");
            check(capstan, command, commands);
        }
    }
}
