package io.capstan.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.history.DiskLog;
import io.capstan.smart.history.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The disks that are or were in this node: of each, a file that says which it is, and its log beside that. Has one owner. */
final class DiskRecords implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskRecords.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String IDENTITY_SUFFIX = ".json";
    private static final String LOG_SUFFIX = ".log";

    private final Path directory;
    private final SortedMap<String, DiskRecord> disks = new TreeMap<>();

    private final List<String> site;

    private DiskRecords(Path directory, List<String> site) {
        this.directory = directory;
        this.site = site;
    }

    /**
     * @param directory of the files; made if it is not there
     * @param site room and enclosure of this node, as far as they are known
     * @throws IOException if one of them cannot be read
     */
    static DiskRecords open(Path directory, List<String> site) throws IOException {
        DiskRecords records = new DiskRecords(Files.createDirectories(directory), site);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                if (String.valueOf(file.getFileName()).endsWith(IDENTITY_SUFFIX)) {
                    records.openLog(JSON.readValue(Files.readAllBytes(file), DiskIdentity.class));
                }
            }
        }
        return records;
    }

    private DiskRecord openLog(DiskIdentity identity) throws IOException {
        DiskRecord disk =
                new DiskRecord(
                        identity,
                        DiskLog.open(directory.resolve(identity.id() + LOG_SUFFIX)),
                        site);
        disks.put(identity.id(), disk);
        return disk;
    }

    Optional<DiskRecord> find(String id) {
        return Optional.ofNullable(disks.get(id));
    }

    /** The record of a disk, begun if there is none. */
    DiskRecord of(DiskIdentity identity) throws IOException {
        DiskRecord known = disks.get(identity.id());
        if (known != null) {
            return known;
        }
        WholeFile.replace(
                directory.resolve(identity.id() + IDENTITY_SUFFIX),
                JSON.writeValueAsBytes(identity));
        return openLog(identity);
    }

    /** By id. */
    Collection<DiskRecord> all() {
        return Collections.unmodifiableCollection(disks.values());
    }

    /** Those whose life in this node has not ended. */
    List<DiskRecord> living() {
        return disks.values().stream().filter(disk -> !disk.isEnded()).toList();
    }

    /** Those that were last seen at a device node, and have not ended. */
    List<DiskRecord> at(DeviceName device) {
        return living().stream().filter(disk -> disk.device.equals(device)).toList();
    }

    @Override
    public void close() {
        for (DiskRecord disk : disks.values()) {
            try {
                disk.log.close();
            } catch (IOException e) {
                LOG.warn("history of disk {}: {}", disk.identity.id(), e.toString());
            }
        }
    }
}
