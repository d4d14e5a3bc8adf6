package io.capstan.catalog;

/**
 * What is kept of a run that is cut in two. The catalog has no entry per block, so whoever truncates must say it.
 *
 * @param objectCount objects kept
 * @param filemarkCount filemarks among them
 * @param byteCount bytes of data in them
 */
public record RunHead(long objectCount, long filemarkCount, long byteCount) {

    /** Where the cut falls between two runs. */
    public static final RunHead NONE = new RunHead(0, 0, 0);

    public RunHead {
        Range.checkNotNegative("object count", objectCount);
        Range.check("filemark count", filemarkCount, 0, objectCount);
        Range.checkNotNegative("byte count", byteCount);
    }
}
