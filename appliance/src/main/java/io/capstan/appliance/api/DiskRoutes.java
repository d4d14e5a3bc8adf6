package io.capstan.appliance.api;

import io.capstan.appliance.node.DiskHealthUnit;
import io.capstan.smart.DiskCluster;
import io.capstan.smart.DiskHealth;
import io.capstan.smart.DiskView;
import io.capstan.smart.PoolRisk;
import io.capstan.smart.RetrainingRecord;
import io.capstan.smart.history.DiskHistory;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.ModelIdentity;
import io.capstan.smart.model.ModelRegistry;
import io.capstan.smart.model.Outliers;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.model.RateHierarchy;
import io.capstan.smart.model.RateQuestion;
import io.capstan.smart.model.Retraining;
import io.capstan.smart.policy.DiskCase;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.DiskStatus;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The disks of the node, how they are, and what is done about them. */
final class DiskRoutes {

    private static final int PREDICTED_DAYS_MAX = 3660;
    private static final double DAYS_PER_YEAR = 365;

    private final DiskHealthUnit unit;
    private final DiskHealth health;
    private final PredictionRequests predictions;
    private final PolicyRoutes policies;
    private final UUID nodeId;

    DiskRoutes(DiskHealthUnit unit, UUID nodeId) {
        this.unit = unit;
        this.nodeId = nodeId;
        this.health = unit.health();
        this.predictions = new PredictionRequests(health);
        this.policies = new PolicyRoutes(health);
    }

    List<Route> routes() {
        return Stream.of(reading(), changing(), policies.routes()).flatMap(List::stream).toList();
    }

    private List<Route> reading() {
        return List.of(
                Route.get(
                        "/v1/disks",
                        "listDisks",
                        "The node's disks and the chance that each fails.",
                        DiskDocuments.Disks.class,
                        call ->
                                new DiskDocuments.Disks(
                                        health.disks().stream().map(DiskRoutes::disk).toList())),
                Route.get(
                        "/v1/disks/{disk}",
                        "showDisk",
                        "A disk, with the reasons for its prediction and its life so far.",
                        DiskDocuments.Detail.class,
                        call -> detail(require(call))),
                Route.get(
                        "/v1/disks/{disk}/history",
                        "showDiskHistory",
                        "What a disk reported: counters whenever one changed, other values by the day.",
                        DiskDocuments.History.class,
                        this::history),
                Route.get(
                        "/v1/disk-predictions/{request}",
                        "showDiskPrediction",
                        "How far a prediction is that was asked for, and what it came to.",
                        DiskDocuments.PredictionStatus.class,
                        predictions::status),
                Route.get(
                        "/v1/disk-alarms",
                        "listDiskAlarms",
                        "The alarms about disks that stand.",
                        DiskDocuments.Alarms.class,
                        call -> alarms()),
                Route.get(
                        "/v1/disk-pools",
                        "listDiskPools",
                        "The chance that each pool loses data because disks fail together.",
                        DiskDocuments.PoolRisks.class,
                        call ->
                                new DiskDocuments.PoolRisks(
                                        health.pools().stream().map(DiskRoutes::pool).toList())),
                Route.get(
                        "/v1/disk-clusters",
                        "listDiskClusters",
                        "What the node's disks have in common, and the failure rates that go with it.",
                        DiskDocuments.Clusters.class,
                        call ->
                                new DiskDocuments.Clusters(
                                        health.clusters().stream()
                                                .map(DiskRoutes::cluster)
                                                .toList())),
                Route.get(
                                "/v1/disk-rate",
                                "getDiskRate",
                                "How often disks fail of which so much is known: given this model, given this room.",
                                DiskDocuments.Rate.class,
                                this::rate)
                        .withQuery(DiskRates.PARAMETERS),
                Route.get(
                        "/v1/disk-outliers",
                        "listDiskOutliers",
                        "Disks with more errors, or higher values, than others of their model have by chance.",
                        DiskDocuments.Outliers.class,
                        call ->
                                new DiskDocuments.Outliers(
                                        health.outliers().stream()
                                                .map(DiskRoutes::outlier)
                                                .toList(),
                                        health.highValues().stream()
                                                .map(DiskRoutes::highValue)
                                                .toList())),
                Route.get(
                        "/v1/disk-models",
                        "listDiskModels",
                        "The failure models that are kept, and which of them predicts.",
                        DiskDocuments.Models.class,
                        call -> models()));
    }

    private List<Route> changing() {
        return List.of(
                Route.change(
                        "POST",
                        "/v1/disks/poll",
                        "pollDisks",
                        "Reads all disks now rather than when it is due.",
                        Void.class,
                        Documents.Accepted.class,
                        call -> {
                            unit.pollSoon();
                            return new Documents.Accepted("disks are being read");
                        }),
                Route.change(
                        "POST",
                        "/v1/disks/{disk}/evacuate",
                        "evacuateDisk",
                        "Moves a disk's chunks to others; with deactivate, takes it out of service then.",
                        DiskDocuments.EvacuateRequest.class,
                        Documents.Accepted.class,
                        this::evacuate),
                Route.change(
                        "POST",
                        "/v1/disks/{disk}/hold",
                        "holdDisk",
                        "Stops what is being done with a disk.",
                        Void.class,
                        Documents.Accepted.class,
                        call -> accepted(health.hold(require(call).id(), true))),
                Route.change(
                        "POST",
                        "/v1/disks/{disk}/release",
                        "releaseDisk",
                        "Lets what was held go on.",
                        Void.class,
                        Documents.Accepted.class,
                        call -> accepted(health.hold(require(call).id(), false))),
                Route.change(
                        "POST",
                        "/v1/disks/{disk}/keep",
                        "keepDisk",
                        "Ends what is being done with a disk: it stays in service until its odds of failing have doubled.",
                        Void.class,
                        Documents.Accepted.class,
                        call -> accepted(health.keep(require(call).id()))),
                Route.change(
                        "POST",
                        "/v1/disks/{disk}/replace",
                        "replaceDisk",
                        "Puts the disk on which a directory lies in a disk's place.",
                        DiskDocuments.ReplaceRequest.class,
                        Documents.Accepted.class,
                        this::replace),
                Route.change(
                        "POST",
                        "/v1/disks/{disk}/acknowledge",
                        "acknowledgeDiskCounter",
                        "Takes down that a counter was seen as it is: it is told of again only if it grows.",
                        DiskDocuments.AcknowledgeRequest.class,
                        Documents.Accepted.class,
                        this::acknowledge),
                Route.change(
                        "POST",
                        "/v1/disks/{disk}/forget",
                        "forgetDisk",
                        "Takes down that a disk that is missing was taken out in health: it is missed no more.",
                        Void.class,
                        Documents.Accepted.class,
                        this::forget),
                Route.change(
                        "POST",
                        "/v1/disk-predictions",
                        "predictDisks",
                        "Asks for predictions of disks day by day.",
                        DiskDocuments.PredictionRequest.class,
                        DiskDocuments.PredictionStatus.class,
                        this::predict),
                Route.change(
                        "POST",
                        "/v1/disk-models/retrain",
                        "retrainDiskModel",
                        "Learns a model from the histories that there are; it predicts from then on if it is better.",
                        Void.class,
                        DiskDocuments.Retraining.class,
                        call -> retraining(health.retrain())),
                Route.change(
                        "POST",
                        "/v1/disk-histories/export",
                        "exportDiskHistories",
                        "Writes the change logs of this node's disks into a new file on it.",
                        DiskDocuments.FileRequest.class,
                        DiskDocuments.FileOutcome.class,
                        this::exportHistories),
                Route.change(
                        "POST",
                        "/v1/disk-histories/import",
                        "importDiskHistories",
                        "Takes over another node's change logs to learn from, in place of earlier ones of that node.",
                        DiskDocuments.FileRequest.class,
                        DiskDocuments.FileOutcome.class,
                        this::importHistories),
                Route.change(
                        "POST",
                        "/v1/disk-models/install",
                        "installDiskModel",
                        "Takes over a model that was learned elsewhere; it predicts from then on.",
                        DiskDocuments.FileRequest.class,
                        Documents.Accepted.class,
                        this::installModel),
                Route.change(
                        "POST",
                        "/v1/disk-models/rollback",
                        "rollBackDiskModel",
                        "Makes the model before the present one predict again.",
                        Void.class,
                        Documents.Accepted.class,
                        call ->
                                new Documents.Accepted(
                                        health.rollBackModel()
                                                        .orElseThrow(() ->
                                                                Problem.conflict(
                                                                        "NO_EARLIER_MODEL",
                                                                        "there is no model before this one"))
                                                + " predicts from now on")));
    }

    // ---- documents

    private DiskView require(Call call) throws IOException, StoreException {
        String id = call.path("disk");
        return health.disk(id)
                .orElseThrow(() -> Problem.notFound("UNKNOWN_DISK", "there is no disk " + id));
    }

    private static DiskDocuments.Disk disk(DiskView view) {
        Optional<Prediction> prediction = view.prediction();
        return new DiskDocuments.Disk(
                view.id(),
                view.device(),
                view.location().slot().orElse(null),
                List.copyOf(view.location().arrays()),
                word(view.presence()),
                word(view.identity().diskClass()),
                view.identity().maker(),
                view.identity().family(),
                view.identity().model(),
                view.identity().serial(),
                view.identity().worldWideName(),
                view.identity().firmware(),
                view.identity().capacityBytes(),
                view.powerOnHours(),
                view.gauges().get("temperature"),
                view.placed().stream().map(DiskStatus::pool).distinct().toList(),
                view.placed().stream().map(status -> status.directory().toString()).toList(),
                view.placed().stream().mapToLong(DiskStatus::chunkCount).sum(),
                prediction.map(PredictionRequests::probabilities).orElse(List.of()),
                prediction.map(known -> word(known.basis())).orElse(null),
                prediction.map(Prediction::isActionable).orElse(null),
                view.evidence().stream().map(evidence -> evidence.title()).sorted().toList(),
                view.cases().stream().map(DiskRoutes::document).toList());
    }

    private static DiskDocuments.Case document(DiskCase one) {
        return new DiskDocuments.Case(
                one.disk().toString(),
                one.pool(),
                word(one.step()),
                word(one.action()),
                one.reason(),
                one.held(),
                one.obstacle().orElse(null),
                time(one.sinceSeconds()));
    }

    private static DiskDocuments.Detail detail(DiskView view) {
        List<DiskDocuments.Reason> reasons = new ArrayList<>();
        view.prediction()
                .ifPresent(prediction ->
                        prediction
                                .contributions()
                                .forEach(part ->
                                        reasons.add(
                                                new DiskDocuments.Reason(
                                                        part.factor(),
                                                        part.title(),
                                                        part.value(),
                                                        Math.exp(part.logOdds())))));
        return new DiskDocuments.Detail(
                disk(view),
                reasons,
                view.prediction()
                        .filter(prediction -> prediction.similarChecks() > 0)
                        .map(prediction ->
                                new DiskDocuments.Similar(
                                        prediction.similarChecks(), prediction.similarFailures()))
                        .orElse(null),
                view.counters(),
                view.changes().stream()
                        .map(change ->
                                new DiskDocuments.Change(
                                        time(change.timeSeconds()),
                                        change.counter(),
                                        change.title(),
                                        change.before(),
                                        change.after()))
                        .toList(),
                view.events().stream()
                        .map(event ->
                                new DiskDocuments.Event(
                                        time(event.timeSeconds()),
                                        word(event.kind()),
                                        event.detail()))
                        .toList(),
                time(view.lastSeenSeconds()));
    }

    private DiskDocuments.History history(Call call) throws IOException, StoreException {
        DiskHealth.DiskHistorySnapshot history = health.history(require(call).id()).orElseThrow();
        List<DiskDocuments.Row> rows = new ArrayList<>();
        for (DiskHistory.Row row : history.rows()) {
            rows.add(
                    new DiskDocuments.Row(
                            time(row.timeSeconds()), row.poweredHours(), row.counters()));
        }
        List<DiskDocuments.Day> days = new ArrayList<>();
        for (DiskHistory.Day day : history.days()) {
            days.add(
                    new DiskDocuments.Day(
                            LocalDate.ofEpochDay(day.day()).toString(),
                            day.key(),
                            day.least(),
                            day.mean(),
                            day.greatest()));
        }
        return new DiskDocuments.History(rows, days);
    }

    private DiskDocuments.Alarms alarms() {
        return new DiskDocuments.Alarms(
                health.alarms().stream()
                        .map(alarm ->
                                new DiskDocuments.Alarm(
                                        alarm.key(),
                                        alarm.disk(),
                                        word(alarm.severity()),
                                        alarm.message(),
                                        time(alarm.sinceSeconds())))
                        .toList());
    }

    private static DiskDocuments.PoolRisk pool(PoolRisk risk) {
        List<DiskDocuments.Loss> losses = new ArrayList<>();
        for (Horizon horizon : Horizon.values()) {
            losses.add(
                    new DiskDocuments.Loss(
                            horizon.days(), risk.probabilities().get(losses.size())));
        }
        return new DiskDocuments.PoolRisk(risk.pool(), risk.copies(), risk.disks(), losses);
    }

    private static DiskDocuments.Cluster cluster(DiskCluster cluster) {
        RateHierarchy.Known rate = cluster.rate();
        return new DiskDocuments.Cluster(
                cluster.attribute(),
                cluster.path(),
                cluster.disks(),
                cluster.withErrors(),
                rate.failures(),
                rate.diskDays() / DAYS_PER_YEAR,
                DAYS_PER_YEAR * rate.posterior().mean(),
                DAYS_PER_YEAR * rate.posterior().quantile(0.05),
                DAYS_PER_YEAR * rate.posterior().quantile(0.95));
    }

    private DiskDocuments.Rate rate(Call call) {
        try {
            return DiskRates.document(health.rate(DiskRates.question(call)));
        } catch (RateQuestion.UnanswerableException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static DiskDocuments.Outlier outlier(Outliers.Outlier outlier) {
        return new DiskDocuments.Outlier(
                outlier.count().disk(),
                outlier.count().cluster(),
                outlier.count().count(),
                outlier.expected(),
                outlier.tailProbability());
    }

    private static DiskDocuments.HighValue highValue(Outliers.HighValue high) {
        return new DiskDocuments.HighValue(
                high.disk(),
                high.cluster(),
                high.measure(),
                high.mean(),
                high.median(),
                high.tailProbability());
    }

    private DiskDocuments.Models models() throws IOException {
        List<DiskDocuments.Model> models = new ArrayList<>();
        ModelIdentity now = health.model().identity();
        for (ModelRegistry.Entry entry : health.models()) {
            models.add(model(entry.identity(), entry.isChampion()));
        }
        if (models.stream().noneMatch(DiskDocuments.Model::champion)) {
            models.add(model(now, true));
        }
        RetrainingRecord last = health.lastRetraining();
        return new DiskDocuments.Models(
                models,
                last.atSeconds() == 0 ? null : time(last.atSeconds()),
                last.atSeconds() == 0 ? null : last.reason());
    }

    private static DiskDocuments.Model model(ModelIdentity identity, boolean champion) {
        return new DiskDocuments.Model(
                identity.version(),
                champion,
                identity.learnedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                identity.asOf().toString(),
                identity.source(),
                identity.dataSha256(),
                identity.disks(),
                identity.failures());
    }

    // ---- changes

    private Documents.Accepted evacuate(Call call) throws IOException, StoreException {
        boolean deactivate =
                Boolean.TRUE.equals(call.body(DiskDocuments.EvacuateRequest.class).deactivate());
        Documents.Accepted accepted =
                accepted(
                        health.evacuate(
                                require(call).id(),
                                deactivate
                                        ? Policy.Action.DEACTIVATE_AND_REPLACE
                                        : Policy.Action.EVACUATE));
        unit.pollSoon();
        return accepted;
    }

    private Documents.Accepted replace(Call call) throws IOException, StoreException {
        DiskDocuments.ReplaceRequest request = call.body(DiskDocuments.ReplaceRequest.class);
        String directory = request.directory();
        if (directory == null || !Path.of(directory).isAbsolute()) {
            throw Problem.badRequest("directory must be the absolute path of the new disk's");
        }
        DiskView view = require(call);
        List<DiskStatus> placed =
                view.placed().stream()
                        .filter(status ->
                                request.storeDisk() == null
                                        || status.disk().toString().equals(request.storeDisk()))
                        .toList();
        if (placed.size() != 1) {
            throw Problem.conflict(
                    "NOT_ONE_DIRECTORY",
                    "%d store directories lie on disk %s; name one as storeDisk: %s"
                            .formatted(placed.size(), view.id(), directories(view)));
        }
        Documents.Accepted accepted =
                accepted(health.replace(placed.getFirst().disk(), Path.of(directory)));
        unit.pollSoon();
        return accepted;
    }

    private static String directories(DiskView view) {
        return view.placed().stream()
                .map(status -> status.disk() + " (" + status.directory() + ")")
                .collect(Collectors.joining(", "));
    }

    private static DiskDocuments.Retraining retraining(Retraining.Outcome outcome) {
        return switch (outcome) {
            case Retraining.Outcome.Promote(FailureModel model, String reason) ->
                    new DiskDocuments.Retraining(true, model.identity().version(), reason);
            case Retraining.Outcome.Keep(String reason) ->
                    new DiskDocuments.Retraining(false, null, reason);
        };
    }

    private DiskDocuments.FileOutcome exportHistories(Call call) {
        Path file = file(call);
        try {
            return new DiskDocuments.FileOutcome(
                    file.toString(), health.exportHistory(file, nodeId.toString()));
        } catch (FileAlreadyExistsException e) {
            throw Problem.conflict("FILE_EXISTS", file + " is there already");
        } catch (IOException e) {
            throw Problem.conflict("NOT_WRITTEN", "%s: %s".formatted(file, e));
        }
    }

    private DiskDocuments.FileOutcome importHistories(Call call) {
        Path file = file(call);
        try {
            return new DiskDocuments.FileOutcome(file.toString(), health.importHistory(file));
        } catch (NoSuchFileException e) {
            throw Problem.badRequest("there is no file " + file);
        } catch (IOException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private Documents.Accepted installModel(Call call) {
        Path file = file(call);
        try {
            return new Documents.Accepted(
                    health.installModel(Files.readAllBytes(file)) + " predicts from now on");
        } catch (NoSuchFileException e) {
            throw Problem.badRequest("there is no file " + file);
        } catch (IOException e) {
            throw Problem.badRequest("%s: %s".formatted(file, e.getMessage()));
        }
    }

    private static Path file(Call call) {
        String file = call.body(DiskDocuments.FileRequest.class).file();
        if (file == null || !Path.of(file).isAbsolute()) {
            throw Problem.badRequest("file must be an absolute path");
        }
        return Path.of(file);
    }

    private Documents.Accepted acknowledge(Call call) throws IOException, StoreException {
        String counter = call.body(DiskDocuments.AcknowledgeRequest.class).counter();
        String id = require(call).id();
        if (counter == null || !health.acknowledge(id, counter)) {
            throw Problem.badRequest("disk %s has no counter %s".formatted(id, counter));
        }
        return new Documents.Accepted(counter + " is told of again only if it grows");
    }

    private Documents.Accepted forget(Call call) throws IOException, StoreException {
        String id = require(call).id();
        Optional<String> obstacle = health.forget(id);
        if (obstacle.isPresent()) {
            throw Problem.conflict("REFUSED", obstacle.get());
        }
        return new Documents.Accepted(id + " is missed no more");
    }

    private DiskDocuments.PredictionStatus predict(Call call) throws IOException, StoreException {
        DiskDocuments.PredictionRequest request = call.body(DiskDocuments.PredictionRequest.class);
        LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
        LocalDate end = date("end", request.end(), today);
        LocalDate start = date("start", request.start(), end.minusDays(30));
        if (start.isAfter(end) || start.until(end).toTotalMonths() > PREDICTED_DAYS_MAX / 30) {
            throw Problem.badRequest("start must lie before end, and by ten years at most");
        }
        List<String> ids =
                health.disks().stream()
                        .filter(view ->
                                request.model() == null
                                        || view.identity().model().equals(request.model()))
                        .map(DiskView::id)
                        .filter(id -> request.disks() == null || request.disks().contains(id))
                        .toList();
        if (request.disks() != null && ids.size() < request.disks().size()) {
            throw Problem.notFound("UNKNOWN_DISK", "not all of " + request.disks() + " are there");
        }
        return predictions.begin(ids, start, end);
    }

    static LocalDate date(String name, @Nullable String text, LocalDate otherwise) {
        try {
            return text == null ? otherwise : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw Problem.badRequest(
                    "%s must be a day as 2026-01-31, not '%s'".formatted(name, text));
        }
    }

    private static Documents.Accepted accepted(Workflow.Outcome outcome) {
        return switch (outcome) {
            case Workflow.Outcome.Accepted(DiskCase now) ->
                    new Documents.Accepted(
                            outcome(now.step())
                                    + (now.held() ? ", but held" : "")
                                    + now.obstacle()
                                            .map(reason -> "; waits: " + reason)
                                            .orElse(""));
            case Workflow.Outcome.Refused(String reason) ->
                    throw Problem.conflict("REFUSED", reason);
        };
    }

    private static String outcome(DiskCase.Step step) {
        return switch (step) {
            case ALERTED -> "it is watched";
            case FIRED -> "it is to be evacuated";
            case EVACUATING -> "it is being evacuated";
            case EMPTY -> "it is empty";
            case AWAITING_REPLACEMENT -> "it is out of service and wants to be replaced";
            case REBALANCING -> "it is replaced, and the pool is being evened out";
            case DONE -> "it stays in service, and nothing is being done with it";
        };
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String time(long seconds) {
        return seconds == 0 ? "" : Instant.ofEpochSecond(seconds).toString();
    }
}
