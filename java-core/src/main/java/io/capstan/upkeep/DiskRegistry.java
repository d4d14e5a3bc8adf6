package io.capstan.upkeep;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.DiskRecord;
import io.capstan.format.DiskId;
import io.capstan.format.DiskLabel;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskPlan;
import io.capstan.store.DiskState;
import io.capstan.store.FileIo;
import io.capstan.store.PoolPlan;
import io.capstan.store.StoreDisks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which disk is in which directory: what configuration names directories for, labels say of them, and the catalog remembers.
 * The label has the last word: a disk is known wherever it is mounted. A directory whose disk the catalog knows, and that
 * has no label, is one that is not mounted.
 */
public final class DiskRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(DiskRegistry.class);

    private final List<DiskRecord> known;
    private final FileIo io;
    private final Supplier<DiskId> ids;
    private final boolean mayCommit;
    private final Map<DiskId, DiskRecord> changed = new HashMap<>();
    private final Set<DiskId> taken = new HashSet<>();

    private DiskRegistry(
            List<DiskRecord> known, FileIo io, Supplier<DiskId> ids, boolean mayCommit) {
        this.mayCommit = mayCommit;
        this.known = known;
        this.io = io;
        this.ids = ids;
    }

    /**
     * Finds the disks of all pools, and lets the catalog know those that are new or have moved.
     *
     * @param ids where new disks draw their identity from
     * @param mayCommit false to change nothing
     */
    public static List<PoolPlan> plan(
            List<PoolSpec> pools,
            Catalog catalog,
            FileIo io,
            Supplier<DiskId> ids,
            boolean mayCommit) {
        DiskRegistry registry =
                new DiskRegistry(catalog.read(CatalogView::disks), io, ids, mayCommit);
        List<PoolPlan> plans = pools.stream().map(registry::plan).toList();
        if (mayCommit && !registry.changed.isEmpty()) {
            catalog.commit(change -> registry.changed.values().forEach(change::putDisk));
        }
        return plans;
    }

    private PoolPlan plan(PoolSpec pool) {
        List<DiskPlan> disks = new ArrayList<>();
        for (Path configured : pool.directories()) {
            disks.add(plan(current(configured), pool.name()));
        }
        // What was replaced may still be read from while its place is filled.
        for (DiskRecord record : known) {
            boolean isOld =
                    record.state() == DiskRecord.State.REPLACED
                            && record.pool().equals(pool.name())
                            && taken.add(record.disk());
            if (isOld) {
                disks.add(
                        new DiskPlan(
                                record.disk(),
                                path(record),
                                DiskPlan.LabelRule.REQUIRED,
                                DiskState.REPLACED,
                                record.stale()));
            }
        }
        return new PoolPlan(pool.name(), pool.copies(), disks);
    }

    /** Where the disk in a configured directory's place is: another directory if it was replaced since. */
    private Path current(Path configured) {
        Path at = configured;
        Optional<DiskRecord> replaced = replacedAt(at);
        while (replaced.isPresent()) {
            Optional<DiskRecord> by = record(replaced.get().replacedBy().orElseThrow());
            if (by.isEmpty() || path(by.get()).equals(at)) {
                return at;
            }
            at = path(by.get());
            replaced = replacedAt(at);
        }
        return at;
    }

    private Optional<DiskRecord> replacedAt(Path directory) {
        boolean isInUse =
                known.stream()
                        .anyMatch(record ->
                                record.state() != DiskRecord.State.REPLACED
                                        && path(record).equals(directory));
        return isInUse
                ? Optional.empty()
                : known.stream()
                        .filter(record ->
                                record.state() == DiskRecord.State.REPLACED
                                        && record.replacedBy().isPresent()
                                        && path(record).equals(directory))
                        .findFirst();
    }

    private DiskPlan plan(Path directory, String pool) {
        Optional<DiskLabel> label = label(directory);
        Optional<DiskRecord> here =
                known.stream()
                        .filter(record -> record.state() != DiskRecord.State.REPLACED)
                        .filter(record -> path(record).equals(directory))
                        .findFirst();
        Optional<DiskRecord> record = label.flatMap(l -> record(l.disk())).or(() -> here);
        boolean isOther =
                label.isPresent() && here.isPresent() && record(label.get().disk()).isEmpty();
        if (isOther) {
            LOG.error(
                    "{} is that of disk {}, and was that of {}: if it is to take its place, say so: capstan store disk"
                            + " replace",
                    directory,
                    label.get().disk(),
                    here.get().disk());
        }
        DiskId disk =
                record.map(DiskRecord::disk).or(() -> label.map(DiskLabel::disk)).orElseGet(ids);
        taken.add(disk);
        DiskRecord before = record.orElseGet(() -> DiskRecord.added(disk, name(directory), pool));
        DiskRecord now = label.isEmpty() || isOther ? before : before.in(name(directory), pool);
        if (!now.equals(record.orElse(null))) {
            changed.put(disk, now);
        }
        return new DiskPlan(disk, directory, rule(before, label), state(now), now.stale());
    }

    private DiskPlan.LabelRule rule(DiskRecord disk, Optional<DiskLabel> label) {
        if (disk.labelled() || label.isPresent()) {
            return DiskPlan.LabelRule.REQUIRED;
        }
        return mayCommit ? DiskPlan.LabelRule.WRITTEN_IF_ABSENT : DiskPlan.LabelRule.IGNORED;
    }

    /** Lets the catalog remember which disks have their labels, once a store is open. */
    public static void confirm(Catalog catalog, ChunkStore store) {
        catalog.commit(change -> {
            for (StoreDisks.DiskView disk : store.disks().views()) {
                change.disk(disk.disk())
                        .filter(record -> !record.labelled() && disk.isUsable())
                        .ifPresent(record ->
                                change.putDisk(record.in(name(disk.directory()), disk.pool())));
            }
        });
    }

    private Optional<DiskLabel> label(Path directory) {
        try {
            return StoreDisks.label(directory, io);
        } catch (IOException e) {
            LOG.error("disk label of {} cannot be read: {}", directory, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<DiskRecord> record(DiskId disk) {
        return known.stream().filter(record -> record.disk().equals(disk)).findFirst();
    }

    static DiskState state(DiskRecord record) {
        return switch (record.state()) {
            case ACTIVE -> DiskState.ACTIVE;
            case CLOSED -> DiskState.CLOSED;
            case EVACUATING -> DiskState.EVACUATING;
            case DEACTIVATED -> DiskState.DEACTIVATED;
            case REPLACED -> DiskState.REPLACED;
        };
    }

    static String name(Path directory) {
        return StoreDisks.directoryName(directory);
    }

    /** The path that a name is of. Names of catalogs older than disk labels may be cut off at the front, and match nothing. */
    static Path path(DiskRecord record) {
        String name = record.directory();
        String whole =
                name.length() > 1 && name.endsWith("/")
                        ? name.substring(0, name.length() - 1)
                        : name;
        try {
            return Path.of(new URI("file", null, URI.create(whole).getPath(), null));
        } catch (java.net.URISyntaxException | IllegalArgumentException e) {
            return Path.of("/unknown").resolve(record.disk().toString());
        }
    }
}
