package io.capstan.tier;

import io.capstan.catalog.ElementLocation;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Optional;

/**
 * A cartridge that leaves a library.
 *
 * @param from where it was, and goes back to if the job is cancelled
 * @param fromTier where that library's cartridges have their data
 * @param toTier where its data is to be
 * @param release tiers whose copies go once it is there
 * @param to where it is put at the end; empty to leave it outside every library
 * @param toStorage whether it goes to an empty storage element of that library instead
 */
public record Departure(
        VolumeIdentifier volume,
        ElementLocation from,
        String fromTier,
        String toTier,
        List<String> release,
        Optional<ElementLocation> to,
        boolean toStorage) {

    public Departure {
        release = List.copyOf(release);
    }
}
