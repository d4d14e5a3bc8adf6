package io.capstan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The flexible I/O tester as a yardstick of the disk. */
final class Fio implements Contender {

    private final String name;
    private final Path directory;
    private final boolean isWrite;
    private final boolean isRate;
    private final List<String> arguments;

    private Fio(
            String name, Path directory, boolean isWrite, boolean isRate, List<String> arguments) {
        this.name = name;
        this.directory = directory;
        this.isWrite = isWrite;
        this.isRate = isRate;
        this.arguments = arguments;
    }

    /** Sequential writes to new files of {@code fileBytes} each, forced at the end of each. */
    static Fio write(String name, Path directory, long bytes, long fileBytes, String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--rw=write",
                                "--create_on_open=1",
                                "--fsync_on_close=1",
                                "--end_fsync=1",
                                "--openfiles=1",
                                "--file_service_type=sequential",
                                "--nrfiles=" + Math.max(1, bytes / fileBytes),
                                "--filesize=" + Math.min(bytes, fileBytes),
                                "--size=" + bytes));
        all.addAll(List.of(arguments));
        return new Fio(name, directory, true, false, all);
    }

    /** Sequential reads of one file, which the first turn makes. */
    static Fio read(String name, Path directory, long bytes, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--rw=read", "--size=" + bytes));
        all.addAll(List.of(arguments));
        return new Fio(name, directory, false, false, all);
    }

    /** Small appends, each forced; the value is how many there are in a second. */
    static Fio forcedAppends(String name, Path directory, int count, int jobs) {
        return new Fio(
                name,
                directory,
                true,
                true,
                List.of(
                        "--rw=write",
                        "--ioengine=psync",
                        "--fdatasync=1",
                        "--fallocate=none",
                        "--bs=4k",
                        "--numjobs=" + jobs,
                        "--group_reporting=1",
                        "--size=" + 4096L * Math.max(1, count / jobs)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isAvailable() {
        return Processes.isInstalled("fio");
    }

    @Override
    public Sample turn() throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "fio",
                                "--name=fio-" + name.replace(' ', '-'),
                                "--directory=" + directory,
                                "--output-format=json",
                                "--thread=1",
                                "--overwrite=0"));
        command.addAll(arguments);
        String text = Processes.output(command);
        if (isWrite) {
            removeFiles();
        }
        JsonNode job = new ObjectMapper().readTree(text.substring(text.indexOf('{')));
        JsonNode io = job.path("jobs").path(0).path(isWrite ? "write" : "read");
        if (isRate) {
            return Sample.of(io.path("iops").asDouble());
        }
        double seconds = job.path("jobs").path(0).path("job_runtime").asDouble() / 1000;
        double share =
                (job.path("jobs").path(0).path("usr_cpu").asDouble()
                                + job.path("jobs").path(0).path("sys_cpu").asDouble())
                        / 100;
        double bytes = io.path("io_bytes").asDouble();
        return Sample.of(io.path("bw_bytes").asDouble() / 1e6, share * seconds * 1e9 / bytes);
    }

    @Override
    public void close() throws IOException {
        removeFiles();
    }

    private void removeFiles() throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, "fio-" + name.replace(' ', '-') + "*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
