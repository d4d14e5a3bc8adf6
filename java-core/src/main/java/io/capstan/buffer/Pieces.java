package io.capstan.buffer;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Range arithmetic over a buffer that lies in several pieces. */
final class Pieces {

    private Pieces() {}

    static List<MemorySegment> slice(
            List<MemorySegment> pieces, long totalBytes, long offset, long lengthBytes) {
        Objects.checkFromIndexSize(offset, lengthBytes, totalBytes);
        if (lengthBytes == 0) {
            return List.of();
        }
        if (pieces.size() == 1) {
            return List.of(pieces.getFirst().asSlice(offset, lengthBytes));
        }
        List<MemorySegment> slices = new ArrayList<>();
        long skip = offset;
        long wanted = lengthBytes;
        for (MemorySegment piece : pieces) {
            long here = Math.min(wanted, piece.byteSize() - skip);
            if (here > 0) {
                slices.add(piece.asSlice(skip, here));
                wanted -= here;
            }
            skip = Math.max(0, skip - piece.byteSize());
        }
        return slices;
    }
}
