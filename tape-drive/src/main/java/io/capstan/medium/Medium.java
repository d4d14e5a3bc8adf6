package io.capstan.medium;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.format.ChunkId;
import io.capstan.format.EncodedBlock;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.util.List;

/**
 * A mounted cartridge: per partition a sequence of logical objects (blocks and filemarks) with one current position, as
 * SSC describes a medium, and nothing of SCSI.
 *
 * <p>Position arithmetic. Objects of a partition are numbered from 0. At object number {@code n} the position lies in
 * front of object {@code n}; {@code n} equal to the number of objects is end-of-data. A write at position {@code n} ends
 * the partition's data there first. Whatever moves the position other than a read or an append synchronizes first, so
 * that positions are always found in what is on stable storage.
 *
 * <p>Durability. What {@link #synchronize} returned for is kept over any crash, whole and in order; what was appended
 * after it is kept as a whole prefix of what was appended, or not at all (then what was overwritten may be back). A fault
 * in the background between appends comes out of the next append, synchronize or move, once.
 *
 * <p>Faults. After {@link StoreException.NoSpace} everything that was appended is still held and can be synchronized
 * once there is space. After any other exception from append or synchronize, or from a synchronize that came with a
 * move, what was not synchronized is gone: the partition's content is what the last successful synchronize covered, and
 * the position is where the first append after it began. {@link #position()} and {@link #unsynchronizedObjects()} tell.
 *
 * <p>Tiers. A cartridge of which any chunk is only in a tier is write protected for as long as it is mounted, but can be
 * laid out anew. Its positions are found without its chunks, and so is all but the data itself.
 *
 * <p>One owner thread. All methods throw {@link StoreException} when storage failed; objects that were synchronized are
 * then untouched. A bad argument (a partition that is not there, a length out of range) is a bug of the caller and
 * answered with {@link IllegalArgumentException}, use after close with {@link IllegalStateException}; neither changes
 * anything.
 *
 * @see "SSC-5, 4.2 Sequential-access device model"
 */
public interface Medium extends AutoCloseable {

    /** The largest logical block, as in LTO drives' READ BLOCK LIMITS and the format's 24-bit length. */
    int BLOCK_LENGTH_MAX_BYTES = 8 * 1024 * 1024;

    /** Partitions of the largest layout. */
    int PARTITION_COUNT_MAX = 4;

    VolumeIdentifier volumeIdentifier();

    /** What kind of cartridge this is: density, capacity, WORM and write protection. */
    MediumDescription description();

    /** Cartridge memory: the attributes kept with the cartridge. */
    AttributeStore attributes();

    /** Partitions of the current layout, 1 to {@link #PARTITION_COUNT_MAX}. */
    int partitionCount();

    /** Capacity of a partition in bytes, as laid out. */
    long capacityBytes(int partition);

    /** Bytes a partition holds now, as they are stored, headers and padding not counted, up to end-of-data. */
    long usedBytes(int partition);

    /**
     * Bytes that can still be written from the current position before the partition, or the storage behind it, is full.
     * Cheap: called for every write. Filemarks take none.
     */
    default long remainingBytes() {
        return Math.min(partitionRestBytes(), storageFreeBytes());
    }

    /** The partition's capacity minus the bytes in front of the position, never negative. */
    long partitionRestBytes();

    /** Free space of the store above its reserve, never negative; other cartridges take from it too. */
    long storageFreeBytes();

    /** The current position. */
    MediumPosition position();

    /**
     * The object that holds a byte of a partition's data. Everything must be synchronized.
     *
     * @param byteNumber counted as in {@link #usedBytes}, from 0 to below that
     * @throws StoreException.ReadFailed if that cannot be told now
     */
    long objectHolding(int partition, long byteNumber) throws StoreException;

    /** Object number of end-of-data of a partition, which is its number of objects. */
    long endOfData(int partition);

    /** Whether anything was appended that {@link #synchronize} has not covered yet; the drive's buffer state. */
    default boolean hasUnsynchronizedObjects() {
        return unsynchronizedObjects() > 0;
    }

    /** Blocks and filemarks appended that {@link #synchronize} has not covered yet. */
    long unsynchronizedObjects();

    /** Stored bytes of the blocks appended that {@link #synchronize} has not covered yet. */
    long unsynchronizedBytes();

    /**
     * Reads the object at the position and moves behind it.
     *
     * @param target takes the first {@code lengthMaxBytes} bytes of a block at {@code targetOffset}; the caller declares
     *     what counts. Borrowed until return. Nothing in it counts when this throws.
     * @param lengthMaxBytes 0 or more, and inside {@code target}
     * @return a block with its full length, an encrypted block of which nothing is delivered, a filemark, or end of data;
     *     at end of data the position does not move
     * @throws StoreException.Corrupt for an object that fails its checksum; the position is then behind it, and its
     *     neighbours can be read
     * @throws StoreException.Missing for an object whose chunk is gone; the position is then behind it, and objects in
     *     other chunks can be read
     * @throws StoreException.InTier for an object whose chunk is only in a tier, from which it comes now, with some of
     *     what follows, or is bad here and comes from a tier; the position has not moved
     * @throws StoreException.ReadFailed if the object could not be read; the position has not moved
     */
    ReadOutcome read(DataIn target, long targetOffset, int lengthMaxBytes) throws StoreException;

    /**
     * Gets ready for a {@link #read} at the position, as far as that is a matter of moments: for whoever reads on, while he is
     * busy with what he read last.
     */
    default void prepareRead() {}

    /** Reads since the cartridge was mounted that one copy of a chunk failed and another, or a tier's, did not: nothing is lost. */
    default long correctedReads() {
        return 0;
    }

    /** How often, as far as a read or {@link #isComing} has noticed, a tier could not give what it was asked for, and will be again. */
    default long failedRecalls() {
        return 0;
    }

    /**
     * Reads and verifies the object at the position as {@link #read} does, delivering nothing.
     */
    ReadOutcome verify() throws StoreException;

    /**
     * Appends one block at the position, ending the data behind it. May return before the block is on stable storage.
     *
     * @param source where the block's bytes are, borrowed until return
     * @param lengthBytes 1 to {@link #BLOCK_LENGTH_MAX_BYTES}
     * @throws StoreException.NoSpace if it is more than {@link #remainingBytes()}, or storage is full; the position has
     *     not moved
     * @throws StoreException if the block is not on the medium, see Faults above
     */
    void append(DataOut source, long sourceOffset, int lengthBytes) throws StoreException;

    /**
     * Appends one block at the position as {@link #append(DataOut, long, int)} does, in the form in which it is to be kept.
     * A compressed block is read as it was before, an encrypted one as it is given here; the stored length is what it
     * takes of the capacity.
     *
     * @param block borrowed until return
     */
    void append(EncodedBlock block) throws StoreException;

    /**
     * Appends filemarks at the position, ending the data behind them. Does not synchronize.
     *
     * @param count 1 or more
     * @throws StoreException.NoSpace if storage is full; the position is then behind those that were appended
     */
    void appendFilemarks(long count) throws StoreException;

    /**
     * Puts everything appended, and changed attributes, on stable storage, then commits it. Does nothing when there is
     * nothing to do.
     */
    void synchronize() throws StoreException;

    /**
     * Moves over blocks, forwards ({@code count} above 0) or backwards; stops behind (forwards) or in front of
     * (backwards) the first filemark met, or at end of data or beginning of partition. The residual counts blocks alone:
     * the filemark is crossed but is none of them. A count of 0 does nothing.
     */
    SpaceOutcome spaceBlocks(long count) throws StoreException;

    /**
     * Moves over filemarks, forwards to behind the last or backwards to in front of it; stops at end of data or
     * beginning of partition. A count of 0 does nothing.
     */
    SpaceOutcome spaceFilemarks(long count) throws StoreException;

    /** Moves to end-of-data of the current partition. */
    void spaceToEndOfData() throws StoreException;

    /**
     * Moves in front of an object.
     *
     * @return false if end-of-data comes first; the position is then there
     */
    boolean locate(int partition, long objectNumber) throws StoreException;

    /**
     * Moves behind the {@code fileNumber}-th filemark of a partition, 0 being its beginning.
     *
     * @return false if end-of-data comes first; the position is then there
     */
    boolean locateFile(int partition, long fileNumber) throws StoreException;

    /**
     * Seals what is being written on a disk that is to get empty, so that it can be moved to others, and what is appended next
     * goes to others too; lets go of files that are open to be read. Synchronizes what is sealed first; the position, and what is
     * on the medium, stay as they are. May be called again and again.
     *
     * @throws StoreException as {@link #synchronize} does
     */
    default void leaveDisks() throws StoreException {}

    /**
     * Whether a chunk that {@link #read} did not find here is still on its way from its tier. Cheap, and asks for it again.
     *
     * @param chunk of the exception
     */
    default boolean isComing(ChunkId chunk) throws StoreException {
        return false;
    }

    /**
     * Whether what is on it must stay: then the caller appends at end of data alone, and does not format it. May have
     * changed since it was mounted.
     *
     * @see Retention
     */
    default boolean isLocked() {
        return false;
    }

    /** Ends the data of the partition at the position, durably when this returns. */
    void erase() throws StoreException;

    /**
     * Lays the medium out anew, durably when this returns: all content is gone, in constant time, and the position is the
     * beginning of partition 0. What was appended and not synchronized is dropped. Attributes stay as they are.
     *
     * @param partitionCapacitiesBytes one entry a partition, each 1 or more; 1 to {@link #PARTITION_COUNT_MAX} entries
     */
    void format(List<Long> partitionCapacitiesBytes) throws StoreException;

    /** Synchronizes and lets go of the cartridge. Idempotent; the medium is unusable afterwards even if this throws. */
    @Override
    void close() throws StoreException;
}
