package io.capstan.appliance.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A noun of the command line, whose verbs are methods of its subclass. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
abstract class Noun implements Runnable {

    @ParentCommand private @Nullable CapstanCli parent;
    @Spec private @Nullable CommandSpec spec;

    /** A verb is missing. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "a verb is missing: one of " + Objects.requireNonNull(spec).subcommands().keySet());
    }

    CapstanCli cli() {
        return Objects.requireNonNull(parent);
    }

    ApiClient api() {
        return cli().api();
    }

    Output output() {
        return cli().output();
    }

    CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }
}
