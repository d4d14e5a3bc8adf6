package io.capstan.appliance.node;

import io.capstan.changer.ChangerPersonality;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.Personality;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Optional;

/**
 * A library as configuration wants it.
 *
 * @param name names it and its logical units for ever
 * @param serialNumber its own; drawn if there is none
 * @param drives in order of element address
 * @param firstCartridges made when the library is first seen
 */
public record LibraryPlan(
        String name,
        ChangerPersonality personality,
        Optional<String> serialNumber,
        int storageCount,
        int importExportCount,
        List<Drive> drives,
        List<FirstCartridges> firstCartridges) {

    public LibraryPlan {
        drives = List.copyOf(drives);
        firstCartridges = List.copyOf(firstCartridges);
    }

    LibraryPlan withCounts(int newStorageCount, int newImportExportCount) {
        return new LibraryPlan(
                name,
                personality,
                serialNumber,
                newStorageCount,
                newImportExportCount,
                drives,
                firstCartridges);
    }

    LibraryPlan withDrives(List<Drive> newDrives) {
        return new LibraryPlan(
                name,
                personality,
                serialNumber,
                storageCount,
                importExportCount,
                newDrives,
                firstCartridges);
    }

    /**
     * A drive.
     *
     * @param serialNumber its own; drawn if there is none
     */
    public record Drive(Personality personality, Optional<String> serialNumber) {}

    /** Cartridges of one type that a new library comes with, in its storage elements. */
    public record FirstCartridges(
            List<VolumeIdentifier> volumes, CartridgeType type, long capacityBytes) {

        public FirstCartridges {
            volumes = List.copyOf(volumes);
        }
    }
}
