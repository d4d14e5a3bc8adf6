package io.capstan.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What libraries can be built of, which this room does not know and whoever reads a configuration does. */
public interface Equipment {

    /**
     * Adds what an administrator has described in the files of a directory, so that configuration can name it.
     *
     * @param directory {@code personality-dir}
     * @return what is wrong with them, one sentence each that names file, line and key; nothing was added then
     */
    List<String> addPersonalities(Path directory);

    /** Names of changer personalities. */
    Set<String> changerPersonalities();

    /** Names of drive personalities. */
    Set<String> drivePersonalities();

    /** What the barcodes of a medium end with, by name of the medium, such as {@code L8} for {@code LTO-8}. */
    Map<String, String> barcodeSuffixes();

    /** Why a library cannot be built so, such as element addresses that overlap; empty where it can. */
    Optional<String> objection(LibrarySettings library);
}
