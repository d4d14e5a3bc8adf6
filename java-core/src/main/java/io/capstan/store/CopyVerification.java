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

/** Verifies one copy of a sealed chunk: every record with its data, the directory, and the digest over all headers. */
final class CopyVerification {

    private final Path path;
    private final ChunkFileReader reader;
    private final ChunkDirectory directory;
    private final ChunkDigest digest = new ChunkDigest();
    private final MemorySegment headerBytes =
            MemorySegment.ofArray(new byte[ChunkHeaderDescriptor.HEADER_LENGTH_BYTES]);
    private int objectCount;

    private CopyVerification(Path path, ChunkFileReader reader) throws IOException {
        this.path = path;
        this.reader = reader;
        this.directory = reader.readDirectory();
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
            new CopyVerification(path, reader).walk(trailer);
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

    private void walk(ChunkTrailer trailer) throws IOException {
        ChunkHeaderDescriptor.encode(headerBytes, 0, reader.header());
        digest.chunkHeader(headerBytes, 0);
        RecordWalk walk = reader.walk();
        for (Optional<RecordStep> step = walk.next(); step.isPresent(); step = walk.next()) {
            switch (step.get()) {
                case RecordStep.Whole(RecordHeader header) -> take(header);
                case RecordStep.BadData(RecordHeader _, FormatException fault) -> throw fault;
                case RecordStep.Lost(long _, long _, FormatException fault) -> throw fault;
            }
        }
        if (objectCount != trailer.objectCount()
                || !MessageDigest.isEqual(digest.finish(), trailer.digest())) {
            throw new FormatException(
                    path.toString(),
                    trailer.contentLengthBytes(),
                    "digest",
                    "the trailer's digest is not that of the records");
        }
    }

    private void take(RecordHeader header) throws FormatException {
        RecordDescriptor.encode(headerBytes, 0, header, reader.header().recordSalt());
        digest.recordHeader(headerBytes, 0);
        if (!header.kind().isObject()) {
            return;
        }
        int index = objectCount++;
        boolean agrees =
                index < directory.objectCount()
                        && directory.fileOffsetBytes(index) == header.fileOffsetBytes()
                        && directory.isFilemark(index) == (header.kind() == RecordKind.FILEMARK);
        if (!agrees) {
            throw new FormatException(
                    path.toString(),
                    header.fileOffsetBytes(),
                    "directory",
                    "it does not lead to object " + header.objectNumber());
        }
    }
}
