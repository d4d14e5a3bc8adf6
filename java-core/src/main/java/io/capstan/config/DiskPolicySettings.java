package io.capstan.config;

import java.util.List;

/**
 * An item of {@code disks.policies}: when something is done about a disk, and what.
 *
 * @param name in alarms and lists ({@code name}); required
 * @param horizonDays within which failure is predicted ({@code horizon-days}): 30, 90 or 365
 * @param criterion which of the keys {@code probability}, {@code miss-at-most}, {@code precision} and {@code failure-cost} is
 *     there; one is required
 * @param value of that key
 * @param action what is done ({@code action})
 */
public record DiskPolicySettings(
        String name, int horizonDays, Criterion criterion, double value, Action action) {

    static final List<Integer> HORIZONS_DAYS = List.of(30, 90, 365);
    static final int HORIZON_DAYS_DEFAULT = 30;

    /** What the value of a policy means. */
    public enum Criterion {
        /** The predicted probability. */
        PROBABILITY,
        /** The share of the failures that can be foreseen which may be missed. */
        MISS_AT_MOST,
        /** The share of the disks acted on that are to fail. */
        PRECISION,
        /** What a failure without warning costs, against 1 for taking out a disk. */
        FAILURE_COST
    }

    /** What is done, in rising order of consequence. */
    public enum Action {
        ALERT,
        EVACUATE,
        REPLACE
    }
}
