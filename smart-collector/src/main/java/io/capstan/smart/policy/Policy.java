package io.capstan.smart.policy;

import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.OperatingCurve;
import java.util.List;

/**
 * When something is done about a disk, and what.
 *
 * @param horizon within which failure is predicted
 */
public record Policy(String name, Horizon horizon, Criterion criterion, Action action) {

    /** From which predicted probability on a policy fires. All but the first are turned into the first on history. */
    public sealed interface Criterion {

        /** The probability from which on it fires, by what firing came to in the past; above 1 if it never does. */
        default double threshold(OperatingCurve past) {
            return switch (this) {
                case Probability(double atLeast) -> atLeast;
                case ExpectedCost(double failureCost, double replacementCost) ->
                        replacementCost / failureCost;
                case Coverage(double missedShareMax) -> past.coverageThreshold(missedShareMax);
                case Precision(double shareMin) -> past.precisionThreshold(shareMin);
            };
        }

        /** The probability itself. */
        record Probability(double atLeast) implements Criterion {}

        /** Miss at most such a share of the failures that the model can foresee at all. */
        record Coverage(double missedShareMax) implements Criterion {}

        /** At least such a share of those that it fires on fail. */
        record Precision(double shareMin) implements Criterion {}

        /** What a failure without warning costs, against what taking out a disk costs; the threshold at which both are even. */
        record ExpectedCost(double failureCost, double replacementCost) implements Criterion {}
    }

    /** What is done, in rising order of consequence. */
    public enum Action {
        ALERT,
        /** Move its chunks elsewhere. */
        EVACUATE,
        /** The same, then take it out of service and ask for another one. */
        DEACTIVATE_AND_REPLACE
    }

    public Policy {
        boolean isOfHistory =
                criterion instanceof Criterion.Coverage || criterion instanceof Criterion.Precision;
        if (isOfHistory && horizon != Horizon.DAYS_30) {
            throw new IllegalArgumentException(
                    "policy %s: shares of failures are known for 30 days alone".formatted(name));
        }
        boolean isSound =
                switch (criterion) {
                    case Criterion.Probability(double p) -> p > 0 && p <= 1;
                    case Criterion.Coverage(double share) -> share >= 0 && share < 1;
                    case Criterion.Precision(double share) -> share > 0 && share <= 1;
                    case Criterion.ExpectedCost(double failure, double replacement) ->
                            replacement > 0 && failure > replacement;
                };
        if (!isSound) {
            throw new IllegalArgumentException(
                    "policy %s: %s cannot be met".formatted(name, criterion));
        }
    }

    /** What is done if nothing is configured: the first two are the source text's, the third is for a calibrated model. */
    public static List<Policy> defaults() {
        return List.of(
                new Policy(
                        "copy-away",
                        Horizon.DAYS_30,
                        new Criterion.Probability(0.90),
                        Action.EVACUATE),
                new Policy(
                        "replace",
                        Horizon.DAYS_30,
                        new Criterion.Probability(0.95),
                        Action.DEACTIVATE_AND_REPLACE),
                new Policy(
                        "likely-to-fail",
                        Horizon.DAYS_30,
                        new Criterion.Probability(0.25),
                        Action.DEACTIVATE_AND_REPLACE),
                new Policy(
                        "watch", Horizon.DAYS_30, new Criterion.Probability(0.05), Action.ALERT));
    }
}
