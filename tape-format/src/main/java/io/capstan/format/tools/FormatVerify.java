package io.capstan.format.tools;

import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelFile;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ContainerId;
import io.capstan.format.ContainerScan;
import io.capstan.format.Finding;
import io.capstan.format.StoreLayout;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Verifies chunk files and labels, one of them or whole directories, and never stops at the first fault. One owner
 * thread.
 *
 * <p>Of a chunk file every record is read. Of a directory, the chunks that lie together are also replayed, and labels
 * are compared with the containers they name.
 */
public final class FormatVerify {

    /**
     * What was verified.
     *
     * @param recordCount records of sealed chunks, objects of unsealed ones
     * @param storedByteCount bytes of stored data in them
     */
    public record Result(
            long chunkFileCount,
            long labelCount,
            long recordCount,
            long storedByteCount,
            List<Finding> findings) {

        public Result {
            findings = List.copyOf(findings);
        }

        /** Whether nothing is damaged; notes are no damage. */
        public boolean isClean() {
            return findings.stream()
                    .noneMatch(finding -> finding.severity() == Finding.Severity.DAMAGE);
        }
    }

    private final List<Finding> findings = new ArrayList<>();
    private final Consumer<Path> progress;
    private final TreeSet<Path> containerDirectories = new TreeSet<>();
    private final Map<ContainerId, CartridgeLabel> labels = new HashMap<>();
    private final Map<ContainerId, Path> labelFiles = new HashMap<>();
    private long chunkFileCount;
    private long labelCount;
    private long recordCount;
    private long storedByteCount;

    private FormatVerify(Consumer<Path> progress) {
        this.progress = progress;
    }

    /** As {@link #verify(List, Consumer)}, one of them, telling nobody. */
    public static Result verify(Path path) throws IOException {
        return verify(List.of(path), _ -> {});
    }

    /**
     * Verifies chunk files, labels, and all of these under directories. The directories of one store belong into one call,
     * because a container may be spread over them.
     *
     * @param progress is told each file before it is read
     * @throws IOException if one of {@code paths} itself cannot be read; files under it that cannot be are findings
     */
    public static Result verify(List<Path> paths, Consumer<Path> progress) throws IOException {
        FormatVerify verify = new FormatVerify(progress);
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                verify.tree(path);
            } else {
                Files.readAttributes(path, BasicFileAttributes.class);
                verify.file(path);
            }
        }
        if (paths.stream().anyMatch(Files::isDirectory)) {
            verify.together();
        }
        return new Result(
                verify.chunkFileCount,
                verify.labelCount,
                verify.recordCount,
                verify.storedByteCount,
                verify.findings);
    }

    private void tree(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            file(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) {
                        findings.add(
                                Finding.damage(
                                        file.toString(),
                                        Finding.problem(file.toString(), failure)));
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** What only shows when files are looked at together. */
    private void together() {
        directoriesByContainer().values().forEach(this::container);
        labelFiles.forEach((container, file) ->
                findings.add(
                        Finding.note(
                                file.toString(),
                                "no chunks of its container %s are here".formatted(container))));
    }

    /** Directories of the same name hold one container, if it is the name of one. */
    private Map<String, List<Path>> directoriesByContainer() {
        Map<String, List<Path>> byContainer = new TreeMap<>();
        for (Path directory : containerDirectories) {
            String name = String.valueOf(directory.getFileName());
            String key = name.matches("[0-9a-f]{32}") ? name : directory.toString();
            byContainer.computeIfAbsent(key, _ -> new ArrayList<>()).add(directory);
        }
        return byContainer;
    }

    private void file(Path file) {
        progress.accept(file);
        try {
            switch (FileType.of(file)) {
                case CHUNK -> chunk(file);
                case LABEL -> label(file);
                case UNKNOWN -> unknown(file);
            }
        } catch (IOException e) {
            findings.add(Finding.damage(file.toString(), Finding.problem(file.toString(), e)));
        }
    }

    private void unknown(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean belongsHere = name.endsWith(".chunk") || name.endsWith(".label");
        String text = "neither a chunk nor a label";
        findings.add(
                belongsHere
                        ? Finding.damage(file.toString(), text)
                        : Finding.note(file.toString(), text));
    }

    private void chunk(Path file) throws IOException {
        chunkFileCount++;
        Path directory = file.getParent();
        if (directory != null) {
            containerDirectories.add(directory);
        }
        try (ChunkFileReader reader = ChunkFileReader.open(file)) {
            checkName(file, reader.header());
            ChunkVerification verification = new ChunkVerification(file, reader, findings::add);
            try {
                verification.run();
            } finally {
                recordCount += verification.recordCount();
                storedByteCount += verification.storedByteCount();
            }
        }
    }

    private void checkName(Path file, ChunkHeader header) {
        Optional<Long> sequence = StoreLayout.sequenceOf(file);
        if (sequence.isEmpty() || sequence.get() != header.chunk().sequence()) {
            findings.add(
                    Finding.note(file.toString(), "is not named as its chunk, " + header.chunk()));
        }
    }

    private void label(Path file) throws IOException {
        labelCount++;
        CartridgeLabel label = CartridgeLabelFile.read(file);
        String name = String.valueOf(file.getFileName());
        String identifier = label.medium().volumeIdentifier().text();
        if (!name.equals(identifier + ".label")) {
            findings.add(Finding.note(file.toString(), "is the label of " + identifier));
            return;
        }
        CartridgeLabel other = labels.get(label.container());
        if (other != null
                && !other.medium().volumeIdentifier().equals(label.medium().volumeIdentifier())) {
            findings.add(
                    Finding.damage(
                            file.toString(),
                            "container %s is also that of %s"
                                    .formatted(
                                            label.container(), other.medium().volumeIdentifier())));
        }
        if (other == null || other.revision() < label.revision()) {
            labels.put(label.container(), label);
            labelFiles.put(label.container(), file);
        }
    }

    private void container(List<Path> directories) {
        Path directory = directories.getFirst();
        try {
            ContainerScan found = ContainerScan.of(directories, this::generationOf);
            findings.addAll(found.orderFindings());
            ContainerId container = found.map().container();
            labelFiles.remove(container);
            CartridgeLabel label = labels.get(container);
            if (label != null) {
                compare(directory, found, label);
            } else if (labelCount > 0) {
                findings.add(Finding.note(directory.toString(), "no label names this container"));
            }
        } catch (IOException e) {
            findings.add(
                    Finding.damage(directory.toString(), Finding.problem(directory.toString(), e)));
        }
    }

    /** What the label says, or 0 without one. */
    private long generationOf(ContainerId container) {
        CartridgeLabel label = labels.get(container);
        return label == null ? 0 : label.generation();
    }

    private void compare(Path directory, ContainerScan found, CartridgeLabel label) {
        if (found.map().generation() > label.generation()) {
            findings.add(
                    Finding.note(
                            directory.toString(),
                            "generation %d, above %d of the label of %s"
                                    .formatted(
                                            found.map().generation(),
                                            label.generation(),
                                            label.medium().volumeIdentifier())));
        }
        found.latest()
                .filter(header ->
                        !header.medium()
                                .volumeIdentifier()
                                .equals(label.medium().volumeIdentifier()))
                .ifPresent(header ->
                        findings.add(
                                Finding.note(
                                        directory.toString(),
                                        "written as %s, labelled %s now"
                                                .formatted(
                                                        header.medium().volumeIdentifier(),
                                                        label.medium().volumeIdentifier()))));
    }
}
