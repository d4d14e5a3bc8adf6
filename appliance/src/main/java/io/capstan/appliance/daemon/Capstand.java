package io.capstan.appliance.daemon;

import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.appliance.node.StartException;
import io.capstan.tcmu.ExportedUnit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The daemon. */
@Command(
        name = "capstand",
        description = "Serves virtual tape libraries.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped in order, or the configuration is right",
            "1:could not start, or did not stop in order; the last line says why",
            "2:wrong usage or configuration; nothing was touched"
        })
public final class Capstand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Capstand.class);

    static final int STOPPED = 0;
    static final int FAILED = 1;
    static final int WRONG_CONFIGURATION = 2;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "/etc/capstan/capstan.yaml",
            description = "Configuration file (default: ${DEFAULT-VALUE}).")
    private Path configurationFile = Path.of("/etc/capstan/capstan.yaml");

    @Option(names = "--check-config", description = "Check the configuration and exit.")
    private boolean checkOnly;

    @Option(
            names = "--demo",
            description = "Serve a demonstration library; needs no configuration file.")
    private boolean demo;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Data directory, in place of the configured one.")
    private @org.jspecify.annotations.Nullable Path dataDirectory;

    @Option(names = "--no-kernel", description = "Make no kernel devices.")
    private boolean noKernel;

    @Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        // Netty and lmdbjava need no console; a daemon's standard output is for its readiness line
        // alone.
        System.exit(new CommandLine(new Capstand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        NodePlan plan = plan();
        Logging.configure(Map.of(), System.getenv("JOURNAL_STREAM") != null);
        Shutdown shutdown = new Shutdown();
        shutdown.install();
        try {
            return run(plan, shutdown);
        } finally {
            shutdown.done();
        }
    }

    private int run(NodePlan plan, Shutdown shutdown) throws InterruptedException {
        ServiceManager manager = ServiceManager.of(System.getenv());
        try (Node node = Node.start(plan, InstantSource.system(), UUID::randomUUID)) {
            String readiness = readiness(node);
            System.out.println("capstand: " + readiness);
            tell(() -> manager.ready(readiness));
            shutdown.await();
            LOG.info("stopping");
            tell(manager::stopping);
        } catch (StartException e) {
            LOG.error("{}", e.getMessage());
            LOG.debug("because of", e);
            shutdown.exitStatus(FAILED);
            return FAILED;
        }
        LOG.info("stopped");
        return STOPPED;
    }

    private NodePlan plan() {
        if (demo) {
            if (dataDirectory == null) {
                throw new ParameterException(commandLine(), "--demo needs --data-dir DIR");
            }
            return Demo.plan(
                    dataDirectory,
                    noKernel ? NodePlan.KernelDevices.OFF : NodePlan.KernelDevices.AUTO);
        }
        throw new ParameterException(
                commandLine(), "cannot read " + configurationFile + (checkOnly ? "" : "."));
    }

    private CommandLine commandLine() {
        return java.util.Objects.requireNonNull(spec).commandLine();
    }

    private static String readiness(Node node) {
        int driveCount =
                node.libraries().stream().mapToInt(library -> library.drives().size()).sum();
        return "ready, %d %s with %d %s in %s; %s"
                .formatted(
                        node.libraries().size(),
                        node.libraries().size() == 1 ? "library" : "libraries",
                        driveCount,
                        driveCount == 1 ? "drive" : "drives",
                        node.storage().dataDirectory(),
                        devices(node));
    }

    private static String devices(Node node) {
        return node.kernelUnavailable()
                .map(reason -> "no kernel devices: " + reason)
                .orElseGet(() -> "kernel devices: " + describe(node.kernelDevices()));
    }

    private static String describe(List<ExportedUnit> devices) {
        return devices.stream()
                .map(device ->
                        device.unitName()
                                + " "
                                + device.deviceNodes().stream()
                                        .map(name -> "/dev/" + name)
                                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(", "));
    }

    private interface Notification {
        void send() throws IOException;
    }

    private static void tell(Notification notification) {
        try {
            notification.send();
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }
}
