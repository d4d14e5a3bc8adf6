package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A change under way: it sees what it has changed, others see it once it is committed, and all of it is undone if it
 * throws. Rules that hold between entries are kept here; breaking one is an {@link IllegalStateException}, which names the
 * rule, and that call has changed nothing.
 */
public interface CatalogTransaction extends CatalogView {

    /**
     * Adds or replaces a cartridge.
     *
     * @throws IllegalStateException if it is a tombstone, or one that is present would change its container
     */
    void putCartridge(CartridgeRecord cartridge);

    /**
     * Turns a cartridge into a tombstone. Its data stays until {@link #reclaim} takes it.
     *
     * @return false if there is no such cartridge, or only its tombstone
     * @throws IllegalStateException if it is in an element, in transit, or shows a generation
     */
    boolean destroyCartridge(VolumeIdentifier volume);

    /**
     * Forgets a cartridge or a tombstone.
     *
     * @return false if there is none
     * @throws IllegalStateException if it is in an element, or shows a generation
     */
    boolean removeCartridge(VolumeIdentifier volume);

    /**
     * Puts a cartridge that is in no element into one, or replaces the source address of one that is in it already.
     *
     * @throws IllegalStateException if it is in transit
     */
    PlaceOutcome putElement(ElementRecord element);

    /** Takes a cartridge out of its element, which leaves it outside every library. Returns what was there. */
    Optional<ElementRecord> clearElement(ElementLocation location);

    /**
     * Moves a cartridge from one element to another, of the same or of another library.
     *
     * @param sourceElementAddress what the new element is to report as source
     */
    MoveOutcome moveElement(
            ElementLocation from, ElementLocation to, OptionalInt sourceElementAddress);

    /**
     * Moves the cartridge in {@code source} to {@code firstDestination}, and the one that was there to {@code
     * secondDestination}, which may be {@code source}.
     *
     * @param firstSourceAddress what the first destination is to report as source
     * @param secondSourceAddress what the second destination is to report as source
     * @throws IllegalArgumentException if the first destination is also the source or the second destination
     * @see "SMC-3, 6.4 EXCHANGE MEDIUM"
     */
    ExchangeOutcome exchangeElements(
            ElementLocation source,
            ElementLocation firstDestination,
            ElementLocation secondDestination,
            OptionalInt firstSourceAddress,
            OptionalInt secondSourceAddress);

    /**
     * Sets a stable identity once and for all.
     *
     * @return the value it has from now on, which is the older one if it was set before
     */
    String putIdentityIfAbsent(String name, String value);

    /** Sets saved parameters; at most 65,535 bytes, which are copied. */
    void putParameters(String name, byte[] value);

    /** Returns false if there were none. */
    boolean removeParameters(String name);

    /**
     * Adds or replaces a container.
     *
     * @throws IllegalStateException if its generation or next chunk sequence would go back
     */
    void putContainer(ContainerRecord container);

    /**
     * Keeps an earlier generation, or replaces what is known of it.
     *
     * @throws IllegalStateException if it is not below the container's current one, or its runs are not, from object 0
     *     on, what it says of its partitions
     */
    void putGeneration(GenerationRecord generation);

    /**
     * Gives an earlier generation up to {@link #reclaim}.
     *
     * @return false if it is not kept
     * @throws IllegalStateException if a cartridge shows it
     */
    boolean removeGeneration(ContainerId container, long generation);

    /**
     * Lets a cartridge show an earlier generation of another one.
     *
     * @throws IllegalStateException if that is not kept, there is no such cartridge, or it shows one already
     */
    void putShownGeneration(ShownGeneration shown);

    /** Returns false if the cartridge shows none. */
    boolean removeShownGeneration(VolumeIdentifier shownAs);

    /**
     * Forgets a container that has no runs left.
     *
     * @return false if there is none
     * @throws IllegalStateException if it still has runs, or generations that are kept
     */
    boolean removeContainer(ContainerId container);

    /**
     * Adds a run at end of data, lets the last run grow or shrink, or replaces the chunk of any run. References to chunks
     * are counted; a chunk that loses its last one becomes {@link ChunkState#DELETABLE}.
     *
     * @throws IllegalStateException if the runs would not follow each other without holes, or the chunk has no record,
     *     too few objects in its record, or is deletable: put the chunk first
     */
    void putRun(Run run);

    /**
     * Makes {@code fromObject} the end of data. Whole runs behind it are removed, which takes time in proportion to their
     * number: to empty a partition a new generation is better. Chunks that lose their last reference become deletable.
     *
     * @param head what is kept of the run that {@code fromObject} falls into; {@link RunHead#NONE} where it falls between
     *     two runs or behind the last one
     * @throws IllegalStateException if {@code head} does not fit that run
     */
    void truncateRuns(PartitionId partition, long fromObject, RunHead head);

    /**
     * Removes runs of old generations that are not kept, oldest first. Chunks that lose their last reference become
     * deletable.
     *
     * @param olderThanGeneration only runs of generations below this
     * @param entriesMax most runs to remove, so that other changes are not held up
     * @return how many were removed; fewer than {@code entriesMax} when none are left
     * @throws IllegalStateException if that would take the container's current generation: put the container with a new
     *     one first
     */
    int reclaim(ContainerId container, long olderThanGeneration, int entriesMax);

    /**
     * Adds or replaces a chunk's record. A copy that is not on a disk any more is no bad copy either.
     *
     * @throws IllegalStateException if its state would go back, or it would become deletable with runs referring to it
     */
    void putChunk(ChunkRecord chunk);

    /**
     * Forgets a chunk, after its file is gone.
     *
     * @return false if there is none
     * @throws IllegalStateException if a run refers to it
     */
    boolean removeChunk(ChunkId chunk);

    /** Adds or replaces a disk. */
    void putDisk(DiskRecord disk);

    /**
     * Forgets a disk.
     *
     * @return false if there is none
     * @throws IllegalStateException if a chunk has a copy there
     */
    boolean removeDisk(DiskId disk);

    /** Notes that a copy is not what was written; does nothing if the chunk has no copy on that disk. */
    void putBadCopy(BadCopyRecord copy);

    /** Returns false if it was none. */
    boolean removeBadCopy(ChunkId chunk, DiskId disk);

    /** Adds or replaces a copy in a tier. */
    void putTierCopy(TierCopyRecord copy);

    /** Forgets a copy in a tier. Returns false if there was none. */
    boolean removeTierCopy(ChunkId chunk, String tier);

    /** The number that the next job gets: one above every one there ever was. */
    long nextJob();

    /**
     * Adds or replaces a job. A new one has the number {@link #nextJob} gave; of those that are done or cancelled the
     * newest 10,000 are kept.
     *
     * @throws IllegalStateException if a final state would change
     */
    void putJob(JobRecord job);

    /**
     * Gives a cartridge into the care of a job.
     *
     * @throws IllegalStateException if there is no such cartridge, it is in an element, or in transit already
     */
    void putTransit(TransitRecord transit);

    /** Ends a transit, after which the cartridge can be put into an element. Returns false if there was none. */
    boolean removeTransit(VolumeIdentifier volume);

    /** Adds to the audit trail, which keeps the newest 100,000 records. */
    void appendAudit(AuditRecord record);
}
