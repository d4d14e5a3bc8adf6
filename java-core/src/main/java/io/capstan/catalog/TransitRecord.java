package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;

/**
 * A cartridge on its way: in no element, and in the care of a job that will put it where it is to be.
 *
 * @param volume the key
 * @param job number of the job
 */
public record TransitRecord(VolumeIdentifier volume, long job) {

    public TransitRecord {
        Range.checkNotNegative("job number", job);
    }
}
