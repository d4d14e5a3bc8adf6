package io.capstan.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The product's daemon as it ships, without kernel devices. */
final class Daemon implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern TARGET = Pattern.compile("iqn\\.[^\\s,]+");

    private final Path distribution;
    private final Path socket;
    private final Path log;
    private final Process process;

    private Daemon(Path distribution, Path socket, Path log, Process process) {
        this.distribution = distribution;
        this.socket = socket;
        this.log = log;
        this.process = process;
    }

    static boolean isBuilt(Path distribution) {
        return Files.isExecutable(distribution.resolve("bin/capstand"));
    }

    /** Starts the daemon with its demonstration library and returns once its API answers. */
    static Daemon start(Path distribution, Path dataDirectory, String... options) throws Exception {
        List<String> demo = new ArrayList<>(List.of("--demo", "--no-kernel"));
        demo.addAll(Arrays.asList(options));
        return launch(distribution, dataDirectory, demo);
    }

    /** Starts the daemon with a library of so many drives, and as many cartridges. */
    static Daemon startWithDrives(Path distribution, Path dataDirectory, String portal, int drives)
            throws Exception {
        Files.createDirectories(dataDirectory);
        Path configuration = dataDirectory.resolveSibling(dataDirectory.getFileName() + ".yaml");
        Files.writeString(
                configuration,
                """
                data-dir: %s
                kernel: {enabled: off}
                disks: {watch: false}
                iscsi: {portals: ['%s']}
                libraries:
                  - name: bench
                    drives: {count: %d}
                    storage-elements: %d
                    import-export-elements: 0
                    cartridges: [{prefix: B, count: %d}]
                """
                        .formatted(dataDirectory, portal, drives, drives, drives));
        return launch(distribution, dataDirectory, List.of("--config", configuration.toString()));
    }

    private static Daemon launch(Path distribution, Path dataDirectory, List<String> options)
            throws Exception {
        Files.createDirectories(dataDirectory);
        Path log = dataDirectory.resolveSibling(dataDirectory.getFileName() + ".log");
        Path socket = dataDirectory.resolveSibling(dataDirectory.getFileName() + ".sock");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                distribution.resolve("bin/capstand").toString(),
                                "--data-dir",
                                dataDirectory.toString(),
                                "--socket",
                                socket.toString()));
        command.addAll(options);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Daemon daemon = new Daemon(distribution, socket, log, process);
        try {
            Processes.await("capstand (see " + log + ")", process, PATIENCE, daemon::answers);
        } catch (Exception e) {
            Processes.stop(process);
            throw e;
        }
        return daemon;
    }

    private boolean answers() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            String request = "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {}
            return new String(answer.array(), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    /** Runs the command line against it. */
    String command(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                distribution.resolve("bin/capstan").toString(),
                                "--socket",
                                socket.toString()));
        command.addAll(Arrays.asList(words));
        return Processes.output(command);
    }

    /** The iSCSI target of its library, as it says when it starts. */
    String targetName() throws IOException {
        Matcher found = TARGET.matcher(Files.readString(log));
        if (!found.find()) {
            throw new IOException("capstand names no iSCSI target: see " + log);
        }
        return found.group();
    }

    long pid() {
        return process.pid();
    }

    double residentMib() throws IOException {
        return Processes.residentMib(process.pid());
    }

    @Override
    public void close() throws IOException {
        try {
            Processes.stop(process);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while capstand stops", e);
        }
    }
}
