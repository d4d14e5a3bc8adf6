package io.capstan.medium;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.format.ChunkId;
import io.capstan.format.EncodedBlock;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordKind;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.SpaceOutcome.Stop;
import io.capstan.store.StoreException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The medium over chunk files and catalog.
 *
 * <p>Writing is the {@link Appender}'s, finding the {@link ObjectIndex}'s, reading the {@link ObjectReader}'s; this class
 * keeps the position and says what a move means. Because every move synchronizes first, the position is at end of data
 * whenever anything is not synchronized, so reads and searches only ever see what is committed.
 */
final class ChunkedMedium implements Medium {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkedMedium.class);

    /** The bytes before the position are not known; they are looked up when somebody asks. */
    private static final long UNKNOWN = -1;

    private final CartridgeRecord cartridge;
    private final CartridgeMemory memory;
    private final Appender appender;
    private final ObjectIndex index;
    private final ObjectReader reader;
    private final FreeSpace freeSpace;
    private final Labels labels;
    private final BooleanSupplier isLocked;
    private final Runnable whenClosed;

    /** Why nothing may be written, if so. */
    private final Optional<String> readOnlyReason;

    private int partition;
    private long objectNumber;
    private long fileNumber;
    private long byteNumber;
    private boolean labelIsOld;
    private boolean closed;

    /**
     * @param readOnlyReason why nothing may be written, such as that a chunk is only in a tier; empty where it may
     * @param whenClosed called once, when the cartridge may be mounted again
     */
    ChunkedMedium(
            CartridgeRecord cartridge,
            CartridgeMemory memory,
            Appender appender,
            ObjectIndex index,
            ObjectReader reader,
            FreeSpace freeSpace,
            Labels labels,
            Optional<String> readOnlyReason,
            BooleanSupplier isLocked,
            Runnable whenClosed) {
        this.cartridge = cartridge;
        this.memory = memory;
        this.appender = appender;
        this.index = index;
        this.reader = reader;
        this.freeSpace = freeSpace;
        this.labels = labels;
        this.readOnlyReason = readOnlyReason;
        this.isLocked = isLocked;
        this.whenClosed = whenClosed;
    }

    // ---- what it is

    @Override
    public VolumeIdentifier volumeIdentifier() {
        return cartridge.volume();
    }

    @Override
    public MediumDescription description() {
        return Cartridges.describe(
                readOnlyReason.isPresent() ? cartridge.withWriteProtected(true) : cartridge);
    }

    @Override
    public boolean isLocked() {
        return isLocked.getAsBoolean();
    }

    @Override
    public AttributeStore attributes() {
        return memory;
    }

    @Override
    public int partitionCount() {
        return appender.partitionCount();
    }

    @Override
    public long capacityBytes(int ofPartition) {
        return state(ofPartition).capacityBytes();
    }

    @Override
    public long usedBytes(int ofPartition) {
        return state(ofPartition).byteCount();
    }

    @Override
    public long partitionRestBytes() {
        return Math.max(0, state(partition).capacityBytes() - byteNumberOrEndOfData());
    }

    @Override
    public long storageFreeBytes() {
        return freeSpace.freeBytes();
    }

    /** Where the bytes before the position cannot be looked up, no more is promised than is free at end of data. */
    private long byteNumberOrEndOfData() {
        try {
            return byteNumber();
        } catch (StoreException e) {
            LOG.warn("{}: remaining capacity is estimated: {}", cartridge.volume(), e.getMessage());
            return state(partition).byteCount();
        }
    }

    @Override
    public MediumPosition position() {
        return new MediumPosition(partition, objectNumber, fileNumber);
    }

    @Override
    public long objectHolding(int ofPartition, long byteNumber) throws StoreException {
        PartitionState of = state(ofPartition);
        if (byteNumber < 0 || byteNumber >= of.byteCount() || hasUnsynchronizedObjects()) {
            throw new IllegalArgumentException(
                    "byte %d of %d synchronized".formatted(byteNumber, of.byteCount()));
        }
        return index.objectHolding(appender.partitionId(ofPartition), of, byteNumber);
    }

    @Override
    public long endOfData(int ofPartition) {
        return state(ofPartition).endOfDataObject();
    }

    @Override
    public long unsynchronizedObjects() {
        return appender.unsynchronizedObjects();
    }

    @Override
    public long unsynchronizedBytes() {
        return appender.unsynchronizedBytes();
    }

    // ---- reading

    @Override
    public ReadOutcome read(DataIn target, long targetOffset, int lengthMaxBytes)
            throws StoreException {
        checkOpen();
        Objects.checkFromIndexSize(targetOffset, lengthMaxBytes, target.capacityBytes());
        if (objectNumber == endOfData(partition)) {
            return new ReadOutcome.EndOfData();
        }
        Run run = index.runHolding(partitionId(), objectNumber);
        if (reader.isFilemarkInTier(run, objectNumber)) {
            return passedFilemark();
        }
        try {
            RecordHeader object =
                    reader.read(run, objectNumber, target, targetOffset, lengthMaxBytes);
            if (object.isEncrypted()) {
                EncodedBlock encrypted = reader.readEncoded(run, object);
                passed(object);
                return new ReadOutcome.Encrypted(encrypted);
            }
            return passed(object);
        } catch (StoreException.Corrupt | StoreException.Missing e) {
            passDamaged();
            throw e;
        }
    }

    @Override
    public long correctedReads() {
        return reader.correctedReads();
    }

    @Override
    public long failedRecalls() {
        return reader.failedRecalls();
    }

    @Override
    public boolean isComing(ChunkId chunk) throws StoreException {
        checkOpen();
        return reader.isComing(chunk);
    }

    @Override
    public ReadOutcome verify() throws StoreException {
        return read(DataIn.none(), 0, 0);
    }

    @Override
    public void prepareRead() {
        if (!closed) {
            reader.prepare(objectNumber);
        }
    }

    private ReadOutcome passed(RecordHeader object) {
        if (object.kind() == RecordKind.FILEMARK) {
            return passedFilemark();
        }
        objectNumber++;
        if (byteNumber != UNKNOWN) {
            byteNumber += object.storedLengthBytes();
        }
        return new ReadOutcome.Block(
                object.logicalLengthBytes(), object.storedLengthBytes(), object.protection());
    }

    private ReadOutcome passedFilemark() {
        objectNumber++;
        fileNumber++;
        return new ReadOutcome.Filemark();
    }

    private void passDamaged() throws StoreException {
        moveTo(
                partition,
                objectNumber + 1,
                index.filemarksBefore(partitionId(), state(partition), objectNumber + 1));
    }

    // ---- appending

    @Override
    public void append(DataOut source, long sourceOffset, int lengthBytes) throws StoreException {
        checkWritable();
        checkBlockLength(lengthBytes);
        checkRoom(lengthBytes);
        List<MemorySegment> pieces = source.slice(sourceOffset, lengthBytes);
        Place at = place();
        changing(() -> appender.appendBlock(at, pieces, lengthBytes));
        moveTo(at.behindBlock(lengthBytes));
    }

    @Override
    public void append(EncodedBlock block) throws StoreException {
        checkWritable();
        checkBlockLength(block.logicalLengthBytes());
        checkRoom(block.storedLengthBytes());
        Place at = place();
        changing(() -> appender.appendBlock(at, block));
        moveTo(at.behindBlock(block.storedLengthBytes()));
    }

    private static void checkBlockLength(int lengthBytes) {
        if (lengthBytes < 1 || lengthBytes > BLOCK_LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("block length " + lengthBytes);
        }
    }

    private void checkRoom(int lengthBytes) throws StoreException {
        if (lengthBytes <= remainingBytes()) {
            return;
        }
        throw new StoreException.NoSpace(
                "cartridge %s partition %d: a block of %d bytes does not fit, %d bytes remain and the store has %d"
                        .formatted(
                                cartridge.volume(),
                                partition,
                                lengthBytes,
                                remainingBytes(),
                                freeSpace.freeBytes()),
                null);
    }

    @Override
    public void appendFilemarks(long count) throws StoreException {
        checkWritable();
        if (count < 1) {
            throw new IllegalArgumentException("filemark count " + count);
        }
        for (long i = 0; i < count; i++) {
            Place at = place();
            changing(() -> appender.appendFilemark(at));
            moveTo(at.behindFilemark());
        }
    }

    @Override
    public void synchronize() throws StoreException {
        checkOpen();
        labelIsOld |= memory.hasChanged();
        changing(appender::synchronize);
    }

    @Override
    public void leaveDisks() throws StoreException {
        checkOpen();
        labelIsOld |= memory.hasChanged();
        changing(appender::leaveDisks);
        // A file that is open keeps its disk from being unmounted; the next read opens one that
        // stays.
        reader.close();
    }

    private interface Change {
        void make() throws StoreException;
    }

    /** Makes a change; a fault other than a full disk takes back all that was not synchronized. */
    private void changing(Change change) throws StoreException {
        try {
            change.make();
        } catch (StoreException.NoSpace e) {
            throw e;
        } catch (StoreException | RuntimeException e) {
            appender.drop().ifPresent(this::moveTo);
            reader.close();
            throw e;
        }
    }

    // ---- moving

    @Override
    public SpaceOutcome spaceBlocks(long count) throws StoreException {
        checkOpen();
        if (count == 0) {
            return new SpaceOutcome(Stop.COMPLETE, 0);
        }
        synchronize();
        return count > 0 ? spaceBlocksForwards(count) : spaceBlocksBackwards(-count);
    }

    private SpaceOutcome spaceBlocksForwards(long count) throws StoreException {
        PartitionState state = state(partition);
        boolean filemarkFollows = fileNumber < state.filemarkCount();
        long border =
                filemarkFollows
                        ? index.objectOfFilemark(partitionId(), fileNumber)
                        : state.endOfDataObject();
        long blocks = border - objectNumber;
        if (count <= blocks) {
            moveTo(partition, objectNumber + count, fileNumber);
            return new SpaceOutcome(Stop.COMPLETE, 0);
        }
        if (filemarkFollows) {
            moveTo(partition, border + 1, fileNumber + 1);
            return new SpaceOutcome(Stop.FILEMARK, count - blocks);
        }
        moveTo(partition, border, fileNumber);
        return new SpaceOutcome(Stop.END_OF_DATA, count - blocks);
    }

    private SpaceOutcome spaceBlocksBackwards(long count) throws StoreException {
        boolean filemarkPrecedes = fileNumber > 0;
        long border =
                filemarkPrecedes ? index.objectOfFilemark(partitionId(), fileNumber - 1) + 1 : 0;
        long blocks = objectNumber - border;
        if (count <= blocks) {
            moveTo(partition, objectNumber - count, fileNumber);
            return new SpaceOutcome(Stop.COMPLETE, 0);
        }
        if (filemarkPrecedes) {
            moveTo(partition, border - 1, fileNumber - 1);
            return new SpaceOutcome(Stop.FILEMARK, count - blocks);
        }
        moveTo(partition, 0, 0);
        return new SpaceOutcome(Stop.BEGINNING_OF_PARTITION, count - blocks);
    }

    @Override
    public SpaceOutcome spaceFilemarks(long count) throws StoreException {
        checkOpen();
        if (count == 0) {
            return new SpaceOutcome(Stop.COMPLETE, 0);
        }
        synchronize();
        return count > 0 ? spaceFilemarksForwards(count) : spaceFilemarksBackwards(-count);
    }

    private SpaceOutcome spaceFilemarksForwards(long count) throws StoreException {
        long following = state(partition).filemarkCount() - fileNumber;
        if (count <= following) {
            moveBehindFilemark(partition, fileNumber + count - 1);
            return new SpaceOutcome(Stop.COMPLETE, 0);
        }
        moveToEndOfData(partition);
        return new SpaceOutcome(Stop.END_OF_DATA, count - following);
    }

    private SpaceOutcome spaceFilemarksBackwards(long count) throws StoreException {
        long preceding = fileNumber;
        if (count <= preceding) {
            long target = fileNumber - count;
            moveTo(partition, index.objectOfFilemark(partitionId(), target), target);
            return new SpaceOutcome(Stop.COMPLETE, 0);
        }
        moveTo(partition, 0, 0);
        return new SpaceOutcome(Stop.BEGINNING_OF_PARTITION, count - preceding);
    }

    @Override
    public void spaceToEndOfData() throws StoreException {
        synchronize();
        moveToEndOfData(partition);
    }

    @Override
    public boolean locate(int toPartition, long toObject) throws StoreException {
        checkOpen();
        checkNotNegative(toObject);
        checkPartition(toPartition);
        synchronize();
        PartitionState state = state(toPartition);
        if (toObject >= state.endOfDataObject()) {
            moveToEndOfData(toPartition);
            return toObject == state.endOfDataObject();
        }
        PartitionId id = appender.partitionId(toPartition);
        moveTo(toPartition, toObject, index.filemarksBefore(id, state, toObject));
        return true;
    }

    @Override
    public boolean locateFile(int toPartition, long toFile) throws StoreException {
        checkOpen();
        checkNotNegative(toFile);
        checkPartition(toPartition);
        synchronize();
        if (toFile == 0) {
            moveTo(toPartition, 0, 0);
            return true;
        }
        if (toFile > state(toPartition).filemarkCount()) {
            moveToEndOfData(toPartition);
            return false;
        }
        moveBehindFilemark(toPartition, toFile - 1);
        return true;
    }

    private void moveBehindFilemark(int toPartition, long filemark) throws StoreException {
        long object = index.objectOfFilemark(appender.partitionId(toPartition), filemark);
        moveTo(toPartition, object + 1, filemark + 1);
    }

    private void moveToEndOfData(int toPartition) {
        PartitionState state = state(toPartition);
        moveTo(
                new Place(
                        toPartition,
                        state.endOfDataObject(),
                        state.filemarkCount(),
                        state.byteCount()));
    }

    private void moveTo(int toPartition, long toObject, long toFile) {
        long bytes = byteNumber;
        if (toPartition != partition || toObject != objectNumber) {
            bytes = toObject == 0 ? 0 : UNKNOWN;
        }
        moveTo(new Place(toPartition, toObject, toFile, bytes));
    }

    private void moveTo(Place place) {
        partition = place.partition();
        objectNumber = place.objectNumber();
        fileNumber = place.fileNumber();
        byteNumber = place.byteNumber();
    }

    /** The position with the bytes before it, which are looked up if need be. */
    private Place place() throws StoreException {
        return new Place(partition, objectNumber, fileNumber, byteNumber());
    }

    private long byteNumber() throws StoreException {
        if (byteNumber == UNKNOWN) {
            byteNumber = index.bytesBefore(partitionId(), state(partition), objectNumber);
        }
        return byteNumber;
    }

    // ---- erasing

    @Override
    public void erase() throws StoreException {
        checkWritable();
        synchronize();
        Place at = place();
        reader.close();
        appender.erase(at);
    }

    @Override
    public void format(List<Long> partitionCapacitiesBytes) throws StoreException {
        // All content goes, so it does not matter where it is.
        checkOpen();
        checkLayout(partitionCapacitiesBytes);
        if (hasUnsynchronizedObjects()) {
            appender.drop().ifPresent(this::moveTo);
        }
        reader.close();
        appender.format(List.copyOf(partitionCapacitiesBytes), labels);
        moveTo(new Place(0, 0, 0, 0));
    }

    static void checkLayout(List<Long> partitionCapacitiesBytes) {
        int count = partitionCapacitiesBytes.size();
        if (count < 1 || count > PARTITION_COUNT_MAX) {
            throw new IllegalArgumentException(count + " partitions");
        }
        if (partitionCapacitiesBytes.stream().anyMatch(bytes -> bytes < 1)) {
            throw new IllegalArgumentException("partition sizes " + partitionCapacitiesBytes);
        }
    }

    // ---- closing

    @Override
    public void close() throws StoreException {
        if (closed) {
            return;
        }
        closed = true;
        labelIsOld |= memory.hasChanged();
        try {
            changing(appender::close);
        } finally {
            appender.release();
            reader.close();
            whenClosed.run();
        }
        if (labelIsOld) {
            refreshLabel();
        }
    }

    /** The catalog has it all; a label that could not be written is written by the next start. */
    private void refreshLabel() {
        try {
            labels.refresh(cartridge.volume());
        } catch (StoreException e) {
            LOG.warn(
                    "label of {} is older than its cartridge: {}",
                    cartridge.volume(),
                    e.getMessage());
        }
    }

    private PartitionId partitionId() {
        return appender.partitionId(partition);
    }

    private PartitionState state(int ofPartition) {
        checkPartition(ofPartition);
        return appender.current(ofPartition);
    }

    private void checkPartition(int number) {
        if (number < 0 || number >= appender.partitionCount()) {
            throw new IllegalArgumentException("no partition " + number);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(cartridge.volume() + " is not mounted");
        }
    }

    private void checkWritable() throws StoreException {
        checkOpen();
        if (readOnlyReason.isPresent()) {
            throw new StoreException.WriteFailed(
                    "cartridge %s is not written %s"
                            .formatted(cartridge.volume(), readOnlyReason.get()),
                    null);
        }
    }

    private static void checkNotNegative(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number " + number + " is negative");
        }
    }
}
