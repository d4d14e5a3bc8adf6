package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The catalog as plain maps, without indexes and without counts: whatever LMDB finds by a key, this one finds by looking at
 * everything.
 */
final class ModelTransaction implements CatalogTransaction {

    private final TreeMap<VolumeIdentifier, CartridgeRecord> cartridges = new TreeMap<>();
    private final Map<ElementLocation, ElementRecord> elements = new TreeMap<>(BY_LOCATION);
    private final Map<String, String> identities = new TreeMap<>();
    private final Map<String, byte[]> parameters = new TreeMap<>();
    private final TreeMap<ContainerId, ContainerRecord> containers = new TreeMap<>();
    private final Map<String, GenerationRecord> generations = new TreeMap<>();
    private final TreeMap<VolumeIdentifier, ShownGeneration> shown = new TreeMap<>();
    private final List<Run> runs = new ArrayList<>();
    private final TreeMap<ChunkId, ChunkRecord> chunks = new TreeMap<>();
    private final TreeMap<DiskId, DiskRecord> disks = new TreeMap<>();
    private final Map<String, BadCopyRecord> badCopies = new TreeMap<>();
    private final Map<String, TierCopyRecord> tierCopies = new TreeMap<>();
    private final TreeMap<Long, JobRecord> jobs = new TreeMap<>();
    private final TreeMap<VolumeIdentifier, TransitRecord> transits = new TreeMap<>();
    private final List<AuditRecord> audit = new ArrayList<>();

    private static final java.util.Comparator<ElementLocation> BY_LOCATION =
            java.util.Comparator.comparing(ElementLocation::library)
                    .thenComparingInt(ElementLocation::address);

    private static final java.util.Comparator<Run> BY_PLACE =
            java.util.Comparator.comparing((Run run) -> run.partition().container())
                    .thenComparingLong(run -> run.partition().generation())
                    .thenComparingInt(run -> run.partition().partition())
                    .thenComparingLong(Run::firstObject);

    ModelTransaction copy() {
        ModelTransaction copy = new ModelTransaction();
        copy.cartridges.putAll(cartridges);
        copy.elements.putAll(elements);
        copy.identities.putAll(identities);
        copy.parameters.putAll(parameters);
        copy.containers.putAll(containers);
        copy.generations.putAll(generations);
        copy.shown.putAll(shown);
        copy.runs.addAll(runs);
        copy.chunks.putAll(chunks);
        copy.audit.addAll(audit);
        copy.disks.putAll(disks);
        copy.badCopies.putAll(badCopies);
        copy.tierCopies.putAll(tierCopies);
        copy.jobs.putAll(jobs);
        copy.transits.putAll(transits);
        return copy;
    }

    @Override
    public Optional<CartridgeRecord> cartridge(VolumeIdentifier volume) {
        return Optional.ofNullable(cartridges.get(volume));
    }

    @Override
    public List<CartridgeRecord> cartridges(
            String prefix, Optional<VolumeIdentifier> after, int limit) {
        return cartridges.values().stream()
                .filter(cartridge -> cartridge.volume().text().startsWith(prefix))
                .filter(cartridge ->
                        after.isEmpty() || cartridge.volume().compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public void forEachCartridge(Consumer<CartridgeRecord> consumer) {
        cartridges.values().forEach(consumer);
    }

    @Override
    public Optional<ElementLocation> elementOf(VolumeIdentifier volume) {
        return elements.values().stream()
                .filter(element -> element.volume().equals(volume))
                .map(ElementRecord::location)
                .findAny();
    }

    @Override
    public Optional<ElementRecord> element(ElementLocation location) {
        return Optional.ofNullable(elements.get(location));
    }

    @Override
    public List<ElementRecord> elements(String library) {
        return elements.values().stream()
                .filter(element -> element.location().library().equals(library))
                .toList();
    }

    @Override
    public Optional<String> identity(String name) {
        return Optional.ofNullable(identities.get(name));
    }

    @Override
    public Optional<byte[]> parameters(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    @Override
    public Optional<ContainerRecord> container(ContainerId container) {
        return Optional.ofNullable(containers.get(container));
    }

    @Override
    public void forEachContainer(Consumer<ContainerRecord> consumer) {
        containers.values().forEach(consumer);
    }

    private static String generationKey(ContainerId container, long generation) {
        return container + " " + generation;
    }

    @Override
    public Optional<GenerationRecord> generation(ContainerId container, long generation) {
        return Optional.ofNullable(generations.get(generationKey(container, generation)));
    }

    @Override
    public List<GenerationRecord> generations(ContainerId container) {
        return generations.values().stream()
                .filter(kept -> kept.container().equals(container))
                .toList();
    }

    @Override
    public Optional<ShownGeneration> shownGeneration(VolumeIdentifier shownAs) {
        return Optional.ofNullable(shown.get(shownAs));
    }

    @Override
    public List<ShownGeneration> shownGenerations() {
        return List.copyOf(shown.values());
    }

    @Override
    public void putGeneration(GenerationRecord generation) {
        ContainerRecord record = containers.get(generation.container());
        require(record != null && generation.generation() < record.generation());
        for (int i = 0; i < generation.partitions().size(); i++) {
            PartitionState state = generation.partitions().get(i);
            List<Run> all = runsOf(generation.partitionId(i)).toList();
            require(
                    all.isEmpty()
                            ? state.endOfDataObject() == 0
                            : all.getFirst().firstObject() == 0
                                    && all.getLast().endObject() == state.endOfDataObject());
        }
        generations.put(generationKey(generation.container(), generation.generation()), generation);
    }

    @Override
    public boolean removeGeneration(ContainerId container, long generation) {
        require(shown.values().stream().noneMatch(by -> by.isOf(container, generation)));
        return generations.remove(generationKey(container, generation)) != null;
    }

    @Override
    public void putShownGeneration(ShownGeneration by) {
        require(generation(by.container(), by.generation()).isPresent());
        require(isPresent(by.shownAs()) && !shown.containsKey(by.shownAs()));
        shown.put(by.shownAs(), by);
    }

    @Override
    public boolean removeShownGeneration(VolumeIdentifier shownAs) {
        return shown.remove(shownAs) != null;
    }

    private Stream<Run> runsOf(PartitionId partition) {
        return runs.stream().filter(run -> run.partition().equals(partition)).sorted(BY_PLACE);
    }

    @Override
    public Optional<Run> runAt(PartitionId partition, long object) {
        return runsOf(partition)
                .filter(run -> run.firstObject() <= object)
                .reduce((first, second) -> second);
    }

    @Override
    public Optional<Run> runOfFilemark(PartitionId partition, long filemark) {
        return runsOf(partition).filter(run -> run.holdsFilemark(filemark)).findAny();
    }

    @Override
    public Optional<Run> lastRun(PartitionId partition) {
        return runsOf(partition).reduce((first, second) -> second);
    }

    @Override
    public List<Run> runs(PartitionId partition, long fromObject, int limit) {
        return runsOf(partition).filter(run -> run.endObject() > fromObject).limit(limit).toList();
    }

    @Override
    public Optional<ChunkRecord> chunk(ChunkId chunk) {
        return Optional.ofNullable(chunks.get(chunk));
    }

    @Override
    public long referenceCount(ChunkId chunk) {
        return runs.stream().filter(run -> run.chunk().equals(chunk)).count();
    }

    @Override
    public List<ChunkRecord> chunks(ChunkState state, Optional<ChunkId> after, int limit) {
        return chunks.values().stream()
                .filter(chunk -> chunk.state() == state)
                .filter(chunk -> after.isEmpty() || chunk.chunk().compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public List<ChunkRecord> chunks(Optional<ChunkId> after, int limit) {
        return chunks.values().stream()
                .filter(chunk -> after.isEmpty() || chunk.chunk().compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<DiskRecord> disk(DiskId disk) {
        return Optional.ofNullable(disks.get(disk));
    }

    @Override
    public List<DiskRecord> disks() {
        return List.copyOf(disks.values());
    }

    @Override
    public List<ChunkId> chunksOn(DiskId disk, Optional<ChunkId> after, int limit) {
        return chunks.values().stream()
                .filter(chunk -> chunk.disks().contains(disk))
                .map(ChunkRecord::chunk)
                .filter(chunk -> after.isEmpty() || chunk.compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public long chunkCountOn(DiskId disk) {
        return chunks.values().stream().filter(chunk -> chunk.disks().contains(disk)).count();
    }

    @Override
    public List<BadCopyRecord> badCopies(Optional<BadCopyRecord> after, int limit) {
        return badCopies.values().stream()
                .sorted(
                        java.util.Comparator.comparing(BadCopyRecord::chunk)
                                .thenComparing(BadCopyRecord::disk))
                .limit(limit)
                .toList();
    }

    @Override
    public List<ChunkRecord> chunksOf(ContainerId container, long fromSequence, int limit) {
        return chunks.values().stream()
                .filter(chunk -> chunk.chunk().container().equals(container))
                .filter(chunk -> chunk.chunk().sequence() >= fromSequence)
                .limit(limit)
                .toList();
    }

    @Override
    public List<AuditRecord> auditTail(int limit) {
        return audit.reversed().stream().limit(limit).toList();
    }

    @Override
    public CatalogStatistics statistics() {
        throw new UnsupportedOperationException("the model has no pages");
    }

    @Override
    public void putCartridge(CartridgeRecord cartridge) {
        CartridgeRecord old = cartridges.get(cartridge.volume());
        require(cartridge.state() == CartridgeState.PRESENT);
        require(
                old == null
                        || old.state() == CartridgeState.DESTROYED
                        || old.container().equals(cartridge.container()));
        cartridges.put(cartridge.volume(), cartridge);
    }

    @Override
    public boolean destroyCartridge(VolumeIdentifier volume) {
        require(elementOf(volume).isEmpty() && !transits.containsKey(volume));
        require(!shown.containsKey(volume));
        if (!isPresent(volume)) {
            return false;
        }
        cartridges.computeIfPresent(volume, (key, old) -> old.withState(CartridgeState.DESTROYED));
        return true;
    }

    @Override
    public boolean removeCartridge(VolumeIdentifier volume) {
        require(elementOf(volume).isEmpty() && !transits.containsKey(volume));
        require(!shown.containsKey(volume));
        return cartridges.remove(volume) != null;
    }

    private boolean isPresent(VolumeIdentifier volume) {
        CartridgeRecord cartridge = cartridges.get(volume);
        return cartridge != null && cartridge.state() == CartridgeState.PRESENT;
    }

    @Override
    public PlaceOutcome putElement(ElementRecord element) {
        if (!isPresent(element.volume())) {
            return PlaceOutcome.VOLUME_UNKNOWN;
        }
        ElementRecord occupant = elements.get(element.location());
        if (occupant != null && !occupant.volume().equals(element.volume())) {
            return PlaceOutcome.DESTINATION_FULL;
        }
        if (occupant == null && elementOf(element.volume()).isPresent()) {
            return PlaceOutcome.VOLUME_ELSEWHERE;
        }
        require(!transits.containsKey(element.volume()));
        elements.put(element.location(), element);
        return PlaceOutcome.PLACED;
    }

    @Override
    public Optional<ElementRecord> clearElement(ElementLocation location) {
        return Optional.ofNullable(elements.remove(location));
    }

    @Override
    public MoveOutcome moveElement(
            ElementLocation from, ElementLocation to, OptionalInt sourceElementAddress) {
        if (!elements.containsKey(from)) {
            return MoveOutcome.SOURCE_EMPTY;
        }
        if (elements.containsKey(to)) {
            return MoveOutcome.DESTINATION_FULL;
        }
        ElementRecord moved = elements.remove(from);
        elements.put(to, new ElementRecord(to, moved.volume(), sourceElementAddress));
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
            throw new IllegalArgumentException("twice");
        }
        if (!elements.containsKey(source)) {
            return ExchangeOutcome.SOURCE_EMPTY;
        }
        if (!elements.containsKey(firstDestination)) {
            return ExchangeOutcome.FIRST_DESTINATION_EMPTY;
        }
        if (!secondDestination.equals(source) && elements.containsKey(secondDestination)) {
            return ExchangeOutcome.SECOND_DESTINATION_FULL;
        }
        VolumeIdentifier moved = elements.remove(source).volume();
        VolumeIdentifier displaced = elements.remove(firstDestination).volume();
        elements.put(
                firstDestination, new ElementRecord(firstDestination, moved, firstSourceAddress));
        elements.put(
                secondDestination,
                new ElementRecord(secondDestination, displaced, secondSourceAddress));
        return ExchangeOutcome.EXCHANGED;
    }

    @Override
    public String putIdentityIfAbsent(String name, String value) {
        identities.putIfAbsent(name, value);
        return identities.getOrDefault(name, "");
    }

    @Override
    public void putParameters(String name, byte[] value) {
        parameters.put(name, value.clone());
    }

    @Override
    public boolean removeParameters(String name) {
        return parameters.remove(name) != null;
    }

    @Override
    public void putContainer(ContainerRecord container) {
        ContainerRecord old = containers.get(container.container());
        require(
                old == null
                        || (container.generation() >= old.generation()
                                && container.nextChunkSequence() >= old.nextChunkSequence()));
        containers.put(container.container(), container);
    }

    @Override
    public boolean removeContainer(ContainerId container) {
        require(runs.stream().noneMatch(run -> run.partition().container().equals(container)));
        require(generations(container).isEmpty());
        return containers.remove(container) != null;
    }

    @Override
    public void putRun(Run run) {
        Optional<Run> last = lastRun(run.partition());
        Optional<Run> old =
                runsOf(run.partition())
                        .filter(other -> other.firstObject() == run.firstObject())
                        .findAny();
        boolean isWholeWithoutHoles =
                old.isEmpty()
                        ? run.firstObject() == last.map(Run::endObject).orElse(0L)
                                && run.firstFilemark() == last.map(Run::endFilemark).orElse(0L)
                                && run.firstByte() == last.map(Run::endByte).orElse(0L)
                        : run.firstFilemark() == old.get().firstFilemark()
                                && run.firstByte() == old.get().firstByte()
                                && (old.equals(last)
                                        || (run.objectCount() == old.get().objectCount()
                                                && run.filemarkCount() == old.get().filemarkCount()
                                                && run.byteCount() == old.get().byteCount()));
        require(isWholeWithoutHoles);
        ChunkRecord chunk = chunks.get(run.chunk());
        require(chunk != null && chunk.objectCount() >= run.objectCount());
        boolean isNewReference = old.isEmpty() || !old.get().chunk().equals(run.chunk());
        require(
                !isNewReference
                        || chunk(run.chunk())
                                .filter(other -> other.state() != ChunkState.DELETABLE)
                                .isPresent());
        old.ifPresent(runs::remove);
        runs.add(run);
        old.ifPresent(this::letGo);
    }

    /** Marks the chunk of a run that is gone, if it was the last one. */
    private void letGo(Run run) {
        if (referenceCount(run.chunk()) == 0) {
            chunks.computeIfPresent(
                    run.chunk(), (key, chunk) -> chunk.withState(ChunkState.DELETABLE));
        }
    }

    @Override
    public void truncateRuns(PartitionId partition, long fromObject, RunHead head) {
        Optional<Run> cut =
                runsOf(partition)
                        .filter(run ->
                                run.firstObject() < fromObject && fromObject < run.endObject())
                        .findAny();
        require(
                cut.isEmpty()
                        ? head.equals(RunHead.NONE)
                        : cut.get().firstObject() + head.objectCount() == fromObject
                                && head.filemarkCount() <= cut.get().filemarkCount()
                                && head.byteCount() <= cut.get().byteCount());
        List<Run> gone = runsOf(partition).filter(run -> run.firstObject() >= fromObject).toList();
        runs.removeAll(gone);
        gone.forEach(this::letGo);
        cut.ifPresent(run -> {
            runs.remove(run);
            runs.add(run.shortenedTo(head));
        });
    }

    @Override
    public int reclaim(ContainerId container, long olderThanGeneration, int entriesMax) {
        ContainerRecord record = containers.get(container);
        require(record == null || olderThanGeneration <= record.generation());
        List<Run> gone =
                runs.stream()
                        .filter(run -> run.partition().container().equals(container))
                        .filter(run -> run.partition().generation() < olderThanGeneration)
                        .filter(run ->
                                generation(container, run.partition().generation()).isEmpty())
                        .sorted(BY_PLACE)
                        .limit(entriesMax)
                        .toList();
        runs.removeAll(gone);
        gone.forEach(this::letGo);
        return gone.size();
    }

    @Override
    public void putChunk(ChunkRecord chunk) {
        ChunkRecord old = chunks.get(chunk.chunk());
        require(old == null || chunk.state().compareTo(old.state()) >= 0);
        require(chunk.state() != ChunkState.DELETABLE || referenceCount(chunk.chunk()) == 0);
        chunks.put(chunk.chunk(), chunk);
        badCopies
                .values()
                .removeIf(copy ->
                        copy.chunk().equals(chunk.chunk()) && !chunk.disks().contains(copy.disk()));
    }

    @Override
    public boolean removeChunk(ChunkId chunk) {
        require(!chunks.containsKey(chunk) || referenceCount(chunk) == 0);
        badCopies.values().removeIf(copy -> copy.chunk().equals(chunk));
        return chunks.remove(chunk) != null;
    }

    @Override
    public void putDisk(DiskRecord disk) {
        disks.put(disk.disk(), disk);
    }

    @Override
    public boolean removeDisk(DiskId disk) {
        require(chunkCountOn(disk) == 0);
        return disks.remove(disk) != null;
    }

    @Override
    public void putBadCopy(BadCopyRecord copy) {
        if (chunk(copy.chunk()).filter(c -> c.disks().contains(copy.disk())).isPresent()) {
            badCopies.put(copy.chunk() + " " + copy.disk(), copy);
        }
    }

    @Override
    public boolean removeBadCopy(ChunkId chunk, DiskId disk) {
        return badCopies.remove(chunk + " " + disk) != null;
    }

    @Override
    public List<TierCopyRecord> tierCopies(ChunkId chunk) {
        return tierCopies.values().stream().filter(copy -> copy.chunk().equals(chunk)).toList();
    }

    @Override
    public List<TierCopyRecord> tierCopies(Optional<TierCopyRecord> after, int limit) {
        return tierCopies.values().stream()
                .filter(copy ->
                        after.isEmpty() || tierKey(copy).compareTo(tierKey(after.get())) > 0)
                .limit(limit)
                .toList();
    }

    /** Sorts as the numbers do: container, sequence, tier. */
    private static String tierKey(TierCopyRecord copy) {
        return tierKey(copy.chunk(), copy.tier());
    }

    private static String tierKey(ChunkId chunk, String tier) {
        return "%s %016x %s".formatted(chunk.container(), chunk.sequence(), tier);
    }

    @Override
    public void putTierCopy(TierCopyRecord copy) {
        tierCopies.put(tierKey(copy), copy);
    }

    @Override
    public boolean removeTierCopy(ChunkId chunk, String tier) {
        return tierCopies.remove(tierKey(chunk, tier)) != null;
    }

    @Override
    public Optional<JobRecord> job(long job) {
        return Optional.ofNullable(jobs.get(job));
    }

    @Override
    public List<JobRecord> jobs(long fromJob, int limit) {
        return jobs.tailMap(fromJob).values().stream().limit(limit).toList();
    }

    @Override
    public long nextJob() {
        return jobs.isEmpty() ? 1 : jobs.lastKey() + 1;
    }

    @Override
    public void putJob(JobRecord job) {
        JobRecord old = jobs.get(job.job());
        require(
                old == null
                        ? job.job() == nextJob()
                        : !old.state().isFinal() || old.state() == job.state());
        jobs.put(job.job(), job);
    }

    @Override
    public Optional<TransitRecord> transit(VolumeIdentifier volume) {
        return Optional.ofNullable(transits.get(volume));
    }

    @Override
    public void putTransit(TransitRecord transit) {
        require(
                cartridge(transit.volume())
                        .filter(cartridge -> cartridge.state() == CartridgeState.PRESENT)
                        .isPresent());
        require(elementOf(transit.volume()).isEmpty() && !transits.containsKey(transit.volume()));
        transits.put(transit.volume(), transit);
    }

    @Override
    public boolean removeTransit(VolumeIdentifier volume) {
        return transits.remove(volume) != null;
    }

    @Override
    public void appendAudit(AuditRecord record) {
        audit.add(record);
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("a rule of the catalog");
        }
    }
}
