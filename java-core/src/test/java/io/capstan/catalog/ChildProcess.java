package io.capstan.catalog;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A JVM of its own that runs a main class of the tests, to be ended at any moment. */
final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildProcess start(Class<?> main, String... arguments) throws IOException {
        return new ChildProcess(new ProcessBuilder(command(main, arguments)).start());
    }

    /** The same, with more in its environment. */
    static ChildProcess start(Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(main, arguments));
        builder.environment().putAll(environment);
        return new ChildProcess(builder.start());
    }

    /** The same, in a shell that first sets the most bytes a file may have. */
    static ChildProcess startWithFileSizeMax(long kibibytes, Class<?> main, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$@\"", "bash"));
        command.addAll(command(main, arguments));
        return new ChildProcess(new ProcessBuilder(command).start());
    }

    private static List<String> command(Class<?> main, String... arguments) {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        Stream<String> flags =
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(flag -> flag.startsWith("--"));
        return Stream.of(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                        flags,
                        Stream.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classPath),
                        Stream.of(main.getName()),
                        Stream.of(arguments))
                .flatMap(part -> part)
                .toList();
    }

    /** The next line it wrote. */
    String readLine() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IllegalStateException("the child process ended: " + errors());
        }
        return line;
    }

    /** Ends it as {@code kill -9} does, and returns what it wrote that was not read yet. */
    List<String> killAndReadRest() throws IOException, InterruptedException {
        process.toHandle()
                .destroyForcibly(); // unlike Process.destroyForcibly, this keeps the pipe open
        List<String> rest = output.lines().toList();
        process.waitFor();
        return rest;
    }

    private String errors() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
