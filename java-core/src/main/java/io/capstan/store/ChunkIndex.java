package io.capstan.store;

import io.capstan.format.ChunkDirectory;
import java.util.Arrays;

/** The directory of a chunk while it grows: where its objects stand and which of them are filemarks. */
final class ChunkIndex {

    private long[] offsetsBytes = new long[1024];
    private int[] filemarkIndexes = new int[16];
    private int objectCount;
    private int filemarkCount;

    void addBlock(long offsetBytes) {
        if (objectCount == offsetsBytes.length) {
            offsetsBytes = Arrays.copyOf(offsetsBytes, 2 * objectCount);
        }
        offsetsBytes[objectCount++] = offsetBytes;
    }

    void addFilemark(long offsetBytes) {
        if (filemarkCount == filemarkIndexes.length) {
            filemarkIndexes = Arrays.copyOf(filemarkIndexes, 2 * filemarkCount);
        }
        filemarkIndexes[filemarkCount++] = objectCount;
        addBlock(offsetBytes);
    }

    int objectCount() {
        return objectCount;
    }

    int filemarkCount() {
        return filemarkCount;
    }

    ChunkDirectory toDirectory() {
        return ChunkDirectory.of(
                Arrays.copyOf(offsetsBytes, objectCount),
                Arrays.copyOf(filemarkIndexes, filemarkCount));
    }
}
