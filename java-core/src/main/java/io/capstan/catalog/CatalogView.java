package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One consistent state of the catalog. Valid only inside the call it was handed to, on that thread; using it later is an
 * {@link IllegalStateException}. Every method throws {@link CatalogException} where storage fails or an entry does not
 * decode.
 */
public interface CatalogView {

    /** The cartridge with that volume identifier, tombstones included. */
    Optional<CartridgeRecord> cartridge(VolumeIdentifier volume);

    /**
     * Cartridges in order of their volume identifiers, tombstones included.
     *
     * @param prefix what their volume identifiers begin with; may be empty
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<CartridgeRecord> cartridges(String prefix, Optional<VolumeIdentifier> after, int limit);

    /** Hands over every cartridge in order of volume identifier, tombstones included. */
    void forEachCartridge(Consumer<CartridgeRecord> consumer);

    /** The element a cartridge is in. */
    Optional<ElementLocation> elementOf(VolumeIdentifier volume);

    /** What is in an element; empty where it is empty, or unknown. */
    Optional<ElementRecord> element(ElementLocation location);

    /** The full elements of a library by rising address. */
    List<ElementRecord> elements(String library);

    /** A stable identity, such as the serial number under {@code library/lib0/drive/0/serial}. */
    Optional<String> identity(String name);

    /** Saved parameters, such as a mode page of a logical unit. */
    Optional<byte[]> parameters(String name);

    Optional<ContainerRecord> container(ContainerId container);

    /** Hands over every container in order of id. */
    void forEachContainer(Consumer<ContainerRecord> consumer);

    /** An earlier generation that is kept. */
    Optional<GenerationRecord> generation(ContainerId container, long generation);

    /** The earlier generations of a container that are kept, oldest first. */
    List<GenerationRecord> generations(ContainerId container);

    /** What a cartridge shows instead of content of its own. */
    Optional<ShownGeneration> shownGeneration(VolumeIdentifier shownAs);

    /** All generations that cartridges of their own show. */
    List<ShownGeneration> shownGenerations();

    /** The run that holds an object, or else the last one before it. */
    Optional<Run> runAt(PartitionId partition, long object);

    /** The run that holds the filemark of that number, counted from 0 at the beginning of the partition. */
    Optional<Run> runOfFilemark(PartitionId partition, long filemark);

    /** The run before end of data. */
    Optional<Run> lastRun(PartitionId partition);

    /**
     * Runs in order, beginning with the one that holds {@code fromObject}, or else the first one after it.
     *
     * @param limit most to return, 1 or more
     */
    List<Run> runs(PartitionId partition, long fromObject, int limit);

    Optional<ChunkRecord> chunk(ChunkId chunk);

    /** How many runs refer to a chunk; 0 for an unknown one. */
    long referenceCount(ChunkId chunk);

    /**
     * Chunks in a state, by id.
     *
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<ChunkRecord> chunks(ChunkState state, Optional<ChunkId> after, int limit);

    /**
     * Chunks that were written for a container, by rising sequence, whether or not it still refers to them.
     *
     * @param fromSequence lowest sequence to return
     * @param limit most to return, 1 or more
     */
    List<ChunkRecord> chunksOf(ContainerId container, long fromSequence, int limit);

    /**
     * All chunks, by id.
     *
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<ChunkRecord> chunks(Optional<ChunkId> after, int limit);

    Optional<DiskRecord> disk(DiskId disk);

    /** All disks, by id. */
    List<DiskRecord> disks();

    /**
     * Chunks that have a copy on a disk, by id.
     *
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<ChunkId> chunksOn(DiskId disk, Optional<ChunkId> after, int limit);

    /** How many chunks have a copy on a disk. Takes time in proportion to them. */
    long chunkCountOn(DiskId disk);

    /**
     * Copies that are not what was written, by chunk.
     *
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<BadCopyRecord> badCopies(Optional<BadCopyRecord> after, int limit);

    /** The copies of a chunk in tiers, by name of the tier. */
    List<TierCopyRecord> tierCopies(ChunkId chunk);

    /**
     * All copies in tiers, by chunk and name of the tier.
     *
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<TierCopyRecord> tierCopies(Optional<TierCopyRecord> after, int limit);

    Optional<JobRecord> job(long job);

    /**
     * Jobs by rising number.
     *
     * @param fromJob lowest number to return
     * @param limit most to return, 1 or more
     */
    List<JobRecord> jobs(long fromJob, int limit);

    /** The transit of a cartridge that is on its way. */
    Optional<TransitRecord> transit(VolumeIdentifier volume);

    /** The newest audit records, newest first. */
    List<AuditRecord> auditTail(int limit);

    CatalogStatistics statistics();
}
