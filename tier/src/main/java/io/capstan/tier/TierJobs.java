package io.capstan.tier;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.catalog.TransitRecord;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of a node: made in the transaction that takes a cartridge out of its element, run until they are done, whatever
 * fails or restarts meanwhile.
 *
 * <p>A job that cannot go on is tried again, later each time, and says why it waits. It never gives up by itself, for then a
 * cartridge would be nowhere; an operator can cancel it, which sends the cartridge back.
 *
 * <p>Any thread. Jobs run on threads of their own.
 */
public final class TierJobs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TierJobs.class);

    private static final int PAGE_LENGTH = 500;
    private static final long IDLE_MILLIS = 60_000;

    private final Catalog catalog;
    private final ChunkStore store;
    private final Map<String, Tier> tiers = new HashMap<>();
    private final ChunkFetch fetch;
    private final ChunkRecalls recalls;
    private final Delivery delivery;
    private final Path staging;
    private final JobOptions options;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final MetricsRegistry metrics;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Long> unfinished = new HashSet<>();
    private final Set<Long> running = new HashSet<>();

    /** Jobs up to this one were looked at. Numbers rise, so new jobs come behind. */
    private long lastTakenUp;

    private final Map<Long, Run> runs = new ConcurrentHashMap<>();

    /** Until when tiers were swept. */
    private final Map<String, Long> swept = new ConcurrentHashMap<>();

    private final List<Thread> workers = new ArrayList<>();
    private final ExecutorService relabelling =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("capstan-tier-labels").factory());
    private volatile boolean isStopping;

    /**
     * @param tiers given: closed with this
     * @param staging directory for chunks on their way from one tier to another
     * @param random spreads retries
     */
    public TierJobs(
            Catalog catalog,
            ChunkStore store,
            Collection<Tier> tiers,
            Delivery delivery,
            Path staging,
            JobOptions options,
            InstantSource clock,
            RandomGenerator random,
            MetricsRegistry metrics) {
        this.catalog = catalog;
        this.store = store;
        tiers.forEach(tier -> this.tiers.put(tier.name(), tier));
        this.delivery = delivery;
        this.staging = staging;
        this.options = options;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        this.fetch = new ChunkFetch(store, this.tiers, metrics);
        this.recalls = new ChunkRecalls(catalog, store, fetch, options, clock, random);
        takeUp();
    }

    /** At first what was running when the node stopped, which is run again; later on, what is new. */
    private void takeUp() {
        forEachJob(
                lastTakenUp + 1,
                job -> {
                    lastTakenUp = job.job();
                    if (!job.state().isFinal()) {
                        unfinished.add(job.job());
                    }
                });
    }

    /** Before {@link #start}: who is told of what comes from tiers. */
    public void tellWhatIsFetched(FetchObserver observer) {
        fetch.tell(observer);
    }

    /** Begins to run jobs: once there is somewhere to deliver to. */
    public void start() {
        workers.add(
                Thread.ofPlatform().name("capstan-tier-reclaim").start(this::reclaimNowAndThen));
        for (int i = 0; i < options.parallelJobs(); i++) {
            workers.add(Thread.ofPlatform().name("capstan-job-" + i).start(this::work));
        }
        recalls.start();
    }

    public Collection<Tier> tiers() {
        return List.copyOf(tiers.values());
    }

    /** Single chunks that drives read. */
    public ChunkRecalls recalls() {
        return recalls;
    }

    // ---- making jobs

    /**
     * Takes a cartridge that was just taken out of its element into the care of a new job, in the same transaction. Call
     * {@link #wake} after the commit.
     *
     * @return the job's number
     */
    public long depart(CatalogTransaction change, Departure departure) {
        return depart(change, departure, true);
    }

    /**
     * As {@link #depart}, but leaves the data where it is: the cartridge is put into its element at once, and what drives
     * read of it comes chunk by chunk.
     */
    public long lend(CatalogTransaction change, Departure departure) {
        return depart(change, departure, false);
    }

    private long depart(CatalogTransaction change, Departure departure, boolean whole) {
        JobRecord job =
                JobRecord.queued(
                        change.nextJob(),
                        departure.volume(),
                        departure.toTier(),
                        departure.release(),
                        Optional.of(departure.from()),
                        departure.fromTier(),
                        departure.to(),
                        departure.toStorage(),
                        whole,
                        clock.millis());
        change.putJob(job);
        change.putTransit(new TransitRecord(departure.volume(), job.job()));
        return job.job();
    }

    /** Whether all data of a cartridge is in a tier. */
    public boolean isWhole(VolumeIdentifier volume, String tier) throws IOException {
        boolean[] isWhole = {true};
        new CartridgeChunks(catalog, volume)
                .forEachPage(page -> {
                    isWhole[0] =
                            page.stream().allMatch(chunk -> chunk.isIn(tier) || !chunk.mayLeave());
                    return isWhole[0];
                });
        return isWhole[0];
    }

    /**
     * Brings a cartridge that is outside every library into an element, once all its data is in a tier. If that is cancelled
     * it stays outside.
     *
     * @return the job's number
     * @throws IllegalStateException if it is in an element, in transit, or unknown
     */
    public long fetch(VolumeIdentifier volume, String tier, ElementLocation to, boolean toStorage) {
        return fetch(volume, tier, to, toStorage, true);
    }

    /**
     * Puts a cartridge that is outside every library into an element, and leaves its data where it is; see {@link #lend}.
     *
     * @return the job's number
     * @throws IllegalStateException if it is in an element, in transit, or unknown
     */
    public long lend(VolumeIdentifier volume, ElementLocation to) {
        return fetch(volume, TierCopyRecord.ACTIVE, to, true, false);
    }

    private long fetch(
            VolumeIdentifier volume,
            String tier,
            ElementLocation to,
            boolean toStorage,
            boolean whole) {
        long[] number = {0};
        catalog.commit(change -> {
            JobRecord job =
                    JobRecord.queued(
                            change.nextJob(),
                            volume,
                            tier,
                            List.of(),
                            Optional.empty(),
                            tier,
                            Optional.of(to),
                            toStorage,
                            whole,
                            clock.millis());
            change.putJob(job);
            change.putTransit(new TransitRecord(volume, job.job()));
            number[0] = job.job();
        });
        wake();
        return number[0];
    }

    /**
     * Brings all data of a cartridge to a tier and leaves the cartridge where it is, in a drive or not.
     *
     * @return the job's number
     */
    public long bring(VolumeIdentifier volume, String tier) {
        long[] number = {0};
        catalog.commit(change -> {
            JobRecord job =
                    JobRecord.queued(
                            change.nextJob(),
                            volume,
                            tier,
                            List.of(),
                            Optional.empty(),
                            tier,
                            Optional.empty(),
                            false,
                            true,
                            clock.millis());
            change.putJob(job);
            number[0] = job.job();
        });
        wake();
        return number[0];
    }

    /** Looks for jobs that are new. */
    public void wake() {
        lock.lock();
        try {
            takeUp();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a job up. A cartridge that was on its way goes back to where it came from, with its data; that is work too, and
     * the job is {@link JobState#CANCELLED} once it is there.
     */
    public CancelOutcome cancel(long number) {
        CancelOutcome[] outcome = {CancelOutcome.UNKNOWN};
        catalog.commit(change -> {
            Optional<JobRecord> job = change.job(number);
            outcome[0] =
                    job.isEmpty()
                            ? CancelOutcome.UNKNOWN
                            : job.get().state().isFinal() || job.get().cancelled()
                                    ? CancelOutcome.TOO_LATE
                                    : CancelOutcome.CANCELLED;
            if (outcome[0] == CancelOutcome.CANCELLED) {
                change.putJob(job.get().cancelled("cancelled by an operator", clock.millis()));
            }
        });
        wake();
        return outcome[0];
    }

    /** Runs a job that waits as soon as there is room; false if there is none that is not over. */
    public boolean retryNow(long number) {
        boolean[] isThere = {false};
        catalog.commit(change -> {
            Optional<JobRecord> job = change.job(number).filter(found -> !found.state().isFinal());
            isThere[0] = job.isPresent();
            job.filter(found -> found.state() == JobState.WAITING)
                    .ifPresent(found ->
                            change.putJob(
                                    found.with(
                                            JobState.QUEUED,
                                            found.attempts(),
                                            clock.millis(),
                                            found.reason(),
                                            clock.millis())));
        });
        wake();
        return isThere[0];
    }

    /** Sets a job's priority, 0 to 9; false if there is none that is not over. */
    public boolean prioritize(long number, int priority) {
        boolean[] isThere = {false};
        catalog.commit(change -> {
            Optional<JobRecord> job = change.job(number).filter(found -> !found.state().isFinal());
            isThere[0] = job.isPresent();
            job.ifPresent(found -> change.putJob(found.withPriority(priority)));
        });
        wake();
        return isThere[0];
    }

    // ---- looking

    /** Chooses jobs. */
    @FunctionalInterface
    public interface JobFilter {
        boolean test(JobRecord job);
    }

    /** Jobs by rising number. */
    public List<JobRecord> list(JobFilter filter) {
        List<JobRecord> found = new ArrayList<>();
        forEachJob(
                0,
                job -> {
                    if (filter.test(job)) {
                        found.add(job);
                    }
                });
        return found;
    }

    private void forEachJob(long first, Consumer<JobRecord> consumer) {
        long from = first;
        while (true) {
            long fromJob = from;
            List<JobRecord> page = catalog.read(view -> view.jobs(fromJob, PAGE_LENGTH));
            if (page.isEmpty()) {
                return;
            }
            page.forEach(consumer);
            from = page.getLast().job() + 1;
        }
    }

    public Optional<JobRecord> job(long number) {
        return catalog.read(view -> view.job(number));
    }

    /** The job that has a cartridge in its care. */
    public Optional<JobRecord> jobOf(VolumeIdentifier volume) {
        return catalog.read(
                view -> view.transit(volume).flatMap(transit -> view.job(transit.job())));
    }

    /** What bringing all of a cartridge would move. */
    public RecallEstimate estimate(VolumeIdentifier volume) throws IOException {
        return new Estimates(catalog, tiers).whole(volume);
    }

    /**
     * What reading some objects of a partition would move.
     *
     * @return empty if there is no such cartridge or partition
     */
    public Optional<RecallEstimate> estimate(
            VolumeIdentifier volume, int partition, long firstObject, long lastObject) {
        return new Estimates(catalog, tiers).range(volume, partition, firstObject, lastObject);
    }

    /** What is in a tier. */
    public record Usage(long chunkCount, long bytes) {}

    /** What is in a tier, by the catalog. Takes time in proportion to all copies in tiers. */
    public Usage usage(String tier) {
        long[] sum = {0, 0};
        TierReclaim.forEachCopy(
                catalog,
                copy -> {
                    if (copy.tier().equals(tier)) {
                        sum[0]++;
                        sum[1] += copy.lengthBytes();
                    }
                });
        return new Usage(sum[0], sum[1]);
    }

    /**
     * Deletes copies of chunks that nothing refers to any more: of erased, overwritten and destroyed cartridges.
     *
     * @return how many
     */
    public int reclaim() {
        return new TierReclaim(catalog, fetch, () -> isStopping).run(tiers.keySet());
    }

    /**
     * Deletes what is left over in a tier: what no entry of the catalog refers to, and none will. Takes time in proportion to
     * all objects there.
     *
     * @throws TierException if there is no such tier, or it fails; what is deleted by then stays so
     */
    public SweepOutcome sweep(String tier) throws TierException {
        long storedBefore = clock.millis() - options.leftOverMillis();
        SweepOutcome outcome =
                new TierSweep(catalog, fetch, fetch.tier(tier), storedBefore, () -> isStopping)
                        .run();
        if (!isStopping) {
            swept.merge(tier, storedBefore, Math::max);
        }
        return outcome;
    }

    /**
     * Of what was destroyed before that, no tier has anything that the catalog does not know: each was swept since this node
     * started, of what was stored until then. The beginning of time where one was not, its end where there is no tier.
     */
    public long sweptUntilEpochMillis() {
        return tiers.keySet().stream()
                .mapToLong(tier -> swept.getOrDefault(tier, 0L))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Containers of which any tier has a chunk, by the catalog. Takes time in proportion to all copies in tiers. */
    public Set<ContainerId> containersInTiers() {
        Set<ContainerId> containers = new HashSet<>();
        TierReclaim.forEachCopy(catalog, copy -> containers.add(copy.chunk().container()));
        return containers;
    }

    /**
     * Has all chunks in a tier kept as those are that are stored now, as {@link TierProvider#keep} says. Takes a request each.
     *
     * @return how many chunks that is
     */
    public long keepAll(String tier) throws TierException {
        TierProvider provider = fetch.tier(tier).provider();
        List<ObjectKey> keys = new ArrayList<>();
        TierReclaim.forEachCopy(
                catalog,
                copy -> {
                    if (copy.tier().equals(tier)) {
                        keys.add(TierLayout.of(copy));
                    }
                });
        for (ObjectKey key : keys) {
            provider.keep(key);
        }
        return keys.size();
    }

    /**
     * Says that the label of a cartridge has changed in what has to outlive this node, such as a lock: tiers that have the
     * cartridge get it too, in the background. Where that fails, the next sweep does it.
     */
    public void relabel(VolumeIdentifier volume) {
        if (!tiers.isEmpty()) {
            relabelling.execute(() -> tiers.keySet().forEach(tier -> relabel(volume, tier)));
        }
    }

    private void relabel(VolumeIdentifier volume, String tier) {
        try {
            new Descriptions(catalog, fetch).refresh(volume, tier);
        } catch (IOException | CatalogException e) {
            if (!isStopping) {
                LOG.warn(
                        "tier {}: label of {} follows with the next sweep: {}",
                        tier,
                        volume,
                        e.getMessage());
            }
        }
    }

    /**
     * When a job is done if it goes on as it did since it was last taken up: hours that it waited for an archive say nothing.
     * Empty where that cannot be told.
     */
    public Optional<Long> expectedEndEpochMillis(JobRecord job) {
        JobRecord.Progress progress = job.progress();
        Run run = runs.get(job.job());
        if (run == null || job.state() != JobState.RUNNING) {
            return Optional.empty();
        }
        long now = clock.millis();
        long left = progress.bytesTotal() - progress.bytesMoved();
        long moved = progress.bytesMoved() - run.bytesMovedBefore();
        long tookMillis = now - run.sinceEpochMillis();
        return moved > 0 && tookMillis > 0
                ? Optional.of(now + (long) ((double) left * tookMillis / moved))
                : Optional.empty();
    }

    /** A job that is run: since when, and what it had moved by then. */
    private record Run(long sinceEpochMillis, long bytesMovedBefore) {}

    // ---- running

    private void reclaimNowAndThen() {
        long nextSweepEpochMillis = clock.millis() + options.sweepMillis() / 24;
        while (!isStopping) {
            try {
                reclaim();
                if (clock.millis() >= nextSweepEpochMillis) {
                    nextSweepEpochMillis = clock.millis() + options.sweepMillis();
                    sweepAll();
                }
            } catch (RuntimeException e) {
                if (!isStopping) {
                    LOG.error("tiers are not reclaimed now: {}", e.getMessage(), e);
                }
            }
            pause(options.reclaimMillis());
        }
    }

    private void sweepAll() {
        for (String name : tiers.keySet()) {
            try {
                sweep(name);
            } catch (TierException e) {
                if (!isStopping) {
                    LOG.warn("tier {} is not swept now: {}", name, e.getMessage());
                }
            }
        }
    }

    private void work() {
        while (!isStopping) {
            try {
                Optional<Long> next = awaitNext();
                if (next.isPresent()) {
                    try {
                        runOnce(next.get());
                    } finally {
                        release(next.get());
                    }
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!isStopping) {
                    LOG.error("jobs: {}", e.getMessage(), e);
                    pause(options.retryMinMillis());
                }
            }
        }
    }

    private void pause(long millis) {
        lock.lock();
        try {
            long leftNanos = TimeUnit.MILLISECONDS.toNanos(millis);
            while (!isStopping && leftNanos > 0) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next job that can run, and waits for one; empty when it is time to stop. */
    private Optional<Long> awaitNext() throws InterruptedException {
        lock.lock();
        try {
            while (!isStopping) {
                long now = clock.millis();
                long waitMillis = IDLE_MILLIS;
                for (JobRecord job : runnable()) {
                    if (job.notBeforeEpochMillis() <= now) {
                        running.add(job.job());
                        return Optional.of(job.job());
                    }
                    waitMillis = Math.min(waitMillis, job.notBeforeEpochMillis() - now);
                }
                long _ = changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(waitMillis));
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Jobs that nobody runs, the most urgent first. */
    private List<JobRecord> runnable() {
        List<Long> candidates =
                unfinished.stream().filter(job -> !running.contains(job)).sorted().toList();
        return catalog
                .read(view -> candidates.stream().flatMap(job -> view.job(job).stream()).toList())
                .stream()
                .sorted(
                        Comparator.comparingInt(JobRecord::priority)
                                .reversed()
                                .thenComparingLong(JobRecord::job))
                .toList();
    }

    private void release(long number) {
        boolean isFinal =
                catalog.read(view -> view.job(number)).filter(j -> !j.state().isFinal()).isEmpty();
        lock.lock();
        try {
            running.remove(number);
            if (isFinal) {
                unfinished.remove(number);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs a job on this thread as far as it goes now. For the engine's threads, and for whoever has not {@link #start}ed
     * them.
     */
    void runOnce(long number) {
        Optional<JobRecord> found =
                catalog.read(view -> view.job(number)).filter(job -> !job.state().isFinal());
        if (found.isEmpty()) {
            return;
        }
        JobRecord job = found.get();
        runs.put(number, new Run(clock.millis(), job.progress().bytesMoved()));
        try {
            settle(job, j -> j.with(JobState.RUNNING, j.attempts(), 0, j.reason(), clock.millis()));
            Transfer.Outcome outcome =
                    new Transfer(
                                    catalog,
                                    store,
                                    fetch,
                                    delivery,
                                    staging,
                                    clock,
                                    () -> isStopping,
                                    options.keepsFirstChunks(),
                                    job)
                            .run();
            switch (outcome) {
                case Transfer.Outcome.Finished() ->
                        metrics.counter(TierCounter.JOBS_FINISHED).increment();
                case Transfer.Outcome.Waiting waiting -> await(job, waiting);
            }
        } catch (Transfer.Superseded e) {
            LOG.debug("job {} is run anew", number);
        } catch (IOException | CatalogException e) {
            if (!isStopping) {
                retry(job, e);
            }
        } catch (RuntimeException | Error e) {
            // An error of a library that is loaded late is this job's, and not that of the ones
            // behind it.
            LOG.error("job {} failed inside", number, e);
            retry(job, e);
        } finally {
            runs.remove(number);
        }
    }

    private void await(JobRecord job, Transfer.Outcome.Waiting waiting) {
        long now = clock.millis();
        long at = waiting.expectedEpochMillis().orElse(now + options.pollMillis());
        settle(job, j -> j.with(JobState.WAITING, 0, Math.max(at, now + 1), waiting.reason(), now));
    }

    private void retry(JobRecord job, Throwable fault) {
        metrics.counter(TierCounter.ATTEMPTS_FAILED).increment();
        String why = String.valueOf(fault.getMessage());
        LOG.warn("job {} of cartridge {} waits: {}", job.job(), job.volume(), why);
        settle(
                job,
                j -> {
                    int attempts = j.attempts() + 1;
                    long now = clock.millis();
                    return j.with(
                            JobState.WAITING, attempts, now + backOffMillis(attempts), why, now);
                });
    }

    /** Doubles each time, and is anything from half of that to all of it, so that many do not come back at once. */
    private long backOffMillis(int attempts) {
        long doubled = options.retryMinMillis() << Math.min(attempts - 1, 30);
        long bounded = Math.clamp(doubled, options.retryMinMillis(), options.retryMaxMillis());
        return bounded / 2 + random.nextLong(bounded / 2 + 1);
    }

    private interface JobStep {
        JobRecord of(JobRecord job);
    }

    /** Writes what became of a job, unless it was cancelled meanwhile. */
    private void settle(JobRecord ran, JobStep step) {
        catalog.commit(change ->
                change.job(ran.job())
                        .filter(now -> !now.state().isFinal() && now.cancelled() == ran.cancelled())
                        .ifPresent(now -> change.putJob(step.of(now))));
    }

    /** Stops running jobs, at the next chunk; they go on after the next start. */
    @Override
    public void close() {
        lock.lock();
        try {
            isStopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tiers.values().forEach(Tier::close);
        recalls.close();
        relabelling.close();
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
