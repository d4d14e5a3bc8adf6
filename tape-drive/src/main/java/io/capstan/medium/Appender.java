package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.MamAttribute;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.catalog.RunHead;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.ContainerKind;
import io.capstan.format.EncodedBlock;
import io.capstan.store.ChunkWriter;
import io.capstan.store.StoreException;
import java.lang.foreign.MemorySegment;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of a mounted cartridge: the chunk being written, the chunks being sealed, and the batch of objects that
 * the next commit will cover. Owner thread only.
 *
 * <p>Order of events, on which everything kept rests:
 *
 * <ol>
 *   <li>The container is marked dirty, durably, before its first chunk file of a mount is created.
 *   <li>Objects go to chunk files of rising sequence. A write in front of end of data begins a new chunk; nothing that the
 *       catalog knows is touched.
 *   <li>Synchronize forces the chunk files, then commits runs, chunks, and the container at once. What was overwritten is
 *       cut off in this commit.
 *   <li>Only then may the reclaimer delete what lost its last reference.
 *   <li>Close seals the last chunk and marks the container clean.
 * </ol>
 *
 * <p>An erase leaves a chunk with an end-of-data record and nothing else, the partition's end mark, so that a replay of the
 * chunk files ends the data there too. It stays open in the catalog, referred to by no run, until the next write in its
 * partition makes it needless.
 */
final class Appender {

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    /** A host that never synchronizes gets a commit now and then, so that a commit never has more than this many chunks. */
    private static final int SEALED_UNCOMMITTED_MAX = 64;

    private final Backing backing;
    private final Sealer sealer;
    private final FreeSpace freeSpace;
    private final InstantSource clock;
    private final CartridgeRecord cartridge;
    private final CartridgeMemory memory;
    private final ObjectIndex index;
    private final Consumer<ContainerId> garbageCollector;

    /** End marks of partitions, as committed. */
    private final Map<Integer, ChunkId> endMarks;

    /** As committed. */
    private ContainerRecord container;

    private long nextSequence;
    private @Nullable WrittenChunk open;
    private boolean openIsEndMark;
    private @Nullable Cut cut;

    private @Nullable Place batchStart;
    private @Nullable Place batchEnd;
    private long batchObjects;
    private long batchBytes;

    /** Chunks that the catalog has as open were let go of; recovery makes them whole. */
    private boolean needsRecovery;

    /** Nothing can be written: what was there could not be recovered, or {@link #notUndone} is not empty. */
    private boolean broken;

    /** What was dropped and whose files could not be made again what the catalog says; the next append tries once more. */
    private List<WrittenChunk> notUndone = List.of();

    Appender(
            Backing backing,
            Sealer sealer,
            FreeSpace freeSpace,
            InstantSource clock,
            CartridgeRecord cartridge,
            ContainerRecord container,
            Map<Integer, ChunkId> endMarks,
            CartridgeMemory memory,
            ObjectIndex index,
            Consumer<ContainerId> garbageCollector) {
        this.backing = backing;
        this.sealer = sealer;
        this.freeSpace = freeSpace;
        this.clock = clock;
        this.cartridge = cartridge;
        this.container = container;
        this.nextSequence = container.nextChunkSequence();
        this.endMarks = new HashMap<>(endMarks);
        this.memory = memory;
        this.index = index;
        this.garbageCollector = garbageCollector;
    }

    /** Takes no more data: what was written before could not be recovered. */
    void refuse() {
        broken = true;
    }

    // ---- what is there

    int partitionCount() {
        return container.partitions().size();
    }

    PartitionId partitionId(int partition) {
        return container.partitionId(partition);
    }

    /** A partition as committed. */
    PartitionState committed(int partition) {
        return container.partitions().get(partition);
    }

    /** A partition with what was appended. */
    PartitionState current(int partition) {
        Place end = batchEnd;
        PartitionState state = committed(partition);
        return end == null || end.partition() != partition ? state : stateAt(state, end);
    }

    private static PartitionState stateAt(PartitionState state, Place end) {
        return new PartitionState(
                state.capacityBytes(), end.objectNumber(), end.fileNumber(), end.byteNumber());
    }

    long unsynchronizedObjects() {
        return batchObjects;
    }

    long unsynchronizedBytes() {
        return batchBytes;
    }

    // ---- appending

    /**
     * Appends a block.
     *
     * @param at the position, with its bytes
     * @param pieces borrowed until return
     */
    void appendBlock(Place at, List<MemorySegment> pieces, int lengthBytes) throws StoreException {
        chunkFor(at).writer().appendBlock(pieces, lengthBytes, 0);
        freeSpace.take(lengthBytes);
        batchBytes += lengthBytes;
        appended(at, at.behindBlock(lengthBytes));
    }

    /**
     * Appends a block in the form in which it is to be kept.
     *
     * @param block borrowed until return
     */
    void appendBlock(Place at, EncodedBlock block) throws StoreException {
        int lengthBytes = block.storedLengthBytes();
        chunkFor(at).writer().appendBlock(block);
        freeSpace.take(lengthBytes);
        batchBytes += lengthBytes;
        appended(at, at.behindBlock(lengthBytes));
    }

    void appendFilemark(Place at) throws StoreException {
        chunkFor(at).writer().appendFilemark();
        appended(at, at.behindFilemark());
    }

    private void appended(Place from, Place to) {
        if (batchStart == null) {
            batchStart = from;
        }
        batchEnd = to;
        batchObjects++;
    }

    private WrittenChunk chunkFor(Place at) throws StoreException {
        checkUsable();
        sealer.throwFault();
        WrittenChunk current = open;
        if (current != null && current.takes(at)) {
            return current;
        }
        markDirty();
        putAwayOpenChunk();
        if (sealer.count() >= SEALED_UNCOMMITTED_MAX) {
            commit(true);
        }
        if (batchStart == null) {
            cut = cutAt(at);
        }
        return begin(at);
    }

    private void checkUsable() throws StoreException {
        if (!notUndone.isEmpty()) {
            undo(notUndone);
            notUndone = List.of();
            broken = false;
            LOG.info("cartridge {} takes data again", cartridge.volume());
        }
        if (broken) {
            throw new StoreException.WriteFailed(
                    "cartridge %s takes no more data until it is loaded again: an earlier fault could not be undone"
                            .formatted(cartridge.volume()),
                    null);
        }
    }

    private void markDirty() throws StoreException {
        if (!container.dirty()) {
            ContainerRecord dirty =
                    with(container, container.generation(), true, container.partitions());
            backing.commit(change -> change.putContainer(dirty));
            container = dirty;
        }
    }

    private ContainerRecord with(
            ContainerRecord record, long generation, boolean dirty, List<PartitionState> states) {
        return new ContainerRecord(
                record.container(), generation, nextSequence, dirty, states, record.pool());
    }

    private void putAwayOpenChunk() throws StoreException {
        WrittenChunk current = open;
        if (current == null) {
            return;
        }
        if (current.hasObjects()) {
            open = null;
            sealer.add(current);
        } else {
            current.writer().close();
            open = null;
            if (!current.isInCatalog()) {
                backing.store().files().deleteDurably(List.of(current.id()));
                // Recovery takes a sequence that is missing for a chunk that is lost.
                nextSequence = current.id().sequence();
            }
        }
        openIsEndMark = false;
    }

    /** What a write at a place cuts off; null at end of data. */
    private @Nullable Cut cutAt(Place at) throws StoreException {
        PartitionState state = committed(at.partition());
        if (at.objectNumber() == state.endOfDataObject()) {
            return null;
        }
        if (at.objectNumber() == 0 && partitionCount() == 1) {
            return new Cut.NewGeneration(List.of(state.capacityBytes()));
        }
        Run run = index.runHolding(partitionId(at.partition()), at.objectNumber());
        RunHead head =
                run.firstObject() == at.objectNumber()
                        ? RunHead.NONE
                        : new RunHead(
                                at.objectNumber() - run.firstObject(),
                                at.fileNumber() - run.firstFilemark(),
                                at.byteNumber() - run.firstByte());
        return new Cut.Truncation(at.partition(), at.objectNumber(), head);
    }

    private WrittenChunk begin(Place at) throws StoreException {
        long generation = container.generation();
        int partitionCount = partitionCount();
        if (cut instanceof Cut.NewGeneration(List<Long> capacitiesBytes)) {
            generation++;
            partitionCount = capacitiesBytes.size();
        }
        ChunkId id = new ChunkId(container.container(), nextSequence);
        ChunkWriter writer =
                backing.store()
                        .create(
                                new ChunkHeader(
                                        id,
                                        ContainerKind.CARTRIDGE,
                                        generation,
                                        at.partition(),
                                        at.objectNumber(),
                                        at.fileNumber(),
                                        at.byteNumber(),
                                        Labels.medium(cartridge, partitionCount),
                                        clock.millis()),
                                container.pool());
        nextSequence++;
        WrittenChunk begun =
                new WrittenChunk(
                        writer, new PartitionId(container.container(), generation, at.partition()));
        open = begun;
        return begun;
    }

    // ---- synchronizing

    /** Puts everything appended on stable storage and commits it, with changed attributes. */
    void synchronize() throws StoreException {
        if (broken && batchObjects == 0) {
            commitAttributes();
        } else if (batchObjects > 0 || memory.hasChanged() || !sealer.isEmpty()) {
            checkUsable();
            commit(container.dirty());
        }
    }

    /** What takes no more data can still be moved about, read, and given up; its memory is another matter than its data. */
    private void commitAttributes() throws StoreException {
        if (memory.hasChanged()) {
            List<MamAttribute> values = memory.toStored();
            backing.commit(change -> putAttributes(change, values));
            memory.committed();
        }
    }

    /** Seals and commits what is being written on a disk that is to get empty; see {@link Medium#leaveDisks}. */
    void leaveDisks() throws StoreException {
        if (broken) {
            return;
        }
        if (open != null && isToLeave(open)) {
            putAwayOpenChunk();
        }
        // One of an earlier call may have found no space.
        if (sealer.seals().stream().anyMatch(seal -> isToLeave(seal.chunk()))) {
            commit(container.dirty());
        }
    }

    private boolean isToLeave(WrittenChunk chunk) {
        return backing.store().disks().isToLeave(chunk.disks());
    }

    private void putAttributes(CatalogTransaction change, List<MamAttribute> values) {
        change.cartridge(cartridge.volume())
                .ifPresent(stored -> change.putCartridge(stored.withAttributes(values)));
    }

    private void commit(boolean dirty) throws StoreException {
        if (batchEnd == null) {
            // Of an append that failed; whatever it was to cut off stays.
            if (open != null && !open.hasObjects()) {
                putAwayOpenChunk();
            }
            cut = null;
        }
        Batch batch = new Batch();
        for (Sealer.Seal seal : sealer.seals()) {
            batch.add(seal.chunk(), seal.chunk().sealedRecord(sealer.await(seal)));
        }
        WrittenChunk current = open;
        if (current != null && (current.hasUncommittedObjects() || isNewEndMark(current))) {
            batch.add(current, current.openRecord(current.writer().synchronize()));
        }
        batch.needlessEndMarks = needlessEndMarks();
        batch.containerAfter = containerAfter(dirty);
        if (cut instanceof Cut.NewGeneration) {
            batch.ended = Optional.of(new Batch.Ended(container, clock.millis()));
        }
        if (memory.hasChanged()) {
            batch.attributes = Optional.of(memory.toStored());
        }
        backing.commit(batch::apply);
        boolean garbage = leavesGarbage(batch);
        committed(batch);
        if (garbage) {
            garbageCollector.accept(container.container());
        }
    }

    private boolean isNewEndMark(WrittenChunk current) {
        return openIsEndMark && !current.isInCatalog();
    }

    private boolean leavesGarbage(Batch batch) {
        return cut != null || !batch.needlessEndMarks.isEmpty();
    }

    private ContainerRecord containerAfter(boolean dirty) {
        List<PartitionState> states = new ArrayList<>(container.partitions());
        long generation = container.generation();
        if (cut instanceof Cut.NewGeneration(List<Long> capacitiesBytes)) {
            generation++;
            states.clear();
            capacitiesBytes.forEach(bytes -> states.add(PartitionState.empty(bytes)));
        }
        Place end = batchEnd;
        if (end != null) {
            states.set(end.partition(), stateAt(states.get(end.partition()), end));
        }
        return with(container, generation, dirty, states);
    }

    /** End marks that what is committed now makes needless: those of a partition that is written, or of older generations. */
    private List<ChunkId> needlessEndMarks() {
        Place end = batchEnd;
        if (end == null) {
            return List.of();
        }
        ChunkId written = open == null ? null : open.id();
        return endMarks.entrySet().stream()
                .filter(mark ->
                        cut instanceof Cut.NewGeneration || mark.getKey() == end.partition())
                .map(Map.Entry::getValue)
                .filter(mark -> !mark.equals(written) && !isBeingSealed(mark))
                .toList();
    }

    private boolean isBeingSealed(ChunkId chunk) {
        return sealer.seals().stream().anyMatch(seal -> seal.chunk().id().equals(chunk));
    }

    private void committed(Batch batch) {
        container = batch.containerAfter;
        batch.chunks.forEach(chunk -> chunk.chunk.committed(chunk.record));
        if (batchEnd != null) {
            endMarks.values().removeAll(batch.needlessEndMarks);
            endMarks.remove(batchEnd.partition());
        }
        WrittenChunk current = open;
        if (current != null && openIsEndMark && !current.hasObjects()) {
            endMarks.put(current.partition().partition(), current.id());
        }
        if (batch.attributes.isPresent()) {
            memory.committed();
        }
        sealer.clear();
        endBatch();
        index.invalidate();
    }

    private void endBatch() {
        cut = null;
        batchStart = null;
        batchEnd = null;
        batchObjects = 0;
        batchBytes = 0;
    }

    /** One commit. Whatever it does it can do again: the catalog may have to. */
    private final class Batch {

        private record Chunk(
                WrittenChunk chunk, ChunkRecord record, boolean isNew, Optional<Run> run) {}

        /** The container before a new generation begins, and when. */
        private record Ended(ContainerRecord container, long epochMillis) {}

        private final List<Chunk> chunks = new ArrayList<>();
        private final Optional<Cut> batchCut = Optional.ofNullable(cut);
        private List<ChunkId> needlessEndMarks = List.of();
        private ContainerRecord containerAfter = container;
        private Optional<Ended> ended = Optional.empty();
        private Optional<List<MamAttribute>> attributes = Optional.empty();

        void add(WrittenChunk chunk, ChunkRecord record) {
            chunks.add(
                    new Chunk(
                            chunk,
                            record,
                            !chunk.isInCatalog(),
                            chunk.hasUncommittedObjects()
                                    ? Optional.of(chunk.run())
                                    : Optional.empty()));
        }

        void apply(CatalogTransaction change) {
            chunks.forEach(chunk -> putChunk(change, chunk));
            needlessEndMarks.forEach(mark -> release(change, mark));
            if (batchCut.isPresent()
                    && batchCut.get()
                            instanceof Cut.Truncation(int partition, long from, RunHead head)) {
                change.truncateRuns(partitionId(partition), from, head);
            }
            chunks.forEach(chunk -> chunk.run.ifPresent(change::putRun));
            change.putContainer(containerAfter);
            ended.ifPresent(
                    before -> Generations.keep(change, before.container, before.epochMillis));
            attributes.ifPresent(values -> putAttributes(change, values));
        }

        /** The reclaimer may have been faster with a chunk of an older generation. */
        private static void putChunk(CatalogTransaction change, Chunk chunk) {
            boolean isAlive =
                    chunk.isNew
                            || change.chunk(chunk.chunk.id())
                                    .filter(stored -> stored.state() != ChunkState.DELETABLE)
                                    .isPresent();
            if (isAlive) {
                change.putChunk(chunk.record);
            }
        }

        private static void release(CatalogTransaction change, ChunkId mark) {
            change.chunk(mark).ifPresent(stored -> change.putChunk(deletable(stored)));
        }
    }

    static ChunkRecord deletable(ChunkRecord chunk) {
        return new ChunkRecord(
                chunk.chunk(),
                ChunkState.DELETABLE,
                chunk.lengthBytes(),
                chunk.objectCount(),
                chunk.digest(),
                chunk.disks());
    }

    // ---- erasing

    /** Ends the data of a partition at a place, durably, or changes nothing. Everything appended must be synchronized. */
    void erase(Place at) throws StoreException {
        if (at.objectNumber() == committed(at.partition()).endOfDataObject()) {
            return;
        }
        allOrNothing(() -> {
            markDirty();
            putAwayOpenChunk();
            cut = cutAt(at);
            commitEndMark(at);
        });
    }

    /**
     * Begins a new generation with another layout, durably, or leaves what is there. Everything appended must be
     * synchronized or dropped.
     */
    void format(List<Long> partitionCapacitiesBytes, Labels labels) throws StoreException {
        allOrNothing(() -> {
            markDirty();
            putAwayOpenChunk();
            labels.announce(
                    cartridge.volume(),
                    new Labels.Layout(container.generation() + 1, partitionCapacitiesBytes),
                    () -> {
                        cut = new Cut.NewGeneration(partitionCapacitiesBytes);
                        commitEndMark(new Place(0, 0, 0, 0));
                    });
        });
    }

    private interface Change {
        void make() throws StoreException;
    }

    private void allOrNothing(Change change) throws StoreException {
        checkUsable();
        boolean made = false;
        try {
            change.make();
            made = true;
        } finally {
            if (!made) {
                drop();
            }
        }
    }

    private void commitEndMark(Place at) throws StoreException {
        WrittenChunk mark = begin(at);
        openIsEndMark = true;
        mark.writer().appendEndOfData();
        batchStart = at;
        batchEnd = at;
        commit(true);
    }

    // ---- giving up and closing

    /**
     * Drops everything that is not committed, as if it had never been appended.
     *
     * @return where the first of it was appended, if there was any
     */
    Optional<Place> drop() {
        Optional<Place> start = Optional.ofNullable(batchStart);
        List<WrittenChunk> dropped = new ArrayList<>();
        sealer.quiesce();
        sealer.seals().forEach(seal -> dropped.add(seal.chunk()));
        if (open != null) {
            dropped.add(open);
        }
        dropped.forEach(chunk -> chunk.writer().close());
        try {
            undo(dropped);
        } catch (StoreException e) {
            broken = true;
            notUndone = List.copyOf(dropped);
            LOG.error(
                    "cartridge {} takes no more data until what failed can be undone: {}",
                    cartridge.volume(),
                    e.getMessage());
        }
        needsRecovery |= dropped.stream().anyMatch(WrittenChunk::isInCatalog);
        nextSequence = container.nextChunkSequence();
        open = null;
        openIsEndMark = false;
        sealer.clear();
        endBatch();
        return start;
    }

    /**
     * Makes chunk files again what the catalog says. A chunk that begins in front of end of data would cut off what is
     * there if it were ever replayed.
     */
    private void undo(List<WrittenChunk> dropped) throws StoreException {
        backing.store()
                .files()
                .deleteDurably(
                        dropped.stream()
                                .filter(chunk -> !chunk.isInCatalog())
                                .map(WrittenChunk::id)
                                .toList());
        for (WrittenChunk chunk : dropped) {
            if (chunk.isInCatalog() && chunk.hasUncommittedObjects()) {
                backing.store()
                        .files()
                        .truncateDurably(chunk.id(), chunk.committedLengthBytes(), chunk.disks());
            }
        }
    }

    /** Synchronizes, seals the last chunk and marks the container clean. */
    void close() throws StoreException {
        if (!broken && container.dirty()) {
            putAwayOpenChunk();
            commit(needsRecovery);
        } else if (!broken) {
            synchronize();
        }
    }

    /** Lets go of the files as they are; recovery makes of them what it can if {@link #close} did not. */
    void release() {
        sealer.quiesce();
        sealer.seals().forEach(seal -> seal.chunk().writer().close());
        if (open != null) {
            open.writer().close();
        }
    }
}
