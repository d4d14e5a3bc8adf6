package io.capstan.smart.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The change logs of a node's disks as one file, to learn from elsewhere: a ZIP of {@code manifest.json} (format, node, time) and
 * of each disk {@code ID.json}, its identity, and {@code ID.log}, its change log.
 */
public final class HistoryArchive {

    private static final int FORMAT = 1;
    private static final String MANIFEST = "manifest.json";
    private static final Pattern FILE =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*\\.(json|log)");
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9-]{1,64}");

    /** Of one file: a hundred years of a busy disk are a few megabytes. */
    private static final int FILE_LENGTH_MAX = 64 << 20;

    private static final int FILES_MAX = 1_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private HistoryArchive() {}

    /**
     * Writes an archive of all change logs in a directory.
     *
     * @param file must not exist
     * @param node whose disks they are
     * @return disks in it
     */
    public static int write(Path history, Path file, String node, Instant now) throws IOException {
        List<Path> logs = logs(history);
        try (OutputStream bytes = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(
                    zip,
                    MANIFEST,
                    JSON.writeValueAsBytes(
                            JSON.createObjectNode()
                                    .put("format", FORMAT)
                                    .put("node", node)
                                    .put("exported-at", now.toString())));
            for (Path log : logs) {
                put(zip, name(log), Files.readAllBytes(log));
                put(zip, name(identity(log)), Files.readAllBytes(identity(log)));
            }
        }
        return logs.size();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** Change logs of a directory that have their disk's identity beside them, by name. */
    public static List<Path> logs(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> name(file).endsWith(".log"))
                    .filter(file -> Files.exists(identity(file)))
                    .sorted()
                    .toList();
        }
    }

    /** The file of a disk's identity beside its change log. */
    public static Path identity(Path log) {
        return log.resolveSibling(name(log).replaceFirst("\\.log$", ".json"));
    }

    /**
     * Unpacks an archive into a directory, which is empty.
     *
     * @return the node it is from
     * @throws IOException if it is no such archive or a change log in it is damaged; the directory may hold a part of it
     */
    public static String read(Path file, Path directory) throws IOException {
        Optional<String> node = Optional.empty();
        int files = 0;
        try (InputStream bytes = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(bytes)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readNBytes(FILE_LENGTH_MAX + 1);
                if (content.length > FILE_LENGTH_MAX || ++files > FILES_MAX) {
                    throw new IOException(file + ": more than a node's disks have to say");
                }
                if (entry.getName().equals(MANIFEST)) {
                    node = Optional.of(node(file, content));
                } else if (FILE.matcher(entry.getName()).matches()) {
                    Files.write(
                            directory.resolve(entry.getName()),
                            content,
                            StandardOpenOption.CREATE_NEW);
                } else {
                    throw new IOException(file + ": has no business with " + entry.getName());
                }
            }
        }
        if (node.isEmpty()) {
            throw new IOException(file + " is no archive of disks' histories");
        }
        for (Path log : new ArrayList<>(logs(directory))) {
            DiskLog.open(log).close();
        }
        return node.get();
    }

    private static String node(Path file, byte[] manifest) throws IOException {
        JsonNode root = JSON.readTree(manifest);
        String node = root.path("node").asText();
        if (root.path("format").asInt() != FORMAT || !NODE.matcher(node).matches()) {
            throw new IOException(file + " has a format that this program does not know");
        }
        return node;
    }
}
