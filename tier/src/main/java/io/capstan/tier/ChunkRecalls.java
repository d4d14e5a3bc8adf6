package io.capstan.tier;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.store.ChunkRecall;
import io.capstan.store.ChunkStore;
import io.capstan.store.StoreException;
import io.capstan.tier.TierException.Reason;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Single chunks that drives read and that are only in a tier, or that are bad on this node's disks: asked for in batches where
 * the tier is asynchronous, fetched as soon as it has them.
 *
 * <p>Design note: nothing of this is kept over a restart, because the host that reads sends its READ again, and that asks
 * again; what an archive was asked for it still hands out. A copy that is bad is so in the catalog, and whoever looks
 * after those asks again. A chunk that came is committed with its disks, so it is there or not, and never half.
 *
 * <p>Any thread. Chunks are fetched by threads of its own.
 */
public final class ChunkRecalls implements ChunkRecall, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkRecalls.class);

    /** Most chunks that are asked for at once. Those that somebody waits for are taken all the same. */
    private static final int WANTED_MAX = 4096;

    private static final long IDLE_MILLIS = 60_000;

    /** Before a tier is looked into again for a chunk that no tier had as it was written: that may cost something. */
    private static final long HOPELESS_MILLIS = 3_600_000;

    private final Catalog catalog;
    private final ChunkStore store;
    private final ChunkFetch fetch;
    private final ChunkRepair repair;
    private final JobOptions options;
    private final InstantSource clock;
    private final RandomGenerator random;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<ChunkId, Wanted> wanted = new LinkedHashMap<>();
    private final List<Thread> workers = new ArrayList<>();
    private volatile boolean isStopping;

    /** A chunk that was asked for. Guarded by the lock. */
    private static final class Wanted {
        private final ChunkId chunk;
        private final boolean isRepair;
        private final long sinceEpochMillis;

        /** Tiers whose copy is not what it should be. */
        private final Set<String> badTiers = ConcurrentHashMap.newKeySet();

        private boolean isNeeded;
        private boolean isRunning;
        private long notBeforeEpochMillis;
        private OptionalLong expectedEpochMillis = OptionalLong.empty();
        private int attempts;
        private String reason;
        private @Nullable String failure;

        Wanted(ChunkId chunk, boolean isRepair, long sinceEpochMillis) {
            this.chunk = chunk;
            this.isRepair = isRepair;
            this.sinceEpochMillis = sinceEpochMillis;
            this.reason = isRepair ? "it is bad on this node's disks" : "";
        }

        /** Whether a chunk is still to be brought, as it is now. */
        boolean isFor(ChunkRecord now) {
            return isRepair ? ChunkRepair.isFor(now) : now.disks().isEmpty();
        }
    }

    /**
     * A chunk that is on its way.
     *
     * @param isNeeded whether a drive waits for it; else it is only what follows
     * @param reason why it is not here yet; may be empty
     */
    public record Recall(
            ChunkId chunk,
            boolean isNeeded,
            long sinceEpochMillis,
            OptionalLong expectedEpochMillis,
            int attempts,
            String reason) {}

    ChunkRecalls(
            Catalog catalog,
            ChunkStore store,
            ChunkFetch fetch,
            JobOptions options,
            InstantSource clock,
            RandomGenerator random) {
        this.catalog = catalog;
        this.store = store;
        this.fetch = fetch;
        this.repair = new ChunkRepair(catalog, store, fetch);
        this.options = options;
        this.clock = clock;
        this.random = random;
    }

    void start() {
        for (int i = 0; i < options.parallelJobs(); i++) {
            workers.add(Thread.ofPlatform().name("capstan-recall-" + i).start(this::work));
        }
    }

    // ---- asking

    @Override
    public Outcome want(ChunkId chunk) {
        lock.lock();
        try {
            Wanted asked = wanted.get(chunk);
            if (asked == null) {
                asked = new Wanted(chunk, false, clock.millis());
                wanted.put(chunk, asked);
                changed.signalAll();
            }
            String failure = asked.failure;
            if (failure != null) {
                wanted.remove(chunk);
                return new Outcome.Failed(failure);
            }
            asked.isNeeded = true;
            return new Outcome.Coming(asked.expectedEpochMillis, asked.attempts);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wantSoon(Collection<ChunkId> chunks) {
        lock.lock();
        try {
            for (ChunkId chunk : chunks) {
                if (wanted.size() < WANTED_MAX && !wanted.containsKey(chunk)) {
                    wanted.put(chunk, new Wanted(chunk, false, clock.millis()));
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Outcome> repair(ChunkId chunk, boolean isWaitedFor) {
        if (catalog.read(view -> view.tierCopies(chunk)).isEmpty()) {
            return Optional.empty();
        }
        lock.lock();
        try {
            Wanted asked = wanted.get(chunk);
            String failure = asked == null ? null : asked.failure;
            if (asked != null && failure != null) {
                if (clock.millis() < asked.notBeforeEpochMillis) {
                    return Optional.of(new Outcome.Failed(failure));
                }
                wanted.remove(chunk);
                asked = null;
            }
            return Optional.of(askForRepair(chunk, asked, isWaitedFor));
        } finally {
            lock.unlock();
        }
    }

    private Outcome askForRepair(ChunkId chunk, @Nullable Wanted before, boolean isWaitedFor) {
        if (wanted.size() >= WANTED_MAX) {
            wanted.values().removeIf(other -> other.isRepair && other.failure != null);
        }
        Wanted asked = before;
        if (asked == null) {
            if (!isWaitedFor && wanted.size() >= WANTED_MAX) {
                return new Outcome.Coming(OptionalLong.empty(), 0);
            }
            asked = new Wanted(chunk, true, clock.millis());
            wanted.put(chunk, asked);
            changed.signalAll();
        }
        asked.isNeeded |= isWaitedFor;
        return new Outcome.Coming(asked.expectedEpochMillis, asked.attempts);
    }

    @Override
    public boolean isRepairing(ChunkId chunk) {
        lock.lock();
        try {
            Wanted asked = wanted.get(chunk);
            return asked != null && asked.isRepair && asked.failure == null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long readAheadBytes() {
        return options.recallAheadBytes();
    }

    @Override
    public void forget(ContainerId container) {
        lock.lock();
        try {
            wanted.values()
                    .removeIf(
                            asked -> !asked.isRepair && asked.chunk.container().equals(container));
        } finally {
            lock.unlock();
        }
    }

    /** What was asked for and is not here, in the order in which it was asked for. */
    public List<Recall> list() {
        lock.lock();
        try {
            return wanted.values().stream()
                    .map(asked ->
                            new Recall(
                                    asked.chunk,
                                    asked.isNeeded,
                                    asked.sinceEpochMillis,
                                    asked.expectedEpochMillis,
                                    asked.attempts,
                                    asked.failure == null ? asked.reason : asked.failure))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    // ---- fetching

    private void work() {
        while (!isStopping) {
            try {
                awaitNext().ifPresent(this::step);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Optional<Wanted> awaitNext() throws InterruptedException {
        lock.lock();
        try {
            while (!isStopping) {
                Optional<Wanted> next = takeNext();
                if (next.isPresent()) {
                    return next;
                }
                long now = clock.millis();
                long waitMillis =
                        wanted.values().stream()
                                .filter(asked -> !asked.isRunning && asked.failure == null)
                                .mapToLong(asked -> asked.notBeforeEpochMillis - now)
                                .min()
                                .orElse(IDLE_MILLIS);
                long _ =
                        changed.awaitNanos(
                                TimeUnit.MILLISECONDS.toNanos(
                                        Math.clamp(waitMillis, 1, IDLE_MILLIS)));
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The next chunk that something can be done for now: one that somebody waits for, else the oldest. */
    private Optional<Wanted> takeNext() {
        long now = clock.millis();
        Wanted next = null;
        for (Wanted asked : wanted.values()) {
            boolean isDue =
                    !asked.isRunning && asked.failure == null && asked.notBeforeEpochMillis <= now;
            if (isDue && (next == null || (asked.isNeeded && !next.isNeeded))) {
                next = asked;
            }
        }
        if (next != null) {
            next.isRunning = true;
        }
        return Optional.ofNullable(next);
    }

    /** Does what can be done now, on this thread: for whoever has not {@link #start}ed threads. */
    void runDue() {
        while (true) {
            Optional<Wanted> next;
            lock.lock();
            try {
                next = takeNext();
            } finally {
                lock.unlock();
            }
            if (next.isEmpty()) {
                return;
            }
            step(next.get());
        }
    }

    private void step(Wanted asked) {
        try {
            bring(asked);
        } catch (IOException | CatalogException e) {
            if (!isStopping) {
                settle(asked, e);
            }
        } catch (RuntimeException e) {
            LOG.error("chunk {} is not brought now", asked.chunk, e);
            later(asked, String.valueOf(e.getMessage()), backOffMillis(asked));
        }
    }

    private void bring(Wanted asked) throws IOException {
        Lock own = fetch.lock(asked.chunk);
        own.lock();
        try {
            Optional<ChunkRecord> chunk = catalog.read(view -> view.chunk(asked.chunk));
            if (chunk.filter(asked::isFor).isEmpty()) {
                done(asked);
                return;
            }
            Optional<TierCopyRecord> readable = readable(asked);
            if (readable.isPresent()) {
                take(asked, chunk.get(), readable.get());
            }
        } finally {
            own.unlock();
        }
    }

    private void take(Wanted asked, ChunkRecord chunk, TierCopyRecord copy) throws IOException {
        try {
            if (asked.isRepair) {
                repair(asked, chunk, copy);
            } else {
                receive(asked, chunk, copy);
            }
        } catch (StoreException.Corrupt | TierException e) {
            if (!isLost(e) || !isInOtherTier(asked, copy.tier())) {
                throw e;
            }
            LOG.error("chunk {} is looked for in another tier: {}", asked.chunk, e.getMessage());
            asked.badTiers.add(copy.tier());
            later(asked, String.valueOf(e.getMessage()), 0);
        }
    }

    private boolean isInOtherTier(Wanted asked, String tier) {
        return catalog.read(view -> view.tierCopies(asked.chunk)).stream()
                .map(TierCopyRecord::tier)
                .anyMatch(other -> !other.equals(tier) && !asked.badTiers.contains(other));
    }

    private void repair(Wanted asked, ChunkRecord chunk, TierCopyRecord copy) throws IOException {
        Lock own = store.copyLock(asked.chunk);
        if (!own.tryLock()) {
            later(asked, "its copies are being moved", options.retryMinMillis());
            return;
        }
        try {
            repair.run(chunk, copy);
        } finally {
            own.unlock();
        }
        done(asked);
    }

    /** A copy that can be read now. Where there is none, it is asked for, and the chunk waits. */
    private Optional<TierCopyRecord> readable(Wanted asked) throws IOException {
        Optional<TierCopyRecord> archived = Optional.empty();
        OptionalLong ready = OptionalLong.empty();
        boolean isRecalling = false;
        IOException fault = null;
        for (TierCopyRecord copy : catalog.read(view -> view.tierCopies(asked.chunk))) {
            if (asked.badTiers.contains(copy.tier())) {
                continue;
            }
            try {
                switch (fetch.tier(copy.tier()).provider().head(TierLayout.of(copy))) {
                    case ObjectState.Online _ -> {
                        return Optional.of(copy);
                    }
                    case ObjectState.Archived _ -> archived = Optional.of(copy);
                    case ObjectState.Recalling(long _, OptionalLong at) -> {
                        isRecalling = true;
                        ready = at;
                    }
                    case ObjectState.Absent() -> fault = worse(fault, fetch.lost(copy, "is gone"));
                }
            } catch (TierException e) {
                fault = worse(fault, e);
            }
        }
        if (isRecalling) {
            awaitTier(asked, ready);
        } else if (archived.isPresent()) {
            recallBatch(archived.get().tier());
            awaitTier(asked, readyAt(archived.get()));
        } else {
            throw fault != null
                    ? fault
                    : new StoreException.Missing(
                            asked.chunk, "chunk %s has no copy anywhere".formatted(asked.chunk));
        }
        return Optional.empty();
    }

    /** Of two faults the one that may pass counts: while there is hope, the chunk is not given up. */
    private static IOException worse(@Nullable IOException before, TierException fault) {
        return before != null && fault.reason() == Reason.CORRUPT ? before : fault;
    }

    /** Asks for all that is wanted of a tier as one request. */
    private void recallBatch(String tier) throws IOException {
        List<Wanted> all;
        lock.lock();
        try {
            all =
                    wanted.values().stream()
                            .filter(asked ->
                                    asked.failure == null && !asked.badTiers.contains(tier))
                            .toList();
        } finally {
            lock.unlock();
        }
        List<ObjectKey> keys =
                catalog.read(view ->
                        all.stream()
                                .filter(asked ->
                                        view.chunk(asked.chunk).filter(asked::isFor).isPresent())
                                .flatMap(asked -> view.tierCopies(asked.chunk).stream())
                                .filter(copy -> copy.tier().equals(tier))
                                .map(TierLayout::of)
                                .toList());
        fetch.tier(tier).provider().recall(keys);
        fetch.count(TierCounter.CHUNKS_RECALLED, tier, keys.size());
    }

    private OptionalLong readyAt(TierCopyRecord copy) throws IOException {
        return switch (fetch.tier(copy.tier()).provider().head(TierLayout.of(copy))) {
            case ObjectState.Online _ -> OptionalLong.of(clock.millis());
            case ObjectState.Recalling(long _, OptionalLong at) -> at;
            case ObjectState.Archived _, ObjectState.Absent() -> OptionalLong.empty();
        };
    }

    private void awaitTier(Wanted asked, OptionalLong ready) {
        long now = clock.millis();
        lock.lock();
        try {
            asked.isRunning = false;
            asked.expectedEpochMillis = ready;
            asked.reason = "on its way out of its tier";
            asked.notBeforeEpochMillis =
                    ready.isPresent() ? ready.getAsLong() : now + options.pollMillis();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void receive(Wanted asked, ChunkRecord chunk, TierCopyRecord copy) throws IOException {
        String pool =
                catalog.read(view -> view.container(asked.chunk.container()))
                        .map(ContainerRecord::pool)
                        .orElse(ContainerRecord.POOL_DEFAULT);
        List<DiskId> disks = fetch.receive(chunk, copy, pool);
        boolean[] isStray = {false};
        catalog.commit(change -> {
            Optional<ChunkRecord> now = change.chunk(asked.chunk);
            boolean isMissing = now.filter(found -> found.disks().isEmpty()).isPresent();
            isStray[0] = now.isEmpty() || (isMissing && !isWanted(asked));
            if (isMissing && !isStray[0]) {
                change.putChunk(now.get().withDisks(disks));
            }
        });
        if (isStray[0]) {
            // The cartridge was unloaded meanwhile, or the chunk is garbage by now.
            store.files().delete(asked.chunk);
        }
        done(asked);
    }

    private boolean isWanted(Wanted asked) {
        lock.lock();
        try {
            return wanted.get(asked.chunk) == asked;
        } finally {
            lock.unlock();
        }
    }

    // ---- what came of it

    private void done(Wanted asked) {
        lock.lock();
        try {
            wanted.remove(asked.chunk, asked);
        } finally {
            lock.unlock();
        }
    }

    private void settle(Wanted asked, Exception fault) {
        String why = String.valueOf(fault.getMessage());
        if (isLost(fault)) {
            LOG.error("chunk {} cannot be brought from any tier: {}", asked.chunk, why);
            lock.lock();
            try {
                asked.isRunning = false;
                asked.failure = why;
                asked.notBeforeEpochMillis = clock.millis() + HOPELESS_MILLIS;
            } finally {
                lock.unlock();
            }
        } else {
            LOG.warn("chunk {} is not brought yet: {}", asked.chunk, why);
            later(asked, why, backOffMillis(asked));
        }
    }

    /** Whether it makes no sense to try again: what came, or was looked for, is not what it should be. */
    private static boolean isLost(Exception fault) {
        return fault instanceof StoreException.Missing
                || fault instanceof StoreException.Corrupt
                || (fault instanceof TierException tier && tier.reason() == Reason.CORRUPT);
    }

    private void later(Wanted asked, String why, long afterMillis) {
        lock.lock();
        try {
            asked.isRunning = false;
            asked.reason = why;
            asked.expectedEpochMillis = OptionalLong.empty();
            asked.attempts++;
            asked.notBeforeEpochMillis = clock.millis() + afterMillis;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Doubles each time, and is anything from half of that to all of it. */
    private long backOffMillis(Wanted asked) {
        long doubled = options.retryMinMillis() << Math.min(asked.attempts, 30);
        long bounded = Math.clamp(doubled, options.retryMinMillis(), options.retryMaxMillis());
        return bounded / 2 + random.nextLong(bounded / 2 + 1);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            isStopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
