package io.capstan.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.format.DiskId;
import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.collect.DiskReader;
import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.collect.ReadOutcome;
import io.capstan.smart.collect.Reading;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.history.DiskHistory;
import io.capstan.smart.history.DiskLog;
import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.HistoryArchive;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.history.WholeFile;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.FleetLearner;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.ModelRegistry;
import io.capstan.smart.model.Outliers;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.model.Retraining;
import io.capstan.smart.policy.CaseFile;
import io.capstan.smart.policy.DiskCase;
import io.capstan.smart.policy.JointRisk;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import io.capstan.store.Placement;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a node's disks: reads them, keeps their histories, predicts, raises alarms, and has the workflow act.
 *
 * <p>{@link #poll} does all of it once; whoever owns this calls it from time to time. Any thread may ask or request something
 * meanwhile; it waits for no device.
 */
public final class DiskHealth implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskHealth.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOG_SUFFIX = ".log";

    /** A probability has to fall to this share of the threshold before a policy lets go: no flapping. */
    private static final double RELEASE_SHARE = 0.5;

    /** By how much the odds of failing have to grow before a disk that a person keeps is acted on again. */
    private static final double KEPT_ODDS_FACTOR = 2;

    /** Days on which the kernel saw I/O errors that count as repeated. */
    private static final int IO_ERROR_DAYS_MIN = 3;

    /** Rates learn of a disk's days so often. */
    private static final int WEEK_HOURS = 7 * 24;

    /** Values of which disks that have them higher than others stand out, and over how many days. */
    private static final List<String> MEASURES =
            List.of("temperature", "block.read_latency_us", "block.write_latency_us");

    private static final int COMPARED_DAYS = 30;

    private static final int CHANGES_SHOWN_MAX = 8;
    private static final long DAY_SECONDS = 24 * 3600;

    private static final double MILLION = 1e6;

    private final DiskHealthSettings settings;
    private final DeviceSource devices;
    private final DiskReader reader;
    private final Optional<Placement> placement;
    private final Optional<Workflow> workflow;
    private final ModelRegistry registry;
    private final Supplier<FailureModel> fallback;
    private final Alarms alarms;
    private final InstantSource clock;
    private final SortedMap<String, DiskRecord> disks = new TreeMap<>();
    private final Places places;
    private FailureModel model;

    private DiskHealth(
            DiskHealthSettings settings,
            DeviceSource devices,
            DiskReader reader,
            Optional<Placement> placement,
            Optional<Workflow> workflow,
            ModelRegistry registry,
            Supplier<FailureModel> fallback,
            Alarms alarms,
            Places places,
            InstantSource clock) {
        this.settings = settings;
        this.devices = devices;
        this.reader = reader;
        this.placement = placement;
        this.workflow = workflow;
        this.registry = registry;
        this.fallback = fallback;
        this.alarms = alarms;
        this.places = places;
        this.model = champion(registry, fallback);
        this.clock = clock;
    }

    /**
     * Opens what is known of the node's disks.
     *
     * @param placement of chunks on them; without it nothing is done about a disk but to tell of it
     * @param fallback model for a registry without a champion, asked for then alone
     * @throws IOException if what was kept cannot be read
     */
    public static DiskHealth open(
            DiskHealthSettings settings,
            DeviceSource devices,
            DiskReader reader,
            Optional<Placement> placement,
            Workflow.SlotLight light,
            List<Notifier> notifiers,
            Supplier<FailureModel> fallback,
            InstantSource clock)
            throws IOException {
        Path directory = Files.createDirectories(settings.directory());
        Files.createDirectories(directory.resolve("history"));
        ModelRegistry registry = new ModelRegistry(directory.resolve("models"));
        Places places = new Places(directory.resolve("places.json"));
        Optional<Workflow> workflow = Optional.empty();
        if (placement.isPresent()) {
            workflow =
                    Optional.of(
                            new Workflow(
                                    placement.get(),
                                    new CaseFile(directory.resolve("cases.json")),
                                    settings.limits(),
                                    light,
                                    places::isShared));
        }
        DiskHealth health =
                new DiskHealth(
                        settings,
                        devices,
                        reader,
                        placement,
                        workflow,
                        registry,
                        fallback,
                        new Alarms(directory.resolve("alarms.json"), notifiers),
                        places,
                        clock);
        health.openLogs();
        return health;
    }

    /** A champion that this program does not read, as one of an earlier version, is no reason to leave disks unwatched. */
    private static FailureModel champion(ModelRegistry registry, Supplier<FailureModel> fallback) {
        try {
            return registry.champion().orElseGet(fallback);
        } catch (IOException e) {
            FailureModel used = fallback.get();
            LOG.warn(
                    "the champion is not used, {} is: {}",
                    used.identity().version(),
                    e.getMessage());
            return used;
        }
    }

    private void openLogs() throws IOException {
        try (Stream<Path> files = Files.list(settings.directory().resolve("history"))) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".json")) {
                    DiskIdentity identity =
                            JSON.readValue(Files.readAllBytes(file), DiskIdentity.class);
                    disks.put(identity.id(), openLog(identity));
                }
            }
        }
        use(model);
    }

    private DiskRecord openLog(DiskIdentity identity) throws IOException {
        return new DiskRecord(
                identity,
                DiskLog.open(
                        settings.directory()
                                .resolve("history")
                                .resolve(identity.id() + LOG_SUFFIX)));
    }

    /**
     * The model's rates count what this node's own disks went through since the model was learned, too: the days week by week, and
     * how it ended at once.
     */
    private void countHistory(DiskRecord disk, int hoursMin) {
        Optional<Trajectory> known = disk.trajectory();
        if (known.isEmpty()) {
            return;
        }
        Trajectory.Span span = known.get().span();
        int from =
                Math.max(
                        Math.max(disk.countedHour, span.firstHour()),
                        Math.toIntExact(model.identity().asOf().getEpochSecond() / 3600));
        boolean hasEnded = disk.isEnded() && !disk.endIsCounted && span.lastHour() >= from;
        if (span.lastHour() - from >= hoursMin || hasEnded) {
            model.rates()
                    .observe(
                            disk.traits(),
                            span.lastPoweredHours(),
                            hasEnded && known.get().failed() ? 1 : 0,
                            Math.max(0, span.lastHour() - from) / 24.0);
            disk.countedHour = Math.max(from, span.lastHour());
            disk.endIsCounted = disk.isEnded();
        }
    }

    private void use(FailureModel other) {
        model = other;
        for (DiskRecord disk : disks.values()) {
            disk.countedHour = 0;
            disk.endIsCounted = false;
            countHistory(disk, 1);
        }
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    // ---- polling

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
            Set<String> present = new LinkedHashSet<>();
            for (Map.Entry<DeviceName, ReadOutcome> outcome : outcomes.entrySet()) {
                take(outcome.getKey(), outcome.getValue(), present);
            }
            findMissing(present);
            disks.values().forEach(disk -> countHistory(disk, WEEK_HOURS));
            predict();
            if (workflow.isPresent()) {
                act(workflow.get());
            }
        }
    }

    private void take(DeviceName device, ReadOutcome outcome, Set<String> present)
            throws IOException {
        switch (outcome) {
            case ReadOutcome.Read(Reading reading, var _) -> {
                String id = reading.identity().id();
                present.add(id);
                takeReading(device, id, reading);
            }
            case ReadOutcome.Standby() -> {
                for (DiskRecord disk : at(device)) {
                    present.add(disk.identity.id());
                    disk.presence = DiskView.Presence.ASLEEP;
                    findStale(disk);
                }
            }
            case ReadOutcome.TimedOut(long limitMillis) ->
                    takeSilence(device, "no answer within " + limitMillis + " ms", present);
            case ReadOutcome.Refused(String reason) -> takeSilence(device, reason, present);
        }
    }

    private List<DiskRecord> at(DeviceName device) {
        return disks.values().stream()
                .filter(disk -> disk.device.equals(device) && !disk.isEnded())
                .toList();
    }

    private void takeReading(DeviceName device, String id, Reading reading) throws IOException {
        DiskRecord disk = disks.get(id);
        long time = reading.timeSeconds();
        if (disk == null) {
            keepIdentity(reading.identity());
            disk = openLog(reading.identity());
            disks.put(id, disk);
        }
        if (disk.presence == DiskView.Presence.MISSING && disk.log.history().mayBegin()) {
            disk.log.append(new DiskEvent(time, DiskEvent.Kind.OBSERVED, device.path()));
            disk.endIsCounted = false;
        } else if (disk.isEnded()) {
            // Replaced, and not pulled out yet: what it says is nobody's business any more.
            disk.presence = DiskView.Presence.GONE;
            return;
        } else if (disk.presence == DiskView.Presence.SILENT
                || (disk.presence == DiskView.Presence.MISSING && wasMissed(disk))) {
            disk.log.append(new DiskEvent(time, DiskEvent.Kind.BACK, device.path()));
            alarms.end("presence:" + id);
        }
        disk.device = device;
        disk.location = devices.location(device.path());
        disk.presence = DiskView.Presence.ANSWERING;
        disk.gauges = new TreeMap<>(reading.gauges());
        disk.gauges.putAll(devices.gauges(device.path()));
        SortedMap<String, Long> counters = new TreeMap<>(reading.counters());
        counters.putAll(devices.counters(device.path()));
        disk.log.observe(time, reading.powerOnHours().orElse(0), counters, disk.gauges);
        disk.evidence = EnumSet.noneOf(HardEvidence.class);
        disk.evidence.addAll(reading.evidence());
        if (daysWithIoErrors(disk.log.history()) >= IO_ERROR_DAYS_MIN) {
            disk.evidence.add(HardEvidence.REPEATED_IO_ERRORS);
        }
        alarms.end("stale:" + id);
        raiseCounters(disk);
    }

    /** After a start, a disk is missing only if it was said to be before. */
    private static boolean wasMissed(DiskRecord disk) {
        for (DiskEvent event : disk.log.history().events().reversed()) {
            switch (event.kind()) {
                case MISSING, SILENT -> {
                    return true;
                }
                case OBSERVED, BACK -> {
                    return false;
                }
                case STALE,
                        ACKNOWLEDGED,
                        KEPT,
                        FAILED,
                        REMOVED_HEALTHY,
                        REMOVED_ON_PREDICTION,
                        REPLACED_BY -> {}
            }
        }
        return false;
    }

    private static int daysWithIoErrors(DiskHistory history) {
        Set<Long> days = new LinkedHashSet<>();
        long before = -1;
        for (DiskHistory.Row row : history.rows()) {
            long errors = row.counters().getOrDefault("kernel.io_errors", 0L);
            if (before >= 0 && errors > before) {
                days.add(row.timeSeconds() / (24 * 3600));
            }
            before = errors;
        }
        return days.size();
    }

    private void keepIdentity(DiskIdentity identity) throws IOException {
        Path file = settings.directory().resolve("history").resolve(identity.id() + ".json");
        WholeFile.replace(file, JSON.writeValueAsBytes(identity));
    }

    private void takeSilence(DeviceName device, String reason, Set<String> present)
            throws IOException {
        for (DiskRecord disk : at(device)) {
            present.add(disk.identity.id());
            if (disk.presence != DiskView.Presence.SILENT) {
                disk.presence = DiskView.Presence.SILENT;
                disk.log.append(new DiskEvent(now(), DiskEvent.Kind.SILENT, reason));
                raisePresence(disk, "does not answer: " + reason);
            }
        }
    }

    private void findStale(DiskRecord disk) throws IOException {
        long seen = disk.log.history().lastSeenSeconds();
        String key = "stale:" + disk.identity.id();
        boolean isKnown = alarms.standing().stream().anyMatch(alarm -> alarm.key().equals(key));
        if (now() - seen > settings.staleSeconds() && !isKnown) {
            disk.log.append(
                    new DiskEvent(now(), DiskEvent.Kind.STALE, "asleep since it was last read"));
            alarms.raise(
                    new Alarm(
                            key,
                            disk.identity.id(),
                            Alarm.Severity.INFORMATION,
                            "nothing new was read of it for %d days"
                                    .formatted((now() - seen) / (24 * 3600)),
                            0,
                            now(),
                            false));
        }
    }

    private void findMissing(Set<String> present) throws IOException {
        for (Map.Entry<String, DiskRecord> entry : disks.entrySet()) {
            DiskRecord disk = entry.getValue();
            if (present.contains(entry.getKey())) {
                continue;
            }
            if (!disk.isEnded() && !wasMissed(disk)) {
                disk.log.append(new DiskEvent(now(), DiskEvent.Kind.MISSING, disk.device.path()));
                raisePresence(disk, "is not there any more");
            }
            disk.presence = DiskView.Presence.MISSING;
        }
    }

    private void raisePresence(DiskRecord disk, String what) throws IOException {
        raise(
                "presence:" + disk.identity.id(),
                disk,
                Alarm.Severity.CRITICAL,
                disk.described() + " " + what,
                0);
    }

    private void raise(
            String key, DiskRecord disk, Alarm.Severity severity, String message, long value)
            throws IOException {
        alarms.raise(new Alarm(key, disk.identity.id(), severity, message, value, now(), false));
    }

    /** A counter of errors above what a person acknowledged, or above zero. */
    private void raiseCounters(DiskRecord disk) throws IOException {
        Map<String, Long> baselines = disk.log.history().acknowledged();
        for (Map.Entry<String, Long> counter : disk.counters().entrySet()) {
            if (ErrorCounters.title(counter.getKey()).isEmpty()) {
                continue;
            }
            long baseline = baselines.getOrDefault(counter.getKey(), 0L);
            String key = "counter:" + disk.identity.id() + ":" + counter.getKey();
            if (counter.getValue() > baseline) {
                raise(
                        key,
                        disk,
                        Alarm.Severity.WARNING,
                        "%s: %d%s"
                                .formatted(
                                        ErrorCounters.title(counter.getKey()),
                                        counter.getValue(),
                                        baseline > 0 ? " (acknowledged at " + baseline + ")" : ""),
                        counter.getValue());
            } else {
                alarms.end(key);
            }
        }
    }

    // ---- predicting

    private void predict() throws IOException {
        for (DiskRecord disk : disks.values()) {
            Optional<Trajectory> trajectory = disk.isEnded() ? Optional.empty() : disk.trajectory();
            disk.prediction =
                    trajectory.map(known ->
                            model.predict(
                                    known,
                                    known.span().lastPoweredHours(),
                                    disk.evidence,
                                    settings.weights()));
            for (HardEvidence evidence : HardEvidence.values()) {
                String key = "evidence:" + disk.identity.id() + ":" + evidence;
                if (disk.evidence.contains(evidence) && !disk.isEnded()) {
                    raise(key, disk, Alarm.Severity.CRITICAL, evidence.title(), 0);
                } else {
                    alarms.end(key);
                }
            }
        }
    }

    // ---- acting

    private void act(Workflow flow) throws IOException, StoreException {
        List<DiskStatus> placed = placement.orElseThrow().disks();
        learnPlaces(placed);
        learnSuccessors(placed);
        for (DiskRecord disk : disks.values()) {
            List<DiskStatus> here = placedOn(disk, placed);
            if (disk.prediction.isPresent() && !here.isEmpty()) {
                judge(flow, disk, here, disk.prediction.get());
            }
        }
        for (DiskCase moved : flow.advance(now())) {
            LOG.info(
                    "disk {} of pool {}: {} ({})",
                    moved.disk(),
                    moved.pool(),
                    moved.step().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    moved.reason());
            follow(moved);
        }
    }

    /** On which disks each store directory lies. Those of a disk that is gone stay where they were last seen. */
    private void learnPlaces(List<DiskStatus> placed) throws IOException {
        for (DiskStatus status : placed) {
            if (status.state() == DiskState.REPLACED) {
                continue;
            }
            SortedSet<String> below = devices.disksBelow(status);
            SortedSet<String> ids = new TreeSet<>();
            for (DiskRecord disk : disks.values()) {
                if (disk.isThere() && below.contains(disk.device.path())) {
                    ids.add(disk.identity.id());
                }
            }
            if (!ids.isEmpty()) {
                places.put(status.disk(), ids);
            }
        }
    }

    /** Which disk took the place of one whose life here has ended: known when the new one was read. */
    private void learnSuccessors(List<DiskStatus> placed) throws IOException {
        for (DiskStatus status : placed) {
            if (status.replacedBy().isEmpty()) {
                continue;
            }
            SortedSet<String> successors = new TreeSet<>(places.of(status.replacedBy().get()));
            successors.removeAll(places.of(status.disk()));
            for (String id : places.of(status.disk())) {
                DiskRecord disk = disks.get(id);
                if (disk != null && !successors.isEmpty() && wantsSuccessor(disk)) {
                    disk.log.append(
                            new DiskEvent(
                                    now(),
                                    DiskEvent.Kind.REPLACED_BY,
                                    String.join(" ", successors)));
                }
            }
        }
    }

    private static boolean wantsSuccessor(DiskRecord disk) {
        return disk.isEnded()
                && disk.log.history().events().stream()
                        .noneMatch(event -> event.kind() == DiskEvent.Kind.REPLACED_BY);
    }

    private List<DiskStatus> placedOn(DiskRecord disk, List<DiskStatus> placed) {
        return placed.stream()
                .filter(status -> status.state() != DiskState.REPLACED)
                .filter(status -> places.of(status.disk()).contains(disk.identity.id()))
                .toList();
    }

    private void judge(Workflow flow, DiskRecord disk, List<DiskStatus> here, Prediction prediction)
            throws IOException {
        if (isKept(disk, prediction)) {
            return;
        }
        boolean isQuiet = true;
        for (Policy policy : settings.policies()) {
            double threshold = policy.criterion().threshold(model.operating());
            isQuiet &= judge(flow, disk, here, prediction, policy, threshold);
        }
        double most =
                settings.serviceLevels().strictest(here.stream().map(DiskStatus::pool).toList());
        if (most < 1) {
            Policy level =
                    new Policy(
                            "service-level",
                            Horizon.DAYS_30,
                            new Policy.Criterion.Probability(most),
                            Policy.Action.EVACUATE);
            isQuiet &= judge(flow, disk, here, prediction, level, most);
        }
        if (isQuiet) {
            for (DiskStatus status : here) {
                flow.clear(status.disk(), now());
            }
            alarms.end("prediction:" + disk.identity.id());
        }
    }

    /** Whether a person said to keep the disk when it was not much better. */
    private static boolean isKept(DiskRecord disk, Prediction prediction) {
        double p = prediction.probability(Horizon.DAYS_30).value();
        return disk.log.history().keptAt().stream()
                .anyMatch(then -> p / (1 - p) < KEPT_ODDS_FACTOR * then / (1 - then));
    }

    /**
     * @return whether the policy is at rest: the probability is well below its threshold
     */
    private boolean judge(
            Workflow flow,
            DiskRecord disk,
            List<DiskStatus> here,
            Prediction prediction,
            Policy policy,
            double threshold)
            throws IOException {
        double p = prediction.probability(policy.horizon()).value();
        if (p < threshold) {
            disk.confirmations.remove(policy.name());
            return p < RELEASE_SHARE * threshold;
        }
        boolean mayAct = prediction.isActionable() || policy.action() == Policy.Action.ALERT;
        int confirmed = disk.confirmations.merge(policy.name(), 1, Integer::sum);
        if (mayAct && confirmed >= settings.confirmations()) {
            String reason =
                    "policy %s: %.1f %% within %d days"
                            .formatted(policy.name(), 100 * p, policy.horizon().days());
            raise(
                    "prediction:" + disk.identity.id(),
                    disk,
                    policy.action() == Policy.Action.ALERT
                            ? Alarm.Severity.WARNING
                            : Alarm.Severity.CRITICAL,
                    reason,
                    rounded(p));
            for (DiskStatus status : here) {
                flow.fire(status, policy.action(), reason, now());
            }
        }
        return false;
    }

    /** In steps of a factor of two, so that a creeping probability is not news every day. */
    private static long rounded(double p) {
        return Long.highestOneBit(Math.round(p * MILLION));
    }

    private void follow(DiskCase moved) throws IOException, StoreException {
        for (String id : places.of(moved.disk())) {
            DiskRecord disk = disks.get(id);
            if (disk != null && !disk.isEnded()) {
                follow(moved, disk);
            }
        }
    }

    private void follow(DiskCase moved, DiskRecord disk) throws IOException, StoreException {
        String key = "case:" + disk.identity.id();
        switch (moved.step()) {
            case AWAITING_REPLACEMENT ->
                    raise(
                            key,
                            disk,
                            Alarm.Severity.CRITICAL,
                            "%s is out of service and wants to be replaced: %s"
                                    .formatted(disk.described(), moved.reason()),
                            0);
            case REBALANCING -> {
                boolean isInUse = !placedOn(disk, placement.orElseThrow().disks()).isEmpty();
                if (isInUse || places.of(moved.disk()).size() > 1) {
                    // Other directories are on it, or it is one of an array, of which who knows
                    // which was replaced.
                    return;
                }
                end(disk, fate(moved, disk), moved.reason());
            }
            case ALERTED, FIRED, EVACUATING, EMPTY, DONE -> {}
        }
    }

    /** What became of a disk that another one has the place of. Nobody knows whether one that was feared for would have failed. */
    private DiskEvent.Kind fate(DiskCase moved, DiskRecord disk) {
        if (disk.presence != DiskView.Presence.ANSWERING) {
            return DiskEvent.Kind.FAILED;
        }
        boolean isWell =
                alarms.standing().stream()
                        .filter(alarm -> alarm.disk().equals(disk.identity.id()))
                        .allMatch(alarm -> alarm.key().startsWith("case:"));
        return moved.byHand() && isWell
                ? DiskEvent.Kind.REMOVED_HEALTHY
                : DiskEvent.Kind.REMOVED_ON_PREDICTION;
    }

    /** A disk's life in this node ends, and so does everything that people should know of it. */
    private void end(DiskRecord disk, DiskEvent.Kind fate, String reason) throws IOException {
        disk.log.append(new DiskEvent(now(), fate, reason));
        if (disk.presence != DiskView.Presence.MISSING) {
            disk.presence = DiskView.Presence.GONE;
        }
        for (Alarm alarm : alarms.standing()) {
            if (alarm.disk().equals(disk.identity.id())) {
                alarms.end(alarm.key());
            }
        }
    }

    // ---- asking

    /** All disks that are or were here, by id. */
    public synchronized List<DiskView> disks() throws StoreException {
        List<DiskStatus> placed = placement.isPresent() ? placement.get().disks() : List.of();
        List<DiskView> views = new ArrayList<>();
        for (DiskRecord disk : disks.values()) {
            views.add(view(disk, placed));
        }
        return views;
    }

    public synchronized Optional<DiskView> disk(String id) throws StoreException {
        DiskRecord disk = disks.get(id);
        return disk == null
                ? Optional.empty()
                : Optional.of(
                        view(disk, placement.isPresent() ? placement.get().disks() : List.of()));
    }

    private DiskView view(DiskRecord disk, List<DiskStatus> placed) {
        List<DiskStatus> here = placedOn(disk, placed);
        List<DiskCase> cases = new ArrayList<>();
        for (DiskStatus status : here) {
            workflow.flatMap(flow -> flow.of(status.disk())).ifPresent(cases::add);
        }
        return new DiskView(
                disk.identity.id(),
                disk.identity,
                disk.device.path(),
                disk.location,
                here,
                disk.isEnded() ? DiskView.Presence.GONE : disk.presence,
                disk.log.history().lastPoweredHours(),
                disk.counters(),
                disk.gauges,
                Set.copyOf(disk.evidence),
                disk.prediction,
                cases,
                List.copyOf(disk.log.history().events()),
                disk.changes(CHANGES_SHOWN_MAX),
                disk.log.history().lastSeenSeconds());
    }

    /** A disk's rows of counters, and days of values that always change. */
    public synchronized Optional<DiskHistorySnapshot> history(String id) {
        return Optional.ofNullable(disks.get(id))
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
        DiskRecord disk = disks.get(id);
        if (disk == null) {
            return Optional.empty();
        }
        return disk.trajectory()
                .filter(known -> timeSeconds / 3600 >= known.span().firstHour())
                .map(known ->
                        model.predict(
                                known,
                                known.span()
                                        .poweredHoursAt(
                                                (int)
                                                        Math.min(
                                                                timeSeconds / 3600,
                                                                known.span().lastHour())),
                                timeSeconds >= disk.log.history().lastSeenSeconds()
                                        ? disk.evidence
                                        : Set.of(),
                                settings.weights()));
    }

    public synchronized List<Alarm> alarms() {
        return alarms.standing();
    }

    public synchronized List<ModelRegistry.Entry> models() throws IOException {
        return registry.list();
    }

    /** The model that predicts now. */
    public synchronized FailureModel model() {
        return model;
    }

    public List<Policy> policies() {
        return settings.policies();
    }

    public synchronized List<DiskCase> cases() {
        return workflow.map(Workflow::cases).orElse(List.of());
    }

    /** What the disks here have in common, and what is known of the failure rates that go with it. */
    public synchronized List<DiskCluster> clusters() {
        return DiskCluster.of(
                disks.values().stream().filter(disk -> !disk.isEnded()).toList(), model.rates());
    }

    /** Disks that have more errors than others of their model. */
    public synchronized List<Outliers.Outlier> outliers() {
        List<Outliers.Count> counts = new ArrayList<>();
        for (DiskRecord disk : disks.values()) {
            if (disk.isEnded() || disk.log.history().rows().isEmpty()) {
                continue;
            }
            counts.add(
                    new Outliers.Count(
                            disk.identity.id(),
                            disk.cluster(),
                            disk.errors(),
                            Math.max(1, disk.log.history().lastPoweredHours() / 24.0)));
        }
        return Outliers.find(counts, settings.outlierConfidence());
    }

    /** Disks that lately were hotter, or slower, than others of their model. */
    public synchronized List<Outliers.HighValue> highValues() {
        long today = now() / DAY_SECONDS;
        List<Outliers.Values> values = new ArrayList<>();
        for (DiskRecord disk : disks.values()) {
            if (disk.isEnded()) {
                continue;
            }
            for (String measure : MEASURES) {
                double[] days =
                        disk.log.history().days().stream()
                                .filter(day -> day.key().equals(measure))
                                .filter(day -> day.day() > today - COMPARED_DAYS)
                                .mapToDouble(DiskHistory.Day::mean)
                                .toArray();
                if (days.length > 0) {
                    values.add(
                            new Outliers.Values(disk.identity.id(), disk.cluster(), measure, days));
                }
            }
        }
        return Outliers.findHigh(values, settings.outlierConfidence());
    }

    /** What the failures of disks mean to the data of each pool. */
    public synchronized List<PoolRisk> pools() throws StoreException {
        List<DiskStatus> placed = placement.isPresent() ? placement.get().disks() : List.of();
        List<PoolRisk> pools = new ArrayList<>();
        for (String pool : new TreeSet<>(placed.stream().map(DiskStatus::pool).toList())) {
            List<Double> probabilities = new ArrayList<>();
            for (Horizon horizon : Horizon.values()) {
                probabilities.add(dataLossProbability(pool, horizon));
            }
            pools.add(
                    new PoolRisk(
                            pool,
                            settings.limits().copies().getOrDefault(pool, 1),
                            members(pool, placed).size(),
                            probabilities));
        }
        return pools;
    }

    private List<DiskRecord> members(String pool, List<DiskStatus> placed) {
        return disks.values().stream()
                .filter(disk -> disk.prediction.isPresent())
                .filter(disk ->
                        placedOn(disk, placed).stream()
                                .anyMatch(status -> status.pool().equals(pool)))
                .toList();
    }

    /**
     * The chance that a pool loses data within a horizon, because too many of its disks fail together. Copies are kept on different
     * physical disks as far as there are so many: where there are fewer, fewer failures lose data.
     */
    public synchronized double dataLossProbability(String pool, Horizon horizon)
            throws StoreException {
        List<DiskStatus> placed = placement.orElseThrow().disks();
        return JointRisk.dataLoss(
                members(pool, placed).stream()
                        .mapToDouble(
                                disk -> disk.prediction.orElseThrow().probability(horizon).value())
                        .toArray(),
                Math.min(
                        settings.limits().copies().getOrDefault(pool, 1),
                        Math.max(1, apart(pool, placed))),
                horizon.days(),
                settings.repairDays());
    }

    /** How many of a pool's directories there are of which no two are on one physical disk. */
    private int apart(String pool, List<DiskStatus> placed) {
        List<DiskStatus> apart = new ArrayList<>();
        for (DiskStatus status : placed) {
            boolean isMember = status.pool().equals(pool) && status.state() != DiskState.REPLACED;
            if (isMember
                    && apart.stream()
                            .noneMatch(other -> places.isShared(other.disk(), status.disk()))) {
                apart.add(status);
            }
        }
        return apart.size();
    }

    // ---- requests

    /** Has a disk evacuated, or taken out, because a person wants it so. */
    public synchronized Workflow.Outcome evacuate(String id, Policy.Action action)
            throws IOException, StoreException {
        return onPlaced(id, (flow, status) -> flow.request(status, action, now()));
    }

    public synchronized Workflow.Outcome hold(String id, boolean hold)
            throws IOException, StoreException {
        return onPlaced(id, (flow, status) -> flow.hold(status.disk(), hold));
    }

    /** Keeps a disk in service though it was predicted to fail. Policies fire again only if the odds have doubled. */
    public synchronized Workflow.Outcome keep(String id) throws IOException, StoreException {
        Workflow.Outcome outcome = onPlaced(id, (flow, status) -> flow.keep(status, now()));
        DiskRecord disk = disks.get(id);
        if (outcome instanceof Workflow.Outcome.Accepted && disk != null) {
            double p =
                    disk.prediction
                            .map(prediction -> prediction.probability(Horizon.DAYS_30).value())
                            .orElse(0.0);
            disk.log.append(new DiskEvent(now(), DiskEvent.Kind.KEPT, "probability=" + p));
            disk.confirmations.clear();
            alarms.end("case:" + id);
            alarms.end("prediction:" + id);
        }
        return outcome;
    }

    public synchronized Workflow.Outcome replace(DiskId disk, Path directory)
            throws IOException, StoreException {
        if (workflow.isEmpty()) {
            return new Workflow.Outcome.Refused("this node places no chunks on disks");
        }
        Workflow.Outcome outcome = workflow.get().replace(disk, directory, now());
        if (outcome instanceof Workflow.Outcome.Accepted(DiskCase moved)) {
            follow(moved);
        }
        return outcome;
    }

    /**
     * A person took a healthy disk away, or gives it up: it is missed no more. Plugged in again, it begins anew.
     *
     * @return why not; empty if it is done
     */
    public synchronized Optional<String> forget(String id) throws IOException, StoreException {
        DiskRecord disk = disks.get(id);
        if (disk == null || disk.isEnded()) {
            return Optional.of("there is no disk " + id);
        }
        if (disk.presence != DiskView.Presence.MISSING) {
            return Optional.of("disk %s is still there".formatted(id));
        }
        if (placement.isPresent() && !placedOn(disk, placement.get().disks()).isEmpty()) {
            return Optional.of(
                    "a store directory lies on disk %s: have another one replace it".formatted(id));
        }
        end(disk, DiskEvent.Kind.REMOVED_HEALTHY, "a person says so");
        return Optional.empty();
    }

    private interface OnDisk {
        Workflow.Outcome apply(Workflow flow, DiskStatus status) throws IOException, StoreException;
    }

    private Workflow.Outcome onPlaced(String id, OnDisk request)
            throws IOException, StoreException {
        DiskRecord disk = disks.get(id);
        if (disk == null) {
            return new Workflow.Outcome.Refused("there is no disk " + id);
        }
        if (workflow.isEmpty()) {
            return new Workflow.Outcome.Refused("this node places no chunks on disks");
        }
        List<DiskStatus> here = placedOn(disk, placement.orElseThrow().disks());
        Workflow.Outcome last =
                new Workflow.Outcome.Refused("no store directory lies on disk " + id);
        for (DiskStatus status : here) {
            last = request.apply(workflow.get(), status);
        }
        return last;
    }

    /**
     * Takes down that a person has seen a counter as it is now: it is told of again only if it grows.
     *
     * @return whether the disk has such a counter
     */
    public synchronized boolean acknowledge(String id, String counter) throws IOException {
        DiskRecord disk = disks.get(id);
        if (disk == null || !disk.counters().containsKey(counter)) {
            return false;
        }
        long value = disk.counters().get(counter);
        disk.log.append(new DiskEvent(now(), DiskEvent.Kind.ACKNOWLEDGED, counter + "=" + value));
        alarms.end("counter:" + id + ":" + counter);
        return true;
    }

    // ---- learning

    /**
     * Learns a better model if that is due: when so many days have passed since the last attempt, or when disks are not any more as
     * they were when the model learned, a week after it. May take a minute; nobody waits meanwhile.
     *
     * @return what came of it; empty if it is not due
     */
    public Optional<Retraining.Outcome> retrainIfDue() throws IOException {
        RetrainingRecord last = RetrainingRecord.read(settings.directory());
        long passed = now() - last.atSeconds();
        if (settings.retrainSeconds() == 0 || passed < WEEK_HOURS * 3600L) {
            return Optional.empty();
        }
        boolean isDue = passed >= settings.retrainSeconds();
        if (!isDue) {
            FailureModel copy = modelCopy();
            isDue = !Retraining.drifts(fleet(), copy, clock.instant()).isEmpty();
        }
        return isDue ? Optional.of(retrain()) : Optional.empty();
    }

    /** Learns a model from the histories of this node and those that were imported, and promotes it if it is better. */
    public Retraining.Outcome retrain() throws IOException {
        List<Trajectory> fleet = fleet();
        Retraining.Outcome outcome =
                Retraining.run(
                        fleet,
                        modelCopy(),
                        clock.instant(),
                        "%d disks of this node and of imported histories".formatted(fleet.size()),
                        FleetLearner.Effort.defaults());
        synchronized (this) {
            if (outcome instanceof Retraining.Outcome.Promote(FailureModel better, var _)) {
                registry.add(better);
                registry.promote(better.identity().version());
                use(registry.load(better.identity().version()));
            }
            new RetrainingRecord(
                            now(), outcome instanceof Retraining.Outcome.Promote, outcome.reason())
                    .write(settings.directory());
        }
        LOG.info(
                "{}: {}",
                outcome instanceof Retraining.Outcome.Promote
                        ? "a better model was learned"
                        : "the model stays",
                outcome.reason());
        return outcome;
    }

    private synchronized FailureModel modelCopy() throws IOException {
        return FailureModel.fromJson(model.toJson());
    }

    /** Own disks, and those of imported histories that are not own. */
    private synchronized List<Trajectory> fleet() throws IOException {
        SortedMap<String, Trajectory> fleet = new TreeMap<>();
        for (DiskRecord disk : ImportedHistories.read(settings.directory())) {
            disk.trajectory().ifPresent(known -> fleet.put(disk.identity.id(), known));
            disk.log.close();
        }
        for (DiskRecord disk : disks.values()) {
            disk.trajectory().ifPresent(known -> fleet.put(disk.identity.id(), known));
        }
        return fleet.values().stream()
                .filter(disk -> disk.traits().diskClass() == DiskTraits.DiskClass.ATA_HDD)
                .toList();
    }

    /** When a model was last attempted to be learned, and what came of it. */
    public RetrainingRecord lastRetraining() throws IOException {
        return RetrainingRecord.read(settings.directory());
    }

    /**
     * Writes the change logs of this node's disks into one file.
     *
     * @param file must not exist
     * @return disks in it
     */
    public synchronized int exportHistory(Path file, String node) throws IOException {
        return HistoryArchive.write(
                settings.directory().resolve("history"), file, node, clock.instant());
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
        FailureModel installed = FailureModel.fromJson(document);
        registry.add(installed);
        registry.promote(installed.identity().version());
        use(installed);
        return installed.identity().version();
    }

    /**
     * Makes the champion before this one champion again, or the model that there was before the first; predictions follow at the
     * next poll.
     *
     * @return its version; empty if there was none before
     */
    public synchronized Optional<String> rollBackModel() throws IOException {
        if (registry.rollBack().isEmpty() && !registry.retire()) {
            return Optional.empty();
        }
        use(champion(registry, fallback));
        return Optional.of(model.identity().version());
    }

    @Override
    public synchronized void close() {
        for (DiskRecord disk : disks.values()) {
            try {
                disk.log.close();
            } catch (IOException e) {
                LOG.warn("history of disk {}: {}", disk.identity.id(), e.toString());
            }
        }
    }
}
