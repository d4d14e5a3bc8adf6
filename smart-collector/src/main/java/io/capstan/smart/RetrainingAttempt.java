package io.capstan.smart;

import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.FleetLearner;
import io.capstan.smart.model.Retraining;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * What it takes to learn a model, apart from everything that goes on: it may take a minute, and nobody waits meanwhile.
 *
 * @param fleet disks to learn from
 * @param champion a copy of the model in use
 */
record RetrainingAttempt(List<Trajectory> fleet, FailureModel champion, Instant now) {

    /** Whether disks are not any more as they were when the champion learned. */
    boolean hasDrifted() {
        return !Retraining.drifts(fleet, champion, now).isEmpty();
    }

    Retraining.Outcome run() throws IOException {
        return Retraining.run(
                fleet,
                champion,
                now,
                "%d disks of this node and of imported histories".formatted(fleet.size()),
                FleetLearner.Effort.defaults());
    }
}
