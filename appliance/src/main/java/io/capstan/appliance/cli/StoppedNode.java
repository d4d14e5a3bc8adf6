package io.capstan.appliance.cli;

import io.capstan.appliance.node.InstalledEquipment;
import io.capstan.appliance.node.NodePlan;
import io.capstan.config.ConfigException;
import io.capstan.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which node a command is for that works without its daemon. */
final class StoppedNode {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration of the node (default: /etc/capstan/capstan.yaml).")
    private @Nullable Path configurationFile;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = {
                "Data directory of the node, in place of the configured one.",
                "Without --config its data is below this directory."
            })
    private @Nullable Path dataDirectory;

    private final InstalledEquipment equipment = new InstalledEquipment();

    /** Whether a node was named. */
    boolean isNamed() {
        return configurationFile != null || dataDirectory != null;
    }

    /** Whether there is a node to speak of: one that was named, or the one of this host. */
    boolean isKnown() {
        return isNamed() || Files.exists(Configuration.DEFAULT_FILE);
    }

    /**
     * @throws CliException if the configuration is wrong
     */
    NodePlan plan() {
        try {
            NodePlan plan = NodePlan.of(configuration(), equipment);
            return dataDirectory == null ? plan : plan.withDataDirectory(dataDirectory);
        } catch (ConfigException e) {
            throw new CliException(ExitStatus.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private Configuration configuration() {
        if (configurationFile != null) {
            return Configuration.load(configurationFile, equipment);
        }
        return dataDirectory == null
                ? Configuration.load(Configuration.DEFAULT_FILE, equipment)
                : Configuration.defaults();
    }
}
