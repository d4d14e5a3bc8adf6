package io.capstan.config;

import java.util.List;
import java.util.Optional;

/**
 * An item of {@code libraries}.
 *
 * @param name names it and its logical units for ever ({@code name}); required
 * @param personality the changer it looks like ({@code personality})
 * @param serialNumber its serial number ({@code serial}); drawn once and kept where there is none
 * @param drives in order of element address ({@code drives})
 * @param storageElements slots ({@code storage-elements})
 * @param importExportElements mail slots ({@code import-export-elements})
 * @param cartridges made when the library is first seen ({@code cartridges})
 */
public record LibrarySettings(
        String name,
        String personality,
        Optional<String> serialNumber,
        List<DriveSettings> drives,
        int storageElements,
        int importExportElements,
        List<CartridgeSettings> cartridges) {

    static final String PERSONALITY_DEFAULT = "stk-l700";
    static final int DRIVE_COUNT_DEFAULT = 2;
    static final int STORAGE_ELEMENTS_DEFAULT = 40;
    static final int IMPORT_EXPORT_ELEMENTS_DEFAULT = 4;

    public LibrarySettings {
        drives = List.copyOf(drives);
        cartridges = List.copyOf(cartridges);
    }
}
