package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.catalog.RunHead;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkId;
import io.capstan.format.ChunkSummary;
import io.capstan.format.ContainerId;
import io.capstan.format.Finding;
import io.capstan.format.FormatException;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a container whole that was open for writing when its node stopped.
 *
 * <p>What the catalog has committed is kept in any case. Behind it, what reached the disk is adopted as far as it follows
 * without a hole: first what the open chunk got after its last commit, then the chunks of higher sequence one after the
 * other. The first one that does not follow, and all behind it, are deleted, because a replay would take them for what they
 * are not. Whatever is newer than the last commit is one batch, see {@link Appender}. Then all of it is committed at once and the container is clean.
 *
 * <p>A crash on the way leaves the container dirty, and recovery begins anew with the same outcome. One thread at a time.
 */
final class ContainerRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerRecovery.class);

    private final Backing backing;
    private final LabelStore labels;
    private final CartridgeRecord cartridge;
    private final ContainerRecord container;
    private final InstantSource clock;

    private final List<Finding> findings = new ArrayList<>();
    private final List<OpenChunk> openChunks = new ArrayList<>();
    private final List<FoundChunk> adopted = new ArrayList<>();
    private final List<ChunkId> discarded = new ArrayList<>();

    /** Where the partitions end as far as they are recovered. */
    private long[] endOfData;

    private long generation;
    private List<Long> capacitiesBytes;
    private long nextSequence;

    /**
     * A chunk that the catalog has as open.
     *
     * @param run the run that refers to it, if any
     * @param found its file, if that can be read
     */
    private record OpenChunk(ChunkRecord record, Optional<Run> run, Optional<FoundChunk> found) {

        /** Whether the run has all that is committed of the chunk: it was not cut off since. */
        boolean isUncut() {
            return run.isPresent() && run.get().objectCount() == record.objectCount();
        }
    }

    private ContainerRecovery(
            Backing backing,
            LabelStore labels,
            CartridgeRecord cartridge,
            ContainerRecord container,
            InstantSource clock) {
        this.backing = backing;
        this.clock = clock;
        this.labels = labels;
        this.cartridge = cartridge;
        this.container = container;
        this.generation = container.generation();
        this.capacitiesBytes =
                container.partitions().stream().map(PartitionState::capacityBytes).toList();
        this.endOfData =
                container.partitions().stream()
                        .mapToLong(PartitionState::endOfDataObject)
                        .toArray();
        this.nextSequence = container.nextChunkSequence();
    }

    /**
     * Recovers the container of a cartridge; does nothing to a clean one.
     *
     * @return what an operator should know
     * @throws StoreException if storage failed; the container stays dirty
     */
    static List<Finding> recover(
            Backing backing, LabelStore labels, CartridgeRecord cartridge, InstantSource clock)
            throws StoreException {
        Optional<ContainerRecord> container =
                backing.query(view -> view.container(cartridge.container()))
                        .filter(ContainerRecord::dirty);
        if (container.isEmpty()) {
            return List.of();
        }
        return new ContainerRecovery(backing, labels, cartridge, container.get(), clock).run();
    }

    private List<Finding> run() throws StoreException {
        findOpenChunks();
        findNewerChunks();
        backing.store().files().deleteDurably(discarded);
        backing.commit(this::commit);
        LOG.info(
                "cartridge {}: recovered; {} chunks adopted, {} discarded, data ends at {}",
                cartridge.volume(),
                adopted.size(),
                discarded.size(),
                endOfData);
        return findings;
    }

    // ---- looking

    private void findOpenChunks() throws StoreException {
        for (ChunkRecord record : openRecords()) {
            Optional<FoundChunk> found = find(record);
            Optional<Run> run = backing.query(view -> runOf(view, record.chunk(), found));
            openChunks.add(new OpenChunk(record, run, found));
            if (found.isPresent()) {
                extend(new OpenChunk(record, run, found));
            }
        }
    }

    private List<ChunkRecord> openRecords() throws StoreException {
        return backing.query(view -> openChunksOf(view, container.container()));
    }

    /** Chunks of a container that are open, by sequence. */
    static List<ChunkRecord> openChunksOf(CatalogView view, ContainerId container) {
        int pageLength = 100;
        List<ChunkRecord> all = new ArrayList<>(pageBehind(view, container, 0, pageLength));
        while (!all.isEmpty() && all.size() % pageLength == 0) {
            List<ChunkRecord> page =
                    pageBehind(view, container, all.getLast().chunk().sequence(), pageLength);
            if (page.isEmpty()) {
                break;
            }
            all.addAll(page);
        }
        return all;
    }

    private static List<ChunkRecord> pageBehind(
            CatalogView view, ContainerId container, long sequence, int limit) {
        Optional<ChunkId> after = before(container, sequence + 1);
        return view.chunks(ChunkState.OPEN, after, limit).stream()
                .filter(chunk -> chunk.chunk().container().equals(container))
                .toList();
    }

    /** The greatest id below a chunk's. */
    private static Optional<ChunkId> before(ContainerId container, long sequence) {
        if (sequence > 1) {
            return Optional.of(new ChunkId(container, sequence - 1));
        }
        boolean isFirst =
                container.mostSignificantBits() == 0 && container.leastSignificantBits() == 0;
        if (isFirst) {
            return Optional.empty();
        }
        long low = container.leastSignificantBits() - 1;
        long high = container.mostSignificantBits() - (low == -1 ? 1 : 0);
        return Optional.of(new ChunkId(new ContainerId(high, low), Long.MAX_VALUE));
    }

    private Optional<FoundChunk> find(ChunkRecord record) {
        try {
            FoundChunk found =
                    FoundChunk.recover(
                            backing, record.chunk(), record.lengthBytes(), record.disks());
            report(found);
            return Optional.of(found);
        } catch (StoreException e) {
            findings.add(
                    Finding.damage(
                            "chunk " + record.chunk(),
                            "of cartridge %s, which was being written, cannot be made whole; what can be read of it is kept: %s"
                                    .formatted(cartridge.volume(), e.getMessage())));
            return Optional.empty();
        }
    }

    private void report(FoundChunk found) {
        for (FormatException damage : found.damage()) {
            findings.add(
                    Finding.damage("chunk " + found.id(), String.valueOf(damage.getMessage())));
        }
    }

    private static Optional<Run> runOf(
            CatalogView view, ChunkId chunk, Optional<FoundChunk> found) {
        return found.flatMap(file -> {
            ChunkSummary summary = file.summary();
            PartitionId partition =
                    new PartitionId(chunk.container(), summary.generation(), summary.partition());
            return view.runAt(partition, summary.firstObjectNumber())
                    .filter(run -> run.chunk().equals(chunk));
        });
    }

    /** Moves the end of data behind what an open chunk holds, if it is the last one there. */
    private void extend(OpenChunk open) {
        open.found()
                .map(FoundChunk::summary)
                .filter(summary -> isAtEndOfData(open, summary))
                .ifPresent(summary ->
                        endOfData[summary.partition()] =
                                Math.max(
                                        endOfData[summary.partition()],
                                        summary.firstObjectNumber() + summary.objectCount()));
    }

    private boolean isAtEndOfData(OpenChunk open, ChunkSummary summary) {
        if (summary.generation() != container.generation()
                || summary.partition() >= container.partitions().size()) {
            return false;
        }
        long end = container.partitions().get(summary.partition()).endOfDataObject();
        return open.run().isPresent()
                ? open.isUncut() && open.run().get().endObject() == end
                : summary.firstObjectNumber() == end;
    }

    private void findNewerChunks() throws StoreException {
        ChunkId first = new ChunkId(container.container(), container.nextChunkSequence());
        SortedSet<ChunkId> newer =
                backing.store().files().list(container.container()).tailSet(first);
        ChunkId expected = first;
        boolean follows = true;
        for (ChunkId chunk : newer) {
            nextSequence = chunk.sequence() + 1;
            follows = follows && chunk.equals(expected) && adopt(chunk);
            if (!follows) {
                discarded.add(chunk);
            }
            expected = chunk.next();
        }
    }

    /** Takes a chunk in if it follows what is recovered so far; if not, nothing behind it can. */
    private boolean adopt(ChunkId chunk) throws StoreException {
        FoundChunk found;
        try {
            found = FoundChunk.recover(backing, chunk, 0, backing.store().files().copies(chunk));
        } catch (StoreException.Corrupt | StoreException.Missing e) {
            findings.add(
                    Finding.note(
                            "chunk " + chunk,
                            "was never synchronized and is not whole: " + e.getMessage()));
            return false;
        }
        ChunkSummary summary = found.summary();
        if (!summary.hasEffect()) {
            return false;
        }
        if (!follows(summary)) {
            findings.add(
                    Finding.note(
                            "chunk " + chunk,
                            "was never synchronized and does not follow what was, which ends at"
                                    + " object "
                                    + endOfDataIn(summary)));
            return false;
        }
        report(found);
        if (summary.generation() > generation) {
            generation = summary.generation();
            capacitiesBytes = layout(found);
            endOfData = new long[capacitiesBytes.size()];
        }
        endOfData[summary.partition()] = summary.firstObjectNumber() + summary.objectCount();
        adopted.add(found);
        return true;
    }

    /**
     * A batch cuts only where it begins, so only its first chunk may stand in front of end of data. Were a later one taken
     * in without the first, what it continues would be what the first had cut off.
     */
    private boolean follows(ChunkSummary summary) {
        if (adopted.isEmpty()) {
            return summary.generation() >= generation
                    && summary.firstObjectNumber() <= endOfDataIn(summary);
        }
        ChunkSummary before = adopted.getLast().summary();
        return summary.generation() == before.generation()
                && summary.partition() == before.partition()
                && summary.firstObjectNumber() == endOfDataIn(summary);
    }

    private long endOfDataIn(ChunkSummary summary) {
        return summary.generation() == generation && summary.partition() < endOfData.length
                ? endOfData[summary.partition()]
                : 0;
    }

    /** The layout of a generation that only its chunks know: the label announced it if it is a new one. */
    private List<Long> layout(FoundChunk first) {
        int partitionCount = first.header().medium().partitionCount();
        Optional<CartridgeLabel> label =
                readableLabel().filter(l -> l.generation() == first.summary().generation());
        if (label.isPresent() && label.get().partitionSizesBytes().size() == partitionCount) {
            return label.get().partitionSizesBytes();
        }
        if (capacitiesBytes.size() == partitionCount) {
            return capacitiesBytes;
        }
        return evenLayout(cartridge.nativeCapacityBytes(), partitionCount);
    }

    private Optional<CartridgeLabel> readableLabel() {
        try {
            return labels.read(cartridge.volume())
                    .filter(label -> label.container().equals(container.container()));
        } catch (StoreException e) {
            findings.add(
                    Finding.damage(
                            "cartridge " + cartridge.volume(), String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    static List<Long> evenLayout(long capacityBytes, int partitionCount) {
        List<Long> layout = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            layout.add(Math.max(1, capacityBytes / partitionCount));
        }
        return layout;
    }

    // ---- committing

    /** May be called more than once; what it decides by is not changed here. */
    private void commit(CatalogTransaction change) {
        openChunks.forEach(open -> commitOpen(change, open));
        adopted.forEach(found -> commitAdopted(change, found));
        releaseNeedlessEndMarks(change);
        change.putContainer(
                new ContainerRecord(
                        container.container(),
                        generation,
                        nextSequence,
                        false,
                        states(change),
                        container.pool()));
        if (generation > container.generation()) {
            Generations.keep(change, container, clock.millis());
        }
    }

    private void commitOpen(CatalogTransaction change, OpenChunk open) {
        if (change.chunk(open.record().chunk())
                .filter(stored -> stored.state() == ChunkState.OPEN)
                .isEmpty()) {
            return;
        }
        if (open.found().isEmpty()) {
            // Nothing more will come of it; what its runs refer to is tried when it is read.
            change.putChunk(
                    open.record()
                            .sealed(
                                    open.record().lengthBytes(),
                                    open.record().objectCount(),
                                    Optional.empty()));
            Reclaimer.releaseIfUnused(change, open.record().chunk());
            return;
        }
        FoundChunk found = open.found().get();
        if (!found.hasObjects() && open.run().isEmpty()) {
            return;
        }
        change.putChunk(found.record(ChunkState.SEALED, open.record().objectCount()));
        if (isAtEndOfData(open, found.summary())
                && found.summary().objectCount() > open.run().map(Run::objectCount).orElse(0L)) {
            putRun(change, found.summary());
        }
        Reclaimer.releaseIfUnused(change, found.id());
    }

    private void commitAdopted(CatalogTransaction change, FoundChunk found) {
        ChunkSummary summary = found.summary();
        PartitionId partition = partitionOf(summary);
        long first = summary.firstObjectNumber();
        Optional<Run> cut = change.runAt(partition, first).filter(run -> run.endObject() > first);
        cut.ifPresent(run -> change.truncateRuns(partition, first, head(run, summary)));
        change.putChunk(found.record());
        if (found.hasObjects()) {
            putRun(change, summary);
        }
    }

    private PartitionId partitionOf(ChunkSummary summary) {
        return new PartitionId(container.container(), summary.generation(), summary.partition());
    }

    /** What stays of a run that a chunk cuts: the chunk's header knows. */
    private static RunHead head(Run run, ChunkSummary by) {
        long objects = by.firstObjectNumber() - run.firstObject();
        if (objects == 0) {
            return RunHead.NONE;
        }
        return new RunHead(
                objects,
                Math.clamp(
                        by.firstFilemarkNumber() - run.firstFilemark(),
                        0,
                        Math.min(objects, run.filemarkCount())),
                Math.clamp(by.firstByteNumber() - run.firstByte(), 0, run.byteCount()));
    }

    /** Numbers go on from the run before, whatever the chunk thinks. */
    private void putRun(CatalogTransaction change, ChunkSummary summary) {
        PartitionId partition = partitionOf(summary);
        Optional<Run> before =
                summary.firstObjectNumber() == 0
                        ? Optional.empty()
                        : change.runAt(partition, summary.firstObjectNumber() - 1);
        change.putRun(
                new Run(
                        partition,
                        summary.firstObjectNumber(),
                        summary.chunk(),
                        summary.objectCount(),
                        before.map(Run::endFilemark).orElse(0L),
                        summary.filemarkCount(),
                        before.map(Run::endByte).orElse(0L),
                        summary.byteCount()));
    }

    /** Of the chunks left open, the last one where its partition ends is its end mark; the others are garbage. */
    private void releaseNeedlessEndMarks(CatalogTransaction change) {
        ChunkId[] marks = new ChunkId[endOfData.length];
        List<FoundChunk> candidates = new ArrayList<>();
        openChunks.forEach(open -> open.found().ifPresent(candidates::add));
        candidates.addAll(adopted);
        for (FoundChunk found : candidates) {
            if (found.hasObjects() || change.referenceCount(found.id()) > 0) {
                continue;
            }
            ChunkSummary summary = found.summary();
            int partition = summary.partition();
            boolean isMark =
                    found.isEndMark()
                            && summary.generation() == generation
                            && partition < marks.length
                            && summary.firstObjectNumber() == endOfData[partition];
            if (isMark && marks[partition] != null) {
                Reclaimer.releaseIfUnused(change, marks[partition]);
            }
            if (isMark) {
                marks[partition] = found.id();
            } else {
                Reclaimer.releaseIfUnused(change, found.id());
            }
        }
    }

    private List<PartitionState> states(CatalogTransaction change) {
        List<PartitionState> states = new ArrayList<>();
        for (int partition = 0; partition < capacitiesBytes.size(); partition++) {
            Optional<Run> last =
                    change.lastRun(new PartitionId(container.container(), generation, partition));
            states.add(Generations.state(capacitiesBytes.get(partition), last));
        }
        return states;
    }
}
