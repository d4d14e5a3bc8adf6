package io.capstan.store;

import io.capstan.format.ChunkDigest;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeaderDescriptor;
import io.capstan.format.ChunkId;
import io.capstan.format.ChunkTrailer;
import io.capstan.format.FormatException;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordKind;
import io.capstan.format.RecordStep;
import io.capstan.format.RecordWalk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Verifies one copy of a chunk: every record with its data, and of a sealed one the directory, and the digest over all headers.
 */
final class CopyVerification {

    private final Path path;
    private final ChunkFileReader reader;

    /** Of a sealed chunk. */
    private final Optional<ChunkDirectory> directory;

    private final ChunkDigest digest = new ChunkDigest();
    private final MemorySegment headerBytes =
            MemorySegment.ofArray(new byte[ChunkHeaderDescriptor.HEADER_LENGTH_BYTES]);
    private int objectCount;

    private CopyVerification(
            Path path, ChunkFileReader reader, Optional<ChunkDirectory> directory) {
        this.path = path;
        this.reader = reader;
        this.directory = directory;
    }

    /**
     * @throws FormatException if it is not a sealed chunk, not this one, or damaged
     */
    static VerifiedCopy run(
            FileIo io, Path path, ChunkId chunk, Optional<byte[]> expectedDigest, Pace pace)
            throws IOException {
        try (ChunkFileReader reader =
                ChunkFileReader.open(pace.applyTo(io.openToRead(path)), path.toString())) {
            ChunkReader.requireIdentity(reader.header(), path, chunk);
            ChunkTrailer trailer =
                    reader.trailer()
                            .orElseThrow(() ->
                                    new FormatException(
                                            path.toString(),
                                            reader.fileLengthBytes(),
                                            "trailer",
                                            "the chunk is not sealed"));
            new CopyVerification(path, reader, Optional.of(reader.readDirectory())).walk(trailer);
            if (expectedDigest.isPresent()
                    && !MessageDigest.isEqual(expectedDigest.get(), trailer.digest())) {
                throw new FormatException(
                        path.toString(),
                        trailer.contentLengthBytes(),
                        "digest",
                        "this is another chunk than the one that was sealed");
            }
            return new VerifiedCopy(reader.fileLengthBytes(), trailer.digest());
        }
    }

    /**
     * Of a chunk that is not sealed, and that nobody writes.
     *
     * @param lengthBytes of it that count: behind them, a crash may have left what was never synchronized
     * @throws FormatException if it is not this chunk, is shorter, or is damaged
     */
    static VerifiedCopy runUnsealed(FileIo io, Path path, ChunkId chunk, long lengthBytes)
            throws IOException {
        try (ChunkFileReader reader = ChunkFileReader.open(io.openToRead(path), path.toString())) {
            ChunkReader.requireIdentity(reader.header(), path, chunk);
            if (reader.isSealed() || reader.fileLengthBytes() < lengthBytes) {
                throw new FormatException(
                        path.toString(),
                        reader.fileLengthBytes(),
                        "file length",
                        "not that of the chunk when it was synchronized, " + lengthBytes);
            }
            CopyVerification verification = new CopyVerification(path, reader, Optional.empty());
            verification.walk(lengthBytes);
            return new VerifiedCopy(lengthBytes, verification.digest.finish());
        }
    }

    private void walk(ChunkTrailer trailer) throws IOException {
        walk(trailer.contentLengthBytes());
        if (objectCount != trailer.objectCount()
                || !MessageDigest.isEqual(digest.finish(), trailer.digest())) {
            throw new FormatException(
                    path.toString(),
                    trailer.contentLengthBytes(),
                    "digest",
                    "the trailer's digest is not that of the records");
        }
    }

    private void walk(long endBytes) throws IOException {
        ChunkHeaderDescriptor.encode(headerBytes, 0, reader.header());
        digest.chunkHeader(headerBytes, 0);
        RecordWalk walk = reader.walk();
        for (Optional<RecordStep> step = walk.next(); step.isPresent(); step = walk.next()) {
            if (beginBytes(step.get()) >= endBytes) {
                return;
            }
            switch (step.get()) {
                case RecordStep.Whole(RecordHeader header) -> take(header);
                case RecordStep.BadData(RecordHeader _, FormatException fault) -> throw fault;
                case RecordStep.Lost(long _, long _, FormatException fault) -> throw fault;
            }
        }
    }

    private static long beginBytes(RecordStep step) {
        return switch (step) {
            case RecordStep.Whole(RecordHeader header) -> header.fileOffsetBytes();
            case RecordStep.BadData(RecordHeader header, FormatException _) ->
                    header.fileOffsetBytes();
            case RecordStep.Lost(long fromBytes, long _, FormatException _) -> fromBytes;
        };
    }

    private void take(RecordHeader header) throws FormatException {
        RecordDescriptor.encode(headerBytes, 0, header, reader.header().recordSalt());
        digest.recordHeader(headerBytes, 0);
        if (!header.kind().isObject()) {
            return;
        }
        int index = objectCount++;
        if (directory.isPresent() && !leadsTo(directory.get(), index, header)) {
            throw new FormatException(
                    path.toString(),
                    header.fileOffsetBytes(),
                    "directory",
                    "it does not lead to object " + header.objectNumber());
        }
    }

    private static boolean leadsTo(ChunkDirectory directory, int index, RecordHeader header) {
        return index < directory.objectCount()
                && directory.fileOffsetBytes(index) == header.fileOffsetBytes()
                && directory.isFilemark(index) == (header.kind() == RecordKind.FILEMARK);
    }
}
