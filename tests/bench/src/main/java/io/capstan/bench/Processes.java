package io.capstan.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other programs: running them, and what the kernel says of them. */
final class Processes {

    /** Ticks of /proc/PID/stat in a second; the same on every Linux there is. */
    private static final double TICKS_PER_SECOND = 100;

    private Processes() {}

    /** Whether a program is on the path. */
    static boolean isInstalled(String program) {
        for (String directory : (System.getenv("PATH") + ":/usr/sbin").split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** Runs a program to its end and returns what it printed; its complaints go to ours. */
    static String output(List<String> command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(command + " ended with " + status + ": " + text);
        }
        return text;
    }

    /** Processor time of a process so far, its threads included. */
    static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Processor time of this process so far. */
    static double cpuSeconds() throws IOException {
        return cpuSeconds(ProcessHandle.current().pid());
    }

    /** Memory of a process that is in RAM, in MiB. */
    static double residentMib(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("no VmRSS of " + pid);
    }

    /** Ends a process that this program started, at first politely. */
    static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until a condition holds, while a process lives. */
    static void await(String what, Process process, Duration patience, Condition condition)
            throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive()) {
                throw new IOException(what + ": the process ended with " + process.exitValue());
            }
            if (System.nanoTime() > end) {
                throw new IOException(what + ": not within " + patience);
            }
            Thread.sleep(5);
        }
    }

    /** Drops clean pages of every file from the page cache; needs root. */
    static void dropPageCache() throws IOException {
        Files.writeString(Path.of("/proc/sys/vm/drop_caches"), "1");
    }
}
