package io.capstan.appliance.accounting;

/**
 * Data that came from a tier, where that costs something.
 *
 * @param of the cartridge that it is of, and where that was; what it takes up is left out
 * @param tier it came from
 * @param chunkCount each of which was a request
 */
record Fetched(Usage of, String tier, long bytes, long chunkCount) {

    /** What this counts under. */
    String key(Usage.Key by) {
        return of.key(by, tier);
    }
}
