package io.capstan.store;

import io.capstan.format.ChunkContent;
import io.capstan.format.ChunkDigest;
import io.capstan.format.ChunkDirectoryDescriptor;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeaderDescriptor;
import io.capstan.format.ChunkId;
import io.capstan.format.ChunkTrailer;
import io.capstan.format.ChunkTrailerDescriptor;
import io.capstan.format.Crc32c;
import io.capstan.format.FormatException;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordStep;
import io.capstan.format.RecordWalk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/** Makes a chunk whole whose writer died before it was sealed. */
final class ChunkRecovery {

    private ChunkRecovery() {}

    /**
     * Keeps all whole records from the beginning, cuts off the rest, and writes directory and trailer.
     *
     * @throws StoreException.Corrupt if less than {@code synchronizedLengthBytes} is there; the file is left as it is
     */
    static void sealWholePrefix(FileIo io, Path path, ChunkId chunk, long synchronizedLengthBytes)
            throws StoreException {
        try (FileIo.OpenFile file = io.openToWrite(path);
                ChunkFileReader reader = ChunkFileReader.open(file, path.toString())) {
            ChunkReader.requireIdentity(reader.header(), path, chunk);
            if (reader.isSealed()) {
                return;
            }
            ChunkContent content =
                    reader.scan(
                            Math.max(
                                    synchronizedLengthBytes,
                                    ChunkHeaderDescriptor.HEADER_LENGTH_BYTES));
            if (reader.fileLengthBytes() < synchronizedLengthBytes) {
                throw new FormatException(
                        path.toString(),
                        reader.fileLengthBytes(),
                        "file length",
                        synchronizedLengthBytes + " bytes were synchronized");
            }
            seal(file, reader, content);
            io.forceDirectory(ChunkStore.parentOf(path));
        } catch (FileIo.OutOfSpaceException e) {
            throw new StoreException.NoSpace(
                    "cannot seal chunk " + chunk + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw ChunkReader.asStoreException(chunk, e);
        }
    }

    private static void seal(FileIo.OpenFile file, ChunkFileReader reader, ChunkContent content)
            throws IOException {
        long contentLengthBytes = content.contentLengthBytes();
        byte[] digest = digest(reader, contentLengthBytes);
        file.truncate(contentLengthBytes);
        int directoryLengthBytes =
                ChunkDirectoryDescriptor.lengthBytes(
                        content.directory().objectCount(), content.directory().filemarkCount());
        MemorySegment tail =
                WriteBuffers.allocate(
                        directoryLengthBytes + ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES);
        ChunkDirectoryDescriptor.encode(tail, 0, content.directory());
        ChunkTrailer trailer =
                new ChunkTrailer(
                        content.directory().objectCount(),
                        content.directory().filemarkCount(),
                        content.endOfDataObjectNumber(),
                        content.storedByteCount(),
                        contentLengthBytes,
                        directoryLengthBytes,
                        Crc32c.of(tail, 0, directoryLengthBytes),
                        digest);
        ChunkTrailerDescriptor.encode(
                tail, directoryLengthBytes, trailer, reader.header().recordSalt());
        file.write(contentLengthBytes, tail);
        file.force();
    }

    /** Headers encode to the very bytes they were decoded from, so the file need not be read once more for them. */
    private static byte[] digest(ChunkFileReader reader, long contentLengthBytes)
            throws IOException {
        ChunkDigest digest = new ChunkDigest();
        MemorySegment bytes = WriteBuffers.allocate(ChunkHeaderDescriptor.HEADER_LENGTH_BYTES);
        ChunkHeaderDescriptor.encode(bytes, 0, reader.header());
        digest.chunkHeader(bytes, 0);
        int salt = reader.header().recordSalt();
        RecordWalk walk =
                reader.walk(
                        ChunkHeaderDescriptor.HEADER_LENGTH_BYTES,
                        reader.header().firstObjectNumber(),
                        contentLengthBytes);
        for (Optional<RecordStep> step = walk.next(); step.isPresent(); step = walk.next()) {
            if (step.get() instanceof RecordStep.Whole(RecordHeader header)
                    && header.endOffsetBytes() <= contentLengthBytes) {
                RecordDescriptor.encode(bytes, 0, header, salt);
                digest.recordHeader(bytes, 0);
            }
        }
        return digest.finish();
    }
}
