package io.capstan.smart.model;

/** Learns the hazard of an interval after checks, and judges those same checks as if it had not learned from their disks. */
@FunctionalInterface
interface HazardLearner {

    /**
     * @param asOfHour nothing that happened later is used
     * @param fromHours after a check at which the interval begins
     * @param toHours at which it ends
     */
    HazardForest.Learned learn(Samples samples, int asOfHour, int fromHours, int toHours);
}
