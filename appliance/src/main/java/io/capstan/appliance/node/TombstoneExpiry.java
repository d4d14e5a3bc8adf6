package io.capstan.appliance.node;

import io.capstan.appliance.NowAndThen;
import io.capstan.catalog.AuditRecord;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.config.TombstoneSettings;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import io.capstan.tier.TierJobs;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives up what is kept of destroyed cartridges, after the time that the configuration says, and with it their barcodes. Not
 * while anything of one is left: data on the node's disks, copies in a tier whether that is there or not, labels and indexes
 * that a sweep of each tier has not looked for since, or a job.
 */
public final class TombstoneExpiry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TombstoneExpiry.class);

    private static final Duration PAUSE = Duration.ofMinutes(10);

    /** Who did it, in the audit trail. */
    private static final String WHO = "capstand";

    private final TombstoneSettings settings;
    private final Storage storage;
    private final TierJobs jobs;
    private final Tenants tenants;
    private final InstantSource clock;
    private final NowAndThen looks = new NowAndThen("capstan-tombstones", PAUSE, this::lookNow);

    TombstoneExpiry(
            TombstoneSettings settings,
            Storage storage,
            TierJobs jobs,
            Tenants tenants,
            InstantSource clock) {
        this.settings = settings;
        this.storage = storage;
        this.jobs = jobs;
        this.tenants = tenants;
        this.clock = clock;
    }

    /** Looks now and then, if they are not kept for ever. */
    void start() {
        if (settings.keepDays().isPresent()) {
            looks.start();
        }
    }

    private void lookNow() {
        try {
            List<VolumeIdentifier> _ = look();
        } catch (StoreException | CatalogException e) {
            LOG.error("tombstones are not given up now: {}", e.getMessage());
        }
    }

    /** When what is known of a cartridge that was destroyed then is given up at the earliest; empty for never. */
    public Optional<Instant> keptUntil(Instant destroyed) {
        return settings.keepDays().isPresent()
                ? Optional.of(destroyed.plus(Duration.ofDays(settings.keepDays().getAsInt())))
                : Optional.empty();
    }

    /** Gives up those whose time is over. Returns their barcodes. */
    public List<VolumeIdentifier> look() throws StoreException {
        if (settings.keepDays().isEmpty()) {
            return List.of();
        }
        Duration keep = Duration.ofDays(settings.keepDays().getAsInt());
        Instant over = clock.instant().minus(keep);
        Instant sweptUntil = Instant.ofEpochMilli(jobs.sweptUntilEpochMillis());
        Set<ContainerId> inTiers = jobs.containersInTiers();
        Set<VolumeIdentifier> inJobs =
                jobs.list(job -> !job.state().isFinal()).stream()
                        .map(job -> job.volume())
                        .collect(Collectors.toSet());
        List<VolumeIdentifier> givenUp =
                storage.cartridges()
                        .giveUpTombstones(
                                over.isBefore(sweptUntil) ? over : sweptUntil,
                                tombstone ->
                                        !inTiers.contains(tombstone.container())
                                                && !inJobs.contains(tombstone.volume()),
                                this::forget);
        if (!givenUp.isEmpty()) {
            LOG.info("barcodes of destroyed cartridges are free again: {}", givenUp);
        }
        return givenUp;
    }

    private void forget(CatalogTransaction change, CartridgeRecord tombstone) {
        tenants.forget(change, tombstone.volume());
        change.appendAudit(
                new AuditRecord(
                        clock.millis(),
                        WHO,
                        "forget destroyed cartridge " + tombstone.volume(),
                        "its barcode is free after %d days"
                                .formatted(settings.keepDays().orElseThrow())));
    }

    @Override
    public void close() {
        boolean _ = looks.stop();
    }
}
