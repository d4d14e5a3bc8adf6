package io.capstan.kernel;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * One boot of the guest kernel: what it has attached and which scripts run there, one after the other.
 *
 * <p>Logs stay in {@code tests/kernel/target/guest/NAME}: the console, the daemon's log and the log of each script.
 */
final class GuestBoot {
    private static final int TAIL_LINES = 60;

    private final String name;
    private final List<String> options = new ArrayList<>();
    private final List<Path> scripts = new ArrayList<>();
    private boolean needsAppliance = true;
    private boolean needsS3Server;
    private Duration limit = Duration.ofMinutes(10);

    private GuestBoot(String name) {
        this.name = name;
    }

    static GuestBoot named(String name) {
        return new GuestBoot(name);
    }

    /** Scripts of {@code tests/clients}, in the order in which they run. */
    GuestBoot clients(String... names) {
        for (String script : names) {
            scripts.add(Path.of("..", "clients", script + ".sh"));
        }
        return this;
    }

    /** A script of the harness itself, which does not need the product. */
    GuestBoot harnessScript(String script) {
        scripts.add(Path.of(script + ".sh"));
        needsAppliance = false;
        return this;
    }

    /** An empty ext4 file system for the data directory. */
    GuestBoot disk(int sizeMebibytes) {
        options.addAll(List.of("--disk", "data:" + sizeMebibytes));
        return this;
    }

    /** Scripts are told where the classes of an S3 server are. */
    GuestBoot s3Server() {
        needsS3Server = true;
        return this;
    }

    /** The time all scripts together may take, and each of them alone. */
    GuestBoot limit(Duration duration) {
        limit = duration;
        return this;
    }

    /** Boots, runs the scripts, and gives one container for each of them. */
    Stream<DynamicNode> run() throws IOException, InterruptedException {
        KernelTestMode.check(needsAppliance);
        Path out = Path.of("target", "guest", name);
        deleteFiles(out);
        Files.createDirectories(out);
        if (needsS3Server) {
            Files.writeString(out.resolve("s3.classpath"), guestClassPath());
        }
        int status = boot(out);
        List<DynamicNode> nodes = new ArrayList<>();
        nodes.add(dynamicTest(name + ": the guest ran to its end", () -> checkBoot(status, out)));
        for (Path script : scripts) {
            nodes.add(resultsOf(script, out));
        }
        return nodes.stream();
    }

    /** This process's class path. The checkout may lie where the guest has something else, and is attached under a name. */
    private static String guestClassPath() throws IOException {
        String checkout = Path.of("../..").toRealPath().toString();
        return Stream.of(System.getProperty("java.class.path").split(":", -1))
                .map(entry ->
                        entry.startsWith(checkout + "/")
                                ? "/guest/checkout" + entry.substring(checkout.length())
                                : entry)
                .collect(Collectors.joining(":"));
    }

    private int boot(Path out) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("uml/run", "--out", out.toString()));
        command.addAll(options);
        command.addAll(List.of("--timeout", Long.toString(limit.toSeconds())));
        command.addAll(List.of("--script-timeout", Long.toString(limit.toSeconds())));
        if (needsAppliance) {
            command.addAll(List.of("--dist", KernelTestMode.distributionDirectory().toString()));
        }
        scripts.forEach(script -> command.add(script.toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.resolve("run.log").toFile())
                        .start();
        process.getOutputStream().close();
        return process.waitFor();
    }

    /** 0 and 1 are results (of scripts that passed, and that did not); the rest is no result. */
    private static void checkBoot(int status, Path out) {
        if (status != 0 && status != 1) {
            fail("exit status %d%n%s", status, tail(out.resolve("run.log")));
        }
    }

    private static DynamicNode resultsOf(Path script, Path out) {
        String scriptName = script.getFileName().toString().replaceFirst("\\.sh$", "");
        GuestReport report = GuestReport.read(scriptName, out);
        List<DynamicTest> tests = new ArrayList<>();
        for (GuestReport.Check check : report.checks()) {
            tests.add(dynamicTest(check.name(), () -> assertPassed(check)));
        }
        tests.add(dynamicTest("the script ran to its end", () -> assertEnded(report, out)));
        return dynamicContainer(scriptName, tests);
    }

    private static void assertPassed(GuestReport.Check check) {
        if (!check.passed()) {
            fail("%s%n%s", check.name(), check.detail());
        }
    }

    private static void assertEnded(GuestReport report, Path out) {
        if (!report.isComplete()) {
            fail(
                    "%s%nlast lines of the script:%n%s%nlast lines of the daemon:%n%s",
                    report.describeEnd(),
                    tail(out.resolve(report.script() + ".log")),
                    tail(out.resolve("capstand.log")));
        }
    }

    private static String tail(Path file) {
        if (!Files.exists(file)) {
            return "(no " + file.getFileName() + ")";
        }
        // What a tool printed need not be UTF-8.
        List<String> lines;
        try {
            lines =
                    new String(
                                    Files.readAllBytes(file),
                                    java.nio.charset.StandardCharsets.ISO_8859_1)
                            .lines()
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private static void deleteFiles(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Whether the kernel tests can run here, and what it means when they cannot. */
    private static final class KernelTestMode {
        static void check(boolean needsAppliance) {
            String mode =
                    System.getProperty("capstan.kernel.tests", "auto").toLowerCase(Locale.ROOT);
            Assumptions.assumeFalse(
                    mode.equals("off"), "kernel tests are off (capstan.kernel.tests=off)");
            boolean required = mode.equals("required") || "true".equals(System.getenv("CI"));
            require(
                    required,
                    hasKernel(),
                    "linux.uml is missing: make setup, or apt-get install user-mode-linux");
            if (needsAppliance) {
                Path daemon = distributionDirectory().resolve("bin/capstand");
                require(required, Files.isExecutable(daemon), daemon + " is missing: make build");
            }
        }

        static Path distributionDirectory() {
            return Path.of(
                    System.getProperty("capstan.dist.dir", "../../appliance/target/capstan"));
        }

        private static void require(boolean required, boolean present, String message) {
            if (!present && required) {
                fail(message);
            }
            Assumptions.assumeTrue(present, message);
        }

        private static boolean hasKernel() {
            if (System.getenv("CAPSTAN_UML") != null) {
                return true;
            }
            return Stream.of(System.getenv("PATH").split(":", -1))
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, "linux.uml")));
        }
    }
}
