package io.capstan.catalog;

import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;

/**
 * A cartridge that shows an earlier generation of another one, and has no content of its own.
 *
 * @param shownAs the cartridge that shows it
 * @param volume the cartridge whose generation it is
 * @param container of that one
 * @param generation one that is kept, and is as long as it is shown
 */
public record ShownGeneration(
        VolumeIdentifier shownAs, VolumeIdentifier volume, ContainerId container, long generation) {

    public ShownGeneration {
        Range.checkNotNegative("generation", generation);
    }

    /** Whether it is that one. */
    public boolean isOf(ContainerId other, long number) {
        return container.equals(other) && generation == number;
    }
}
