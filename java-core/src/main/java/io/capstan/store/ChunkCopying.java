package io.capstan.store;

import io.capstan.format.ChunkId;
import io.capstan.format.FormatException;
import io.capstan.format.StoreLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Copies a sealed chunk, byte by byte, to where it is whole or not at all. */
final class ChunkCopying {

    private static final int STEP_BYTES = 1 << 20;

    private ChunkCopying() {}

    /**
     * @param source what was verified of the file to be copied
     * @param roomBytes what may be written
     */
    static VerifiedCopy run(
            FileIo io,
            Path from,
            StoreLayout to,
            ChunkId chunk,
            VerifiedCopy source,
            long roomBytes)
            throws IOException {
        if (source.lengthBytes() > roomBytes) {
            throw new FileIo.OutOfSpaceException(
                    "%d bytes are free above the reserve".formatted(roomBytes));
        }
        Path file = to.chunkFile(chunk);
        Path temporary = to.chunkTemporaryFile(chunk);
        io.makeDirectories(ChunkStore.parentOf(file));
        io.delete(temporary);
        boolean isWhole = false;
        try {
            copyBytes(io, from, temporary, source.lengthBytes());
            VerifiedCopy copy =
                    CopyVerification.run(
                            io, temporary, chunk, Optional.of(source.digest()), Pace.NONE);
            if (copy.lengthBytes() != source.lengthBytes()
                    || !Arrays.equals(copy.digest(), source.digest())) {
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
        return source;
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
