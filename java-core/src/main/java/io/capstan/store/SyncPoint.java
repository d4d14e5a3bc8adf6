package io.capstan.store;

/**
 * How much of a chunk is on stable storage.
 *
 * @param lengthBytes of the file
 * @param objectCount blocks and filemarks
 * @param filemarkCount filemarks among them
 * @param byteCount bytes of stored data in the blocks
 */
public record SyncPoint(long lengthBytes, int objectCount, int filemarkCount, long byteCount) {}
