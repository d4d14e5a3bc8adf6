package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the objects of a tier are called. A tier can be read by these names with no catalog.
 *
 * <pre>
 * chunks/HH/CONTAINER/SEQUENCE-SHA256.chunk      a sealed chunk file, byte by byte
 * labels/VOLUME/REVISION-SHA256.label            a cartridge's label, written when all its chunks are there
 * indexes/VOLUME/GENERATION-NEXT-SHA256.index    what is in them ({@link CartridgeIndexDescriptor}), written with the label
 * </pre>
 *
 * HH, CONTAINER and SEQUENCE are those of {@link io.capstan.format.StoreLayout}; REVISION, of the label, GENERATION, and
 * NEXT, the container's next chunk sequence, have 16 hexadecimal digits; SHA256 is the digest of the whole object, 64 digits. So a name says what is in the object: writing it twice writes
 * the same, and whoever reads it can verify it.
 */
public final class TierLayout {

    static final String CHUNKS = "chunks/";
    static final String LABELS = "labels/";
    static final String INDEXES = "indexes/";

    private static final Pattern CHUNK =
            Pattern.compile(
                    "chunks/[0-9a-f]{2}/([0-9a-f]{32})/([0-7][0-9a-f]{15})-([0-9a-f]{64})\\.chunk");
    private static final Pattern LABEL =
            Pattern.compile("labels/([A-Z0-9_-]{1,32})/([0-7][0-9a-f]{15})-([0-9a-f]{64})\\.label");

    private static final Pattern INDEX =
            Pattern.compile(
                    "indexes/([A-Z0-9_-]{1,32})/([0-7][0-9a-f]{15})-([0-7][0-9a-f]{15})-([0-9a-f]{64})\\.index");

    private TierLayout() {}

    /** A chunk by its name. */
    public record NamedChunk(ChunkId chunk, ChunkDigest fileDigest) {}

    /** A label by its name. */
    public record NamedLabel(VolumeIdentifier volume, long revision, ChunkDigest digest) {}

    /** An index by its name. */
    public record NamedIndex(
            VolumeIdentifier volume, long generation, long nextChunkSequence, ChunkDigest digest) {}

    public static ObjectKey chunk(ChunkId chunk, ChunkDigest fileDigest) {
        return new ObjectKey(
                "%s%016x-%s.chunk"
                        .formatted(chunksOf(chunk.container()), chunk.sequence(), fileDigest));
    }

    /** What the names of all chunks of a container begin with. */
    static String chunksOf(ContainerId container) {
        String id = container.toString();
        return CHUNKS + id.substring(0, 2) + "/" + id + "/";
    }

    static ObjectKey of(TierCopyRecord copy) {
        return chunk(copy.chunk(), copy.fileDigest());
    }

    static ObjectKey of(CartridgeIndex.Entry entry) {
        return chunk(entry.chunk(), entry.fileDigest());
    }

    public static ObjectKey label(VolumeIdentifier volume, long revision, ChunkDigest digest) {
        return new ObjectKey("%s%016x-%s.label".formatted(labelsOf(volume), revision, digest));
    }

    /** What the names of all labels of a cartridge begin with. */
    static String labelsOf(VolumeIdentifier volume) {
        return LABELS + volume + "/";
    }

    static ObjectKey index(CartridgeIndex index, ChunkDigest digest) {
        return new ObjectKey(
                "%s%016x-%016x-%s.index"
                        .formatted(
                                indexesOf(index.volume()),
                                index.generation(),
                                index.nextChunkSequence(),
                                digest));
    }

    /** What the names of all indexes of a cartridge begin with. */
    static String indexesOf(VolumeIdentifier volume) {
        return INDEXES + volume + "/";
    }

    /** Whether a key is that of a chunk, of which there are many. */
    public static boolean isChunk(ObjectKey key) {
        return key.text().startsWith(CHUNKS);
    }

    /** The key that a name stands for; empty where it is not the name of an object of a tier. */
    public static Optional<ObjectKey> objectKey(String name) {
        boolean isObject =
                CHUNK.matcher(name).matches()
                        || LABEL.matcher(name).matches()
                        || INDEX.matcher(name).matches();
        return isObject ? Optional.of(new ObjectKey(name)) : Optional.empty();
    }

    /** Empty where it is not the name of a chunk. */
    public static Optional<NamedChunk> parseChunk(ObjectKey key) {
        Matcher matcher = CHUNK.matcher(key.text());
        if (!matcher.matches() || Long.parseLong(matcher.group(2), 16) == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new NamedChunk(
                        new ChunkId(
                                ContainerId.parse(matcher.group(1)),
                                Long.parseLong(matcher.group(2), 16)),
                        digest(matcher.group(3))));
    }

    /** Empty where it is not the name of a label. */
    public static Optional<NamedLabel> parseLabel(ObjectKey key) {
        Matcher matcher = LABEL.matcher(key.text());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new NamedLabel(
                        new VolumeIdentifier(matcher.group(1)),
                        Long.parseLong(matcher.group(2), 16),
                        digest(matcher.group(3))));
    }

    /** Empty where it is not the name of an index. */
    public static Optional<NamedIndex> parseIndex(ObjectKey key) {
        Matcher matcher = INDEX.matcher(key.text());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new NamedIndex(
                        new VolumeIdentifier(matcher.group(1)),
                        Long.parseLong(matcher.group(2), 16),
                        Long.parseLong(matcher.group(3), 16),
                        digest(matcher.group(4))));
    }

    private static ChunkDigest digest(String hex) {
        return ChunkDigest.of(HexFormat.of().parseHex(hex));
    }
}
