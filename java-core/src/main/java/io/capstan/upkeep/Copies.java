package io.capstan.upkeep;

import io.capstan.catalog.BadCopyRecord;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkRecall;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskCondition;
import io.capstan.store.DiskState;
import io.capstan.store.Pace;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import io.capstan.store.VerifiedCopy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes copies of sealed chunks, and takes them away, so that catalog and disks agree at any moment. One thread. */
final class Copies {

    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

    private final Catalog catalog;
    private final ChunkStore store;
    private final MetricsRegistry metrics;
    private volatile Optional<ChunkRecall> tiers = Optional.empty();

    /** Copies that were counted as bad and are not repaired yet. */
    private final Set<BadCopyRecord> counted = new HashSet<>();

    Copies(Catalog catalog, ChunkStore store, MetricsRegistry metrics) {
        this.catalog = catalog;
        this.store = store;
        this.metrics = metrics;
    }

    /** Where chunks come from of which no copy here is whole. */
    void repairFrom(ChunkRecall newTiers) {
        tiers = Optional.of(newTiers);
    }

    /**
     * What is to be done about a chunk.
     *
     * @param sources disks that a copy can be read from, those that stay first
     * @param targets disks that new copies go to, as far as there are any
     * @param missing new copies that are wanted
     * @param leaving disks that are to have none, once there are enough others
     * @param surplus copies to be taken away once there are enough others: of disks that are gone, or more than wanted, bad
     *     ones first
     */
    record Plan(
            List<DiskId> sources,
            List<DiskId> targets,
            int missing,
            List<DiskId> leaving,
            List<DiskId> surplus) {

        static final Plan NOTHING = new Plan(List.of(), List.of(), 0, List.of(), List.of());

        boolean isSettled() {
            return missing == 0 && leaving.isEmpty() && surplus.isEmpty();
        }
    }

    /** What came of it. */
    record Settled(boolean isSettled, Optional<String> obstacle) {}

    /**
     * @param isGone whether a disk that is out of use has been so for long enough
     */
    Plan plan(ChunkRecord chunk, Predicate<DiskId> isGone) {
        if (!isAtRest(chunk) || chunk.disks().isEmpty()) {
            return Plan.NOTHING;
        }
        String pool = poolOf(chunk);
        List<DiskId> staying = new ArrayList<>();
        List<DiskId> leaving = new ArrayList<>();
        List<DiskId> waiting = new ArrayList<>();
        List<DiskId> lost = new ArrayList<>();
        for (DiskId disk : chunk.disks()) {
            Optional<StoreDisks.DiskView> view = store.disks().view(disk);
            if (view.isEmpty()) {
                lost.add(disk);
                continue;
            }
            switch (view.get().state()) {
                case ACTIVE, CLOSED -> {
                    boolean works =
                            view.get().condition() == DiskCondition.WORKING
                                    || view.get().condition() == DiskCondition.RESILVERING;
                    (works ? staying : isGone.test(disk) ? lost : waiting).add(disk);
                }
                case EVACUATING, DEACTIVATED, REPLACED -> leaving.add(disk);
            }
        }
        int wanted = store.disks().copies(pool);
        int missing = Math.max(0, wanted - staying.size() - waiting.size());
        List<DiskId> surplus = new ArrayList<>(lost);
        if (staying.size() >= wanted) {
            surplus.addAll(waiting);
        }
        if (staying.size() > wanted) {
            Set<DiskId> bad = badCopiesOf(chunk.chunk());
            staying.stream()
                    .sorted(
                            Comparator.comparing((DiskId disk) -> !bad.contains(disk))
                                    .thenComparing(disk -> isApart(disk, staying))
                                    .thenComparing(Comparator.comparingLong(this::freeBytes)))
                    .limit(staying.size() - wanted)
                    .forEach(surplus::add);
        }
        List<DiskId> sources = new ArrayList<>(staying);
        leaving.stream().filter(this::isReadable).forEach(sources::add);
        return new Plan(
                sources,
                missing == 0 ? List.of() : targets(pool, chunk),
                missing,
                leaving,
                surplus);
    }

    /**
     * Whether a chunk stays as it is: it is sealed, or it is the mark that an erase left and nobody writes it. Such a mark is never
     * sealed, however long its cartridge lies on a shelf.
     */
    private boolean isAtRest(ChunkRecord chunk) {
        return chunk.state() == ChunkState.SEALED
                || (chunk.state() == ChunkState.OPEN
                        && catalog.read(view -> view.referenceCount(chunk.chunk())) == 0
                        && !store.beingWritten().containsKey(chunk.chunk()));
    }

    private Set<DiskId> badCopiesOf(ChunkId chunk) {
        BadCopyRecord before = new BadCopyRecord(chunk, new DiskId(0, 0), 0, "");
        return catalog.read(view -> view.badCopies(Optional.of(before), 16)).stream()
                .filter(bad -> bad.chunk().equals(chunk))
                .map(BadCopyRecord::disk)
                .collect(Collectors.toSet());
    }

    /** Whether a disk shares its physical disk with none of the others. */
    private boolean isApart(DiskId disk, Collection<DiskId> others) {
        return others.stream()
                .filter(other -> !other.equals(disk))
                .noneMatch(other -> sharePhysicalDisk(disk, other));
    }

    private boolean sharePhysicalDisk(DiskId one, DiskId other) {
        try {
            return store.disks().sharePhysicalDisk(one, other);
        } catch (StoreException e) {
            // One of them is not of the store any more.
            return false;
        }
    }

    private long freeBytes(DiskId disk) {
        try {
            return store.disks().freeBytes(disk);
        } catch (StoreException e) {
            return 0;
        }
    }

    /** A disk that was replaced is read from as long as it can be. */
    private boolean isReadable(DiskId disk) {
        return store.disks()
                .view(disk)
                .filter(view ->
                        view.state() == DiskState.EVACUATING || view.state() == DiskState.REPLACED)
                .filter(view -> view.condition() == DiskCondition.WORKING)
                .isPresent();
    }

    private String poolOf(ChunkRecord chunk) {
        String wanted =
                catalog.read(view -> view.container(chunk.chunk().container()))
                        .map(ContainerRecord::pool)
                        .orElse(ContainerRecord.POOL_DEFAULT);
        return store.disks().poolOr(wanted);
    }

    private List<DiskId> targets(String pool, ChunkRecord chunk) {
        // A copy that is evacuated counts too: the disk below it may be why. That of a disk that is
        // out does not: another one may have its name by now.
        List<DiskId> holding =
                chunk.disks().stream()
                        .filter(disk ->
                                store.disks()
                                        .view(disk)
                                        .filter(view ->
                                                view.state() != DiskState.REPLACED
                                                        && view.state() != DiskState.DEACTIVATED)
                                        .isPresent())
                        .toList();
        return store.disks().takers(pool, holding).stream()
                .filter(disk -> !chunk.disks().contains(disk))
                .toList();
    }

    /** Makes the copies that are missing, then takes away those that are to go. */
    Settled settle(ChunkRecord chunk, Plan plan, Pace pace) throws StoreException {
        Lock own = store.copyLock(chunk.chunk());
        if (!own.tryLock()) {
            return new Settled(
                    false, Optional.of("a tier was asked for chunk %s".formatted(chunk.chunk())));
        }
        try {
            return settleAlone(chunk, plan, pace);
        } finally {
            own.unlock();
        }
    }

    private Settled settleAlone(ChunkRecord chunk, Plan plan, Pace pace) throws StoreException {
        int made = 0;
        Optional<String> obstacle = Optional.empty();
        for (DiskId target : plan.targets()) {
            if (made == plan.missing()) {
                break;
            }
            Optional<String> fault = add(chunk, plan.sources(), target, pace);
            if (fault.isEmpty()) {
                made++;
            } else {
                obstacle = fault;
            }
        }
        if (made < plan.missing()) {
            if (plan.sources().isEmpty()) {
                var _ = tiers.flatMap(from -> from.repair(chunk.chunk(), false));
            }
            return new Settled(
                    false,
                    obstacle.or(() ->
                            Optional.of("no other disk of the pool takes chunk " + chunk.chunk())));
        }
        for (DiskId disk : plan.leaving()) {
            remove(chunk.chunk(), disk);
        }
        for (DiskId disk : plan.surplus()) {
            remove(chunk.chunk(), disk);
        }
        return new Settled(true, Optional.empty());
    }

    /** Makes one more copy; returns why not. */
    private Optional<String> add(ChunkRecord chunk, List<DiskId> sources, DiskId target, Pace pace)
            throws StoreException {
        Optional<String> why =
                Optional.of("chunk " + chunk.chunk() + " cannot be read from any disk");
        for (DiskId source : sources) {
            try {
                VerifiedCopy copy = copy(chunk, source, target, pace);
                metrics.counter(UpkeepCounter.BYTES_COPIED).add(copy.lengthBytes());
                if (commitCopy(chunk, target, copy)) {
                    metrics.counter(UpkeepCounter.COPIES_MADE).increment();
                } else {
                    store.files().deleteCopy(chunk.chunk(), target);
                }
                return Optional.empty();
            } catch (StoreException.NoSpace e) {
                return Optional.of(String.valueOf(e.getMessage()));
            } catch (StoreException.Corrupt | StoreException.Missing e) {
                if (chunk.state() == ChunkState.SEALED) {
                    noteBad(chunk.chunk(), source, e);
                }
                why = Optional.of(String.valueOf(e.getMessage()));
            } catch (StoreException.ReadFailed | StoreException.WriteFailed e) {
                why = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return why;
    }

    private VerifiedCopy copy(ChunkRecord chunk, DiskId source, DiskId target, Pace pace)
            throws StoreException {
        return chunk.state() == ChunkState.SEALED
                ? store.copy(chunk.chunk(), source, target, digest(chunk), pace)
                : store.copyUnsealed(chunk.chunk(), source, target, chunk.lengthBytes());
    }

    private static Optional<byte[]> digest(ChunkRecord chunk) {
        return chunk.digest().map(ChunkDigest::toBytes);
    }

    /** False if the chunk is not there any more, and the copy is to go. */
    private boolean commitCopy(ChunkRecord chunk, DiskId disk, VerifiedCopy copy) {
        boolean[] isWanted = {false};
        catalog.commit(change -> {
            // One that has no copy any more was released to a tier meanwhile.
            Optional<ChunkRecord> stored =
                    change.chunk(chunk.chunk())
                            .filter(c -> c.state() == chunk.state())
                            .filter(c -> !c.disks().isEmpty())
                            .filter(c -> c.lengthBytes() == chunk.lengthBytes());
            isWanted[0] = stored.isPresent();
            stored.ifPresent(c -> change.putChunk(with(c, disk, copy)));
        });
        return isWanted[0];
    }

    private static ChunkRecord with(ChunkRecord chunk, DiskId disk, VerifiedCopy copy) {
        List<DiskId> disks = new ArrayList<>(chunk.disks());
        if (!disks.contains(disk)) {
            disks.add(disk);
        }
        return chunk.state() == ChunkState.SEALED
                ? chunk.withDisks(disks)
                        .sealed(
                                chunk.lengthBytes(),
                                chunk.objectCount(),
                                chunk.digest().or(() -> Optional.of(ChunkDigest.of(copy.digest()))))
                : chunk.withDisks(disks);
    }

    /** The catalog forgets a copy, then it is deleted. The last one is never taken away. */
    private boolean remove(ChunkId chunk, DiskId disk) throws StoreException {
        boolean[] removed = {false};
        catalog.commit(change -> {
            removed[0] = false;
            change.chunk(chunk)
                    .filter(stored -> stored.disks().contains(disk) && stored.disks().size() > 1)
                    .ifPresent(stored -> {
                        removed[0] = true;
                        change.putChunk(without(stored, disk));
                    });
        });
        if (removed[0] && store.disks().view(disk).isPresent()) {
            store.files().deleteCopy(chunk, disk);
            metrics.counter(UpkeepCounter.COPIES_REMOVED).increment();
        }
        return removed[0];
    }

    private static ChunkRecord without(ChunkRecord chunk, DiskId disk) {
        return chunk.withDisks(chunk.disks().stream().filter(d -> !d.equals(disk)).toList());
    }

    // ---- bad copies

    private void noteBad(ChunkId chunk, DiskId disk, StoreException fault) {
        String reason = String.valueOf(fault.getMessage());
        catalog.commit(change -> noteBad(change, chunk, disk, reason, System.currentTimeMillis()));
    }

    static void noteBad(
            CatalogTransaction change, ChunkId chunk, DiskId disk, String reason, long millis) {
        change.putBadCopy(new BadCopyRecord(chunk, disk, millis, bounded(reason)));
    }

    private static String bounded(String reason) {
        return reason.substring(0, Math.min(reason.length(), 1000));
    }

    /** Looks at a copy that seemed bad, and makes it anew from a good one, or has a tier asked for it, if it is. */
    void repair(BadCopyRecord bad, Pace pace) throws StoreException {
        Lock own = store.copyLock(bad.chunk());
        if (!own.tryLock()) {
            return;
        }
        try {
            repairAlone(bad, pace);
        } finally {
            own.unlock();
        }
    }

    private void repairAlone(BadCopyRecord bad, Pace pace) throws StoreException {
        Optional<ChunkRecord> found =
                catalog.read(view -> view.chunk(bad.chunk()))
                        .filter(chunk -> chunk.state() == ChunkState.SEALED)
                        .filter(chunk -> chunk.disks().contains(bad.disk()));
        boolean isUsable = store.disks().isUsable(bad.disk());
        boolean isComing = tiers.filter(from -> from.isRepairing(bad.chunk())).isPresent();
        if (found.isEmpty() || !isUsable || isComing) {
            return;
        }
        ChunkRecord chunk = found.get();
        try {
            store.verify(bad.chunk(), bad.disk(), digest(chunk), pace);
            noLongerBad(bad.chunk(), bad.disk());
            LOG.info("chunk {} on disk {} is whole after all", bad.chunk(), bad.disk());
            return;
        } catch (StoreException.Corrupt | StoreException.Missing | StoreException.ReadFailed e) {
            if (counted.add(key(bad.chunk(), bad.disk()))) {
                metrics.counter(UpkeepCounter.COPIES_BAD).increment();
            }
        }
        for (DiskId source : chunk.disks()) {
            if (!source.equals(bad.disk()) && repairFrom(chunk, source, bad.disk(), pace)) {
                return;
            }
        }
        repairFromTier(bad);
    }

    /** It comes on a thread of the tiers, which also tells the catalog. */
    private void repairFromTier(BadCopyRecord bad) {
        Optional<ChunkRecall.Outcome> outcome =
                tiers.flatMap(from -> from.repair(bad.chunk(), false));
        if (outcome.isEmpty()) {
            return;
        }
        switch (outcome.get()) {
            case ChunkRecall.Outcome.Coming _ ->
                    LOG.warn(
                            "chunk {}: a tier was asked for it, for its copy on disk {} is bad",
                            bad.chunk(),
                            bad.disk());
            case ChunkRecall.Outcome.Failed(String reason) -> {
                String all = bounded("%s; from a tier: %s".formatted(reasonHere(bad), reason));
                if (!all.equals(bad.reason())) {
                    catalog.commit(change ->
                            noteBad(change, bad.chunk(), bad.disk(), all, bad.foundEpochMillis()));
                }
            }
        }
    }

    /** Without what a tier said before. */
    private static String reasonHere(BadCopyRecord bad) {
        int end = bad.reason().indexOf("; from a tier: ");
        return end < 0 ? bad.reason() : bad.reason().substring(0, end);
    }

    private void noLongerBad(ChunkId chunk, DiskId disk) {
        counted.remove(key(chunk, disk));
        catalog.commit(change -> change.removeBadCopy(chunk, disk));
    }

    /** What was repaired counts again when it is bad again. */
    void forgetRepaired() {
        counted.removeIf(known -> !badCopiesOf(known.chunk()).contains(known.disk()));
    }

    private static BadCopyRecord key(ChunkId chunk, DiskId disk) {
        return new BadCopyRecord(chunk, disk, 0, "");
    }

    private boolean repairFrom(ChunkRecord chunk, DiskId source, DiskId target, Pace pace)
            throws StoreException {
        try {
            VerifiedCopy copy = store.copy(chunk.chunk(), source, target, digest(chunk), pace);
            metrics.counter(UpkeepCounter.BYTES_COPIED).add(copy.lengthBytes());
        } catch (StoreException.Corrupt | StoreException.Missing e) {
            noteBad(chunk.chunk(), source, e);
            return false;
        } catch (StoreException.ReadFailed
                | StoreException.NoSpace
                | StoreException.WriteFailed e) {
            LOG.warn(
                    "chunk {} on disk {} is not repaired: {}",
                    chunk.chunk(),
                    target,
                    e.getMessage());
            return false;
        }
        noLongerBad(chunk.chunk(), target);
        metrics.counter(UpkeepCounter.COPIES_REPAIRED).increment();
        LOG.warn(
                "chunk {}: its bad copy on disk {} was repaired from disk {}",
                chunk.chunk(),
                target,
                source);
        return true;
    }

    // ---- moving

    /** A chunk of which a disk has the only whole copy that can be read now, or that is being written there. */
    Optional<ChunkId> onlyOn(DiskId disk) {
        return firstOn(disk, c -> c.state() != ChunkState.DELETABLE && !isElsewhere(c, disk))
                .map(ChunkRecord::chunk)
                .or(() ->
                        beingWrittenTo(disk).stream()
                                .filter(chunk -> !isWrittenElsewhere(chunk, disk))
                                .findFirst());
    }

    /** Chunks that are being written to a disk. The catalog may know nothing of them yet. */
    List<ChunkId> beingWrittenTo(DiskId disk) {
        return store.beingWritten().entrySet().stream()
                .filter(written -> written.getValue().contains(disk))
                .map(Map.Entry::getKey)
                .toList();
    }

    private boolean isWrittenElsewhere(ChunkId chunk, DiskId disk) {
        return store.beingWritten().getOrDefault(chunk, List.of()).stream()
                .filter(other -> !other.equals(disk))
                .flatMap(other -> store.disks().view(other).stream())
                .anyMatch(StoreDisks.DiskView::isUsable);
    }

    private boolean isElsewhere(ChunkRecord chunk, DiskId disk) {
        return chunk.disks().stream()
                .filter(other -> !other.equals(disk))
                .flatMap(other -> store.disks().view(other).stream())
                .anyMatch(view ->
                        view.isUsable()
                                && store.files()
                                        .lengthBytes(chunk.chunk(), view.disk())
                                        .isPresent());
    }

    /** A sealed chunk that is on one disk and not on another. */
    Optional<ChunkRecord> movable(DiskId from, DiskId to) {
        return firstOn(
                from,
                c ->
                        c.state() == ChunkState.SEALED
                                && !c.disks().contains(to)
                                && staysApart(c, from, to));
    }

    /** Whether a move brings no two copies of a chunk together on one physical disk that were apart. */
    private boolean staysApart(ChunkRecord chunk, DiskId from, DiskId to) {
        return chunk.disks().stream()
                .filter(disk -> !disk.equals(from))
                .noneMatch(disk -> sharePhysicalDisk(disk, to) && !sharePhysicalDisk(disk, from));
    }

    private Optional<ChunkRecord> firstOn(DiskId disk, Predicate<ChunkRecord> wanted) {
        Optional<ChunkId> after = Optional.empty();
        while (true) {
            Optional<ChunkId> from = after;
            List<ChunkId> page = catalog.read(view -> view.chunksOn(disk, from, 500));
            if (page.isEmpty()) {
                return Optional.empty();
            }
            for (ChunkId chunk : page) {
                Optional<ChunkRecord> found =
                        catalog.read(view -> view.chunk(chunk)).filter(wanted);
                if (found.isPresent()) {
                    return found;
                }
            }
            after = Optional.of(page.getLast());
        }
    }

    boolean move(ChunkRecord chunk, DiskId from, DiskId to, Pace pace) throws StoreException {
        Lock own = store.copyLock(chunk.chunk());
        if (!own.tryLock()) {
            return false;
        }
        try {
            return add(chunk, List.of(from), to, pace).isEmpty() && remove(chunk.chunk(), from);
        } finally {
            own.unlock();
        }
    }
}
