package io.capstan.smart.collect;

import io.capstan.smart.collect.DiskPort.Opener;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads disks without smartctl, by the commands themselves: NVMe's health log, ATA's SMART data, SCSI's log pages. What needs
 * smartctl's drive database, self-test logs, or a bridge's own protocol is not read. Has one owner.
 *
 * <p>A thread that a disk does not let go of stays until it does; that disk is not asked anything meanwhile.
 */
public final class DirectReader implements DiskReader {

    private final Opener opener;
    private final long limitMillis;
    private final InstantSource clock;
    private final Map<DeviceName, CompletableFuture<ReadOutcome>> stuck = new HashMap<>();

    public DirectReader(Opener opener, long limitMillis, InstantSource clock) {
        this.opener = opener;
        this.limitMillis = limitMillis;
        this.clock = clock;
    }

    @Override
    public ReadOutcome read(DeviceName device) throws InterruptedException {
        if (!device.type().isEmpty()) {
            return new ReadOutcome.Refused(
                    "a device of type %s needs smartctl".formatted(device.type()));
        }
        CompletableFuture<ReadOutcome> before = stuck.get(device);
        if (before != null && !before.isDone()) {
            return new ReadOutcome.TimedOut(limitMillis);
        }
        stuck.remove(device);
        CompletableFuture<ReadOutcome> outcome = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("disk-reader " + device.path())
                .start(() -> {
                    try {
                        outcome.complete(ask(device.path()));
                    } catch (Throwable e) {
                        outcome.completeExceptionally(e);
                    }
                });
        try {
            return outcome.get(limitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stuck.put(device, outcome);
            return new ReadOutcome.TimedOut(limitMillis);
        } catch (ExecutionException e) {
            return new ReadOutcome.Refused(String.valueOf(e.getCause()));
        }
    }

    private ReadOutcome ask(String path) throws IOException {
        try (DiskPort port = opener.open(path)) {
            long now = clock.instant().getEpochSecond();
            if (path.startsWith("/dev/nvme")) {
                return new ReadOutcome.Read(NvmeDisk.read(port, now), new ExitStatus(0));
            }
            Optional<ReadOutcome> ata = AtaDisk.read(port, now);
            return ata.isPresent() ? ata.get() : ScsiDisk.read(port, now);
        }
    }
}
