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
import java.util.function.ToLongFunction;

/**
 * A container found from the chunk files in one directory, whatever these are named: every chunk says itself which one it
 * is. Damage becomes findings; what is whole is found in any case.
 *
 * @param map the content
 * @param files the file of each chunk, by rising sequence
 * @param latest header of the chunk written last, which describes the medium as it was known last
 * @param fileFindings damage within unsealed files, and files that cannot be read at all
 * @param orderFindings chunks that are twice here or of another container, and what did not fit together in replay
 */
public record ContainerScan(
        ContainerMap map,
        NavigableMap<ChunkId, Path> files,
        Optional<ChunkHeader> latest,
        List<Finding> fileFindings,
        List<Finding> orderFindings) {

    public ContainerScan {
        files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
        fileFindings = List.copyOf(fileFindings);
        orderFindings = List.copyOf(orderFindings);
    }

    /** All findings. */
    public List<Finding> findings() {
        List<Finding> all = new ArrayList<>(fileFindings);
        all.addAll(orderFindings);
        return all;
    }

    /**
     * Scans directories of chunk files: sealed ones by header and trailer, unsealed ones by walking and verifying them.
     *
     * @param containerDirectories one or more, for a store may spread a container over its disks; the first is named by
     *     the container id, or else the first chunk found says which container it is
     * @param generation the lowest generation in force, which the label says; 0 without a label
     * @throws FormatException if the directories are of no container: not named by one, and holding no chunk
     */
    public static ContainerScan of(List<Path> containerDirectories, long generation)
            throws IOException {
        return of(containerDirectories, _ -> generation);
    }

    /** As {@link #of(List, long)}, asking for the generation once the container is known. */
    public static ContainerScan of(
            List<Path> containerDirectories, ToLongFunction<ContainerId> generationOf)
            throws IOException {
        return new Scan().run(containerDirectories, generationOf);
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
        private final List<Finding> fileFindings = new ArrayList<>();
        private final List<Finding> orderFindings = new ArrayList<>();

        ContainerScan run(List<Path> directories, ToLongFunction<ContainerId> generationOf)
                throws IOException {
            for (Path directory : directories) {
                chunkFiles(directory).forEach(this::read);
            }
            ContainerId container = container(directories.getFirst());
            ContainerMap map = new ContainerMap(container, generationOf.applyAsLong(container));
            for (ChunkSummary summary : summaries.values()) {
                if (summary.chunk().container().equals(map.container())) {
                    map.add(summary);
                } else {
                    orderFindings.add(
                            Finding.damage(
                                    String.valueOf(files.remove(summary.chunk())),
                                    "holds a chunk of container " + summary.chunk().container()));
                    headers.remove(summary.chunk());
                }
            }
            orderFindings.addAll(map.findings());
            return new ContainerScan(
                    map,
                    files,
                    headers.isEmpty()
                            ? Optional.empty()
                            : Optional.of(headers.lastEntry().getValue()),
                    fileFindings,
                    orderFindings);
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
                    orderFindings.add(
                            Finding.damage(
                                    file.toString(),
                                    "chunk %s is also in %s"
                                            .formatted(header.chunk(), files.get(header.chunk()))));
                    return;
                }
                summaries.put(header.chunk(), summary(file, reader));
                headers.put(header.chunk(), header);
                files.put(header.chunk(), file);
            } catch (IOException e) {
                fileFindings.add(
                        Finding.damage(file.toString(), Finding.problem(file.toString(), e)));
            }
        }

        private ChunkSummary summary(Path file, ChunkFileReader reader) throws IOException {
            if (reader.trailer().isPresent()) {
                return ChunkSummary.of(reader.header(), reader.trailer().get());
            }
            ChunkContent content = reader.content();
            note(file, content);
            return ChunkSummary.of(reader.header(), content);
        }

        private void note(Path file, ChunkContent content) {
            content.damage()
                    .forEach(fault ->
                            fileFindings.add(
                                    Finding.damage(
                                            file.toString(),
                                            Finding.problem(file.toString(), fault))));
            if (content.tail() == ChunkContent.Tail.TORN) {
                fileFindings.add(
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
