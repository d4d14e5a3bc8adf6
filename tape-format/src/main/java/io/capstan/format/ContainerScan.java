package io.capstan.format;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container found from the chunk files in one directory, whatever these are named: every chunk says itself which one it
 * is. Damage becomes findings; what is whole is found in any case.
 *
 * @param map the content
 * @param files the file of each chunk, by rising sequence
 * @param latest header of the chunk written last, which describes the medium as it was known last
 * @param findings about files, and then what did not fit together in replay
 */
public record ContainerScan(
        ContainerMap map,
        NavigableMap<ChunkId, Path> files,
        Optional<ChunkHeader> latest,
        List<Finding> findings) {

    public ContainerScan {
        files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
        findings = List.copyOf(findings);
    }

    /**
     * Scans a directory of chunk files: sealed ones by their directories, unsealed ones by walking and verifying them.
     *
     * @param containerDirectory named by the container id, or else holding chunks of one container
     * @param generation the lowest generation in force, which the label says; 0 without a label
     * @throws FormatException if the directory is of no container: not named by one, and holding no chunk
     */
    public static ContainerScan of(Path containerDirectory, long generation) throws IOException {
        return new Scan().run(containerDirectory, generation);
    }

    /** The file of a chunk that the map's runs name. */
    public Path file(ChunkId chunk) {
        return Objects.requireNonNull(files.get(chunk), "only chunks with a file are mapped");
    }

    /** The state of a scan. */
    private static final class Scan {

        private final NavigableMap<ChunkId, Path> files = new TreeMap<>();
        private final NavigableMap<ChunkId, ChunkSummary> summaries = new TreeMap<>();
        private final NavigableMap<ChunkId, ChunkHeader> headers = new TreeMap<>();
        private final List<Finding> findings = new ArrayList<>();

        ContainerScan run(Path directory, long generation) throws IOException {
            for (Path file : chunkFiles(directory)) {
                read(file);
            }
            ContainerMap map = new ContainerMap(container(directory), generation);
            for (ChunkSummary summary : summaries.values()) {
                if (summary.chunk().container().equals(map.container())) {
                    map.add(summary);
                } else {
                    findings.add(
                            Finding.damage(
                                    String.valueOf(files.remove(summary.chunk())),
                                    "holds a chunk of container " + summary.chunk().container()));
                    headers.remove(summary.chunk());
                }
            }
            findings.addAll(map.findings());
            return new ContainerScan(
                    map,
                    files,
                    headers.isEmpty()
                            ? Optional.empty()
                            : Optional.of(headers.lastEntry().getValue()),
                    findings);
        }

        private ContainerId container(Path directory) throws FormatException {
            Path name = directory.toAbsolutePath().normalize().getFileName();
            if (name != null && name.toString().matches("[0-9a-f]{32}")) {
                return ContainerId.parse(name.toString());
            }
            if (summaries.isEmpty()) {
                throw new FormatException(
                        directory.toString(),
                        0,
                        "container",
                        "directory is not named by a container and holds no readable chunk");
            }
            return summaries.firstKey().container();
        }

        private void read(Path file) {
            try (ChunkFileReader reader = ChunkFileReader.open(file)) {
                ChunkHeader header = reader.header();
                if (summaries.containsKey(header.chunk())) {
                    findings.add(
                            Finding.damage(
                                    file.toString(),
                                    "chunk %s is also in %s"
                                            .formatted(header.chunk(), files.get(header.chunk()))));
                    return;
                }
                ChunkContent content = reader.content();
                summaries.put(header.chunk(), ChunkSummary.of(header, content));
                headers.put(header.chunk(), header);
                files.put(header.chunk(), file);
                note(file, content);
            } catch (IOException e) {
                findings.add(Finding.damage(file.toString(), Finding.problem(file, e)));
            }
        }

        private void note(Path file, ChunkContent content) {
            content.damage()
                    .forEach(fault ->
                            findings.add(
                                    Finding.damage(file.toString(), Finding.problem(file, fault))));
            if (content.tail() == ChunkContent.Tail.TORN) {
                findings.add(
                        Finding.note(
                                file.toString(),
                                "torn tail from offset " + content.contentLengthBytes()));
            }
        }

        private static List<Path> chunkFiles(Path directory) throws IOException {
            List<Path> found = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.chunk")) {
                stream.forEach(found::add);
            }
            found.sort(null);
            return found;
        }
    }
}
