package io.capstan.changer;

import io.capstan.catalog.ElementLocation;

/**
 * How a library is built, apart from its drives and what is in it.
 *
 * @param name names it in the catalog, 1 to 64 printable ASCII characters; what is in its elements is found by it, so it
 *     stays for ever
 * @param serialNumber its own, 1 to as many characters as the personality has room for; stays for ever
 * @param storageCount storage elements, 1 or more
 * @param importExportCount import/export elements, 0 or more
 */
public record LibraryConfiguration(
        String name,
        ChangerPersonality personality,
        String serialNumber,
        int storageCount,
        int importExportCount) {

    public LibraryConfiguration {
        new ElementLocation(name, 0);
        personality.checkSerialNumber(serialNumber);
        if (storageCount < 1 || importExportCount < 0) {
            throw new IllegalArgumentException(
                    "library %s needs storage elements: %d, and import/export elements: %d"
                            .formatted(name, storageCount, importExportCount));
        }
    }

    /** The same library with other numbers of elements. */
    LibraryConfiguration withCounts(int newStorageCount, int newImportExportCount) {
        return new LibraryConfiguration(
                name, personality, serialNumber, newStorageCount, newImportExportCount);
    }

    /**
     * @param driveCount data transfer elements, 0 for an archival library
     * @throws IllegalArgumentException if the personality has no room for that many elements
     */
    ElementAddressMap addressMap(int driveCount) {
        return personality.addressMap(storageCount, importExportCount, driveCount);
    }
}
