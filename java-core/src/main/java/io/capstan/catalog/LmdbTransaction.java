package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Changes in terms of entries, and the rules that hold between them. */
final class LmdbTransaction extends LmdbView implements CatalogTransaction {

    /** Bounds the audit trail to some tens of megabytes. */
    static final int AUDIT_RECORDS_MAX = 100_000;

    /** Bounds what is kept of jobs to some megabytes. */
    static final int FINAL_JOBS_MAX = 10_000;

    LmdbTransaction(RawTransaction raw, Environment environment) {
        super(raw, environment);
    }

    @Override
    public void putCartridge(CartridgeRecord cartridge) {
        require(
                cartridge.state() == CartridgeState.PRESENT,
                () ->
                        "cartridge "
                                + cartridge.volume()
                                + ": a tombstone comes from destroying a cartridge");
        cartridge(cartridge.volume())
                .filter(old -> old.state() == CartridgeState.PRESENT)
                .ifPresent(old ->
                        require(
                                old.container().equals(cartridge.container()),
                                () ->
                                        "cartridge "
                                                + cartridge.volume()
                                                + " keeps its container for life"));
        put(CartridgeDescriptor.INSTANCE, cartridge);
    }

    @Override
    public boolean destroyCartridge(VolumeIdentifier volume) {
        Optional<CartridgeRecord> cartridge = cartridge(volume).filter(LmdbTransaction::isPresent);
        requireOutside(volume);
        requireShowsNothing(volume);
        cartridge.ifPresent(present ->
                put(CartridgeDescriptor.INSTANCE, present.withState(CartridgeState.DESTROYED)));
        return cartridge.isPresent();
    }

    @Override
    public boolean removeCartridge(VolumeIdentifier volume) {
        requireOutside(volume);
        requireShowsNothing(volume);
        return raw.delete(Database.CARTRIDGES, CartridgeDescriptor.key(volume));
    }

    @Override
    public PlaceOutcome putElement(ElementRecord element) {
        if (cartridge(element.volume()).filter(LmdbTransaction::isPresent).isEmpty()) {
            return PlaceOutcome.VOLUME_UNKNOWN;
        }
        Optional<ElementRecord> occupant = element(element.location());
        if (occupant.isPresent() && !occupant.get().volume().equals(element.volume())) {
            return PlaceOutcome.DESTINATION_FULL;
        }
        Optional<ElementLocation> elsewhere = elementOf(element.volume());
        if (elsewhere.isPresent() && !elsewhere.get().equals(element.location())) {
            return PlaceOutcome.VOLUME_ELSEWHERE;
        }
        requireNotInTransit(element.volume());
        fill(element);
        return PlaceOutcome.PLACED;
    }

    @Override
    public Optional<ElementRecord> clearElement(ElementLocation location) {
        Optional<ElementRecord> element = element(location);
        element.ifPresent(this::empty);
        return element;
    }

    @Override
    public MoveOutcome moveElement(
            ElementLocation from, ElementLocation to, OptionalInt sourceElementAddress) {
        Optional<ElementRecord> source = element(from);
        if (source.isEmpty()) {
            return MoveOutcome.SOURCE_EMPTY;
        }
        if (element(to).isPresent()) {
            return MoveOutcome.DESTINATION_FULL;
        }
        empty(source.get());
        fill(new ElementRecord(to, source.get().volume(), sourceElementAddress));
        return MoveOutcome.MOVED;
    }

    @Override
    public ExchangeOutcome exchangeElements(
            ElementLocation source,
            ElementLocation firstDestination,
            ElementLocation secondDestination,
            OptionalInt firstSourceAddress,
            OptionalInt secondSourceAddress) {
        if (firstDestination.equals(source) || firstDestination.equals(secondDestination)) {
            throw new IllegalArgumentException(
                    "element " + firstDestination + " has two parts in one exchange");
        }
        Optional<ElementRecord> moved = element(source);
        Optional<ElementRecord> displaced = element(firstDestination);
        if (moved.isEmpty()) {
            return ExchangeOutcome.SOURCE_EMPTY;
        }
        if (displaced.isEmpty()) {
            return ExchangeOutcome.FIRST_DESTINATION_EMPTY;
        }
        if (!secondDestination.equals(source) && element(secondDestination).isPresent()) {
            return ExchangeOutcome.SECOND_DESTINATION_FULL;
        }
        empty(moved.get());
        empty(displaced.get());
        fill(new ElementRecord(firstDestination, moved.get().volume(), firstSourceAddress));
        fill(new ElementRecord(secondDestination, displaced.get().volume(), secondSourceAddress));
        return ExchangeOutcome.EXCHANGED;
    }

    @Override
    public String putIdentityIfAbsent(String name, String value) {
        Optional<String> existing = identity(name);
        if (existing.isPresent()) {
            return existing.get();
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        put(NamedValueDescriptor.IDENTITIES, new NamedValueDescriptor.Entry(name, bytes));
        return value;
    }

    @Override
    public void putParameters(String name, byte[] value) {
        Range.check("length of parameters", value.length, 0, 0xFFFF);
        put(NamedValueDescriptor.PARAMETERS, new NamedValueDescriptor.Entry(name, value));
    }

    @Override
    public boolean removeParameters(String name) {
        return raw.delete(Database.PARAMETERS, NamedValueDescriptor.key(name));
    }

    @Override
    public void putContainer(ContainerRecord container) {
        container(container.container())
                .ifPresent(old -> {
                    require(
                            container.generation() >= old.generation(),
                            () ->
                                    "container "
                                            + container.container()
                                            + ": its generation goes back");
                    require(
                            container.nextChunkSequence() >= old.nextChunkSequence(),
                            () ->
                                    "container "
                                            + container.container()
                                            + ": its next chunk sequence goes back");
                });
        put(ContainerDescriptor.INSTANCE, container);
    }

    @Override
    public boolean removeContainer(ContainerId container) {
        byte[] prefix = RunDescriptor.prefix(container);
        require(
                list(RunDescriptor.INSTANCE, prefix, prefix, 1).isEmpty(),
                () -> "container " + container + " still has runs");
        require(
                generations(container).isEmpty(),
                () -> "container " + container + " still has generations that are kept");
        return raw.delete(Database.CONTAINERS, ContainerDescriptor.key(container));
    }

    @Override
    public void putGeneration(GenerationRecord generation) {
        require(
                container(generation.container())
                        .filter(record -> generation.generation() < record.generation())
                        .isPresent(),
                () ->
                        "container %s: generation %d is no earlier one"
                                .formatted(generation.container(), generation.generation()));
        for (int partition = 0; partition < generation.partitions().size(); partition++) {
            requireWhole(generation.partitionId(partition), generation.partitions().get(partition));
        }
        put(GenerationDescriptor.INSTANCE, generation);
    }

    /** Runs go from the beginning on, so a partition that has its first one has all. */
    private void requireWhole(PartitionId partition, PartitionState state) {
        Optional<Run> last = lastRun(partition);
        boolean isWhole =
                state.endOfDataObject() == last.map(Run::endObject).orElse(0L)
                        && state.filemarkCount() == last.map(Run::endFilemark).orElse(0L)
                        && state.byteCount() == last.map(Run::endByte).orElse(0L)
                        && (last.isEmpty() || runAt(partition, 0).isPresent());
        require(isWhole, () -> partition + " is not whole: its last run is " + last);
    }

    @Override
    public boolean removeGeneration(ContainerId container, long generation) {
        require(
                shownGenerations().stream().noneMatch(shown -> shown.isOf(container, generation)),
                () -> "container %s: generation %d is shown".formatted(container, generation));
        return raw.delete(Database.GENERATIONS, GenerationDescriptor.key(container, generation));
    }

    @Override
    public void putShownGeneration(ShownGeneration shown) {
        require(
                generation(shown.container(), shown.generation()).isPresent(),
                () ->
                        "container %s: generation %d is not kept"
                                .formatted(shown.container(), shown.generation()));
        require(
                cartridge(shown.shownAs()).filter(LmdbTransaction::isPresent).isPresent()
                        && shownGeneration(shown.shownAs()).isEmpty(),
                () -> "there is no cartridge %s to show it".formatted(shown.shownAs()));
        put(ShownGenerationDescriptor.INSTANCE, shown);
    }

    @Override
    public boolean removeShownGeneration(VolumeIdentifier shownAs) {
        return raw.delete(Database.SHOWN_GENERATIONS, CartridgeDescriptor.key(shownAs));
    }

    private void requireShowsNothing(VolumeIdentifier volume) {
        require(
                shownGeneration(volume).isEmpty(),
                () -> "cartridge " + volume + " shows an earlier generation of another one");
    }

    @Override
    public void putRun(Run run) {
        Optional<Run> last = lastRun(run.partition());
        Optional<Run> old =
                get(RunDescriptor.INSTANCE, RunDescriptor.key(run.partition(), run.firstObject()));
        if (old.isPresent()) {
            requireReplaceable(old.get(), run, last.equals(old));
        } else {
            requireAtEndOfData(last, run);
        }
        boolean keepsChunk = old.isPresent() && old.get().chunk().equals(run.chunk());
        requireChunkFor(run, keepsChunk);
        old.ifPresent(this::removeRunEntries);
        putRunEntries(run);
        if (!keepsChunk) {
            reference(run.chunk());
            old.ifPresent(replaced -> dereference(replaced.chunk()));
        }
    }

    @Override
    public void truncateRuns(PartitionId partition, long fromObject, RunHead head) {
        Range.checkNotNegative("first object to be removed", fromObject);
        Optional<Run> cut =
                runAt(partition, fromObject)
                        .filter(run -> run.holds(fromObject) && run.firstObject() != fromObject);
        requireHead(partition, cut, fromObject, head);
        List<Run> removed =
                list(
                        RunDescriptor.INSTANCE,
                        RunDescriptor.key(partition, fromObject),
                        RunDescriptor.prefix(partition),
                        Integer.MAX_VALUE);
        removed.forEach(this::removeRun);
        cut.ifPresent(run -> {
            removeRunEntries(run);
            putRunEntries(run.shortenedTo(head));
        });
    }

    @Override
    public int reclaim(ContainerId container, long olderThanGeneration, int entriesMax) {
        Range.check("most entries", entriesMax, 1, Integer.MAX_VALUE);
        container(container)
                .ifPresent(record ->
                        require(
                                olderThanGeneration <= record.generation(),
                                () ->
                                        "container "
                                                + container
                                                + ": its current generation is no garbage"));
        List<Run> garbage = new ArrayList<>();
        long from = 0;
        for (GenerationRecord kept : generations(container)) {
            addRuns(
                    container,
                    from,
                    Math.min(kept.generation(), olderThanGeneration),
                    entriesMax,
                    garbage);
            from = kept.generation() + 1;
        }
        addRuns(container, from, olderThanGeneration, entriesMax, garbage);
        garbage.forEach(this::removeRun);
        return garbage.size();
    }

    /** Adds runs of a stretch of generations until there are enough. */
    private void addRuns(
            ContainerId container,
            long fromGeneration,
            long toGeneration,
            int entriesMax,
            List<Run> runs) {
        if (fromGeneration >= toGeneration || runs.size() == entriesMax) {
            return;
        }
        raw.scan(
                Database.RUNS,
                RunDescriptor.key(new PartitionId(container, fromGeneration, 0), 0),
                RunDescriptor.prefix(container),
                entry -> {
                    Run run = RunDescriptor.INSTANCE.decode(entry.key(), entry.value());
                    boolean isWithin = run.partition().generation() < toGeneration;
                    if (isWithin) {
                        runs.add(run);
                    }
                    return isWithin && runs.size() < entriesMax;
                });
    }

    @Override
    public void putChunk(ChunkRecord chunk) {
        Optional<ChunkDescriptor.Entry> old = chunkEntry(chunk.chunk());
        long referenceCount = old.map(ChunkDescriptor.Entry::referenceCount).orElse(0L);
        old.ifPresent(entry ->
                require(
                        chunk.state().compareTo(entry.chunk().state()) >= 0,
                        () -> "chunk " + chunk.chunk() + ": its state goes back"));
        require(
                chunk.state() != ChunkState.DELETABLE || referenceCount == 0,
                () -> "chunk " + chunk.chunk() + " is referred to and cannot be deletable");
        putChunkEntries(old.orElse(null), new ChunkDescriptor.Entry(chunk, referenceCount));
    }

    @Override
    public boolean removeChunk(ChunkId chunk) {
        Optional<ChunkDescriptor.Entry> old = chunkEntry(chunk);
        old.ifPresent(entry -> {
            require(entry.referenceCount() == 0, () -> "chunk " + chunk + " is referred to");
            raw.delete(Database.CHUNKS, ChunkDescriptor.key(chunk));
            entry.chunk().disks().forEach(disk -> removeCopy(chunk, disk));
            delete(ChunkStateDescriptor.INSTANCE, ChunkStateDescriptor.Entry.of(entry.chunk()));
        });
        return old.isPresent();
    }

    @Override
    public void putDisk(DiskRecord disk) {
        put(DiskDescriptor.INSTANCE, disk);
    }

    @Override
    public boolean removeDisk(DiskId disk) {
        require(
                chunksOn(disk, Optional.empty(), 1).isEmpty(),
                () -> "disk " + disk + " still has copies of chunks");
        return raw.delete(Database.DISKS, DiskDescriptor.key(disk));
    }

    @Override
    public void putBadCopy(BadCopyRecord copy) {
        boolean isCopy =
                chunk(copy.chunk()).filter(c -> c.disks().contains(copy.disk())).isPresent();
        if (isCopy) {
            put(BadCopyDescriptor.INSTANCE, copy);
        }
    }

    @Override
    public boolean removeBadCopy(ChunkId chunk, DiskId disk) {
        return raw.delete(Database.BAD_COPIES, BadCopyDescriptor.key(chunk, disk));
    }

    @Override
    public void putTierCopy(TierCopyRecord copy) {
        put(TierCopyDescriptor.INSTANCE, copy);
    }

    @Override
    public boolean removeTierCopy(ChunkId chunk, String tier) {
        return raw.delete(Database.TIERS, TierCopyDescriptor.key(chunk, tier));
    }

    @Override
    public long nextJob() {
        @Nullable RawEntry last = raw.floor(Database.JOBS, JobDescriptor.key(Long.MAX_VALUE));
        return last == null ? 1 : JobDescriptor.INSTANCE.decode(last.key(), last.value()).job() + 1;
    }

    @Override
    public void putJob(JobRecord job) {
        Optional<JobRecord> old = job(job.job());
        old.ifPresent(before ->
                require(
                        !before.state().isFinal() || before.state() == job.state(),
                        () -> "job " + job.job() + " is " + before.state() + " for good"));
        require(
                old.isPresent() || job.job() == nextJob(),
                () -> "job " + job.job() + " is not the next one");
        put(JobDescriptor.INSTANCE, job);
        // Enough jobs above make this one old. One that goes on for longer stays, and is dropped
        // by none.
        job(job.job() - FINAL_JOBS_MAX)
                .filter(oldest -> oldest.state().isFinal())
                .ifPresent(oldest -> delete(JobDescriptor.INSTANCE, oldest));
    }

    @Override
    public void putTransit(TransitRecord transit) {
        require(
                cartridge(transit.volume()).filter(LmdbTransaction::isPresent).isPresent(),
                () -> "there is no cartridge " + transit.volume());
        requireOutside(transit.volume());
        put(TransitDescriptor.INSTANCE, transit);
    }

    @Override
    public boolean removeTransit(VolumeIdentifier volume) {
        return raw.delete(Database.TRANSITS, CartridgeDescriptor.key(volume));
    }

    @Override
    public void appendAudit(AuditRecord record) {
        @Nullable RawEntry last = raw.floor(Database.AUDIT, AuditDescriptor.key(Long.MAX_VALUE));
        long sequence =
                last == null
                        ? 0
                        : AuditDescriptor.INSTANCE.decode(last.key(), last.value()).sequence() + 1;
        put(AuditDescriptor.INSTANCE, new AuditDescriptor.Entry(sequence, record));
        raw.delete(Database.AUDIT, AuditDescriptor.key(sequence - AUDIT_RECORDS_MAX));
    }

    private static boolean isPresent(CartridgeRecord cartridge) {
        return cartridge.state() == CartridgeState.PRESENT;
    }

    private void requireNotInTransit(VolumeIdentifier volume) {
        transit(volume)
                .ifPresent(transit -> {
                    throw new IllegalStateException(
                            "cartridge " + volume + " is in transit by job " + transit.job());
                });
    }

    /** In no element and not in transit. */
    private void requireOutside(VolumeIdentifier volume) {
        requireNotInTransit(volume);
        elementOf(volume)
                .ifPresent(location -> {
                    throw new IllegalStateException(
                            "cartridge " + volume + " is in element " + location);
                });
    }

    private void fill(ElementRecord element) {
        put(ElementDescriptor.INSTANCE, element);
        put(
                CartridgeElementDescriptor.INSTANCE,
                new CartridgeElementDescriptor.Entry(element.volume(), element.location()));
    }

    private void empty(ElementRecord element) {
        delete(ElementDescriptor.INSTANCE, element);
        raw.delete(Database.CARTRIDGE_ELEMENTS, CartridgeDescriptor.key(element.volume()));
    }

    private static void requireAtEndOfData(Optional<Run> last, Run run) {
        boolean fits =
                run.firstObject() == last.map(Run::endObject).orElse(0L)
                        && run.firstFilemark() == last.map(Run::endFilemark).orElse(0L)
                        && run.firstByte() == last.map(Run::endByte).orElse(0L);
        require(fits, () -> run + " does not begin at end of data, which is after " + last);
    }

    private static void requireReplaceable(Run old, Run run, boolean isLast) {
        boolean beginsAlike =
                run.firstFilemark() == old.firstFilemark() && run.firstByte() == old.firstByte();
        boolean endsAlike =
                run.endObject() == old.endObject()
                        && run.endFilemark() == old.endFilemark()
                        && run.endByte() == old.endByte();
        require(
                beginsAlike && (isLast || endsAlike),
                () -> run + " in place of " + old + " would leave a hole");
    }

    private static void requireHead(
            PartitionId partition, Optional<Run> cut, long fromObject, RunHead head) {
        if (cut.isEmpty()) {
            require(
                    head.equals(RunHead.NONE),
                    () ->
                            partition
                                    + ": no run is cut at object "
                                    + fromObject
                                    + " to keep "
                                    + head);
            return;
        }
        Run run = cut.get();
        require(
                head.objectCount() == fromObject - run.firstObject()
                        && head.filemarkCount() <= run.filemarkCount()
                        && head.byteCount() <= run.byteCount(),
                () -> run + " cannot be cut at object " + fromObject + " to " + head);
    }

    private void requireChunkFor(Run run, boolean keepsChunk) {
        ChunkRecord chunk = requireChunk(run.chunk()).chunk();
        require(
                run.objectCount() <= chunk.objectCount(),
                () -> run + " has more objects than its chunk's " + chunk.objectCount());
        require(
                keepsChunk || chunk.state() != ChunkState.DELETABLE,
                () -> "chunk " + run.chunk() + " is deletable: its file may be gone");
    }

    private void removeRun(Run run) {
        removeRunEntries(run);
        dereference(run.chunk());
    }

    private void removeRunEntries(Run run) {
        delete(RunDescriptor.INSTANCE, run);
        if (run.filemarkCount() > 0) {
            delete(FilemarkDescriptor.INSTANCE, FilemarkDescriptor.Entry.of(run));
        }
    }

    private void putRunEntries(Run run) {
        put(RunDescriptor.INSTANCE, run);
        if (run.filemarkCount() > 0) {
            put(FilemarkDescriptor.INSTANCE, FilemarkDescriptor.Entry.of(run));
        }
    }

    private void reference(ChunkId chunk) {
        ChunkDescriptor.Entry old = requireChunk(chunk);
        putChunkEntries(old, new ChunkDescriptor.Entry(old.chunk(), old.referenceCount() + 1));
    }

    private void dereference(ChunkId chunk) {
        ChunkDescriptor.Entry old = requireChunk(chunk);
        long referenceCount = old.referenceCount() - 1;
        ChunkRecord record =
                referenceCount == 0 ? old.chunk().withState(ChunkState.DELETABLE) : old.chunk();
        putChunkEntries(old, new ChunkDescriptor.Entry(record, referenceCount));
    }

    private ChunkDescriptor.Entry requireChunk(ChunkId chunk) {
        return chunkEntry(chunk)
                .orElseThrow(() -> new IllegalStateException("chunk " + chunk + " has no record"));
    }

    private void putChunkEntries(ChunkDescriptor.@Nullable Entry old, ChunkDescriptor.Entry entry) {
        put(ChunkDescriptor.INSTANCE, entry);
        putCopies(old == null ? List.of() : old.chunk().disks(), entry.chunk());
        if (old != null && old.chunk().state() != entry.chunk().state()) {
            delete(ChunkStateDescriptor.INSTANCE, ChunkStateDescriptor.Entry.of(old.chunk()));
        }
        if (old == null || old.chunk().state() != entry.chunk().state()) {
            put(ChunkStateDescriptor.INSTANCE, ChunkStateDescriptor.Entry.of(entry.chunk()));
        }
    }

    private void putCopies(List<DiskId> before, ChunkRecord chunk) {
        for (DiskId disk : before) {
            if (!chunk.disks().contains(disk)) {
                removeCopy(chunk.chunk(), disk);
            }
        }
        for (DiskId disk : chunk.disks()) {
            if (!before.contains(disk)) {
                put(
                        DiskChunkDescriptor.INSTANCE,
                        new DiskChunkDescriptor.Entry(disk, chunk.chunk()));
            }
        }
    }

    private void removeCopy(ChunkId chunk, DiskId disk) {
        delete(DiskChunkDescriptor.INSTANCE, new DiskChunkDescriptor.Entry(disk, chunk));
        removeBadCopy(chunk, disk);
    }

    private <R> void put(Descriptor<R> descriptor, R record) {
        raw.put(descriptor.database(), descriptor.key(record), descriptor.value(record));
    }

    private <R> void delete(Descriptor<R> descriptor, R record) {
        raw.delete(descriptor.database(), descriptor.key(record));
    }

    private static void require(boolean holds, Supplier<String> rule) {
        if (!holds) {
            throw new IllegalStateException(rule.get());
        }
    }
}
