package io.capstan.store;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * On which disks chunks are, and how that is changed: what whoever watches the disks acts through.
 *
 * <p>Every request is kept in the catalog before it is answered, may be repeated, and goes on after a restart or a crash
 * where it stopped. Work is done in the background, with bounded bandwidth, and never takes a copy away before another
 * one, verified and on stable storage, is in its place.
 *
 * <p>Any thread.
 */
public interface Placement {

    /** All disks of all pools, by directory; those that were replaced last. */
    List<DiskStatus> disks() throws StoreException;

    Optional<DiskStatus> disk(DiskId disk) throws StoreException;

    /**
     * Chunks that have a copy on a disk, by id.
     *
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<ChunkId> chunksOn(DiskId disk, Optional<ChunkId> after, int limit) throws StoreException;

    /** Lets a disk take no new chunks: {@link DiskState#CLOSED}. Ends an evacuation; what was moved stays moved. */
    PlacementOutcome stopPlacing(DiskId disk) throws StoreException;

    /**
     * Moves all chunks of a disk to other disks of its pool: {@link DiskState#EVACUATING}. Chunks that are being written
     * there are sealed soon, and move then.
     *
     * @param bytesPerSecondMax bound of what is read from the disk, 1 or more; the latest request counts
     */
    PlacementOutcome evacuate(DiskId disk, long bytesPerSecondMax) throws StoreException;

    /** How far the evacuation of a disk is; empty unless it is {@link DiskState#EVACUATING}. */
    Optional<MoveStatus> evacuation(DiskId disk) throws StoreException;

    /**
     * Takes a disk out of service: {@link DiskState#DEACTIVATED}. Its chunks are copied anew from their other copies.
     *
     * @return refused while the disk has the only whole copy of a chunk: evacuate it first
     */
    PlacementOutcome deactivate(DiskId disk) throws StoreException;

    /** Takes a disk that is closed, evacuating or deactivated back into service: {@link DiskState#ACTIVE}. */
    PlacementOutcome reactivate(DiskId disk) throws StoreException;

    /**
     * Puts a disk in the place of another one, in the same pool. The chunks of the old one are copied to it from their
     * other copies, or from the old disk where that can still be read.
     *
     * @param directory of the new disk: empty, or a store directory of this node that is in no pool; the directory of the
     *     old one if the new disk is mounted there
     * @return refused if the old disk has the only whole copy of a chunk and cannot be read
     */
    PlacementOutcome replace(DiskId disk, Path directory) throws StoreException;

    /**
     * Evens out how full the disks of a pool are. Done when they differ by less than a tenth of their size.
     *
     * @param bytesPerSecondMax bound of what is read, 1 or more
     */
    PlacementOutcome rebalance(String pool, long bytesPerSecondMax) throws StoreException;

    /** How far the rebalancing of a pool is; empty if none was requested. */
    Optional<MoveStatus> rebalancing(String pool) throws StoreException;
}
