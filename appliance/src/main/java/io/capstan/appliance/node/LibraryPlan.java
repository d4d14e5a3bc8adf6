package io.capstan.appliance.node;

import io.capstan.changer.ChangerPersonality;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.Personality;
import java.util.List;
import java.util.Optional;

/**
 * A library as configuration wants it.
 *
 * @param name names it and its logical units for ever
 * @param drives one personality each, in order of element address
 * @param firstCartridges made when the library is first seen
 */
public record LibraryPlan(
        String name,
        ChangerPersonality personality,
        int storageCount,
        int importExportCount,
        List<Personality> drives,
        Optional<FirstCartridges> firstCartridges) {

    public LibraryPlan {
        drives = List.copyOf(drives);
    }

    /**
     * Cartridges that a new library comes with, in its storage elements.
     *
     * @param prefix what their barcodes begin with; a number and the suffix of the type follow
     */
    public record FirstCartridges(
            int count, String prefix, CartridgeType type, long capacityBytes) {}
}
