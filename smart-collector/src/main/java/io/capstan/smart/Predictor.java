package io.capstan.smart;

import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Prediction;
import java.util.Optional;
import java.util.Set;

/** The model in use, whose rates go on learning from this node's disks, and what it predicts of each. Has one owner. */
final class Predictor {

    /** Rates learn of a disk's days so often. */
    private static final int WEEK_HOURS = 7 * 24;

    private final DiskRecords records;
    private final HardEvidence.Weights weights;
    private FailureModel model;

    Predictor(DiskRecords records, HardEvidence.Weights weights, FailureModel model) {
        this.records = records;
        this.weights = weights;
        this.model = model;
        countAgain();
    }

    FailureModel model() {
        return model;
    }

    /** Another model predicts from the next time on. */
    void use(FailureModel other) {
        model = other;
        countAgain();
    }

    private void countAgain() {
        for (DiskRecord disk : records.all()) {
            disk.countedHour = 0;
            disk.endIsCounted = false;
            count(disk, 1);
        }
    }

    /**
     * The model's rates count what this node's own disks went through since the model was learned, too: the days week by week, and
     * how it ended at once.
     */
    private void count(DiskRecord disk, int hoursMin) {
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
                            known.get(),
                            span.lastPoweredHours(),
                            hasEnded && known.get().failed() ? 1 : 0,
                            Math.max(0, span.lastHour() - from) / 24.0);
            disk.countedHour = Math.max(from, span.lastHour());
            disk.endIsCounted = disk.isEnded();
        }
    }

    /** Predicts all disks anew, from all that is known of them now. */
    void predict() {
        records.all().forEach(disk -> count(disk, WEEK_HOURS));
        for (DiskRecord disk : records.all()) {
            Optional<Trajectory> trajectory = disk.isEnded() ? Optional.empty() : disk.trajectory();
            disk.prediction =
                    trajectory.map(known ->
                            model.predict(
                                    known,
                                    known.span().lastPoweredHours(),
                                    disk.evidence,
                                    weights));
        }
    }

    /** What would have been predicted of a disk at a time; empty for one before it was first seen. */
    Optional<Prediction> predictAt(DiskRecord disk, long timeSeconds) {
        boolean isPast = timeSeconds < disk.log.history().lastSeenSeconds();
        long hour = timeSeconds / 3600;
        return disk.trajectory()
                .filter(known -> hour >= known.span().firstHour())
                .map(known ->
                        model.predict(
                                known,
                                known.span()
                                        .poweredHoursAt(
                                                (int) Math.min(hour, known.span().lastHour())),
                                isPast ? Set.of() : disk.evidence,
                                weights));
    }
}
