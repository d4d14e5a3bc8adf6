package io.capstan.upkeep;

import io.capstan.catalog.BadCopyRecord;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.DiskRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.DiskLabel;
import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.Bandwidth;
import io.capstan.store.ChunkRecall;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskCondition;
import io.capstan.store.DiskPlan;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import io.capstan.store.MoveStatus;
import io.capstan.store.Placement;
import io.capstan.store.PlacementOutcome;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import io.capstan.store.StoreListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the chunks of a store as they should be, on one thread in the background.
 *
 * <p>Design note: there is no list of work. What is wanted is in the catalog (states of disks, copies of chunks, bad copies),
 * what is there is on the disks, and a pass makes the one the other, a chunk at a time. So a crash at any point leaves
 * nothing to be finished but the next pass, and every request can be repeated. A copy is verified and on stable storage before the
 * catalog knows of it, and the catalog has forgotten a copy before its file is deleted.
 *
 * <p>Any thread may ask; the work is done by one.
 */
public final class Upkeep implements Placement, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private static final long PROBE_WAIT_MAX_MILLIS = 3_600_000;
    private static final long CLOSE_WAIT_MILLIS = 30_000;

    /** Beginning of the names of the catalog's parameters that say how fast a pool is being evened out. */
    private static final String REBALANCING = "store/rebalancing/";

    private final Catalog catalog;
    private final ChunkStore store;
    private final UpkeepOptions options;
    private final InstantSource clock;
    private final Supplier<DiskId> ids;
    private final MetricsRegistry metrics;
    private final Copies copies;
    private final Scrub scrub;
    private final Bandwidth repairPace;

    /** What the store told, for the next pass. */
    private final ConcurrentLinkedQueue<Consumer<CatalogTransaction>> told =
            new ConcurrentLinkedQueue<>();

    private final Map<DiskId, Away> away = new ConcurrentHashMap<>();
    private final Map<String, Rebalancing> rebalancings = new ConcurrentHashMap<>();
    private final Map<DiskId, Moved> moved = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private boolean hasNews = true;

    /** Owned by the pass under way. */
    private boolean isSwept;

    private boolean stopping;
    private final Thread thread;

    /** A disk that is out of use. */
    private record Away(long sinceMillis, int failures, long probeAtMillis) {}

    /** What was moved off a disk since the node started. */
    private static final class Moved {
        private final AtomicLong chunks = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
        private volatile Optional<String> obstacle = Optional.empty();
    }

    private record Rebalancing(
            long bytesPerSecondMax, Bandwidth pace, Moved moved, boolean isDone) {

        Rebalancing done() {
            return new Rebalancing(bytesPerSecondMax, pace, moved, true);
        }

        boolean isUnderWayAt(long bytesPerSecond) {
            return !isDone && bytesPerSecondMax == bytesPerSecond;
        }
    }

    private Upkeep(
            Catalog catalog,
            ChunkStore store,
            UpkeepOptions options,
            InstantSource clock,
            Supplier<DiskId> ids,
            MetricsRegistry metrics) {
        this.catalog = catalog;
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.ids = ids;
        this.metrics = metrics;
        this.repairPace = new Bandwidth(options::repairBytesPerSecondMax, System::nanoTime);
        this.copies = new Copies(catalog, store, metrics);
        this.scrub = new Scrub(catalog, store, options, clock, metrics, this::wake);
        this.thread = Thread.ofPlatform().name("upkeep").daemon().unstarted(this::run);
    }

    /**
     * Opens the upkeep of a store; nothing goes on in the background before {@link #start}.
     *
     * @param ids where disks that are put in the place of others draw their identity from
     */
    public static Upkeep open(
            Catalog catalog,
            ChunkStore store,
            UpkeepOptions options,
            InstantSource clock,
            Supplier<DiskId> ids,
            MetricsRegistry metrics) {
        Upkeep upkeep = new Upkeep(catalog, store, options, clock, ids, metrics);
        for (UpkeepCounter counter : UpkeepCounter.values()) {
            metrics.counter(counter);
        }
        store.listen(upkeep.new Listener());
        upkeep.resumeRebalancing();
        return upkeep;
    }

    public void start() {
        thread.start();
    }

    /** Lets chunks of which no copy here is whole be brought from tiers that have them. */
    public void repairFrom(ChunkRecall tiers) {
        copies.repairFrom(tiers);
        wake();
    }

    /** Scrubbing: how it is asked, and how far it is. */
    public Scrub scrub() {
        return scrub;
    }

    // ---- what the store tells

    private final class Listener implements StoreListener {

        @Override
        public void diskFailed(DiskId disk, DiskCondition condition, String reason) {
            metrics.counter(UpkeepCounter.DISK_FAILURES, Labels.of("disk", disk.toString()))
                    .increment();
            away.compute(
                    disk,
                    (_, before) -> {
                        long now = clock.millis();
                        int failures = before == null ? 0 : before.failures() + 1;
                        long wait =
                                Math.min(
                                        PROBE_WAIT_MAX_MILLIS,
                                        options.tickMillis() << Math.min(failures, 20));
                        return new Away(now, failures, now + wait);
                    });
            tell(change ->
                    change.disk(disk).ifPresent(record -> change.putDisk(record.withStale(true))));
        }

        @Override
        public void copyFault(ChunkId chunk, DiskId disk, String reason) {
            tell(change -> Copies.noteBad(change, chunk, disk, reason, clock.millis()));
        }

        @Override
        public void copyDropped(ChunkId chunk, DiskId disk) {
            metrics.counter(UpkeepCounter.COPIES_DROPPED).increment();
            wake();
        }
    }

    private void tell(Consumer<CatalogTransaction> news) {
        told.add(news);
        wake();
    }

    /** Lets a pass begin now, or once the one under way is over. */
    public void wake() {
        lock.lock();
        try {
            hasNews = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- the thread

    private void run() {
        while (awaitNews()) {
            try {
                pass();
            } catch (StoreException | CatalogException e) {
                if (!isStopping()) {
                    LOG.warn("upkeep goes on later: {}", e.getMessage());
                }
            } catch (RuntimeException bug) {
                LOG.error("upkeep failed inside; it goes on later", bug);
            }
        }
    }

    private boolean awaitNews() {
        lock.lock();
        try {
            long nanos = options.tickMillis() * 1_000_000;
            while (!stopping && !hasNews && nanos > 0) {
                nanos = wake.awaitNanos(nanos);
            }
            hasNews = false;
            return !stopping;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Does once all that is to be done now, on the caller's thread; for tests, and for the thread, of which only one may be
     * at work.
     */
    public synchronized void pass() throws StoreException {
        commitWhatWasTold();
        probe();
        for (StoreDisks.DiskView disk : store.disks().views()) {
            if (disk.condition() == DiskCondition.RESILVERING && disk.isUsable()) {
                resilver(disk);
            }
        }
        repairBadCopies();
        mirror();
        sweep();
        rebalance();
        commitWhatWasTold();
        scrub.step();
    }

    private void commitWhatWasTold() {
        List<Consumer<CatalogTransaction>> news = new ArrayList<>();
        for (var next = told.poll(); next != null; next = told.poll()) {
            news.add(next);
        }
        if (!news.isEmpty()) {
            catalog.commit(change -> news.forEach(each -> each.accept(change)));
        }
    }

    // ---- disks that were away

    private void probe() throws StoreException {
        long now = clock.millis();
        for (Map.Entry<DiskId, Away> entry : List.copyOf(away.entrySet())) {
            Away before = entry.getValue();
            if (now < before.probeAtMillis()) {
                continue;
            }
            if (store.disks().probe(entry.getKey())) {
                LOG.info(
                        "disk {} answers again; what it missed is brought up to date",
                        entry.getKey());
            } else {
                away.replace(
                        entry.getKey(),
                        before,
                        new Away(
                                before.sinceMillis(),
                                before.failures(),
                                now + options.tickMillis()));
            }
        }
    }

    private void resilver(StoreDisks.DiskView disk) throws StoreException {
        new Resilvering(catalog, store, metrics, disk).run();
        catalog.commit(change ->
                change.disk(disk.disk())
                        .ifPresent(record -> change.putDisk(record.withStale(false))));
        store.disks().resilvered(disk.disk());
        away.remove(disk.disk());
        metrics.counter(UpkeepCounter.DISK_RETURNS).increment();
        LOG.info("disk {} ({}) is up to date and in use", disk.directory(), disk.disk());
    }

    /** Disks that have been away for so long that their chunks are copied elsewhere. */
    private boolean isGone(DiskId disk) {
        Away since = away.get(disk);
        return since == null || clock.millis() >= since.sinceMillis() + options.repairDelayMillis();
    }

    // ---- bad copies

    private void repairBadCopies() throws StoreException {
        copies.forgetRepaired();
        Optional<BadCopyRecord> after = Optional.empty();
        while (true) {
            Optional<BadCopyRecord> from = after;
            List<BadCopyRecord> page = catalog.read(view -> view.badCopies(from, 100));
            if (page.isEmpty()) {
                return;
            }
            for (BadCopyRecord bad : page) {
                checkGoingOn();
                copies.repair(bad, repairPace);
            }
            after = Optional.of(page.getLast());
        }
    }

    // ---- copies

    /** Gives every sealed chunk the copies that its pool wants, on disks that stay, and takes away the others. */
    private void mirror() throws StoreException {
        if (!mayNeedCopies()) {
            return;
        }
        moved.values().forEach(each -> each.obstacle = Optional.empty());
        Map<DiskId, Bandwidth> paces = new HashMap<>();
        Optional<ChunkId> after = Optional.empty();
        while (true) {
            Optional<ChunkId> from = after;
            List<ChunkRecord> page = catalog.read(view -> view.chunks(from, 500));
            if (page.isEmpty()) {
                return;
            }
            for (ChunkRecord chunk : page) {
                checkGoingOn();
                settle(chunk, paces);
            }
            after = Optional.of(page.getLast().chunk());
        }
    }

    /** A pool of one copy whose disks are all in use has nothing to be mirrored or moved. */
    private boolean mayNeedCopies() {
        return store.disks().views().stream()
                .anyMatch(disk ->
                        store.disks().copies(disk.pool()) > 1
                                || disk.state() != DiskState.ACTIVE
                                || !disk.isUsable());
    }

    private void settle(ChunkRecord chunk, Map<DiskId, Bandwidth> paces) throws StoreException {
        Copies.Plan plan = copies.plan(chunk, this::isGone);
        if (plan.isSettled()) {
            return;
        }
        Optional<DiskId> leaving = plan.leaving().stream().findFirst();
        Bandwidth pace =
                leaving.map(disk -> paces.computeIfAbsent(disk, this::evacuationPace))
                        .orElse(repairPace);
        Copies.Settled settled = copies.settle(chunk, plan, pace);
        leaving.ifPresent(disk -> {
            Moved of = moved.computeIfAbsent(disk, _ -> new Moved());
            of.obstacle = settled.obstacle().or(() -> of.obstacle);
            if (settled.isSettled()) {
                of.chunks.incrementAndGet();
                of.bytes.addAndGet(chunk.lengthBytes());
            }
        });
    }

    private Bandwidth evacuationPace(DiskId disk) {
        Bandwidth pace =
                new Bandwidth(
                        () ->
                                catalog.read(view -> view.disk(disk))
                                        .map(DiskRecord::moveBytesPerSecondMax)
                                        .filter(bytes -> bytes > 0)
                                        .orElse(options.repairBytesPerSecondMax()),
                        System::nanoTime);
        synchronized (paces) {
            paces.add(pace);
            if (isStopping()) {
                pace.close();
            }
        }
        return pace;
    }

    /** Those that someone may wait for. */
    private final List<Bandwidth> paces = new ArrayList<>();

    private void checkGoingOn() throws StoreException {
        if (isStopping()) {
            throw new StoreException.ReadFailed("the node is stopping", null);
        }
        if (!told.isEmpty()) {
            commitWhatWasTold();
        }
    }

    /** Once after each start: what a crash left between the catalog and the disks. */
    private void sweep() throws StoreException {
        if (isSwept) {
            return;
        }
        boolean isAll = true;
        for (StoreDisks.DiskView disk : store.disks().views()) {
            if (disk.condition() == DiskCondition.WORKING && disk.isUsable()) {
                checkGoingOn();
                isAll &= sweep(disk);
            }
        }
        isSwept = isAll;
    }

    private boolean sweep(StoreDisks.DiskView disk) throws StoreException {
        try {
            return new Resilvering(catalog, store, metrics, disk).sweep();
        } catch (StoreException.ReadFailed | StoreException.WriteFailed e) {
            checkGoingOn();
            LOG.warn(
                    "{} is not looked through for what a crash left: {}",
                    disk.directory(),
                    e.getMessage());
            return true;
        }
    }

    // ---- evening out

    private void rebalance() throws StoreException {
        for (Map.Entry<String, Rebalancing> entry : rebalancings.entrySet()) {
            Rebalancing request = entry.getValue();
            if (request.isDone()) {
                continue;
            }
            while (moveOne(entry.getKey(), request)) {
                checkGoingOn();
            }
            catalog.commit(change -> change.removeParameters(REBALANCING + entry.getKey()));
            entry.setValue(request.done());
        }
    }

    /** Moves a chunk from the fullest disk to the emptiest; false if they differ by little, or nothing can be moved. */
    private boolean moveOne(String pool, Rebalancing request) throws StoreException {
        record Fill(DiskId disk, double share) {}
        List<Fill> fills = new ArrayList<>();
        for (StoreDisks.DiskView disk : store.disks().views()) {
            long size = store.disks().sizeBytes(disk.disk());
            if (disk.pool().equals(pool) && disk.takesChunks() && size > 0) {
                fills.add(
                        new Fill(
                                disk.disk(),
                                1 - (double) store.disks().freeBytes(disk.disk()) / size));
            }
        }
        fills.sort(Comparator.comparingDouble(Fill::share));
        if (fills.size() < 2
                || fills.getLast().share() - fills.getFirst().share() < REBALANCE_SHARE) {
            return false;
        }
        DiskId from = fills.getLast().disk();
        DiskId to = fills.getFirst().disk();
        Optional<ChunkRecord> chunk = copies.movable(from, to);
        if (chunk.isEmpty() || !copies.move(chunk.get(), from, to, request.pace())) {
            return false;
        }
        request.moved().chunks.incrementAndGet();
        request.moved().bytes.addAndGet(chunk.get().lengthBytes());
        return true;
    }

    private static final double REBALANCE_SHARE = 0.1;

    // ---- requests

    @Override
    public List<DiskStatus> disks() throws StoreException {
        List<DiskStatus> all = new ArrayList<>();
        for (StoreDisks.DiskView disk : store.disks().views()) {
            all.add(status(disk));
        }
        all.sort(
                Comparator.comparing((DiskStatus disk) -> disk.state() == DiskState.REPLACED)
                        .thenComparing(DiskStatus::directory));
        return all;
    }

    @Override
    public Optional<DiskStatus> disk(DiskId disk) throws StoreException {
        Optional<StoreDisks.DiskView> view = store.disks().view(disk);
        return view.isEmpty() ? Optional.empty() : Optional.of(status(view.get()));
    }

    private DiskStatus status(StoreDisks.DiskView disk) throws StoreException {
        return new DiskStatus(
                disk.disk(),
                disk.directory(),
                store.disks().device(disk.disk()),
                disk.pool(),
                disk.state(),
                disk.condition(),
                disk.fault(),
                catalog.read(view -> view.disk(disk.disk())).flatMap(DiskRecord::replacedBy),
                catalog.read(view -> view.chunkCountOn(disk.disk())),
                store.disks().freeBytes(disk.disk()),
                store.disks().sizeBytes(disk.disk()));
    }

    @Override
    public List<ChunkId> chunksOn(DiskId disk, Optional<ChunkId> after, int limit) {
        return catalog.read(view -> view.chunksOn(disk, after, limit));
    }

    @Override
    public PlacementOutcome stopPlacing(DiskId disk) throws StoreException {
        return set(disk, DiskState.CLOSED, DiskRecord.State.CLOSED, 0);
    }

    @Override
    public PlacementOutcome evacuate(DiskId disk, long bytesPerSecondMax) throws StoreException {
        if (bytesPerSecondMax < 1) {
            throw new IllegalArgumentException("bytes per second " + bytesPerSecondMax);
        }
        if (stateOf(disk).filter(state -> state == DiskState.DEACTIVATED).isPresent()) {
            return new PlacementOutcome.Refused(
                    "it is deactivated, and nothing is read from it: reactivate it first");
        }
        return set(disk, DiskState.EVACUATING, DiskRecord.State.EVACUATING, bytesPerSecondMax);
    }

    private Optional<DiskState> stateOf(DiskId disk) {
        return store.disks().view(disk).map(StoreDisks.DiskView::state);
    }

    @Override
    public Optional<MoveStatus> evacuation(DiskId disk) {
        if (stateOf(disk).filter(state -> state == DiskState.EVACUATING).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(status(moved.getOrDefault(disk, new Moved()), chunkCountOn(disk)));
    }

    /** With those that are being written there and that the catalog does not know of yet. */
    private long chunkCountOn(DiskId disk) {
        List<ChunkId> written = copies.beingWrittenTo(disk);
        return catalog.read(view ->
                view.chunkCountOn(disk)
                        + written.stream()
                                .filter(chunk ->
                                        view.chunk(chunk)
                                                .filter(record -> record.disks().contains(disk))
                                                .isEmpty())
                                .count());
    }

    private static MoveStatus status(Moved moved, long remaining) {
        return new MoveStatus(
                remaining == 0 ? MoveStatus.State.DONE : MoveStatus.State.RUNNING,
                remaining,
                moved.chunks.get(),
                moved.bytes.get(),
                remaining == 0 ? Optional.empty() : moved.obstacle);
    }

    @Override
    public PlacementOutcome deactivate(DiskId disk) throws StoreException {
        Optional<ChunkId> sole = copies.onlyOn(disk);
        if (sole.isPresent()) {
            return new PlacementOutcome.Refused(
                    "it has the only whole copy of chunk " + sole.get() + ": evacuate it first");
        }
        return set(disk, DiskState.DEACTIVATED, DiskRecord.State.DEACTIVATED, 0);
    }

    @Override
    public PlacementOutcome reactivate(DiskId disk) throws StoreException {
        Optional<DiskState> before = stateOf(disk);
        PlacementOutcome outcome = set(disk, DiskState.ACTIVE, DiskRecord.State.ACTIVE, 0);
        if (before.filter(state -> state == DiskState.DEACTIVATED).isPresent()
                && outcome instanceof PlacementOutcome.Done) {
            // It may have missed deletions.
            store.disks().away(disk, "it was deactivated");
        }
        away.computeIfPresent(disk, (_, since) -> new Away(since.sinceMillis(), 0, clock.millis()));
        return outcome;
    }

    private PlacementOutcome set(
            DiskId disk, DiskState state, DiskRecord.State recorded, long bytesPerSecondMax)
            throws StoreException {
        Optional<DiskState> before = stateOf(disk);
        if (before.isEmpty()) {
            return new PlacementOutcome.Unknown();
        }
        if (before.get() == DiskState.REPLACED) {
            return new PlacementOutcome.Refused("another disk has its place");
        }
        catalog.commit(change ->
                change.disk(disk)
                        .ifPresent(record ->
                                change.putDisk(record.withState(recorded, bytesPerSecondMax))));
        store.disks().setState(disk, state);
        wake();
        return new PlacementOutcome.Done();
    }

    @Override
    public PlacementOutcome replace(DiskId old, Path directory) throws StoreException {
        Optional<StoreDisks.DiskView> view = store.disks().view(old);
        if (view.isEmpty()) {
            return new PlacementOutcome.Unknown();
        }
        if (view.get().state() == DiskState.REPLACED) {
            return isReplacedBy(old, directory)
                    ? new PlacementOutcome.Done()
                    : new PlacementOutcome.Refused("another disk has its place already");
        }
        Optional<ChunkId> sole = view.get().isUsable() ? Optional.empty() : copies.onlyOn(old);
        if (sole.isPresent()) {
            return new PlacementOutcome.Refused(
                    "it has the only whole copy of chunk %s and cannot be read now"
                            .formatted(sole.get()));
        }
        Optional<DiskLabel> label;
        try {
            label = store.disks().label(directory);
        } catch (IOException e) {
            return new PlacementOutcome.Refused(directory + ": " + e.getMessage());
        }
        if (label.isPresent() && store.disks().view(label.get().disk()).isPresent()) {
            return new PlacementOutcome.Refused(
                    directory + " is that of disk " + label.get().disk() + " already");
        }
        if (view.get().directory().equals(directory) && view.get().isUsable()) {
            return new PlacementOutcome.Refused(
                    "the disk to be replaced is still mounted at " + directory);
        }
        return replace(view.get(), directory, label.map(DiskLabel::disk).orElseGet(ids));
    }

    private boolean isReplacedBy(DiskId old, Path directory) {
        return catalog.read(view -> view.disk(old))
                .flatMap(DiskRecord::replacedBy)
                .flatMap(store.disks()::view)
                .filter(by -> by.directory().equals(directory))
                .isPresent();
    }

    private PlacementOutcome replace(StoreDisks.DiskView old, Path directory, DiskId by)
            throws StoreException {
        try {
            store.disks()
                    .add(
                            old.pool(),
                            new DiskPlan(
                                    by,
                                    directory,
                                    DiskPlan.LabelRule.WRITTEN_IF_ABSENT,
                                    DiskState.ACTIVE,
                                    true),
                            clock);
        } catch (StoreException e) {
            return new PlacementOutcome.Refused(String.valueOf(e.getMessage()));
        }
        catalog.commit(change -> {
            change.putDisk(
                    DiskRecord.added(by, DiskRegistry.name(directory), old.pool())
                            .in(DiskRegistry.name(directory), old.pool())
                            .withStale(true));
            change.disk(old.disk()).ifPresent(record -> change.putDisk(record.replaced(by)));
        });
        store.disks().setState(old.disk(), DiskState.REPLACED);
        LOG.info("disk {} has the place of {} in pool {}", by, old.disk(), old.pool());
        wake();
        return new PlacementOutcome.Done();
    }

    @Override
    public PlacementOutcome rebalance(String pool, long bytesPerSecondMax) {
        if (!store.disks().poolNames().contains(pool)) {
            return new PlacementOutcome.Unknown();
        }
        Rebalancing before = rebalancings.get(pool);
        if (before != null && before.isUnderWayAt(bytesPerSecondMax)) {
            return new PlacementOutcome.Done();
        }
        byte[] kept = ByteBuffer.allocate(Long.BYTES).putLong(0, bytesPerSecondMax).array();
        catalog.commit(change -> change.putParameters(REBALANCING + pool, kept));
        beginRebalancing(pool, bytesPerSecondMax);
        wake();
        return new PlacementOutcome.Done();
    }

    private void beginRebalancing(String pool, long bytesPerSecondMax) {
        Bandwidth pace = new Bandwidth(() -> bytesPerSecondMax, System::nanoTime);
        synchronized (paces) {
            paces.add(pace);
        }
        rebalancings.put(pool, new Rebalancing(bytesPerSecondMax, pace, new Moved(), false));
    }

    /** What was begun before a restart goes on. */
    private void resumeRebalancing() {
        for (String pool : store.disks().poolNames()) {
            catalog.read(view -> view.parameters(REBALANCING + pool))
                    .filter(kept -> kept.length == Long.BYTES)
                    .map(kept -> ByteBuffer.wrap(kept).getLong())
                    .filter(bytesPerSecondMax -> bytesPerSecondMax > 0)
                    .ifPresent(bytesPerSecondMax -> beginRebalancing(pool, bytesPerSecondMax));
        }
    }

    @Override
    public Optional<MoveStatus> rebalancing(String pool) {
        return Optional.ofNullable(rebalancings.get(pool))
                .map(request -> status(request.moved(), request.isDone() ? 0 : 1));
    }

    /** Copies that are not what was written and were not repaired yet. */
    public List<BadCopyRecord> badCopies(Optional<BadCopyRecord> after, int limit) {
        commitWhatWasTold();
        return catalog.read(view -> view.badCopies(after, limit));
    }

    /** Ends the work under way soon, and the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopping = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        repairPace.close();
        scrub.close();
        synchronized (paces) {
            paces.forEach(Bandwidth::close);
        }
        try {
            thread.join(CLOSE_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
