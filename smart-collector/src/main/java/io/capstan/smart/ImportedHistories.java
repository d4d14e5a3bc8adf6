package io.capstan.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.history.DiskLog;
import io.capstan.smart.history.HistoryArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Change logs of other nodes' disks, a directory a node, below {@code imported}. */
final class ImportedHistories {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ImportedHistories() {}

    /** Unpacks an archive beside the others; only when all of it is found sound it takes an earlier one's place. */
    static int add(Path directory, Path archive) throws IOException {
        Path imported = Files.createDirectories(directory.resolve("imported"));
        Path part = Files.createTempDirectory(directory, "import");
        try {
            String node = HistoryArchive.read(archive, part);
            List<Path> logs = HistoryArchive.logs(part);
            for (Path log : logs) {
                identity(log);
            }
            Path place = imported.resolve(node);
            delete(place);
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            return logs.size();
        } finally {
            delete(part);
        }
    }

    private static DiskIdentity identity(Path log) throws IOException {
        return JSON.readValue(Files.readAllBytes(HistoryArchive.identity(log)), DiskIdentity.class);
    }

    /** All of them, open: whoever reads them closes them. */
    static List<DiskRecord> read(Path directory) throws IOException {
        List<DiskRecord> disks = new ArrayList<>();
        Path imported = directory.resolve("imported");
        if (Files.isDirectory(imported)) {
            List<Path> nodes;
            try (Stream<Path> entries = Files.list(imported)) {
                nodes = entries.filter(Files::isDirectory).sorted().toList();
            }
            for (Path node : nodes) {
                for (Path log : HistoryArchive.logs(node)) {
                    disks.add(new DiskRecord(identity(log), DiskLog.open(log), List.of()));
                }
            }
        }
        return disks;
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> all = Files.walk(tree)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
