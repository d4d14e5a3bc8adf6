package io.capstan.smart.collect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs smartctl on one device: everything it can read, in JSON, within a time limit, and never waking a disk that sleeps.
 *
 * <p>Any thread.
 */
public final class Smartctl implements DiskReader {

    private static final int OUTPUT_BYTES_MAX = 16 << 20;

    private final Path program;
    private final long limitMillis;
    private final InstantSource clock;

    public Smartctl(Path program, long limitMillis, InstantSource clock) {
        this.program = program;
        this.limitMillis = limitMillis;
        this.clock = clock;
    }

    @Override
    public ReadOutcome read(DeviceName device) throws InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "--json=c", "-x", "-n", "standby,3"));
        if (!device.type().isEmpty()) {
            command.addAll(List.of("-d", device.type()));
        }
        command.add(device.path());
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectInput(
                                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            return new ReadOutcome.Refused(program + " does not start: " + e.getMessage());
        }
        try {
            return outcome(process);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process stuck in the kernel cannot be killed, so its output is awaited with the same limit as its end. */
    private ReadOutcome outcome(Process process) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        CompletableFuture<byte[]> output = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("smartctl output")
                .start(() -> {
                    try (InputStream bytes = process.getInputStream()) {
                        output.complete(bytes.readNBytes(OUTPUT_BYTES_MAX));
                    } catch (IOException e) {
                        output.completeExceptionally(e);
                    }
                });
        try {
            byte[] json = output.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return new ReadOutcome.TimedOut(limitMillis);
            }
            return outcome(json, new ExitStatus(process.exitValue()));
        } catch (TimeoutException e) {
            return new ReadOutcome.TimedOut(limitMillis);
        } catch (ExecutionException e) {
            return new ReadOutcome.Refused("smartctl's output: " + e.getCause());
        }
    }

    private ReadOutcome outcome(byte[] json, ExitStatus status) {
        if (status.isStandby()) {
            return new ReadOutcome.Standby();
        }
        try {
            return new ReadOutcome.Read(
                    SmartctlReport.parse(json, clock.instant().getEpochSecond()), status);
        } catch (IOException e) {
            return new ReadOutcome.Refused(
                    "smartctl ended with %s: %s".formatted(status.bits(), e.getMessage()));
        }
    }
}
