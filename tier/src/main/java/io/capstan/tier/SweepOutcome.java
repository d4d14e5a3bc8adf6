package io.capstan.tier;

/**
 * What a sweep of a tier found.
 *
 * @param removedObjects objects that nothing referred to
 * @param removedBytes how long they were
 * @param unfinishedObjects objects that were begun to be stored and are given up
 * @param strangeObjects objects of cartridges that the catalog does not know, or that a cartridge's index in the tier still
 *     names: they stay, and {@code catalog rebuild} with that tier is what finds out about them
 */
public record SweepOutcome(
        long removedObjects, long removedBytes, long unfinishedObjects, long strangeObjects) {}
