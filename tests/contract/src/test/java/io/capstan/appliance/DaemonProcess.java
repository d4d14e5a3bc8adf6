package io.capstan.appliance;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The daemon, or a command, as a process of its own: of the distribution that {@code -Dcapstan.distribution=DIR} names, or
 * else of the classes that the tests run with.
 */
final class DaemonProcess implements AutoCloseable {

    /** To make ten thousand cartridges takes minutes: each is on stable storage before the next. */
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(15);

    private static final Pattern PORTAL =
            Pattern.compile("iSCSI on 127\\.0\\.0\\.1:(\\d+): (\\S+)");

    private final Process process;
    private final Path log;

    private DaemonProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * How a process is started.
     *
     * @param jvmFlags such as {@code -Xmx256m}
     * @param wrapper what executes the command line that follows it, with the same process id; empty for nothing
     */
    record Limits(List<String> jvmFlags, List<String> wrapper) {
        static final Limits NONE = new Limits(List.of("-Xmx512m"), List.of());
    }

    /** Starts the daemon and returns at once. */
    static DaemonProcess launch(Path configuration, Path log, Limits limits) throws IOException {
        return launch(
                "io.capstan.appliance.daemon.Capstand",
                log,
                limits,
                "--config",
                configuration.toString());
    }

    /** Starts the daemon and returns once it serves. */
    static DaemonProcess start(Path configuration, Path log, Limits limits) throws IOException {
        DaemonProcess daemon = launch(configuration, log, limits);
        daemon.awaitReady();
        return daemon;
    }

    /** Starts a command of {@code capstan} and returns at once. */
    static DaemonProcess command(Path log, String... arguments) throws IOException {
        return launch("io.capstan.appliance.cli.CapstanCli", log, Limits.NONE, arguments);
    }

    private static DaemonProcess launch(String main, Path log, Limits limits, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(limits.wrapper());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(limits.jvmFlags());
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath(), main));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        return new DaemonProcess(process, log);
    }

    /** Whether processes are of a distribution. */
    static boolean isDistribution() {
        return !System.getProperty("capstan.distribution", "").isEmpty();
    }

    private static String classPath() throws IOException {
        String distribution = System.getProperty("capstan.distribution", "");
        if (!isDistribution()) {
            return System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path"));
        }
        return Path.of(distribution, "lib").toRealPath() + "/*";
    }

    /** Waits until it serves. */
    void awaitReady() throws IOException {
        long began = System.nanoTime();
        while (!log().contains("capstand: ready,")) {
            if (!process.isAlive() || System.nanoTime() - began > PATIENCE_NANOS) {
                throw new AssertionError("the daemon does not serve:\n" + log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** What it and those before it with the same log wrote. */
    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Begins a new log. */
    static void clear(Path log) throws IOException {
        Files.write(
                log, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    InetSocketAddress portal() throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(match(1)));
    }

    /** The first target. */
    String target() throws IOException {
        return match(2).replaceAll(",$", "");
    }

    private String match(int group) throws IOException {
        Matcher matcher = PORTAL.matcher(log());
        String found = "";
        while (matcher.find()) {
            found = matcher.group(group);
        }
        if (found.isEmpty()) {
            throw new AssertionError("the daemon names no portal:\n" + log());
        }
        return found;
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it as a service manager does, and returns the exit status. */
    int stop() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    /** Waits for its end and returns the exit status. */
    int await() throws InterruptedException {
        return process.waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** File descriptors, by number. */
    List<Integer> descriptors() throws IOException {
        try (Stream<Path> entries = Files.list(procFile("fd"))) {
            return entries.map(entry -> Integer.valueOf(entry.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    int threadCount() throws IOException {
        try (Stream<Path> entries = Files.list(procFile("task"))) {
            return (int) entries.count();
        }
    }

    /** A line of {@code /proc/PID/status} in KiB, such as VmRSS. */
    long statusKib(String name) throws IOException {
        return Files.readAllLines(procFile("status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    long pid() {
        return process.pid();
    }

    private Path procFile(String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
