package io.capstan.smart;

import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.PolicySimulation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;

/**
 * What policies would have done with disks that there are histories of. Each is judged week by week, and whenever one of its
 * counters changed, by what was known of it then; but by the model as it is now: of disks that it learned from, it knows the end.
 * Outright signs of failure are in no history, and count for nothing.
 *
 * <p>A copy, apart from everything that goes on. Has one owner.
 */
public final class PolicyReplay {

    private static final int WEEK_HOURS = 7 * 24;
    private static final int HOUR_SECONDS = 3600;

    /** A disk's first day says nothing. */
    private static final int SETTLING_HOURS = 24;

    private final List<String> ids;
    private final List<Trajectory> disks;
    private final FailureModel model;
    private final HardEvidence.Weights weights;

    PolicyReplay(
            SortedMap<String, Trajectory> disks, FailureModel model, HardEvidence.Weights weights) {
        this.ids = List.copyOf(disks.keySet());
        this.disks = List.copyOf(disks.values());
        this.model = model;
        this.weights = weights;
    }

    /**
     * A disk that a policy would have fired on.
     *
     * @param leadDays until it failed; empty if it did not in the time replayed
     */
    public record Firing(String disk, long timeSeconds, OptionalDouble leadDays) {}

    /**
     * What would have happened.
     *
     * @param fired in the order of time
     */
    public record Outcome(Policy policy, PolicySimulation.Outcome counts, List<Firing> fired) {

        public Outcome {
            fired = List.copyOf(fired);
        }
    }

    /** What policies see of a prediction: one that does something waits until enough disks like it were seen in calibration. */
    private record Sight(Horizon horizon, boolean isOfAll) {

        static Sight of(Policy policy) {
            return new Sight(policy.horizon(), policy.action() == Policy.Action.ALERT);
        }

        double probability(Prediction prediction) {
            return isOfAll || prediction.isActionable()
                    ? prediction.probability(horizon).value()
                    : 0;
        }
    }

    /**
     * @param toSeconds a later failure is none of the time replayed
     * @param progress is told the share that is done
     */
    public List<Outcome> run(
            List<Policy> policies, long fromSeconds, long toSeconds, DoubleConsumer progress) {
        int from = Math.toIntExact(fromSeconds / HOUR_SECONDS);
        int to = Math.toIntExact(toSeconds / HOUR_SECONDS);
        Map<Sight, PolicySimulation> simulations = new HashMap<>();
        policies.forEach(policy ->
                simulations.computeIfAbsent(
                        Sight.of(policy), _ -> new PolicySimulation(disks, to)));
        for (int disk = 0; disk < disks.size(); disk++) {
            judge(disk, from, to, simulations);
            progress.accept((disk + 1.0) / disks.size());
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Policy policy : policies) {
            PolicySimulation simulation = Objects.requireNonNull(simulations.get(Sight.of(policy)));
            double threshold = policy.criterion().threshold(model.operating());
            outcomes.add(outcome(policy, simulation.simulate(threshold)));
        }
        return outcomes;
    }

    private void judge(int disk, int from, int to, Map<Sight, PolicySimulation> simulations) {
        Trajectory trajectory = disks.get(disk);
        for (int powered : looks(trajectory, from, to)) {
            Prediction prediction = model.predict(trajectory, powered, Set.of(), weights);
            simulations.forEach((sight, simulation) ->
                    simulation.add(disk, powered, sight.probability(prediction)));
        }
    }

    private static NavigableSet<Integer> looks(Trajectory disk, int from, int to) {
        Trajectory.Span span = disk.span();
        if (from > span.lastHour() || to < span.firstHour()) {
            return Collections.emptyNavigableSet();
        }
        int first =
                Math.max(
                        span.firstPoweredHours() + SETTLING_HOURS,
                        span.poweredHoursAt(Math.max(from, span.firstHour())));
        int last = span.poweredHoursAt(Math.min(to, span.lastHour()));
        NavigableSet<Integer> looks = new TreeSet<>();
        for (int powered = first; powered <= last; powered += WEEK_HOURS) {
            looks.add(powered);
        }
        for (int row = 0; row < disk.rows(); row++) {
            int powered = disk.poweredHours(row);
            if (powered >= first && powered <= last) {
                looks.add(powered);
            }
        }
        return looks;
    }

    private Outcome outcome(Policy policy, PolicySimulation.Outcome counts) {
        List<Firing> fired = new ArrayList<>();
        for (PolicySimulation.Firing firing : counts.fired()) {
            long hour = disks.get(firing.disk()).span().hourAt(firing.poweredHours());
            fired.add(new Firing(ids.get(firing.disk()), hour * HOUR_SECONDS, firing.leadDays()));
        }
        fired.sort(Comparator.comparingLong(Firing::timeSeconds));
        return new Outcome(policy, counts, fired);
    }
}
