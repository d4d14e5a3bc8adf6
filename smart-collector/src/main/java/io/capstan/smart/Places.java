package io.capstan.smart;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.format.DiskId;
import io.capstan.smart.history.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * On which physical disks each store directory lies, kept in a file: of a directory that is not there any more, that is where it
 * was. Has one owner.
 */
final class Places {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final SortedMap<String, SortedSet<String>> disks = new TreeMap<>();

    /**
     * @throws IOException if the file is there and cannot be read
     */
    Places(Path file) throws IOException {
        this.file = file;
        if (Files.exists(file)) {
            disks.putAll(
                    JSON.readValue(
                            Files.readAllBytes(file),
                            new TypeReference<SortedMap<String, SortedSet<String>>>() {}));
        }
    }

    /** Ids of the disks below a store directory; none if that was never known. */
    SortedSet<String> of(DiskId directory) {
        return disks.getOrDefault(directory.toString(), new TreeSet<>());
    }

    /** Whether a disk is below both store directories. Of those whose place is not known, that is not said. */
    boolean isShared(DiskId one, DiskId other) {
        return !Collections.disjoint(of(one), of(other));
    }

    void put(DiskId directory, SortedSet<String> ids) throws IOException {
        if (!ids.equals(disks.put(directory.toString(), ids))) {
            WholeFile.replace(file, JSON.writeValueAsBytes(disks));
        }
    }
}
