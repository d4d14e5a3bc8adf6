package io.capstan.store;

import io.capstan.format.ChunkId;
import io.capstan.format.FormatException;
import io.capstan.format.StoreLayout;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/** Copies a chunk that nobody writes, byte by byte, to where it is whole or not at all. */
final class ChunkCopying {

    private static final int STEP_BYTES = 1 << 20;

    private ChunkCopying() {}

    /**
     * @param source what was verified of the file to be copied
     * @param roomBytes what may be written
     * @param verification of the copy
     */
    static VerifiedCopy run(
            FileIo io,
            Path from,
            StoreLayout to,
            ChunkId chunk,
            VerifiedCopy source,
            long roomBytes,
            Verification verification)
            throws IOException {
        place(
                io,
                to,
                chunk,
                source.lengthBytes(),
                roomBytes,
                temporary -> copyBytes(io, from, temporary, source.lengthBytes()),
                verification);
        return source;
    }

    /** What is to hold of a copy before it has the chunk's name. */
    interface Verification {
        VerifiedCopy of(Path copy) throws IOException;
    }

    /**
     * Makes a chunk's file of bytes from elsewhere.
     *
     * @param digest what it should be, if that is known
     */
    static VerifiedCopy receive(
            FileIo io,
            InputStream from,
            long lengthBytes,
            StoreLayout to,
            ChunkId chunk,
            Optional<byte[]> digest,
            long roomBytes)
            throws IOException {
        return place(
                io,
                to,
                chunk,
                lengthBytes,
                roomBytes,
                temporary -> receiveBytes(io, from, temporary, lengthBytes),
                temporary -> CopyVerification.run(io, temporary, chunk, digest, Pace.NONE));
    }

    /** Fills a file that does not exist yet. */
    private interface Filling {
        void fill(Path temporary) throws IOException;
    }

    private static VerifiedCopy place(
            FileIo io,
            StoreLayout to,
            ChunkId chunk,
            long lengthBytes,
            long roomBytes,
            Filling filling,
            Verification verification)
            throws IOException {
        if (lengthBytes > roomBytes) {
            throw new FileIo.OutOfSpaceException(
                    "%d bytes are free above the reserve".formatted(roomBytes));
        }
        VerifiedCopy copy;
        Path file = to.chunkFile(chunk);
        Path temporary = to.chunkTemporaryFile(chunk);
        io.makeDirectories(ChunkStore.parentOf(file));
        io.delete(temporary);
        boolean isWhole = false;
        try {
            filling.fill(temporary);
            copy = verification.of(temporary);
            if (copy.lengthBytes() != lengthBytes) {
                throw new FormatException(
                        temporary.toString(), 0, "copy", "differs from its source");
            }
            io.rename(temporary, file);
            isWhole = true;
        } finally {
            if (!isWhole) {
                discard(io, temporary);
            }
        }
        io.forceDirectory(ChunkStore.parentOf(file));
        return copy;
    }

    private static void receiveBytes(FileIo io, InputStream from, Path to, long lengthBytes)
            throws IOException {
        byte[] buffer = new byte[(int) Math.min(STEP_BYTES, lengthBytes)];
        try (FileIo.OpenFile target = io.create(to)) {
            for (long at = 0; at < lengthBytes; ) {
                int step = (int) Math.min(buffer.length, lengthBytes - at);
                if (from.readNBytes(buffer, 0, step) < step) {
                    throw new EOFException(
                            "the bytes of a chunk end at %d of %d".formatted(at, lengthBytes));
                }
                target.write(at, MemorySegment.ofArray(buffer).asSlice(0, step));
                at += step;
            }
            if (from.read() >= 0) {
                throw new IOException(
                        "the bytes of a chunk go on behind %d".formatted(lengthBytes));
            }
            target.force();
        }
    }

    private static void copyBytes(FileIo io, Path from, Path to, long lengthBytes)
            throws IOException {
        MemorySegment buffer = WriteBuffers.allocate(Math.min(STEP_BYTES, lengthBytes));
        try (FileIo.OpenFile source = io.openToRead(from);
                FileIo.OpenFile target = io.create(to)) {
            for (long at = 0; at < lengthBytes; ) {
                MemorySegment step =
                        buffer.asSlice(0, Math.min(buffer.byteSize(), lengthBytes - at));
                if (source.read(at, step) != step.byteSize()) {
                    throw new FormatException(
                            from.toString(), at, "file length", "the file got shorter");
                }
                target.write(at, step);
                at += step.byteSize();
            }
            target.force();
        }
    }

    private static void discard(FileIo io, Path temporary) {
        try {
            io.delete(temporary);
        } catch (IOException e) {
            // Meaningless under this name; the next attempt deletes it.
        }
    }
}
