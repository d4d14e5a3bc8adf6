package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.GenerationRecord;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.PlaceOutcome;
import io.capstan.catalog.Run;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.ContainerKind;
import io.capstan.format.ContainerMap;
import io.capstan.format.ContainerRun;
import io.capstan.format.Finding;
import io.capstan.format.FormatException;
import io.capstan.format.MamAttribute;
import io.capstan.format.MediumDescription;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.ChunkStore;
import io.capstan.store.FileIo;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a new catalog from chunk files and labels alone: what {@code capstan catalog rebuild} does.
 *
 * <p>Containers are replayed from their chunks ({@link ContainerMap}), chunks that were not sealed are made whole first.
 * Labels give what chunks do not know: cartridges without data, layout, cartridge memory, write protection, retention, and the
 * element a cartridge was in. Whatever is damaged or does not fit becomes a finding, and the rest is taken over: objects that are
 * missing in the middle keep their numbers and fail when they are read.
 *
 * <p>Earlier generations of which all chunks are still there are kept again.
 *
 * <p>Not in chunks or labels, so gone with the old catalog: load counts, tombstones, identities, saved parameters, the
 * audit trail, and cartridges that showed an earlier generation of another one. The node must be stopped. One owner thread.
 */
public final class CatalogRebuild {

    private final Backing backing;
    private final LabelStore labels;
    private final List<Finding> findings = new ArrayList<>();
    private final TreeMap<VolumeIdentifier, CartridgeLabel> labelsByVolume = new TreeMap<>();
    private final Map<ContainerId, CartridgeLabel> labelsByContainer = new HashMap<>();
    private int cartridgeCount;
    private int chunkCount;

    /**
     * What came of it.
     *
     * @param findings what could not be taken over as it should be
     */
    public record Report(int cartridgeCount, int chunkCount, List<Finding> findings) {

        public Report {
            findings = List.copyOf(findings);
        }
    }

    private CatalogRebuild(Backing backing) {
        this.backing = backing;
        this.labels = new LabelStore(backing.store().disks().directories(), backing.io());
    }

    /**
     * Fills an empty catalog.
     *
     * @param io what the store was opened with
     * @param catalog a new one
     * @throws IllegalArgumentException if the catalog has cartridges or containers
     * @throws StoreException if a directory cannot be read at all, or the catalog not be written
     */
    public static Report run(ChunkStore store, FileIo io, Catalog catalog) throws StoreException {
        CatalogRebuild rebuild = new CatalogRebuild(new Backing(catalog, store, io));
        rebuild.requireEmptyCatalog();
        rebuild.backing.registerDisks();
        rebuild.readLabels();
        rebuild.rebuildContainers();
        rebuild.rebuildBlankCartridges();
        rebuild.placeCartridges();
        return new Report(rebuild.cartridgeCount, rebuild.chunkCount, rebuild.findings);
    }

    private void requireEmptyCatalog() throws StoreException {
        boolean[] empty = {true};
        backing.query(view -> {
            view.forEachCartridge(cartridge -> empty[0] = false);
            view.forEachContainer(container -> empty[0] = false);
            return null;
        });
        if (!empty[0]) {
            throw new IllegalArgumentException("the catalog to be filled is not empty");
        }
    }

    private void damage(String subject, String text) {
        findings.add(Finding.damage(subject, text));
    }

    // ---- labels

    private void readLabels() throws StoreException {
        for (VolumeIdentifier volume : labels.list()) {
            try {
                labels.read(volume).ifPresent(this::takeLabel);
            } catch (StoreException e) {
                damage("cartridge " + volume, String.valueOf(e.getMessage()));
            }
        }
    }

    private void takeLabel(CartridgeLabel label) {
        VolumeIdentifier volume = label.medium().volumeIdentifier();
        CartridgeLabel other = labelsByContainer.putIfAbsent(label.container(), label);
        if (other != null) {
            damage(
                    "cartridge " + volume,
                    "its label names the container of cartridge %s, and is not used"
                            .formatted(other.medium().volumeIdentifier()));
            return;
        }
        labelsByVolume.put(volume, label);
        if (RetentionDescriptor.of(label).isEmpty()
                && label.attributes().stream().anyMatch(CatalogRebuild::isRetention)) {
            damage(
                    "cartridge " + volume,
                    "its label has retention as newer software writes it, which is not kept here");
        }
    }

    private static boolean isRetention(MamAttribute attribute) {
        return attribute.id() == RetentionDescriptor.LABEL_ATTRIBUTE;
    }

    // ---- containers

    private void rebuildContainers() throws StoreException {
        Set<VolumeIdentifier> taken = new HashSet<>();
        List<ContainerId> unlabelled = new ArrayList<>();
        for (ContainerId container : backing.store().files().containers()) {
            CartridgeLabel label = labelsByContainer.get(container);
            if (label == null) {
                unlabelled.add(container);
            } else {
                rebuildContainer(container, Optional.of(label), taken);
            }
        }
        // After those with a label: a cartridge that was deleted and made again is the labelled
        // one.
        taken.addAll(labelsByVolume.keySet());
        for (ContainerId container : unlabelled) {
            rebuildContainer(container, Optional.empty(), taken);
        }
    }

    private void rebuildContainer(
            ContainerId container, Optional<CartridgeLabel> label, Set<VolumeIdentifier> taken)
            throws StoreException {
        SortedSet<ChunkId> files = backing.store().files().list(container);
        List<FoundChunk> chunks = find(files);
        if (label.isEmpty() && chunks.isEmpty()) {
            return;
        }
        MediumDescription medium =
                label.map(CartridgeLabel::medium)
                        .orElseGet(() -> chunks.getLast().header().medium());
        if (label.isEmpty() && !taken.add(medium.volumeIdentifier())) {
            damage(
                    "container " + container,
                    "is another one of cartridge %s and has no label; it is left out"
                            .formatted(medium.volumeIdentifier()));
            return;
        }
        if (label.isEmpty()) {
            damage(
                    "cartridge " + medium.volumeIdentifier(),
                    "has no label; what that alone knows is lost");
        }
        new Replay(container, label, medium, files, chunks).commit();
    }

    private List<FoundChunk> find(SortedSet<ChunkId> files) {
        List<FoundChunk> found = new ArrayList<>();
        for (ChunkId chunk : files) {
            try {
                FoundChunk file =
                        FoundChunk.recover(
                                backing, chunk, 0, backing.store().files().copies(chunk));
                if (file.header().containerKind() == ContainerKind.CARTRIDGE) {
                    found.add(file);
                }
                for (FormatException damage : file.damage()) {
                    damage("chunk " + chunk, String.valueOf(damage.getMessage()));
                }
            } catch (StoreException e) {
                damage("chunk " + chunk, "cannot be read and is left out: " + e.getMessage());
            }
        }
        return found;
    }

    /** One container, replayed from its chunks. */
    private final class Replay {

        private final ContainerId container;
        private final Optional<CartridgeLabel> label;
        private final MediumDescription medium;
        private final SortedSet<ChunkId> files;
        private final TreeMap<ChunkId, FoundChunk> chunks = new TreeMap<>();
        private final ContainerMap map;
        private final long generation;

        /** Filled by {@link #apply}, which begins anew each time it is called. */
        private final Set<Long> sequencesGiven = new HashSet<>();

        private final List<Finding> holes = new ArrayList<>();

        Replay(
                ContainerId container,
                Optional<CartridgeLabel> label,
                MediumDescription medium,
                SortedSet<ChunkId> files,
                List<FoundChunk> found) {
            this.container = container;
            this.label = label;
            this.medium = medium;
            this.files = files;
            this.map =
                    new ContainerMap(container, label.map(CartridgeLabel::generation).orElse(0L));
            for (FoundChunk chunk : found) {
                chunks.put(chunk.id(), chunk);
                map.add(chunk.summary());
            }
            findings.addAll(map.findings());
            this.generation = map.generation();
        }

        void commit() throws StoreException {
            backing.commit(this::apply);
            findings.addAll(holes);
            cartridgeCount++;
            chunkCount += chunks.size();
        }

        private void apply(CatalogTransaction change) {
            sequencesGiven.clear();
            holes.clear();
            List<Long> capacitiesBytes = capacitiesBytes();
            Set<ChunkId> live = new HashSet<>();
            List<PartitionState> states = new ArrayList<>();
            for (int partition = 0; partition < capacitiesBytes.size(); partition++) {
                PartitionId id = new PartitionId(container, generation, partition);
                Optional<Run> last =
                        map.generation() < generation
                                ? Optional.empty()
                                : putRuns(change, id, map, live);
                states.add(Generations.state(capacitiesBytes.get(partition), last));
            }
            List<GenerationRecord> earlier = putEarlierGenerations(change, live);
            putChunksWithoutRun(change, live);
            change.putContainer(
                    new ContainerRecord(
                            container, generation, nextSequence(), false, states, pool()));
            earlier.forEach(change::putGeneration);
            label.ifPresent(found -> putRetention(change, found));
            change.putCartridge(cartridge());
        }

        /**
         * What was there before is kept if its chunks still are there. How long, the node decides that takes the catalog;
         * when each ended, the first chunk behind it says.
         */
        private List<GenerationRecord> putEarlierGenerations(
                CatalogTransaction change, Set<ChunkId> live) {
            SortedMap<Long, List<FoundChunk>> byGeneration = new TreeMap<>();
            chunks.values()
                    .forEach(chunk ->
                            byGeneration
                                    .computeIfAbsent(
                                            chunk.header().generation(), key -> new ArrayList<>())
                                    .add(chunk));
            List<GenerationRecord> earlier = new ArrayList<>();
            byGeneration
                    .headMap(generation)
                    .forEach((number, found) -> {
                        ContainerMap content = new ContainerMap(container, number);
                        found.forEach(chunk -> content.add(chunk.summary()));
                        List<Long> capacitiesBytes = capacitiesBytes(found);
                        if (isWhole(content, capacitiesBytes.size())) {
                            earlier.add(
                                    new GenerationRecord(
                                            container,
                                            number,
                                            endOf(byGeneration.tailMap(number + 1)),
                                            putAllRuns(change, content, capacitiesBytes, live)));
                        }
                    });
            return earlier;
        }

        /** Some chunks of one that is being reclaimed may be gone already. */
        private static boolean isWhole(ContainerMap content, int partitionCount) {
            return content.findings().isEmpty()
                    && IntStream.range(0, partitionCount)
                            .anyMatch(partition -> !content.runs(partition).isEmpty());
        }

        private List<PartitionState> putAllRuns(
                CatalogTransaction change,
                ContainerMap content,
                List<Long> capacitiesBytes,
                Set<ChunkId> live) {
            List<PartitionState> states = new ArrayList<>();
            for (int partition = 0; partition < capacitiesBytes.size(); partition++) {
                PartitionId id = new PartitionId(container, content.generation(), partition);
                states.add(
                        Generations.state(
                                capacitiesBytes.get(partition),
                                putRuns(change, id, content, live)));
            }
            return states;
        }

        private List<Long> capacitiesBytes(List<FoundChunk> ofGeneration) {
            int partitionCount =
                    ofGeneration.stream()
                            .mapToInt(chunk -> chunk.header().medium().partitionCount())
                            .max()
                            .orElse(1);
            List<Long> current = capacitiesBytes();
            return current.size() == partitionCount
                    ? current
                    : ContainerRecovery.evenLayout(medium.nativeCapacityBytes(), partitionCount);
        }

        private long endOf(SortedMap<Long, List<FoundChunk>> later) {
            return later.values().stream()
                    .flatMap(List::stream)
                    .mapToLong(chunk -> chunk.header().createdEpochMillis())
                    .min()
                    .orElse(backing.catalog().node().createdEpochMillis());
        }

        private List<Long> capacitiesBytes() {
            int partitionCount = partitionCount();
            return label.map(CartridgeLabel::partitionSizesBytes)
                    .filter(sizes -> sizes.size() == partitionCount)
                    .orElseGet(() ->
                            ContainerRecovery.evenLayout(
                                    medium.nativeCapacityBytes(), partitionCount));
        }

        /** The layout of the generation in force: chunks know it unless the label is newer. */
        private int partitionCount() {
            return chunks.values().stream()
                    .map(FoundChunk::header)
                    .filter(header -> header.generation() == generation)
                    .map(ChunkHeader::medium)
                    .map(MediumDescription::partitionCount)
                    .max(Integer::compare)
                    .orElse(medium.partitionCount());
        }

        /** Numbers are counted anew, so that runs follow each other also where chunks contradict one another. */
        private Optional<Run> putRuns(
                CatalogTransaction change,
                PartitionId partition,
                ContainerMap content,
                Set<ChunkId> live) {
            Optional<Run> last = Optional.empty();
            for (ContainerRun next : content.runs(partition.partition())) {
                long end = last.map(Run::endObject).orElse(0L);
                if (next.firstObjectNumber() > end) {
                    Optional<Run> bridged = bridge(change, partition, last, next);
                    if (bridged.isEmpty()) {
                        holes.add(
                                Finding.damage(
                                        "chunk " + next.chunk(),
                                        "has nothing before it and is left out"));
                        continue;
                    }
                    last = bridged;
                }
                FoundChunk chunk = Objects.requireNonNull(chunks.get(next.chunk()));
                change.putChunk(chunk.record(ChunkState.SEALED, next.objectCount()));
                last =
                        Optional.of(
                                following(
                                        partition,
                                        last,
                                        next.chunk(),
                                        next.objectCount(),
                                        next.filemarkCount(),
                                        next.byteCount()));
                change.putRun(last.get());
                live.add(next.chunk());
            }
            return last;
        }

        private static Run following(
                PartitionId partition,
                Optional<Run> last,
                ChunkId chunk,
                long objectCount,
                long filemarkCount,
                long byteCount) {
            return new Run(
                    partition,
                    last.map(Run::endObject).orElse(0L),
                    chunk,
                    objectCount,
                    last.map(Run::endFilemark).orElse(0L),
                    Math.clamp(filemarkCount, 0, objectCount),
                    last.map(Run::endByte).orElse(0L),
                    Math.max(0, byteCount));
        }

        /**
         * Lets missing objects keep their numbers: as a run of the chunk that is missing, whose sequence is one that no
         * file has; or if there is none, as lost objects of the chunk before.
         */
        private Optional<Run> bridge(
                CatalogTransaction change,
                PartitionId partition,
                Optional<Run> last,
                ContainerRun next) {
            long objectCount = next.firstObjectNumber() - last.map(Run::endObject).orElse(0L);
            long filemarkCount = next.firstFilemarkNumber() - last.map(Run::endFilemark).orElse(0L);
            long byteCount = next.firstByteNumber() - last.map(Run::endByte).orElse(0L);
            Optional<ChunkId> missing =
                    missingBetween(
                            last.map(run -> run.chunk().sequence()).orElse(0L),
                            next.chunk().sequence());
            if (missing.isPresent()) {
                change.putChunk(
                        new ChunkRecord(
                                missing.get(),
                                ChunkState.SEALED,
                                0,
                                objectCount,
                                Optional.empty(),
                                List.of()));
                Run bridge =
                        following(
                                partition,
                                last,
                                missing.get(),
                                objectCount,
                                filemarkCount,
                                byteCount);
                change.putRun(bridge);
                return Optional.of(bridge);
            }
            return last.map(run -> lengthened(change, run, objectCount, filemarkCount, byteCount));
        }

        private Run lengthened(
                CatalogTransaction change,
                Run run,
                long objectCount,
                long filemarkCount,
                long byteCount) {
            Run longer =
                    new Run(
                            run.partition(),
                            run.firstObject(),
                            run.chunk(),
                            run.objectCount() + objectCount,
                            run.firstFilemark(),
                            run.filemarkCount() + Math.clamp(filemarkCount, 0, objectCount),
                            run.firstByte(),
                            run.byteCount() + Math.max(0, byteCount));
            change.chunk(run.chunk())
                    .ifPresent(stored ->
                            change.putChunk(
                                    stored.withLength(stored.lengthBytes(), longer.objectCount())));
            change.putRun(longer);
            return longer;
        }

        private Optional<ChunkId> missingBetween(long sequence, long nextSequence) {
            for (long free = sequence + 1; free < nextSequence; free++) {
                ChunkId chunk = new ChunkId(container, free);
                if (!files.contains(chunk) && sequencesGiven.add(free)) {
                    return Optional.of(chunk);
                }
            }
            return Optional.empty();
        }

        /** End marks stay open, everything else is garbage. */
        private void putChunksWithoutRun(CatalogTransaction change, Set<ChunkId> live) {
            Set<ChunkId> garbage = map.garbage();
            for (FoundChunk chunk : chunks.values()) {
                if (live.contains(chunk.id())) {
                    continue;
                }
                boolean isEndMark =
                        chunk.isEndMark()
                                && !garbage.contains(chunk.id())
                                && chunk.header().generation() == generation;
                change.putChunk(isEndMark ? chunk.record() : chunk.record(ChunkState.DELETABLE, 0));
            }
        }

        private long nextSequence() {
            return files.isEmpty() ? 1 : files.last().sequence() + 1;
        }

        /** That of the disks its newest chunk is on. */
        private String pool() {
            return chunks.values().stream()
                    .flatMap(chunk -> chunk.disks().stream())
                    .flatMap(disk -> backing.store().disks().view(disk).stream())
                    .map(StoreDisks.DiskView::pool)
                    .reduce((older, newer) -> newer)
                    .orElseGet(() -> poolOfLabel(medium.volumeIdentifier()));
        }

        private CartridgeRecord cartridge() {
            return CatalogRebuild.cartridge(
                    container,
                    medium,
                    label,
                    chunks.isEmpty()
                            ? 0
                            : chunks.firstEntry().getValue().header().createdEpochMillis());
        }
    }

    private static CartridgeRecord cartridge(
            ContainerId container,
            MediumDescription medium,
            Optional<CartridgeLabel> label,
            long createdEpochMillis) {
        return new CartridgeRecord(
                medium.volumeIdentifier(),
                container,
                medium.mediumTypeCode(),
                medium.densityCode(),
                medium.nativeCapacityBytes(),
                medium.worm(),
                label.map(CartridgeLabel::writeProtected).orElse(false),
                label.map(CartridgeLabel::createdEpochMillis).orElse(createdEpochMillis),
                0,
                label.map(l -> (int) Math.min(l.revision(), Integer.MAX_VALUE - 1)).orElse(0),
                label.map(CatalogRebuild::cartridgeMemory).orElse(List.of()),
                CartridgeState.PRESENT);
    }

    /** What is not known here is carried on. */
    private static List<io.capstan.catalog.MamAttribute> cartridgeMemory(CartridgeLabel label) {
        boolean isTaken = RetentionDescriptor.of(label).isPresent();
        return label.attributes().stream()
                .filter(attribute -> !isTaken || !isRetention(attribute))
                .map(CatalogRebuild::attribute)
                .toList();
    }

    private static void putRetention(CatalogTransaction change, CartridgeLabel label) {
        RetentionDescriptor.of(label)
                .ifPresent(
                        retention -> RetentionDescriptor.put(change, label.container(), retention));
    }

    private static io.capstan.catalog.MamAttribute attribute(MamAttribute attribute) {
        return new io.capstan.catalog.MamAttribute(
                attribute.partition(), attribute.id(), attribute.format(), attribute.value());
    }

    // ---- cartridges

    private void rebuildBlankCartridges() throws StoreException {
        for (CartridgeLabel label : labelsByVolume.values()) {
            boolean[] made = {false};
            String pool = poolOfLabel(label.medium().volumeIdentifier());
            backing.commit(change -> {
                made[0] = change.cartridge(label.medium().volumeIdentifier()).isEmpty();
                if (made[0]) {
                    putBlank(change, label, pool);
                }
            });
            cartridgeCount += made[0] ? 1 : 0;
        }
    }

    /** The pool whose disks have a cartridge's label. */
    private String poolOfLabel(VolumeIdentifier volume) {
        for (String pool : backing.store().disks().poolNames()) {
            LabelStore ofPool =
                    new LabelStore(backing.store().disks().directories(pool), backing.io());
            try {
                if (ofPool.read(volume).isPresent()) {
                    return pool;
                }
            } catch (StoreException e) {
                return pool;
            }
        }
        return ContainerRecord.POOL_DEFAULT;
    }

    private static void putBlank(CatalogTransaction change, CartridgeLabel label, String pool) {
        change.putContainer(
                new ContainerRecord(
                        label.container(),
                        label.generation(),
                        1,
                        false,
                        label.partitionSizesBytes().stream().map(PartitionState::empty).toList(),
                        pool));
        putRetention(change, label);
        change.putCartridge(
                cartridge(
                        label.container(),
                        label.medium(),
                        Optional.of(label),
                        label.createdEpochMillis()));
    }

    private void placeCartridges() throws StoreException {
        for (CartridgeLabel label : labelsByVolume.values()) {
            if (label.elementAddress().isPresent()) {
                place(
                        label.medium().volumeIdentifier(),
                        label.libraryName(),
                        label.elementAddress().getAsInt());
            }
        }
    }

    private void place(VolumeIdentifier volume, String library, int address) throws StoreException {
        @Nullable PlaceOutcome[] outcome = {null};
        try {
            ElementLocation location = new ElementLocation(library, address);
            backing.commit(change ->
                    outcome[0] =
                            change.putElement(
                                    new ElementRecord(location, volume, OptionalInt.empty())));
        } catch (IllegalArgumentException e) {
            damage("cartridge " + volume, "its label names no possible element: " + e.getMessage());
            return;
        }
        if (outcome[0] != PlaceOutcome.PLACED) {
            damage(
                    "cartridge " + volume,
                    "was in element %s of library %s, which another has; it is in none now"
                            .formatted(address, library));
        }
    }
}
