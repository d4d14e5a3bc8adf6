package io.capstan.format;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the files of a store directory are.
 *
 * <pre>
 * DIR/chunks/HH/CONTAINER/SEQUENCE.chunk    HH: the first two digits of CONTAINER; CONTAINER: 32 hexadecimal digits;
 *                                           SEQUENCE: 16 hexadecimal digits
 *                                           copied as SEQUENCE.chunk.tmp, which is renamed once it is whole
 * DIR/labels/VOLUME_IDENTIFIER.label        replaced by renaming VOLUME_IDENTIFIER.label.tmp
 * DIR/disk                                  which disk this is; made by renaming disk.tmp
 * </pre>
 *
 * <p>All hexadecimal digits are lower-case. Files of any other name are passed over.
 *
 * @param directory DIR
 * @param lister how names in a directory are found
 */
public record StoreLayout(Path directory, Lister lister) {

    /** Gives the names in a directory, sorted; none if there is no such directory. */
    public interface Lister {
        List<String> list(Path directory) throws IOException;
    }

    private static final String DISK_NAME = "disk";
    private static final String CHUNK_SUFFIX = ".chunk";
    private static final String LABEL_SUFFIX = ".label";
    private static final String TEMPORARY_SUFFIX = ".tmp";
    private static final Pattern CHUNK_NAME = Pattern.compile("([0-7][0-9a-f]{15})\\.chunk");
    private static final Pattern LABEL_NAME = Pattern.compile("([A-Z0-9_\\-]{1,32})\\.label");
    private static final Pattern PREFIX_NAME = Pattern.compile("[0-9a-f]{2}");
    private static final Pattern CONTAINER_NAME = Pattern.compile("[0-9a-f]{32}");

    /** The layout of a directory of this machine. */
    public StoreLayout(Path directory) {
        this(directory, StoreLayout::namesIn);
    }

    public Path chunksDirectory() {
        return directory.resolve("chunks");
    }

    public Path labelsDirectory() {
        return directory.resolve("labels");
    }

    public Path containerDirectory(ContainerId container) {
        String name = container.toString();
        return chunksDirectory().resolve(name.substring(0, 2)).resolve(name);
    }

    public Path chunkFile(ChunkId chunk) {
        return containerDirectory(chunk.container())
                .resolve("%016x".formatted(chunk.sequence()) + CHUNK_SUFFIX);
    }

    /** Where a copy of a chunk is written before it gets the chunk's name. */
    public Path chunkTemporaryFile(ChunkId chunk) {
        return containerDirectory(chunk.container())
                .resolve("%016x".formatted(chunk.sequence()) + CHUNK_SUFFIX + TEMPORARY_SUFFIX);
    }

    public Path diskLabelFile() {
        return directory.resolve(DISK_NAME);
    }

    /** Where a disk label is written before it gets its name. */
    public Path diskLabelTemporaryFile() {
        return directory.resolve(DISK_NAME + TEMPORARY_SUFFIX);
    }

    public Path labelFile(VolumeIdentifier identifier) {
        return labelsDirectory().resolve(identifier.text() + LABEL_SUFFIX);
    }

    /** Where a label is written before it replaces the one in force. */
    public Path labelTemporaryFile(VolumeIdentifier identifier) {
        return labelsDirectory().resolve(identifier.text() + LABEL_SUFFIX + TEMPORARY_SUFFIX);
    }

    /** The containers that have a directory here, in order. */
    public List<ContainerId> containers() throws IOException {
        List<ContainerId> found = new ArrayList<>();
        for (String prefix : lister.list(chunksDirectory())) {
            if (!PREFIX_NAME.matcher(prefix).matches()) {
                continue;
            }
            for (String name : lister.list(chunksDirectory().resolve(prefix))) {
                if (CONTAINER_NAME.matcher(name).matches() && name.startsWith(prefix)) {
                    found.add(ContainerId.parse(name));
                }
            }
        }
        return found;
    }

    /** The chunks of a container that have a file here, by rising sequence. */
    public List<ChunkId> chunks(ContainerId container) throws IOException {
        List<ChunkId> found = new ArrayList<>();
        for (String name : lister.list(containerDirectory(container))) {
            sequenceOf(Path.of(name))
                    .ifPresent(sequence -> found.add(new ChunkId(container, sequence)));
        }
        return found;
    }

    /** The cartridges that have a label here, in order. */
    public List<VolumeIdentifier> labels() throws IOException {
        List<VolumeIdentifier> found = new ArrayList<>();
        for (String name : lister.list(labelsDirectory())) {
            Matcher matcher = LABEL_NAME.matcher(name);
            if (matcher.matches()) {
                found.add(new VolumeIdentifier(matcher.group(1)));
            }
        }
        return found;
    }

    /** The sequence that a chunk file's name gives, if it is the name of one. */
    public static Optional<Long> sequenceOf(Path file) {
        Matcher matcher = CHUNK_NAME.matcher(name(file));
        return matcher.matches()
                ? Optional.of(Long.parseLong(matcher.group(1), 16)).filter(s -> s > 0)
                : Optional.empty();
    }

    private static List<String> namesIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entry -> names.add(name(entry)));
        }
        names.sort(null);
        return names;
    }

    private static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString();
    }
}
