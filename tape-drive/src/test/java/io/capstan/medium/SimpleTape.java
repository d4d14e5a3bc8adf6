package io.capstan.medium;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.format.BlockDecompressor;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.EncodedBlock;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The simplest medium that keeps the contract: a list of byte arrays a partition. The oracle of model tests and the
 * cartridge of drive tests, with switches for every fault a real medium knows.
 *
 * <p>Like every medium it has one owner thread; only {@link #stick} and {@link #release} may come from another.
 */
public final class SimpleTape implements Medium {

    /** What stands for a filemark in a list of objects; blocks have one byte at least. */
    public static final byte[] FILEMARK = new byte[0];

    private static final ChunkId SOME_CHUNK = new ChunkId(new ContainerId(0, 0), 1);

    private final VolumeIdentifier volumeIdentifier;
    private final MediumDescription description;
    private final SimpleAttributes attributes;
    private List<Partition> partitions;
    private int partition;
    private int objectNumber;
    private @Nullable Unsynchronized unsynchronized;
    private boolean closed;

    private @Nullable StoreException nextAppendFault;
    private boolean correctsNextRead;
    private long correctedReads;
    private @Nullable StoreException nextReadFault;
    private @Nullable StoreException nextSynchronizeFault;
    private long storeFreeBytes = Long.MAX_VALUE;
    private volatile CountDownLatch stuck = new CountDownLatch(0);

    private static final class Partition {
        final long capacityBytes;
        List<byte[]> objects = new ArrayList<>();
        final IdentityHashMap<byte[], Integer> storedLengths = new IdentityHashMap<>();
        final IdentityHashMap<byte[], Integer> protections = new IdentityHashMap<>();
        final IdentityHashMap<byte[], EncodedBlock> encrypted = new IdentityHashMap<>();
        final Set<Integer> corruptObjects = new TreeSet<>();
        final Set<Integer> missingObjects = new TreeSet<>();

        Partition(long capacityBytes) {
            this.capacityBytes = capacityBytes;
        }

        long usedBytes(int objectCount) {
            return objects.subList(0, objectCount).stream().mapToLong(this::storedLength).sum();
        }

        int storedLength(byte[] object) {
            return storedLengths.getOrDefault(object, object.length);
        }

        void endDataAt(int objectCount) {
            objects.subList(objectCount, objects.size()).clear();
            corruptObjects.removeIf(object -> object >= objectCount);
            missingObjects.removeIf(object -> object >= objectCount);
        }
    }

    /** What the appends since the last synchronize began at, and what was there before. */
    private record Unsynchronized(int firstObject, List<byte[]> objectsBefore) {}

    public SimpleTape(
            VolumeIdentifier volumeIdentifier,
            MediumDescription description,
            List<Long> partitionCapacitiesBytes) {
        this(
                volumeIdentifier,
                description,
                new SimpleAttributes(),
                layOut(partitionCapacitiesBytes));
    }

    private SimpleTape(
            VolumeIdentifier volumeIdentifier,
            MediumDescription description,
            SimpleAttributes attributes,
            List<Partition> partitions) {
        this.volumeIdentifier = volumeIdentifier;
        this.description = description;
        this.attributes = attributes;
        this.partitions = partitions;
    }

    /** A blank LTO-8 cartridge of one partition. */
    public static SimpleTape blank(String volumeIdentifier, long capacityBytes) {
        return new SimpleTape(
                new VolumeIdentifier(volumeIdentifier),
                new MediumDescription(0x88, 0x5E, capacityBytes, false, false),
                List.of(capacityBytes));
    }

    /** The same cartridge mounted again after {@link #close}, faults switched off. */
    public SimpleTape remount() {
        if (!closed) {
            throw new IllegalStateException("still mounted");
        }
        return new SimpleTape(volumeIdentifier, description, attributes, partitions);
    }

    // ---- what tests look at

    /**
     * A cartridge with this content, synchronized.
     *
     * @param like its blocks with the same bytes say how long they are stored
     * @param content objects by partition, filemarks as {@link #FILEMARK}
     */
    public static SimpleTape holding(
            SimpleTape like, List<Long> partitionCapacitiesBytes, List<List<byte[]>> content) {
        SimpleTape tape =
                new SimpleTape(
                        like.volumeIdentifier,
                        like.description,
                        like.attributes,
                        layOut(partitionCapacitiesBytes));
        for (int i = 0; i < content.size(); i++) {
            Partition partition = tape.partition(i);
            for (byte[] object : content.get(i)) {
                partition.objects.add(object);
                like.storedLengthOf(object)
                        .ifPresent(length -> partition.storedLengths.put(object, length));
                like.encrypted(object).ifPresent(block -> partition.encrypted.put(object, block));
            }
        }
        return tape;
    }

    /** The encrypted block with these stored data that was ever appended here. */
    private Optional<EncodedBlock> encrypted(byte[] stored) {
        return partitions.stream()
                .flatMap(p -> p.encrypted.entrySet().stream())
                .filter(known -> Arrays.equals(known.getKey(), stored))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** What a block with these bytes took that was ever appended here in a form of its own. */
    private Optional<Integer> storedLengthOf(byte[] object) {
        return partitions.stream()
                .flatMap(p -> p.storedLengths.entrySet().stream())
                .filter(known -> Arrays.equals(known.getKey(), object))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /**
     * The objects of a partition, filemarks as {@link #FILEMARK}, encrypted blocks by their stored data; the arrays are
     * the tape's own.
     */
    public List<byte[]> objects(int ofPartition) {
        return List.copyOf(partition(ofPartition).objects);
    }

    /** What a partition held when it was last synchronized. */
    public List<byte[]> synchronizedObjects(int ofPartition) {
        return unsynchronized != null && ofPartition == partition
                ? List.copyOf(unsynchronized.objectsBefore)
                : objects(ofPartition);
    }

    // ---- faults

    /** Fails the next append of a block or filemark. */
    public void failNextAppend(StoreException fault) {
        nextAppendFault = fault;
    }

    /** Fails the next read or verify; the position moves as the contract says for the kind of fault. */
    public void failNextRead(StoreException fault) {
        nextReadFault = fault;
    }

    /** Fails the next synchronize that has something to do, whether asked for or part of a move. */
    public void failNextSynchronize(StoreException fault) {
        nextSynchronizeFault = fault;
    }

    /** Makes every read of an object fail its checksum until it is overwritten. */
    public void corruptObject(int ofPartition, long number) {
        partition(ofPartition).corruptObjects.add(Math.toIntExact(number));
    }

    /** Makes the next read one that one copy failed, and another did not. */
    public void correctNextRead() {
        correctsNextRead = true;
    }

    @Override
    public long correctedReads() {
        return correctedReads;
    }

    /** Changes a bit of an encrypted block, and all checksums with it, as somebody would who has not the key. */
    public void changeEncryptedObject(int ofPartition, long number) {
        Partition p = partition(ofPartition);
        byte[] object = p.objects.get(Math.toIntExact(number));
        EncodedBlock block = Objects.requireNonNull(p.encrypted.get(object)).copy();
        byte first = block.stored().get(ValueLayout.JAVA_BYTE, 0);
        block.stored().set(ValueLayout.JAVA_BYTE, 0, (byte) (first ^ 1));
        p.encrypted.put(object, block);
    }

    /** Makes every read of an object miss its chunk until it is overwritten. */
    public void loseObject(int ofPartition, long number) {
        partition(ofPartition).missingObjects.add(Math.toIntExact(number));
    }

    /** Makes the storage behind the medium this full; every block appended takes from it. */
    public void limitStoreBytes(long freeBytes) {
        storeFreeBytes = freeBytes;
    }

    /** Lets every call that touches storage wait until {@link #release}. */
    public void stick() {
        stuck = new CountDownLatch(1);
    }

    /** Lets go of calls that wait, and of those to come. */
    public void release() {
        stuck.countDown();
    }

    // ---- the medium

    @Override
    public VolumeIdentifier volumeIdentifier() {
        return volumeIdentifier;
    }

    @Override
    public MediumDescription description() {
        return description;
    }

    @Override
    public AttributeStore attributes() {
        return attributes;
    }

    @Override
    public int partitionCount() {
        return partitions.size();
    }

    @Override
    public long capacityBytes(int ofPartition) {
        return partition(ofPartition).capacityBytes;
    }

    @Override
    public long usedBytes(int ofPartition) {
        Partition p = partition(ofPartition);
        return p.usedBytes(p.objects.size());
    }

    @Override
    public long objectHolding(int ofPartition, long byteNumber) {
        Partition p = partition(ofPartition);
        if (byteNumber < 0 || byteNumber >= usedBytes(ofPartition) || hasUnsynchronizedObjects()) {
            throw new IllegalArgumentException("byte " + byteNumber);
        }
        int object = 0;
        while (p.usedBytes(object + 1) <= byteNumber) {
            object++;
        }
        return object;
    }

    @Override
    public long partitionRestBytes() {
        Partition p = partition(partition);
        return Math.max(0, p.capacityBytes - p.usedBytes(objectNumber));
    }

    @Override
    public long storageFreeBytes() {
        return storeFreeBytes;
    }

    @Override
    public MediumPosition position() {
        return new MediumPosition(partition, objectNumber, filemarksBefore(objectNumber));
    }

    @Override
    public long endOfData(int ofPartition) {
        return partition(ofPartition).objects.size();
    }

    @Override
    public long unsynchronizedObjects() {
        return unsynchronized == null ? 0 : objectNumber - unsynchronized.firstObject;
    }

    @Override
    public long unsynchronizedBytes() {
        return unsynchronized == null
                ? 0
                : current().stream()
                        .skip(unsynchronized.firstObject)
                        .mapToLong(partition(partition)::storedLength)
                        .sum();
    }

    @Override
    public ReadOutcome read(DataIn target, long targetOffset, int lengthMaxBytes)
            throws StoreException {
        checkOpen();
        Objects.checkFromIndexSize(targetOffset, lengthMaxBytes, target.capacityBytes());
        if (objectNumber == current().size()) {
            return new ReadOutcome.EndOfData();
        }
        touchStorage();
        failRead();
        byte[] object = current().get(objectNumber);
        objectNumber++;
        if (object.length == 0) {
            return new ReadOutcome.Filemark();
        }
        EncodedBlock sealed = partition(partition).encrypted.get(object);
        if (sealed != null) {
            return new ReadOutcome.Encrypted(sealed);
        }
        long at = 0;
        long wanted = Math.min(object.length, lengthMaxBytes);
        for (MemorySegment piece : target.slice(targetOffset, wanted)) {
            piece.copyFrom(MemorySegment.ofArray(object).asSlice(at, piece.byteSize()));
            at += piece.byteSize();
        }
        Partition p = partition(partition);
        return new ReadOutcome.Block(
                object.length, p.storedLength(object), p.protections.getOrDefault(object, 0));
    }

    @Override
    public ReadOutcome verify() throws StoreException {
        return read(DataIn.none(), 0, 0);
    }

    private void failRead() throws StoreException {
        correctedReads += correctsNextRead ? 1 : 0;
        correctsNextRead = false;
        StoreException fault = nextReadFault;
        nextReadFault = null;
        if (fault == null && partition(partition).corruptObjects.contains(objectNumber)) {
            fault = new StoreException.Corrupt(SOME_CHUNK, "object " + position(), null);
        }
        if (fault == null && partition(partition).missingObjects.contains(objectNumber)) {
            fault = new StoreException.Missing(SOME_CHUNK, "object " + position());
        }
        if (fault instanceof StoreException.Corrupt || fault instanceof StoreException.Missing) {
            objectNumber++;
        }
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public void append(DataOut source, long sourceOffset, int lengthBytes) throws StoreException {
        checkOpen();
        if (lengthBytes < 1 || lengthBytes > BLOCK_LENGTH_MAX_BYTES) {
            throw new IllegalArgumentException("block length " + lengthBytes);
        }
        byte[] object = new byte[lengthBytes];
        int at = 0;
        for (MemorySegment piece : source.slice(sourceOffset, lengthBytes)) {
            MemorySegment.ofArray(object).asSlice(at, piece.byteSize()).copyFrom(piece);
            at += (int) piece.byteSize();
        }
        appendBlock(object, lengthBytes);
    }

    @Override
    public void append(EncodedBlock block) throws StoreException {
        checkOpen();
        byte[] stored = block.stored().toArray(ValueLayout.JAVA_BYTE);
        if (block.encryption() != RecordDescriptor.ENCRYPTION_NONE) {
            partition(partition).encrypted.put(stored, block.copy());
            appendBlock(stored, stored.length);
            return;
        }
        byte[] object =
                block.compression() == RecordDescriptor.COMPRESSION_NONE
                        ? stored
                        : decompressed(stored, block.logicalLengthBytes());
        partition(partition).storedLengths.put(object, stored.length);
        partition(partition).protections.put(object, block.protection());
        appendBlock(object, stored.length);
    }

    private static byte[] decompressed(byte[] stored, int lengthBytes) {
        byte[] object = new byte[lengthBytes];
        try (BlockDecompressor decompressor = new BlockDecompressor()) {
            decompressor.decompress(stored, 0, stored.length, object, lengthBytes);
        } catch (BlockDecompressor.BadDataException e) {
            throw new IllegalArgumentException(e);
        }
        return object;
    }

    private void appendBlock(byte[] object, int storedLengthBytes) throws StoreException {
        touchStorage();
        failAppend();
        if (storedLengthBytes > remainingBytes()) {
            throw new StoreException.NoSpace("partition or storage is full", null);
        }
        appendObject(object);
        storeFreeBytes =
                storeFreeBytes == Long.MAX_VALUE
                        ? storeFreeBytes
                        : storeFreeBytes - storedLengthBytes;
    }

    @Override
    public void appendFilemarks(long count) throws StoreException {
        checkOpen();
        if (count < 1) {
            throw new IllegalArgumentException("filemark count " + count);
        }
        touchStorage();
        failAppend();
        for (long i = 0; i < count; i++) {
            appendObject(FILEMARK);
        }
    }

    private void failAppend() throws StoreException {
        StoreException fault = nextAppendFault;
        nextAppendFault = null;
        if (fault == null) {
            return;
        }
        if (!(fault instanceof StoreException.NoSpace)) {
            dropUnsynchronized();
        }
        throw fault;
    }

    private void appendObject(byte[] object) {
        Partition p = partition(partition);
        if (unsynchronized == null) {
            unsynchronized = new Unsynchronized(objectNumber, new ArrayList<>(p.objects));
        }
        p.endDataAt(objectNumber);
        p.objects.add(object);
        objectNumber++;
    }

    @Override
    public void synchronize() throws StoreException {
        checkOpen();
        if (unsynchronized == null) {
            return;
        }
        touchStorage();
        StoreException fault = nextSynchronizeFault;
        nextSynchronizeFault = null;
        if (fault != null) {
            if (!(fault instanceof StoreException.NoSpace)) {
                dropUnsynchronized();
            }
            throw fault;
        }
        unsynchronized = null;
    }

    @Override
    public void leaveDisks() throws StoreException {
        synchronize();
    }

    private void dropUnsynchronized() {
        if (unsynchronized != null) {
            partition(partition).objects = unsynchronized.objectsBefore;
            objectNumber = unsynchronized.firstObject;
            unsynchronized = null;
        }
    }

    @Override
    public SpaceOutcome spaceBlocks(long count) throws StoreException {
        checkOpen();
        if (count == 0) {
            return new SpaceOutcome(SpaceOutcome.Stop.COMPLETE, 0);
        }
        synchronize();
        return count > 0 ? spaceBlocksForwards(count) : spaceBlocksBackwards(-count);
    }

    private SpaceOutcome spaceBlocksForwards(long count) {
        for (long passed = 0; passed < count; passed++) {
            if (objectNumber == current().size()) {
                return new SpaceOutcome(SpaceOutcome.Stop.END_OF_DATA, count - passed);
            }
            if (current().get(objectNumber++).length == 0) {
                return new SpaceOutcome(SpaceOutcome.Stop.FILEMARK, count - passed);
            }
        }
        return new SpaceOutcome(SpaceOutcome.Stop.COMPLETE, 0);
    }

    private SpaceOutcome spaceBlocksBackwards(long count) {
        for (long passed = 0; passed < count; passed++) {
            if (objectNumber == 0) {
                return new SpaceOutcome(SpaceOutcome.Stop.BEGINNING_OF_PARTITION, count - passed);
            }
            if (current().get(--objectNumber).length == 0) {
                return new SpaceOutcome(SpaceOutcome.Stop.FILEMARK, count - passed);
            }
        }
        return new SpaceOutcome(SpaceOutcome.Stop.COMPLETE, 0);
    }

    @Override
    public SpaceOutcome spaceFilemarks(long count) throws StoreException {
        checkOpen();
        if (count == 0) {
            return new SpaceOutcome(SpaceOutcome.Stop.COMPLETE, 0);
        }
        synchronize();
        return count > 0 ? spaceFilemarksForwards(count) : spaceFilemarksBackwards(-count);
    }

    private SpaceOutcome spaceFilemarksForwards(long count) {
        long passed = 0;
        while (passed < count) {
            if (objectNumber == current().size()) {
                return new SpaceOutcome(SpaceOutcome.Stop.END_OF_DATA, count - passed);
            }
            passed += current().get(objectNumber++).length == 0 ? 1 : 0;
        }
        return new SpaceOutcome(SpaceOutcome.Stop.COMPLETE, 0);
    }

    private SpaceOutcome spaceFilemarksBackwards(long count) {
        long passed = 0;
        while (passed < count) {
            if (objectNumber == 0) {
                return new SpaceOutcome(SpaceOutcome.Stop.BEGINNING_OF_PARTITION, count - passed);
            }
            passed += current().get(--objectNumber).length == 0 ? 1 : 0;
        }
        return new SpaceOutcome(SpaceOutcome.Stop.COMPLETE, 0);
    }

    @Override
    public void spaceToEndOfData() throws StoreException {
        checkOpen();
        synchronize();
        objectNumber = current().size();
    }

    @Override
    public boolean locate(int toPartition, long number) throws StoreException {
        checkOpen();
        Partition target = partition(toPartition);
        checkNotNegative(number);
        synchronize();
        partition = toPartition;
        objectNumber = (int) Math.min(number, target.objects.size());
        return objectNumber == number;
    }

    @Override
    public boolean locateFile(int toPartition, long fileNumber) throws StoreException {
        checkOpen();
        partition(toPartition);
        checkNotNegative(fileNumber);
        synchronize();
        partition = toPartition;
        objectNumber = 0;
        return spaceFilemarksForwards(fileNumber).stop() == SpaceOutcome.Stop.COMPLETE;
    }

    @Override
    public void erase() throws StoreException {
        checkOpen();
        synchronize();
        touchStorage();
        partition(partition).endDataAt(objectNumber);
    }

    @Override
    public void format(List<Long> partitionCapacitiesBytes) throws StoreException {
        checkOpen();
        List<Partition> layout = layOut(partitionCapacitiesBytes);
        touchStorage();
        unsynchronized = null;
        partitions = layout;
        partition = 0;
        objectNumber = 0;
    }

    @Override
    public void close() throws StoreException {
        if (closed) {
            return;
        }
        try {
            synchronize();
        } finally {
            dropUnsynchronized();
            closed = true;
        }
    }

    private static List<Partition> layOut(List<Long> capacitiesBytes) {
        if (capacitiesBytes.isEmpty() || capacitiesBytes.size() > PARTITION_COUNT_MAX) {
            throw new IllegalArgumentException(capacitiesBytes.size() + " partitions");
        }
        List<Partition> layout = new ArrayList<>();
        for (long capacityBytes : capacitiesBytes) {
            if (capacityBytes < 1) {
                throw new IllegalArgumentException("partition of " + capacityBytes + " bytes");
            }
            layout.add(new Partition(capacityBytes));
        }
        return layout;
    }

    private Partition partition(int number) {
        if (number < 0 || number >= partitions.size()) {
            throw new IllegalArgumentException("no partition " + number);
        }
        return partitions.get(number);
    }

    private List<byte[]> current() {
        return partitions.get(partition).objects;
    }

    private long filemarksBefore(int number) {
        return current().stream().limit(number).filter(o -> o.length == 0).count();
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(volumeIdentifier + " is not mounted");
        }
    }

    private static void checkNotNegative(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("number " + number + " is negative");
        }
    }

    private void touchStorage() throws StoreException {
        try {
            stuck.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException.ReadFailed("interrupted while stuck", interrupted);
        }
    }
}
