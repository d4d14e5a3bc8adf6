package io.capstan.smart;

import io.capstan.format.DiskId;
import io.capstan.smart.collect.DiskReader;
import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.collect.ReadOutcome;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.history.DiskHistory;
import io.capstan.smart.history.HistoryArchive;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.ModelRegistry;
import io.capstan.smart.model.Outliers;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.model.RateQuestion;
import io.capstan.smart.model.Retraining;
import io.capstan.smart.policy.CaseFile;
import io.capstan.smart.policy.DiskCase;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.Placement;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Watches a node's disks: reads them, keeps their histories, predicts, raises alarms, and has the workflow act.
 *
 * <p>{@link #poll} does all of it once; whoever owns this calls it from time to time. Any thread may ask or request something
 * meanwhile; it waits for no device.
 *
 * <p>Design note: each thought has a class of its own, and this one has no other than whose turn it is. All of them have one owner,
 * which is whoever holds this object's monitor; devices are read, and models learned, without it.
 */
public final class DiskHealth implements AutoCloseable {

    private final DiskHealthSettings settings;
    private final DeviceSource devices;
    private final DiskReader reader;
    private final InstantSource clock;
    private final DiskRecords records;
    private final DiskAlarms alarms;
    private final Workflow workflow;
    private final Predictor predictor;
    private final Learning learning;
    private final Lives lives;
    private final Caretaker caretaker;
    private final DiskViews views;
    private final Comparisons comparisons;
    private final PoolRisks risks;

    private DiskHealth(
            DiskHealthSettings settings,
            DeviceSource devices,
            DiskReader reader,
            Placement placement,
            Places places,
            Workflow workflow,
            DiskAlarms alarms,
            DiskRecords records,
            ModelRegistry registry,
            Supplier<FailureModel> fallback,
            InstantSource clock) {
        this.settings = settings;
        this.devices = devices;
        this.reader = reader;
        this.clock = clock;
        this.records = records;
        this.alarms = alarms;
        this.workflow = workflow;
        this.predictor =
                new Predictor(records, settings.weights(), Learning.champion(registry, fallback));
        this.learning = new Learning(settings, registry, fallback, predictor, records, clock);
        StoreDirectories directories = new StoreDirectories(placement, places, records, devices);
        this.lives = new Lives(records, directories, alarms);
        this.caretaker =
                new Caretaker(
                        records,
                        directories,
                        workflow,
                        new Judge(settings, workflow, alarms),
                        lives,
                        alarms);
        this.views = new DiskViews(records, directories, workflow);
        this.comparisons = new Comparisons(records, settings.outlierConfidence());
        this.risks = new PoolRisks(records, directories, settings);
    }

    /**
     * Opens what is known of the node's disks.
     *
     * @param placement of chunks on them
     * @param fallback model for a node that has learned none, asked for then alone
     * @throws IOException if what was kept cannot be read
     */
    public static DiskHealth open(
            DiskHealthSettings settings,
            DeviceSource devices,
            DiskReader reader,
            Placement placement,
            Workflow.SlotLight light,
            List<Notifier> notifiers,
            Supplier<FailureModel> fallback,
            InstantSource clock)
            throws IOException {
        Path directory = Files.createDirectories(settings.directory());
        Places places = new Places(directory.resolve("places.json"));
        Workflow workflow =
                new Workflow(
                        placement,
                        new CaseFile(directory.resolve("cases.json")),
                        settings.limits(),
                        light,
                        places::isShared);
        DiskAlarms alarms =
                new DiskAlarms(new Alarms(directory.resolve("alarms.json"), notifiers), clock);
        ModelRegistry registry = new ModelRegistry(directory.resolve("models"));
        return new DiskHealth(
                settings,
                devices,
                reader,
                placement,
                places,
                workflow,
                alarms,
                DiskRecords.open(history(settings), settings.site()),
                registry,
                fallback,
                clock);
    }

    private static Path history(DiskHealthSettings settings) {
        return settings.directory().resolve("history");
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /**
     * Reads all disks, predicts, raises alarms, and lets the workflow go on. A device that does not answer holds up nobody but
     * the caller, and that for the reader's time limit.
     */
    public void poll() throws IOException, StoreException, InterruptedException {
        Map<DeviceName, ReadOutcome> outcomes = new LinkedHashMap<>();
        for (DeviceName device : devices.devices()) {
            outcomes.put(device, reader.read(device));
        }
        synchronized (this) {
            new CollectionRound(records, devices, alarms, settings.staleSeconds(), now())
                    .take(outcomes);
            predictor.predict();
            for (DiskRecord disk : records.all()) {
                alarms.evidence(disk);
            }
            caretaker.act(predictor.model().operating(), now());
        }
    }

    // ---- asking

    /** All disks that are or were here, by id. */
    public synchronized List<DiskView> disks() throws StoreException {
        return views.all();
    }

    public synchronized Optional<DiskView> disk(String id) throws StoreException {
        return views.of(id);
    }

    /** A disk's rows of counters, and days of values that always change. */
    public synchronized Optional<DiskHistorySnapshot> history(String id) {
        return records.find(id)
                .map(disk ->
                        new DiskHistorySnapshot(
                                List.copyOf(disk.log.history().rows()),
                                List.copyOf(disk.log.history().days())));
    }

    /** What {@link #history} returns. */
    public record DiskHistorySnapshot(List<DiskHistory.Row> rows, List<DiskHistory.Day> days) {}

    /**
     * What would have been predicted of a disk at a time, from what was known then. Outright signs of failure are known as they are
     * now alone.
     */
    public synchronized Optional<Prediction> predictionAt(String id, long timeSeconds) {
        return records.find(id).flatMap(disk -> predictor.predictAt(disk, timeSeconds));
    }

    public synchronized List<Alarm> alarms() {
        return alarms.standing();
    }

    public List<Policy> policies() {
        return settings.policies();
    }

    /** To try policies on the histories that there are, of this node and imported, without anything waiting for it. */
    public synchronized PolicyReplay replay() throws IOException {
        return learning.replay(settings.weights());
    }

    public synchronized List<DiskCase> cases() {
        return workflow.cases();
    }

    /** What the disks here have in common, and what is known of the failure rates that go with it. */
    public synchronized List<DiskCluster> clusters() {
        return comparisons.clusters(predictor.model().rates());
    }

    /**
     * How often disks fail of which so much is known.
     *
     * @throws RateQuestion.UnanswerableException if nothing is known of such disks, or the question does not say which are meant
     */
    public synchronized RateQuestion.Answer rate(RateQuestion question)
            throws RateQuestion.UnanswerableException {
        return question.answer(predictor.model().rates());
    }

    /** Disks that have more errors than others of their model. */
    public synchronized List<Outliers.Outlier> outliers() {
        return comparisons.outliers();
    }

    /** Disks that lately were hotter, or slower, than others of their model. */
    public synchronized List<Outliers.HighValue> highValues() {
        return comparisons.highValues(now());
    }

    /** What the failures of disks mean to the data of each pool. */
    public synchronized List<PoolRisk> pools() throws StoreException {
        return risks.all();
    }

    // ---- requests

    /** Has a disk evacuated, or taken out, because a person wants it so. */
    public synchronized Workflow.Outcome evacuate(String id, Policy.Action action)
            throws IOException, StoreException {
        return caretaker.evacuate(id, action, now());
    }

    /** Stops what is being done with a disk, or lets it go on. */
    public synchronized Workflow.Outcome hold(String id, boolean hold)
            throws IOException, StoreException {
        return caretaker.hold(id, hold);
    }

    /** Keeps a disk in service though it was predicted to fail. Policies fire again only if the odds have doubled. */
    public synchronized Workflow.Outcome keep(String id) throws IOException, StoreException {
        return caretaker.keep(id, now());
    }

    /**
     * @param directory of the disk that was put in its place
     */
    public synchronized Workflow.Outcome replace(DiskId disk, Path directory)
            throws IOException, StoreException {
        return caretaker.replace(disk, directory, now());
    }

    /**
     * A person took a healthy disk away, or gives it up: it is missed no more. Plugged in again, it begins anew.
     *
     * @return why not; empty if it is done
     */
    public synchronized Optional<String> forget(String id) throws IOException, StoreException {
        return lives.forget(id, now());
    }

    /**
     * Takes down that a person has seen a counter as it is now: it is told of again only if it grows.
     *
     * @return whether the disk has such a counter
     */
    public synchronized boolean acknowledge(String id, String counter) throws IOException {
        Optional<DiskRecord> disk = records.find(id);
        if (disk.isEmpty() || !disk.get().counters().containsKey(counter)) {
            return false;
        }
        long value = disk.get().counters().get(counter);
        disk.get()
                .log
                .append(new DiskEvent(now(), DiskEvent.Kind.ACKNOWLEDGED, counter + "=" + value));
        alarms.isAcknowledged(disk.get(), counter);
        return true;
    }

    // ---- learning

    /** The model that predicts now. */
    public synchronized FailureModel model() {
        return predictor.model();
    }

    public synchronized List<ModelRegistry.Entry> models() throws IOException {
        return learning.models();
    }

    /**
     * Learns a better model if that is due: when so many days have passed since the last attempt, or when disks are not any more as
     * they were when the model learned, a week after it. May take a minute; nobody waits meanwhile.
     *
     * @return what came of it; empty if it is not due
     */
    public Optional<Retraining.Outcome> retrainIfDue() throws IOException {
        RetrainingAttempt attempt;
        Learning.Due due;
        synchronized (this) {
            due = learning.due();
            if (due == Learning.Due.NO) {
                return Optional.empty();
            }
            attempt = learning.attempt();
        }
        boolean isDue = due == Learning.Due.YES || attempt.hasDrifted();
        return isDue ? Optional.of(retrain(attempt)) : Optional.empty();
    }

    /** Learns a model from the histories of this node and those that were imported, and promotes it if it is better. */
    public Retraining.Outcome retrain() throws IOException {
        RetrainingAttempt attempt;
        synchronized (this) {
            attempt = learning.attempt();
        }
        return retrain(attempt);
    }

    private Retraining.Outcome retrain(RetrainingAttempt attempt) throws IOException {
        Retraining.Outcome outcome = attempt.run();
        synchronized (this) {
            learning.take(outcome);
        }
        return outcome;
    }

    /** When a model was last attempted to be learned, and what came of it. */
    public RetrainingRecord lastRetraining() throws IOException {
        return learning.last();
    }

    /**
     * Writes the change logs of this node's disks into one file.
     *
     * @param file must not exist
     * @return disks in it
     */
    public synchronized int exportHistory(Path file, String node) throws IOException {
        return HistoryArchive.write(history(settings), file, node, clock.instant());
    }

    /**
     * Takes over another node's change logs to learn from; in place of an earlier import from that node.
     *
     * @return disks in it
     * @throws IOException if it is no archive, or damaged; nothing has changed then
     */
    public synchronized int importHistory(Path file) throws IOException {
        return ImportedHistories.add(settings.directory(), file);
    }

    /**
     * Takes over a model that was learned elsewhere, as from the histories of a whole fleet; it predicts from now on.
     *
     * @return its version
     * @throws IOException if it is no model that this program reads, or there is one of that version
     */
    public synchronized String installModel(byte[] document) throws IOException {
        return learning.install(document);
    }

    /**
     * Makes the champion before this one champion again, or the model that there was before the first; predictions follow at the
     * next poll.
     *
     * @return its version; empty if there was none before
     */
    public synchronized Optional<String> rollBackModel() throws IOException {
        return learning.rollBack();
    }

    @Override
    public synchronized void close() {
        records.close();
    }
}
