package io.capstan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Debian's tgt with its tape emulation, on a control port and a socket of its own. */
final class IscsiTgt extends IscsiTape {

    private static final String TARGET = "iqn.2020-01.example.tgt:tape";
    private static final String CONTROL_PORT = "33";
    private static final List<String> TUNING =
            List.of(
                    "MaxRecvDataSegmentLength=262144",
                    "MaxXmitDataSegmentLength=262144",
                    "MaxBurstLength=1048576",
                    "FirstBurstLength=262144",
                    "InitialR2T=No",
                    "ImmediateData=Yes");

    private final Path directory;
    private final boolean isTuned;
    private @Nullable Process daemon;

    IscsiTgt(Settings settings, Work work, boolean isTuned) {
        super(work);
        this.isTuned = isTuned;
        this.directory = settings.directory().resolve("tgt-" + (isTuned ? "tuned" : "default"));
    }

    @Override
    public String name() {
        return isTuned ? "tgt tuned" : "tgt default";
    }

    @Override
    public boolean isAvailable() {
        return Processes.isInstalled("tgtd") && Files.isExecutable(CLIENT);
    }

    @Override
    public void start() throws Exception {
        Files.createDirectories(directory);
        ProcessBuilder builder =
                new ProcessBuilder(
                        "tgtd", "-f", "-C", controlPort(), "--iscsi", "portal=" + portal());
        builder.environment().put("TGT_IPC_SOCKET", socket());
        Process started =
                builder.redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        daemon = started;
        Processes.await(
                "tgtd",
                started,
                Duration.ofSeconds(20),
                () -> Files.exists(Path.of(socket() + "." + controlPort())));
        administer("--op", "new", "--mode", "target", "--tid", "1", "-T", TARGET);
        if (isTuned) {
            for (String parameter : TUNING) {
                String[] pair = parameter.split("=");
                administer(
                        "--op", "update", "--mode", "target", "--tid", "1", "-n", pair[0], "-v",
                        pair[1]);
            }
        }
        for (int drive = 0; drive < work().drives(); drive++) {
            addTape(drive);
        }
        administer("--op", "bind", "--mode", "target", "--tid", "1", "-I", "ALL");
        writeFirst();
    }

    private void addTape(int drive) throws Exception {
        String file = directory.resolve("tape" + drive).toString();
        Processes.output(
                List.of(
                        "tgtimg",
                        "--op",
                        "new",
                        "--device-type",
                        "tape",
                        "--barcode",
                        "BENCH" + drive,
                        "--size",
                        "100000",
                        "--type",
                        "data",
                        "--file",
                        file));
        administer(
                "--op",
                "new",
                "--mode",
                "logicalunit",
                "--tid",
                "1",
                "--lun",
                Integer.toString(lun(drive)),
                "-b",
                file,
                "--device-type",
                "tape",
                "--bstype",
                "ssc");
    }

    private void administer(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("env", "TGT_IPC_SOCKET=" + socket(), "tgtadm"));
        command.addAll(List.of("-C", controlPort(), "--lld", "iscsi"));
        command.addAll(List.of(words));
        Processes.output(command);
    }

    private String controlPort() {
        return isTuned ? CONTROL_PORT + "1" : CONTROL_PORT;
    }

    private String socket() {
        return directory.resolve("ipc").toString();
    }

    @Override
    String portal() {
        return isTuned ? "127.0.0.1:13322" : "127.0.0.1:13321";
    }

    @Override
    String targetName() {
        return TARGET;
    }

    /** tgt's own controller is logical unit 0. */
    @Override
    int lun(int drive) {
        return drive + 1;
    }

    @Override
    double serverCpuSeconds() throws IOException {
        return Processes.cpuSeconds(running().pid());
    }

    @Override
    double serverResidentMib() throws IOException {
        return Processes.residentMib(running().pid());
    }

    private Process running() {
        Process running = daemon;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    /** tgtd ends on no signal but the last while it has sessions; it has nothing that is worth more care. */
    @Override
    public void close() throws IOException {
        running().destroyForcibly();
        EngineNode.removeTree(directory);
    }
}
