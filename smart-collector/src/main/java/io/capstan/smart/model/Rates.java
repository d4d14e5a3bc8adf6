package io.capstan.smart.model;

/**
 * Failures a disk-day that a disk's attributes alone speak for, as the rate hierarchy knew them at one time.
 *
 * @param modelAtAge of its model at its age
 * @param modelRecent of its model lately
 * @param batch of its batch
 */
record Rates(double modelAtAge, double modelRecent, double batch) {}
