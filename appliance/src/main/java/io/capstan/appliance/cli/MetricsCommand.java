package io.capstan.appliance.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code capstan metrics}. */
@Command(
        name = "metrics",
        description = "Prints all counters in the text format of Prometheus.",
        mixinStandardHelpOptions = true)
final class MetricsCommand implements Runnable {

    @ParentCommand private @Nullable CapstanCli parent;

    @Override
    public void run() {
        CapstanCli cli = Objects.requireNonNull(parent);
        cli.output().print(cli.api().getText("/metrics"));
    }
}
