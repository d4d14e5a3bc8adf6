package io.capstan.appliance.daemon;

import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpLimits;
import io.capstan.appliance.http.UnixHttpServer;
import io.capstan.appliance.node.DiskHealthUnit;
import io.capstan.appliance.node.InstalledEquipment;
import io.capstan.appliance.node.IscsiExport;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.appliance.node.StartException;
import io.capstan.config.ConfigException;
import io.capstan.config.Configuration;
import io.capstan.config.PortalAddress;
import io.capstan.tcmu.ExportedUnit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The daemon. */
@Command(
        name = "capstand",
        description = "Serves virtual tape libraries.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:stopped in order; or the configuration is in order",
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
            description = "Configuration file (default: /etc/capstan/capstan.yaml).")
    private @Nullable Path configurationFile;

    @Option(names = "--check-config", description = "Check the configuration and exit.")
    private boolean checkOnly;

    @Option(
            names = "--demo",
            description = "Serve a demonstration library, which needs no configuration file.")
    private boolean demo;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Data directory, in place of the configured one.")
    private @Nullable Path dataDirectory;

    @Option(names = "--no-kernel", description = "Make no kernel devices.")
    private boolean noKernel;

    @Option(
            names = "--iscsi-portal",
            paramLabel = "HOST:PORT",
            converter = PortalConverter.class,
            description = {
                "Listen for iSCSI here, in place of the configured portals;",
                "may be given several times."
            })
    private @Nullable List<PortalAddress> iscsiPortals;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "Socket of the API, in place of the configured one.")
    private @Nullable Path socket;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "INFO",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Level logLevel = Level.INFO;

    private final InstalledEquipment equipment = new InstalledEquipment();

    @Spec private @Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, ready to be executed. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Capstand());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        return commandLine;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration;
        try {
            configuration = configuration();
        } catch (ConfigException e) {
            String.valueOf(e.getMessage()).lines().forEach(line -> print("capstand: " + line));
            return WRONG_CONFIGURATION;
        }
        if (checkOnly) {
            print("capstand: the configuration is in order");
            return STOPPED;
        }
        Logging.configure(logLevel, System.getenv("JOURNAL_STREAM") != null);
        Shutdown shutdown = new Shutdown();
        shutdown.install();
        try {
            int status = run(configuration, shutdown);
            shutdown.exitStatus(status);
            return status;
        } finally {
            shutdown.done();
        }
    }

    /** What was asked for is no fault: it goes to the error output only because the daemon says nothing else there. */
    private static void print(String line) {
        System.err.println(line);
    }

    private Configuration configuration() {
        Path directory = dataDirectory;
        if (demo) {
            if (configurationFile != null) {
                throw new ParameterException(
                        commandLineOfThis(), "--demo and --config do not go together");
            }
            if (directory == null) {
                throw new ParameterException(commandLineOfThis(), "--demo needs --data-dir DIR");
            }
            return Configuration.demo(directory);
        }
        return Configuration.load(
                configurationFile == null ? Configuration.DEFAULT_FILE : configurationFile,
                equipment);
    }

    private CommandLine commandLineOfThis() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private NodePlan plan(Configuration configuration) {
        NodePlan plan = NodePlan.of(configuration, equipment);
        if (dataDirectory != null) {
            plan = plan.withDataDirectory(dataDirectory);
        }
        if (iscsiPortals != null) {
            plan = plan.withIscsiPortals(iscsiPortals);
        }
        return noKernel ? plan.withoutKernel() : plan;
    }

    private int run(Configuration configuration, Shutdown shutdown) throws InterruptedException {
        try (Node node =
                Node.start(plan(configuration), InstantSource.system(), UUID::randomUUID)) {
            serve(node, configuration, shutdown);
            if (shutdown.keepsDevices()) {
                node.releaseKernelDevices();
            }
        } catch (StartException | IOException e) {
            LOG.error("{}", e.getMessage());
            LOG.debug("because of", e);
            return FAILED;
        }
        LOG.info("stopped");
        return STOPPED;
    }

    /** Serves until a stop is asked for; operators' requests that are under way then come to their end. */
    private void serve(Node node, Configuration configuration, Shutdown shutdown)
            throws IOException, InterruptedException {
        ServiceManager manager = ServiceManager.of(System.getenv());
        Optional<DiskHealthUnit> disks = DiskHealthUnit.start(configuration.disks(), node);
        Api api = new Api(node, disks, Version.text(), shutdown::request);
        try (AutoCloseableUnit _ = () -> disks.ifPresent(DiskHealthUnit::close);
                UnixHttpServer server =
                        UnixHttpServer.start(socket(configuration), HttpLimits.DEFAULTS, api);
                AutoCloseableUnit _ = serveTenants(configuration, api)) {
            String readiness = readiness(node, server);
            System.out.println("capstand: " + readiness);
            tell(() -> manager.ready(readiness));
            shutdown.await();
            LOG.info("stopping");
            tell(manager::stopping);
        }
    }

    private static AutoCloseableUnit serveTenants(Configuration configuration, Api api)
            throws IOException {
        Optional<Path> socket = configuration.api().tenantSocket();
        if (socket.isEmpty()) {
            return () -> {};
        }
        UnixHttpServer server =
                UnixHttpServer.startForAll(socket.get(), HttpLimits.DEFAULTS, api.forTenants());
        LOG.info("API for tenants on {}", server.socket());
        return server::close;
    }

    /** Something to be closed that has nothing to say about it. */
    private interface AutoCloseableUnit extends AutoCloseable {

        @Override
        void close();
    }

    /** The demonstration is reached without options where it may be: it takes the socket of a daemon that is not there. */
    private Path socket(Configuration configuration) {
        if (socket != null) {
            return socket;
        }
        Path usual = Configuration.defaults().api().socket();
        return demo && UnixHttpServer.isFree(usual) ? usual : configuration.api().socket();
    }

    private static String readiness(Node node, UnixHttpServer server) {
        int libraryCount = node.libraries().size();
        int driveCount =
                node.libraries().stream().mapToInt(library -> library.drives().size()).sum();
        return "ready, %d %s with %d %s in %s; API on %s; %s; %s"
                .formatted(
                        libraryCount,
                        libraryCount == 1 ? "library" : "libraries",
                        driveCount,
                        driveCount == 1 ? "drive" : "drives",
                        node.storage().dataDirectory(),
                        server.socket(),
                        node.kernelUnavailable()
                                .map(reason -> "no kernel devices: " + reason)
                                .orElseGet(
                                        () -> "kernel devices: " + describe(node.kernelDevices())),
                        node.iscsi().map(Capstand::describe).orElse("no iSCSI"));
    }

    private static String describe(IscsiExport iscsi) {
        return "iSCSI on "
                + iscsi.portals().stream()
                        .map(portal ->
                                new PortalAddress(
                                                portal.getAddress().getHostAddress(),
                                                portal.getPort())
                                        .toString())
                        .collect(Collectors.joining(", "))
                + ": "
                + String.join(", ", iscsi.targetNames());
    }

    /** Reads {@code HOST:PORT}. */
    static final class PortalConverter implements ITypeConverter<PortalAddress> {
        @Override
        public PortalAddress convert(String text) {
            return PortalAddress.parse(text)
                    .orElseThrow(() ->
                            new TypeConversionException("'%s' is not HOST:PORT".formatted(text)));
        }
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
