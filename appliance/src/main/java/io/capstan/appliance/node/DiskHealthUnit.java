package io.capstan.appliance.node;

import io.capstan.config.DisksSettings;
import io.capstan.smart.DeviceSource;
import io.capstan.smart.DiskHealth;
import io.capstan.smart.Mail;
import io.capstan.smart.NodeDevices;
import io.capstan.smart.Notifier;
import io.capstan.smart.Webhook;
import io.capstan.smart.collect.BlockDevices;
import io.capstan.smart.collect.DirectReader;
import io.capstan.smart.collect.DiskReader;
import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.collect.EitherReader;
import io.capstan.smart.collect.Smartctl;
import io.capstan.smart.model.FailureModel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Disk health at work: a thread that polls the disks from time to time. */
public final class DiskHealthUnit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskHealthUnit.class);
    private static final long STOP_MAX_MILLIS = 5_000;
    private static final Path SENDMAIL = Path.of("/usr/sbin/sendmail");
    private static final Path SYS = Path.of("/sys");
    private static final Path DMESG = Path.of("/usr/bin/dmesg");

    private final DiskHealth health;
    private final Thread thread;
    private final long intervalNanos;
    private volatile boolean stopping;
    private String lastFault = "";

    private DiskHealthUnit(DiskHealth health, long intervalSeconds) {
        this.health = health;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(intervalSeconds);
        this.thread = Thread.ofPlatform().name("disk-health").daemon().unstarted(this::run);
    }

    /**
     * Watches the disks of a node as configured; empty if they are not to be watched. If what was kept of them cannot be read, that
     * is logged, and hosts are served all the same.
     */
    public static Optional<DiskHealthUnit> start(DisksSettings settings, Node node) {
        if (!settings.watch()) {
            return Optional.empty();
        }
        try {
            return Optional.of(watch(settings, node));
        } catch (IOException e) {
            LOG.error("disks are not watched: {}", e.toString());
            return Optional.empty();
        }
    }

    private static DiskHealthUnit watch(DisksSettings settings, Node node) throws IOException {
        return watch(
                settings,
                node,
                new NodeDevices(new BlockDevices(SYS), configured(settings), DMESG),
                reader(settings, node.clock()),
                notifiers(settings),
                node.clock());
    }

    private static DiskReader reader(DisksSettings settings, InstantSource clock) {
        long limitMillis = TimeUnit.SECONDS.toMillis(settings.readLimitSeconds());
        return new EitherReader(
                settings.smartctl(),
                new Smartctl(settings.smartctl(), limitMillis, clock),
                new DirectReader(NativeDiskPort::open, limitMillis, clock));
    }

    private static List<DeviceName> configured(DisksSettings settings) {
        return settings.devices().stream()
                .map(device -> new DeviceName(device.device().toString(), device.type()))
                .toList();
    }

    private static List<Notifier> notifiers(DisksSettings settings) {
        List<Notifier> notifiers = new ArrayList<>();
        settings.webhook().ifPresent(address -> notifiers.add(new Webhook(URI.create(address))));
        settings.mail().ifPresent(recipient -> notifiers.add(new Mail(SENDMAIL, recipient)));
        return notifiers;
    }

    /**
     * Opens what is known of the disks, and begins to poll them; what is predicted is acted on in the node's pools.
     *
     * @throws IOException if what was kept cannot be read
     */
    public static DiskHealthUnit watch(
            DisksSettings settings,
            Node node,
            DeviceSource devices,
            DiskReader reader,
            List<Notifier> notifiers,
            InstantSource clock)
            throws IOException {
        DiskHealthUnit unit =
                new DiskHealthUnit(
                        DiskHealth.open(
                                DiskHealthPlan.of(settings, node),
                                devices,
                                reader,
                                node.storage().upkeep(),
                                new SlotLights(),
                                notifiers,
                                FailureModel::shipped,
                                clock),
                        settings.pollIntervalSeconds());
        unit.thread.start();
        return unit;
    }

    public DiskHealth health() {
        return health;
    }

    /** Polls now rather than when it is due. Returns at once. */
    public void pollSoon() {
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!stopping) {
            try {
                health.poll();
                health.retrainIfDue();
                lastFault = "";
            } catch (InterruptedException e) {
                return;
            } catch (IOException | RuntimeException e) {
                // One line a distinct problem; the next poll may do better.
                if (!e.toString().equals(lastFault)) {
                    lastFault = e.toString();
                    LOG.error("disks could not be watched: {}", lastFault, e);
                }
            }
            LockSupport.parkNanos(this, intervalNanos);
        }
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(STOP_MAX_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        health.close();
    }
}
