package io.capstan.smart.model;

/**
 * Failures a disk-day that a disk's attributes alone speak for, as the rate hierarchy knew them at one time.
 *
 * @param modelAtAge of its model at its age
 * @param modelRecent of its model lately
 * @param batch of its batch
 * @param firmware factor by which its firmware's risk differs from its model's
 * @param place factor by which the risk where it is differs from elsewhere
 */
record Rates(double modelAtAge, double modelRecent, double batch, double firmware, double place) {

    /** What is believed before the disk's own counters speak. */
    double prior() {
        return modelAtAge * firmware * place;
    }
}
