package io.capstan.catalog;

import io.capstan.catalog.CatalogFinding.Kind;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every entry of one state of the catalog and reports each rule that does not hold. An entry that does not decode
 * is reported once; what depends on it is then not compared.
 *
 * <p>Memory: some hundred bytes for each chunk and cartridge.
 */
final class CatalogCheck {

    private static final byte[] EVERYTHING = {};

    private final RawTransaction raw;
    private final ChunkPresence presence;
    private final List<CatalogFinding> findings = new ArrayList<>();
    private final Map<ChunkId, Long> references = new HashMap<>();

    private CatalogCheck(RawTransaction raw, ChunkPresence presence) {
        this.raw = raw;
        this.presence = presence;
    }

    static List<CatalogFinding> run(RawTransaction raw, ChunkPresence presence) {
        CatalogCheck check = new CatalogCheck(raw, presence);
        check.checkCartridges();
        check.checkElements();
        check.checkContainers();
        check.checkGenerations();
        check.checkRuns();
        check.checkFilemarks();
        check.checkChunks();
        check.checkDisks();
        check.checkJobs();
        check.checkTheRest();
        return check.findings;
    }

    private void checkCartridges() {
        Map<ContainerId, VolumeIdentifier> owners = new HashMap<>();
        scan(
                CartridgeDescriptor.INSTANCE,
                cartridge -> {
                    if (cartridge.state() == CartridgeState.PRESENT) {
                        checkContainerOf(cartridge, owners);
                    }
                });
    }

    private void checkContainerOf(
            CartridgeRecord cartridge, Map<ContainerId, VolumeIdentifier> owners) {
        if (!exists(Database.CONTAINERS, ContainerDescriptor.key(cartridge.container()))) {
            report(
                    Kind.CARTRIDGE_WITHOUT_CONTAINER,
                    "cartridge %s: container %s has no record"
                            .formatted(cartridge.volume(), cartridge.container()));
        }
        @Nullable VolumeIdentifier owner =
                owners.putIfAbsent(cartridge.container(), cartridge.volume());
        if (owner != null) {
            report(
                    Kind.CONTAINER_OF_TWO_CARTRIDGES,
                    "container %s belongs to cartridges %s and %s"
                            .formatted(cartridge.container(), owner, cartridge.volume()));
        }
    }

    private void checkElements() {
        Map<VolumeIdentifier, ElementLocation> places = new HashMap<>();
        scan(
                ElementDescriptor.INSTANCE,
                element -> {
                    checkCartridgeIn(element);
                    @Nullable ElementLocation other =
                            places.putIfAbsent(element.volume(), element.location());
                    if (other == null) {
                        checkReverse(element);
                    } else {
                        report(
                                Kind.CARTRIDGE_IN_TWO_ELEMENTS,
                                "cartridge %s is in elements %s and %s"
                                        .formatted(element.volume(), other, element.location()));
                    }
                });
        scan(CartridgeElementDescriptor.INSTANCE, this::checkForward);
    }

    private void checkCartridgeIn(ElementRecord element) {
        byte[] key = CartridgeDescriptor.key(element.volume());
        boolean isPresent =
                find(CartridgeDescriptor.INSTANCE, key)
                        .map(cartridge -> cartridge.state() == CartridgeState.PRESENT)
                        .orElseGet(() -> exists(Database.CARTRIDGES, key));
        if (!isPresent) {
            report(
                    Kind.ELEMENT_WITH_UNKNOWN_CARTRIDGE,
                    "element %s holds cartridge %s, which does not exist"
                            .formatted(element.location(), element.volume()));
        }
    }

    private void checkReverse(ElementRecord element) {
        byte[] key = CartridgeDescriptor.key(element.volume());
        Optional<CartridgeElementDescriptor.Entry> reverse =
                find(CartridgeElementDescriptor.INSTANCE, key);
        boolean isElsewhere =
                reverse.filter(entry -> !entry.location().equals(element.location())).isPresent();
        if (isElsewhere || !exists(Database.CARTRIDGE_ELEMENTS, key)) {
            report(
                    Kind.ELEMENT_INDEX_WRONG,
                    "element %s holds cartridge %s, which is indexed at %s"
                            .formatted(
                                    element.location(),
                                    element.volume(),
                                    reverse.map(entry -> entry.location().toString())
                                            .orElse("no element")));
        }
    }

    private void checkForward(CartridgeElementDescriptor.Entry entry) {
        byte[] key = ElementDescriptor.key(entry.location());
        boolean holdsIt =
                find(ElementDescriptor.INSTANCE, key)
                        .map(element -> element.volume().equals(entry.volume()))
                        .orElseGet(() -> exists(Database.ELEMENTS, key));
        if (!holdsIt) {
            report(
                    Kind.ELEMENT_INDEX_WRONG,
                    "cartridge %s is indexed at element %s, which does not hold it"
                            .formatted(entry.volume(), entry.location()));
        }
    }

    private void checkContainers() {
        scan(
                ContainerDescriptor.INSTANCE,
                container -> {
                    for (int i = 0; i < container.partitions().size(); i++) {
                        checkPartitionState(
                                container.partitionId(i), container.partitions().get(i));
                    }
                });
    }

    private void checkGenerations() {
        scan(
                GenerationDescriptor.INSTANCE,
                kept -> {
                    byte[] key = ContainerDescriptor.key(kept.container());
                    boolean isEarlier =
                            find(ContainerDescriptor.INSTANCE, key)
                                    .map(container -> kept.generation() < container.generation())
                                    .orElseGet(() -> exists(Database.CONTAINERS, key));
                    if (!isEarlier) {
                        report(
                                Kind.GENERATION_WRONG,
                                "container %s: generation %d is kept and is no earlier one"
                                        .formatted(kept.container(), kept.generation()));
                    }
                    for (int i = 0; i < kept.partitions().size(); i++) {
                        checkPartitionState(kept.partitionId(i), kept.partitions().get(i));
                    }
                });
        scan(
                ShownGenerationDescriptor.INSTANCE,
                shown -> {
                    byte[] kept = GenerationDescriptor.key(shown.container(), shown.generation());
                    byte[] cartridge = CartridgeDescriptor.key(shown.shownAs());
                    if (!exists(Database.GENERATIONS, kept)
                            || !exists(Database.CARTRIDGES, cartridge)) {
                        report(
                                Kind.GENERATION_WRONG,
                                "cartridge %s is said to show generation %d of cartridge %s, and one of them is missing"
                                        .formatted(
                                                shown.shownAs(),
                                                shown.generation(),
                                                shown.volume()));
                    }
                });
    }

    private void checkPartitionState(PartitionId partition, PartitionState state) {
        @Nullable RawEntry last =
                raw.floor(Database.RUNS, RunDescriptor.key(partition, Long.MAX_VALUE));
        boolean hasRuns =
                last != null
                        && RawTransaction.startsWith(last.key(), RunDescriptor.prefix(partition));
        Optional<Run> run =
                hasRuns
                        ? decode(RunDescriptor.INSTANCE, Objects.requireNonNull(last))
                        : Optional.empty();
        if (hasRuns && run.isEmpty()) {
            return;
        }
        boolean agrees =
                state.endOfDataObject() == run.map(Run::endObject).orElse(0L)
                        && state.filemarkCount() == run.map(Run::endFilemark).orElse(0L)
                        && state.byteCount() == run.map(Run::endByte).orElse(0L);
        if (!agrees) {
            report(
                    Kind.PARTITION_STATE_WRONG,
                    "%s: recorded as %s, but its last run is %s"
                            .formatted(partition, state, run.map(Run::toString).orElse("missing")));
        }
    }

    private void checkRuns() {
        scan(RunDescriptor.INSTANCE, new RunWalk());
    }

    /** Runs come by container, generation, partition and object, so that each is compared with the one before. */
    private final class RunWalk implements Consumer<Run> {

        private final Set<ChunkId> chunksOfContainer = new HashSet<>();
        private Optional<ContainerRecord> container = Optional.empty();
        private @Nullable Run before;

        @Override
        public void accept(Run run) {
            ContainerId id = run.partition().container();
            if (before == null || !before.partition().container().equals(id)) {
                chunksOfContainer.clear();
                container = find(ContainerDescriptor.INSTANCE, ContainerDescriptor.key(id));
            }
            boolean continues = before != null && before.partition().equals(run.partition());
            checkPlace(run, container);
            if (continues || !isGarbage(run)) {
                checkContinuity(continues ? before : null, run);
            }
            checkChunkOf(run, chunksOfContainer);
            checkFilemarkIndexOf(run);
            before = run;
        }

        /** Old generations that are not kept lose runs from the beginning while they are reclaimed. */
        private boolean isGarbage(Run run) {
            PartitionId of = run.partition();
            return container.isEmpty()
                    || (container.get().generation() > of.generation()
                            && !exists(
                                    Database.GENERATIONS,
                                    GenerationDescriptor.key(of.container(), of.generation())));
        }
    }

    private void checkPlace(Run run, Optional<ContainerRecord> container) {
        PartitionId partition = run.partition();
        boolean isInPlace =
                container
                        .map(record -> isInPlace(partition, record))
                        .orElseGet(() ->
                                exists(
                                        Database.CONTAINERS,
                                        ContainerDescriptor.key(partition.container())));
        if (!isInPlace) {
            report(Kind.RUN_OUT_OF_PLACE, "%s belongs to no partition that exists".formatted(run));
        }
    }

    private static boolean isInPlace(PartitionId partition, ContainerRecord container) {
        return partition.generation() < container.generation()
                || (partition.generation() == container.generation()
                        && partition.partition() < container.partitions().size());
    }

    private void checkContinuity(@Nullable Run before, Run run) {
        compare(before, run, "object", run.firstObject(), before == null ? 0 : before.endObject());
        compare(
                before,
                run,
                "filemark",
                run.firstFilemark(),
                before == null ? 0 : before.endFilemark());
        compare(before, run, "byte", run.firstByte(), before == null ? 0 : before.endByte());
    }

    private void compare(
            @Nullable Run before, Run run, String what, long first, long expectedFirst) {
        if (first != expectedFirst) {
            report(
                    first > expectedFirst ? Kind.RUN_HOLE : Kind.RUN_OVERLAP,
                    "%s begins at %s %d instead of %d, after %s"
                            .formatted(
                                    run,
                                    what,
                                    first,
                                    expectedFirst,
                                    before == null ? "no run" : before));
        }
    }

    private void checkChunkOf(Run run, Set<ChunkId> chunksOfContainer) {
        references.merge(run.chunk(), 1L, Long::sum);
        if (!chunksOfContainer.add(run.chunk())) {
            report(
                    Kind.CHUNK_IN_TWO_RUNS,
                    "%s: another run of its container refers to its chunk".formatted(run));
        }
        byte[] key = ChunkDescriptor.key(run.chunk());
        if (!exists(Database.CHUNKS, key)) {
            report(Kind.RUN_WITHOUT_CHUNK, "%s: its chunk has no record".formatted(run));
        }
        find(ChunkDescriptor.INSTANCE, key)
                .map(ChunkDescriptor.Entry::chunk)
                .filter(chunk -> chunk.objectCount() < run.objectCount())
                .ifPresent(chunk ->
                        report(
                                Kind.RUN_LONGER_THAN_CHUNK,
                                "%s: its chunk has %d objects"
                                        .formatted(run, chunk.objectCount())));
    }

    private void checkFilemarkIndexOf(Run run) {
        if (run.filemarkCount() == 0) {
            return;
        }
        byte[] key = FilemarkDescriptor.key(run.partition(), run.firstFilemark());
        boolean isIndexed =
                find(FilemarkDescriptor.INSTANCE, key)
                        .map(entry -> entry.firstObject() == run.firstObject())
                        .orElseGet(() -> exists(Database.FILEMARKS, key));
        if (!isIndexed) {
            report(Kind.FILEMARK_INDEX_WRONG, "%s: its filemarks are not indexed".formatted(run));
        }
    }

    private void checkFilemarks() {
        scan(
                FilemarkDescriptor.INSTANCE,
                entry -> {
                    byte[] key = RunDescriptor.key(entry.partition(), entry.firstObject());
                    boolean isRun =
                            find(RunDescriptor.INSTANCE, key)
                                    .map(run ->
                                            run.filemarkCount() > 0
                                                    && run.firstFilemark() == entry.firstFilemark())
                                    .orElseGet(() -> exists(Database.RUNS, key));
                    if (!isRun) {
                        report(
                                Kind.FILEMARK_INDEX_WRONG,
                                "%s: filemark %d is indexed at object %d, where no run begins with it"
                                        .formatted(
                                                entry.partition(),
                                                entry.firstFilemark(),
                                                entry.firstObject()));
                    }
                });
    }

    private void checkChunks() {
        scan(
                ChunkDescriptor.INSTANCE,
                entry -> {
                    checkReferences(entry);
                    checkState(entry);
                    checkSequence(entry.chunk());
                    checkFile(entry.chunk());
                });
        scan(
                ChunkStateDescriptor.INSTANCE,
                entry -> {
                    byte[] key = ChunkDescriptor.key(entry.chunk());
                    boolean agrees =
                            find(ChunkDescriptor.INSTANCE, key)
                                    .map(chunk -> chunk.chunk().state() == entry.state())
                                    .orElseGet(() -> exists(Database.CHUNKS, key));
                    if (!agrees) {
                        report(
                                Kind.CHUNK_STATE_WRONG,
                                "chunk %s is indexed as %s and is not"
                                        .formatted(entry.chunk(), entry.state()));
                    }
                });
    }

    private void checkReferences(ChunkDescriptor.Entry entry) {
        long counted = references.getOrDefault(entry.chunk().chunk(), 0L);
        if (counted != entry.referenceCount()) {
            report(
                    Kind.REFERENCE_COUNT_WRONG,
                    "chunk %s: its reference count is %d, and %d runs refer to it"
                            .formatted(entry.chunk().chunk(), entry.referenceCount(), counted));
        }
    }

    /** An open chunk may be without a run until its first synchronize. */
    private void checkState(ChunkDescriptor.Entry entry) {
        ChunkRecord chunk = entry.chunk();
        boolean isReferred = references.containsKey(chunk.chunk());
        boolean isExcluded =
                switch (chunk.state()) {
                    case OPEN -> false;
                    case SEALED -> !isReferred;
                    case DELETABLE -> isReferred;
                };
        if (isExcluded) {
            report(
                    Kind.CHUNK_STATE_WRONG,
                    "chunk %s is %s, and runs that refer to it %s"
                            .formatted(
                                    chunk.chunk(),
                                    chunk.state(),
                                    isReferred ? "exist" : "do not exist"));
        }
        byte[] key = ChunkStateDescriptor.INSTANCE.key(ChunkStateDescriptor.Entry.of(chunk));
        if (!exists(Database.CHUNK_STATES, key)) {
            report(
                    Kind.CHUNK_STATE_WRONG,
                    "chunk %s is %s and not indexed so".formatted(chunk.chunk(), chunk.state()));
        }
    }

    private void checkSequence(ChunkRecord chunk) {
        find(ContainerDescriptor.INSTANCE, ContainerDescriptor.key(chunk.chunk().container()))
                .filter(container -> chunk.chunk().sequence() >= container.nextChunkSequence())
                .ifPresent(container ->
                        report(
                                Kind.CHUNK_SEQUENCE_NOT_TAKEN,
                                "chunk %s exists, and its container would give sequence %d next"
                                        .formatted(chunk.chunk(), container.nextChunkSequence())));
    }

    private void checkFile(ChunkRecord chunk) {
        if (chunk.state() == ChunkState.DELETABLE) {
            return;
        }
        if (chunk.disks().isEmpty() && !isInTier(chunk.chunk())) {
            report(
                    Kind.CHUNK_FILE_MISSING,
                    "chunk %s: it has no copy on any disk, nor in a tier".formatted(chunk.chunk()));
        }
        chunk.disks().forEach(disk -> checkCopy(chunk, disk));
    }

    private boolean isInTier(ChunkId chunk) {
        byte[] prefix = ChunkDescriptor.key(chunk);
        boolean[] found = {false};
        raw.scan(
                Database.TIERS,
                prefix,
                prefix,
                entry -> {
                    found[0] = true;
                    return false;
                });
        return found[0];
    }

    private void checkCopy(ChunkRecord chunk, DiskId disk) {
        if (!exists(Database.DISKS, DiskDescriptor.key(disk))) {
            report(
                    Kind.COPY_ON_UNKNOWN_DISK,
                    "chunk %s: there is no disk %s".formatted(chunk.chunk(), disk));
        }
        byte[] key =
                DiskChunkDescriptor.INSTANCE.key(
                        new DiskChunkDescriptor.Entry(disk, chunk.chunk()));
        if (!exists(Database.DISK_CHUNKS, key)) {
            report(
                    Kind.DISK_INDEX_WRONG,
                    "chunk %s: its copy on disk %s is not indexed".formatted(chunk.chunk(), disk));
        }
        OptionalLong lengthBytes = presence.lengthBytes(chunk.chunk(), disk);
        if (lengthBytes.isEmpty()) {
            report(
                    Kind.CHUNK_FILE_MISSING,
                    "chunk %s: no file on disk %s".formatted(chunk.chunk(), disk));
        } else if (lengthBytes.getAsLong() < chunk.lengthBytes()) {
            report(
                    Kind.CHUNK_FILE_SHORT,
                    "chunk %s: its file on disk %s has %d bytes of %d"
                            .formatted(
                                    chunk.chunk(),
                                    disk,
                                    lengthBytes.getAsLong(),
                                    chunk.lengthBytes()));
        }
    }

    private void checkDisks() {
        scan(DiskDescriptor.INSTANCE, disk -> {});
        scan(
                DiskChunkDescriptor.INSTANCE,
                entry -> {
                    if (!hasCopy(entry.chunk(), entry.disk())) {
                        report(
                                Kind.DISK_INDEX_WRONG,
                                "disk %s is indexed with a copy of chunk %s, which has none there"
                                        .formatted(entry.disk(), entry.chunk()));
                    }
                });
        scan(
                BadCopyDescriptor.INSTANCE,
                copy -> {
                    if (!hasCopy(copy.chunk(), copy.disk())) {
                        report(
                                Kind.BAD_COPY_OF_NOTHING,
                                "chunk %s has no copy on disk %s that could be bad"
                                        .formatted(copy.chunk(), copy.disk()));
                    }
                });
    }

    /** Also where the chunk's entry does not decode, which its own scan reports. */
    private boolean hasCopy(ChunkId chunk, DiskId disk) {
        byte[] key = ChunkDescriptor.key(chunk);
        return find(ChunkDescriptor.INSTANCE, key)
                .map(entry -> entry.chunk().disks().contains(disk))
                .orElseGet(() -> exists(Database.CHUNKS, key));
    }

    private void checkJobs() {
        scan(TierCopyDescriptor.INSTANCE, copy -> {});
        scan(JobDescriptor.INSTANCE, job -> {});
        scan(
                TransitDescriptor.INSTANCE,
                transit -> {
                    byte[] key = CartridgeDescriptor.key(transit.volume());
                    boolean isCared =
                            find(JobDescriptor.INSTANCE, JobDescriptor.key(transit.job()))
                                    .map(job -> !job.state().isFinal())
                                    .orElseGet(() ->
                                            exists(
                                                    Database.JOBS,
                                                    JobDescriptor.key(transit.job())));
                    if (!isCared
                            || !exists(Database.CARTRIDGES, key)
                            || exists(Database.CARTRIDGE_ELEMENTS, key)) {
                        report(
                                Kind.TRANSIT_WRONG,
                                "cartridge %s is said to be in transit by job %d, and is not"
                                        .formatted(transit.volume(), transit.job()));
                    }
                });
    }

    private void checkTheRest() {
        scan(NamedValueDescriptor.META, entry -> {});
        scan(NamedValueDescriptor.IDENTITIES, entry -> {});
        scan(NamedValueDescriptor.PARAMETERS, entry -> {});
        scan(AuditDescriptor.INSTANCE, entry -> {});
    }

    /** Hands over every entry that decodes. Where the database itself is damaged, its rest is left out. */
    private <R> void scan(Descriptor<R> descriptor, Consumer<R> consumer) {
        try {
            raw.scan(
                    descriptor.database(),
                    EVERYTHING,
                    EVERYTHING,
                    entry -> {
                        decodeOrReport(descriptor, entry).ifPresent(consumer);
                        return true;
                    });
        } catch (CatalogException e) {
            reportDamage(e);
        }
    }

    private <R> Optional<R> decodeOrReport(Descriptor<R> descriptor, RawEntry entry) {
        try {
            return Optional.of(descriptor.decode(entry.key(), entry.value()));
        } catch (CatalogException e) {
            reportDamage(e);
            return Optional.empty();
        }
    }

    private void reportDamage(CatalogException e) {
        throwUnlessCorrupt(e);
        report(Kind.UNDECODABLE_ENTRY, String.valueOf(e.getMessage()));
    }

    private boolean exists(Database database, byte[] key) {
        return raw.get(database, key) != null;
    }

    /** The entry under that key; empty also where it does not decode, which its own scan reports. */
    private <R> Optional<R> find(Descriptor<R> descriptor, byte[] key) {
        byte @Nullable [] value = raw.get(descriptor.database(), key);
        return value == null ? Optional.empty() : decode(descriptor, new RawEntry(key, value));
    }

    private static <R> Optional<R> decode(Descriptor<R> descriptor, RawEntry entry) {
        try {
            return Optional.of(descriptor.decode(entry.key(), entry.value()));
        } catch (CatalogException e) {
            throwUnlessCorrupt(e);
            return Optional.empty();
        }
    }

    private static void throwUnlessCorrupt(CatalogException e) {
        if (e.reason() != CatalogException.Reason.CORRUPT) {
            throw e;
        }
    }

    private void report(Kind kind, String text) {
        findings.add(new CatalogFinding(kind, text));
    }
}
