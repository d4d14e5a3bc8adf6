package io.capstan.appliance.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.appliance.daemon.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "capstan",
        description = "Manages the virtual tape libraries of this host.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        subcommands = {
            StatusCommand.class,
            LibraryCommands.class,
            CartridgeCommands.class,
            DriveCommands.class,
            DiskCommands.class,
            StoreCommands.class,
            TierCommands.class,
            JobCommands.class,
            AccountingCommands.class,
            ChunkCommands.class,
            IscsiCommands.class,
            CatalogCommands.class,
            FormatCommands.class,
            NodeCommands.class,
            TenantCommands.class,
            MetricsCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:refused or failed; the message says why",
            "2:wrong usage or configuration",
            "3:the daemon does not answer",
            "4:a check found damage"
        })
public final class CapstanCli implements Runnable {

    private static final String SOCKET_VARIABLE = "CAPSTAN_SOCKET";
    private static final String TOKEN_VARIABLE = "CAPSTAN_TOKEN";
    private static final String SOCKET_DEFAULT = "/run/capstan/capstan.sock";

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description =
                    "The daemon's socket (default: the environment's CAPSTAN_SOCKET, else "
                            + "/run/capstan/capstan.sock).")
    private @Nullable Path socket;

    @Option(
            names = "--token-file",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description =
                    "File with a tenant's token (default: the token in the environment's CAPSTAN_TOKEN, else "
                            + "none, which is for administrators).")
    private @Nullable Path tokenFile;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print JSON, as the API has it.")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    private final ObjectMapper mapper = new ObjectMapper();

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, ready to be executed. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new CapstanCli());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setExecutionExceptionHandler(CapstanCli::report);
        addHelp(commandLine);
        return commandLine;
    }

    /** To the commands below the nouns, which are methods: whoever looks for a command's options asks it. */
    private static void addHelp(CommandLine of) {
        for (CommandLine command : of.getSubcommands().values()) {
            addHelp(command);
            if (command.getCommandSpec().findOption("--help") == null) {
                command.getCommandSpec()
                        .addOption(
                                CommandLine.Model.OptionSpec.builder("-h", "--help")
                                        .usageHelp(true)
                                        .description("Show this help message and exit.")
                                        .build());
            }
        }
    }

    private static int report(
            Exception fault, CommandLine commandLine, CommandLine.ParseResult result)
            throws Exception {
        if (fault instanceof CliException known) {
            commandLine.getErr().println("capstan: " + known.getMessage());
            return known.exitStatus();
        }
        throw fault;
    }

    /** A noun is missing. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec().commandLine(), "a command is missing");
    }

    ApiClient api() {
        return new ApiClient(socketPath(), token(), mapper);
    }

    private Optional<String> token() {
        Path file = tokenFile;
        if (file == null) {
            return Optional.ofNullable(System.getenv(TOKEN_VARIABLE))
                    .filter(value -> !value.isEmpty());
        }
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new CliException(ExitStatus.USAGE, "the token file cannot be read: " + e);
        }
    }

    Output output() {
        PrintWriter out = spec().commandLine().getOut();
        return new Output(out, mapper, json);
    }

    boolean isJson() {
        return json;
    }

    ObjectMapper mapper() {
        return mapper;
    }

    private Path socketPath() {
        return Optional.ofNullable(socket)
                .orElseGet(() ->
                        Path.of(
                                Optional.ofNullable(System.getenv(SOCKET_VARIABLE))
                                        .filter(value -> !value.isEmpty())
                                        .orElse(SOCKET_DEFAULT)));
    }

    private CommandSpec spec() {
        return java.util.Objects.requireNonNull(spec);
    }
}
