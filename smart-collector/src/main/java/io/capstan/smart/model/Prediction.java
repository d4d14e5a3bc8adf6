package io.capstan.smart.model;

import java.util.List;

/**
 * What a model says of one disk, and why.
 *
 * @param probabilities of failure, in the order of {@link Horizon}; none below the one before it
 * @param basis what the prediction rests on
 * @param isActionable whether enough like it were seen in calibration to act on the 30-day probability
 * @param score log odds of failing within 30 days before calibration: finer than the probability, for ranking
 * @param similarChecks past checks of other disks with such a score, weighted as they stand for the fleet today
 * @param similarFailures those of them that a failure within 30 days followed
 * @param contributions to the log odds of failing within 30 days, the largest first
 */
public record Prediction(
        List<Probability> probabilities,
        Basis basis,
        boolean isActionable,
        double score,
        double similarChecks,
        double similarFailures,
        List<Contribution> contributions) {

    /** What is known of disks of a kind. */
    public enum Basis {
        /** Trees learned from histories of disks of its class. */
        LEARNED_MODEL,
        /** Rates by class, maker and model, and rules on hard evidence: no failure histories of the class exist to learn from. */
        PRIORS_AND_RULES
    }

    /**
     * By how much one factor moves the log odds.
     *
     * @param value of the factor, as the model sees it
     */
    public record Contribution(String factor, String title, double value, double logOdds) {}

    @SuppressWarnings("EnumOrdinal") // probabilities are kept in the order of the horizons
    public Probability probability(Horizon horizon) {
        return probabilities.get(horizon.ordinal());
    }
}
