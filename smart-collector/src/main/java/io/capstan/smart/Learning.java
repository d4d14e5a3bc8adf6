package io.capstan.smart;

import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.ModelRegistry;
import io.capstan.smart.model.Retraining;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How another model comes to predict: learned from histories, installed, or the one before it again. Has one owner. */
final class Learning {

    private static final Logger LOG = LoggerFactory.getLogger(Learning.class);
    private static final long WEEK_SECONDS = 7 * 24 * 3600;

    private final Path directory;
    private final long retrainSeconds;
    private final ModelRegistry registry;
    private final Supplier<FailureModel> fallback;
    private final Predictor predictor;
    private final DiskRecords records;
    private final InstantSource clock;

    /**
     * @param fallback model for a registry without a champion, asked for then alone
     */
    Learning(
            DiskHealthSettings settings,
            ModelRegistry registry,
            Supplier<FailureModel> fallback,
            Predictor predictor,
            DiskRecords records,
            InstantSource clock) {
        this.directory = settings.directory();
        this.retrainSeconds = settings.retrainSeconds();
        this.registry = registry;
        this.fallback = fallback;
        this.predictor = predictor;
        this.records = records;
        this.clock = clock;
    }

    /** A champion that this program does not read, as one of an earlier version, is no reason to leave disks unwatched. */
    static FailureModel champion(ModelRegistry registry, Supplier<FailureModel> fallback) {
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

    /** Whether a better model is to be looked for. */
    enum Due {
        NO,
        IF_DISKS_HAVE_CHANGED,
        YES
    }

    Due due() throws IOException {
        long passed = clock.instant().getEpochSecond() - last().atSeconds();
        if (retrainSeconds == 0 || passed < WEEK_SECONDS) {
            return Due.NO;
        }
        return passed >= retrainSeconds ? Due.YES : Due.IF_DISKS_HAVE_CHANGED;
    }

    RetrainingRecord last() throws IOException {
        return RetrainingRecord.read(directory);
    }

    RetrainingAttempt attempt() throws IOException {
        return new RetrainingAttempt(
                fleet().values().stream().filter(Learning::isLearnedFrom).toList(),
                modelCopy(),
                clock.instant());
    }

    private FailureModel modelCopy() throws IOException {
        return FailureModel.fromJson(predictor.model().toJson());
    }

    PolicyReplay replay(HardEvidence.Weights weights) throws IOException {
        return new PolicyReplay(fleet(), modelCopy(), weights);
    }

    /** Of others there are no failures to learn from. */
    private static boolean isLearnedFrom(Trajectory disk) {
        return disk.traits().diskClass() == DiskTraits.DiskClass.ATA_HDD;
    }

    /** Disks of this node, and those of imported histories that are not of this node, by id. */
    private SortedMap<String, Trajectory> fleet() throws IOException {
        SortedMap<String, Trajectory> fleet = new TreeMap<>();
        for (DiskRecord disk : ImportedHistories.read(directory)) {
            disk.trajectory().ifPresent(known -> fleet.put(disk.identity.id(), known));
            disk.log.close();
        }
        for (DiskRecord disk : records.all()) {
            disk.trajectory().ifPresent(known -> fleet.put(disk.identity.id(), known));
        }
        return fleet;
    }

    /** What came of an attempt: a better model predicts from now on. */
    void take(Retraining.Outcome outcome) throws IOException {
        boolean isBetter = outcome instanceof Retraining.Outcome.Promote;
        if (outcome instanceof Retraining.Outcome.Promote(FailureModel better, var _)) {
            registry.add(better);
            registry.promote(better.identity().version());
            predictor.use(registry.load(better.identity().version()));
        }
        new RetrainingRecord(clock.instant().getEpochSecond(), isBetter, outcome.reason())
                .write(directory);
        LOG.info(
                "{}: {}",
                isBetter ? "a better model was learned" : "the model stays",
                outcome.reason());
    }

    List<ModelRegistry.Entry> models() throws IOException {
        return registry.list();
    }

    /** @see DiskHealth#installModel */
    String install(byte[] document) throws IOException {
        FailureModel installed = FailureModel.fromJson(document);
        String version = installed.identity().version();
        registry.add(installed);
        registry.promote(version);
        predictor.use(installed);
        return version;
    }

    /** @see DiskHealth#rollBackModel */
    Optional<String> rollBack() throws IOException {
        if (registry.rollBack().isEmpty() && !registry.retire()) {
            return Optional.empty();
        }
        predictor.use(champion(registry, fallback));
        return Optional.of(predictor.model().identity().version());
    }
}
