package io.capstan.medium;

import io.capstan.format.ChunkDirectory;
import java.util.Arrays;
import java.util.List;

/** Which objects of a chunk are filemarks. Immutable. */
final class Filemarks {

    private final int[] indexes;

    private Filemarks(int[] indexes) {
        this.indexes = indexes;
    }

    static Filemarks of(ChunkDirectory directory) {
        int[] indexes = new int[directory.filemarkCount()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = directory.filemarkIndex(i);
        }
        return new Filemarks(indexes);
    }

    /**
     * @param indexes rising
     */
    static Filemarks of(List<Integer> indexes) {
        return new Filemarks(indexes.stream().mapToInt(Integer::intValue).toArray());
    }

    int count() {
        return indexes.length;
    }

    /** Filemarks among the first {@code objectCount} objects. */
    int before(int objectCount) {
        int found = Arrays.binarySearch(indexes, objectCount);
        return found >= 0 ? found : -found - 1;
    }

    /** Which object the filemark with this ordinal is. */
    int index(int ordinal) {
        return indexes[ordinal];
    }
}
