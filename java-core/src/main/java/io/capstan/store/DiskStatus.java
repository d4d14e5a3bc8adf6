package io.capstan.store;

import io.capstan.format.DiskId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk as it is now.
 *
 * @param directory the store directory on it
 * @param device what the directory's file system is mounted from, such as {@code /dev/sdb1}, where that is known
 * @param pool name of the pool it belongs to
 * @param fault why it is not {@link DiskCondition#WORKING}
 * @param replacedBy the disk that has its place, of a {@link DiskState#REPLACED} one
 * @param chunkCount chunk copies on it, as the catalog says
 * @param freeBytes of its file system, 0 where that is not known
 * @param sizeBytes of its file system, 0 where that is not known
 */
public record DiskStatus(
        DiskId disk,
        Path directory,
        Optional<String> device,
        String pool,
        DiskState state,
        DiskCondition condition,
        Optional<String> fault,
        Optional<DiskId> replacedBy,
        long chunkCount,
        long freeBytes,
        long sizeBytes) {}
