package io.capstan.format;

import java.util.Arrays;

/**
 * Where the objects of a chunk stand in its file, and which of them are filemarks. Immutable; any thread.
 */
public final class ChunkDirectory {

    private final int[] offsetsDividedBy8;
    private final int[] filemarkIndexes;

    /** Takes the arrays as they are; the caller gives them away. */
    ChunkDirectory(int[] offsetsDividedBy8, int[] filemarkIndexes) {
        this.offsetsDividedBy8 = offsetsDividedBy8;
        this.filemarkIndexes = filemarkIndexes;
    }

    /**
     * @param fileOffsetsBytes of the objects in order, borrowed
     * @param filemarkIndexes which of them are filemarks, rising, borrowed
     */
    public static ChunkDirectory of(long[] fileOffsetsBytes, int[] filemarkIndexes) {
        int[] offsets = new int[fileOffsetsBytes.length];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = (int) (fileOffsetsBytes[i] / RecordDescriptor.RECORD_ALIGNMENT_BYTES);
        }
        return new ChunkDirectory(offsets, filemarkIndexes.clone());
    }

    public int objectCount() {
        return offsetsDividedBy8.length;
    }

    public int filemarkCount() {
        return filemarkIndexes.length;
    }

    /** Where in the file the record of an object begins. */
    public long fileOffsetBytes(int objectIndex) {
        return Integer.toUnsignedLong(offsetsDividedBy8[objectIndex])
                * RecordDescriptor.RECORD_ALIGNMENT_BYTES;
    }

    /** Whether no valid record of this object was found when the directory was made. */
    public boolean isLost(int objectIndex) {
        return offsetsDividedBy8[objectIndex] == 0;
    }

    /** Which of the chunk's objects the filemark with this ordinal is. */
    public int filemarkIndex(int filemarkOrdinal) {
        return filemarkIndexes[filemarkOrdinal];
    }

    /** Filemarks among the first {@code objectCount} objects. */
    public int filemarksBefore(int objectCount) {
        int found = Arrays.binarySearch(filemarkIndexes, objectCount);
        return found >= 0 ? found : -found - 1;
    }

    public boolean isFilemark(int objectIndex) {
        return Arrays.binarySearch(filemarkIndexes, objectIndex) >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkDirectory that
                && Arrays.equals(offsetsDividedBy8, that.offsetsDividedBy8)
                && Arrays.equals(filemarkIndexes, that.filemarkIndexes);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(offsetsDividedBy8) + Arrays.hashCode(filemarkIndexes);
    }
}
