package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Queries in terms of keys. */
class LmdbView implements CatalogView {

    private static final byte[] EVERYTHING = {};

    final RawTransaction raw;
    private final Environment environment;

    LmdbView(RawTransaction raw, Environment environment) {
        this.raw = raw;
        this.environment = environment;
    }

    @Override
    public Optional<CartridgeRecord> cartridge(VolumeIdentifier volume) {
        return get(CartridgeDescriptor.INSTANCE, CartridgeDescriptor.key(volume));
    }

    @Override
    public List<CartridgeRecord> cartridges(
            String prefix, Optional<VolumeIdentifier> after, int limit) {
        byte[] prefixKey = new Bytes().ascii(prefix).toArray();
        byte[] from = after.map(CartridgeDescriptor::key).map(LmdbView::after).orElse(prefixKey);
        boolean isBeforePrefix = java.util.Arrays.compareUnsigned(from, prefixKey) < 0;
        return list(
                CartridgeDescriptor.INSTANCE, isBeforePrefix ? prefixKey : from, prefixKey, limit);
    }

    @Override
    public void forEachCartridge(Consumer<CartridgeRecord> consumer) {
        forEach(CartridgeDescriptor.INSTANCE, EVERYTHING, consumer);
    }

    @Override
    public Optional<ElementLocation> elementOf(VolumeIdentifier volume) {
        return get(CartridgeElementDescriptor.INSTANCE, CartridgeDescriptor.key(volume))
                .map(CartridgeElementDescriptor.Entry::location);
    }

    @Override
    public Optional<ElementRecord> element(ElementLocation location) {
        return get(ElementDescriptor.INSTANCE, ElementDescriptor.key(location));
    }

    @Override
    public List<ElementRecord> elements(String library) {
        List<ElementRecord> elements = new ArrayList<>();
        forEach(ElementDescriptor.INSTANCE, ElementDescriptor.prefix(library), elements::add);
        return elements;
    }

    @Override
    public Optional<String> identity(String name) {
        return get(NamedValueDescriptor.IDENTITIES, NamedValueDescriptor.key(name))
                .map(entry -> new String(entry.value(), StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> parameters(String name) {
        return get(NamedValueDescriptor.PARAMETERS, NamedValueDescriptor.key(name))
                .map(NamedValueDescriptor.Entry::value);
    }

    @Override
    public Optional<ContainerRecord> container(ContainerId container) {
        return get(ContainerDescriptor.INSTANCE, ContainerDescriptor.key(container));
    }

    @Override
    public void forEachContainer(Consumer<ContainerRecord> consumer) {
        forEach(ContainerDescriptor.INSTANCE, EVERYTHING, consumer);
    }

    @Override
    public Optional<GenerationRecord> generation(ContainerId container, long generation) {
        return get(GenerationDescriptor.INSTANCE, GenerationDescriptor.key(container, generation));
    }

    @Override
    public List<GenerationRecord> generations(ContainerId container) {
        byte[] prefix = ContainerDescriptor.key(container);
        return list(GenerationDescriptor.INSTANCE, prefix, prefix, Integer.MAX_VALUE);
    }

    @Override
    public Optional<ShownGeneration> shownGeneration(VolumeIdentifier shownAs) {
        return get(ShownGenerationDescriptor.INSTANCE, CartridgeDescriptor.key(shownAs));
    }

    @Override
    public List<ShownGeneration> shownGenerations() {
        List<ShownGeneration> shown = new ArrayList<>();
        forEach(ShownGenerationDescriptor.INSTANCE, EVERYTHING, shown::add);
        return shown;
    }

    @Override
    public Optional<Run> runAt(PartitionId partition, long object) {
        return floor(
                RunDescriptor.INSTANCE,
                RunDescriptor.key(partition, object),
                RunDescriptor.prefix(partition));
    }

    @Override
    public Optional<Run> runOfFilemark(PartitionId partition, long filemark) {
        return floor(
                        FilemarkDescriptor.INSTANCE,
                        FilemarkDescriptor.key(partition, filemark),
                        RunDescriptor.prefix(partition))
                .flatMap(entry ->
                        get(
                                RunDescriptor.INSTANCE,
                                RunDescriptor.key(partition, entry.firstObject())))
                .filter(run -> run.holdsFilemark(filemark));
    }

    @Override
    public Optional<Run> lastRun(PartitionId partition) {
        return runAt(partition, Long.MAX_VALUE);
    }

    @Override
    public List<Run> runs(PartitionId partition, long fromObject, int limit) {
        long first =
                runAt(partition, fromObject)
                        .filter(run -> run.holds(fromObject))
                        .map(Run::firstObject)
                        .orElse(fromObject);
        return list(
                RunDescriptor.INSTANCE,
                RunDescriptor.key(partition, first),
                RunDescriptor.prefix(partition),
                limit);
    }

    @Override
    public Optional<ChunkRecord> chunk(ChunkId chunk) {
        return chunkEntry(chunk).map(ChunkDescriptor.Entry::chunk);
    }

    @Override
    public long referenceCount(ChunkId chunk) {
        return chunkEntry(chunk).map(ChunkDescriptor.Entry::referenceCount).orElse(0L);
    }

    @Override
    public List<ChunkRecord> chunks(ChunkState state, Optional<ChunkId> after, int limit) {
        byte[] prefix = ChunkStateDescriptor.prefix(state);
        byte[] from =
                after.map(chunk -> new ChunkStateDescriptor.Entry(state, chunk))
                        .map(ChunkStateDescriptor.INSTANCE::key)
                        .map(LmdbView::after)
                        .orElse(prefix);
        return list(ChunkStateDescriptor.INSTANCE, from, prefix, limit).stream()
                .flatMap(entry -> chunk(entry.chunk()).stream())
                .toList();
    }

    @Override
    public List<ChunkRecord> chunksOf(ContainerId container, long fromSequence, int limit) {
        return list(
                        ChunkDescriptor.INSTANCE,
                        new Bytes().container(container).u64(fromSequence).toArray(),
                        ContainerDescriptor.key(container),
                        limit)
                .stream()
                .map(ChunkDescriptor.Entry::chunk)
                .toList();
    }

    @Override
    public List<ChunkRecord> chunks(Optional<ChunkId> after, int limit) {
        byte[] from = after.map(ChunkDescriptor::key).map(LmdbView::after).orElse(EVERYTHING);
        return list(ChunkDescriptor.INSTANCE, from, EVERYTHING, limit).stream()
                .map(ChunkDescriptor.Entry::chunk)
                .toList();
    }

    @Override
    public Optional<DiskRecord> disk(DiskId disk) {
        return get(DiskDescriptor.INSTANCE, DiskDescriptor.key(disk));
    }

    @Override
    public List<DiskRecord> disks() {
        List<DiskRecord> disks = new ArrayList<>();
        forEach(DiskDescriptor.INSTANCE, EVERYTHING, disks::add);
        return disks;
    }

    @Override
    public List<ChunkId> chunksOn(DiskId disk, Optional<ChunkId> after, int limit) {
        byte[] prefix = DiskDescriptor.key(disk);
        byte[] from =
                after.map(chunk -> new DiskChunkDescriptor.Entry(disk, chunk))
                        .map(DiskChunkDescriptor.INSTANCE::key)
                        .map(LmdbView::after)
                        .orElse(prefix);
        return list(DiskChunkDescriptor.INSTANCE, from, prefix, limit).stream()
                .map(DiskChunkDescriptor.Entry::chunk)
                .toList();
    }

    @Override
    public long chunkCountOn(DiskId disk) {
        long[] count = {0};
        byte[] prefix = DiskDescriptor.key(disk);
        raw.scan(
                Database.DISK_CHUNKS,
                prefix,
                prefix,
                entry -> {
                    count[0]++;
                    return true;
                });
        return count[0];
    }

    @Override
    public List<BadCopyRecord> badCopies(Optional<BadCopyRecord> after, int limit) {
        byte[] from =
                after.map(BadCopyDescriptor.INSTANCE::key).map(LmdbView::after).orElse(EVERYTHING);
        return list(BadCopyDescriptor.INSTANCE, from, EVERYTHING, limit);
    }

    @Override
    public List<TierCopyRecord> tierCopies(ChunkId chunk) {
        byte[] prefix = ChunkDescriptor.key(chunk);
        return list(TierCopyDescriptor.INSTANCE, prefix, prefix, Integer.MAX_VALUE);
    }

    @Override
    public List<TierCopyRecord> tierCopies(Optional<TierCopyRecord> after, int limit) {
        byte[] from =
                after.map(TierCopyDescriptor.INSTANCE::key).map(LmdbView::after).orElse(EVERYTHING);
        return list(TierCopyDescriptor.INSTANCE, from, EVERYTHING, limit);
    }

    @Override
    public Optional<JobRecord> job(long job) {
        return get(JobDescriptor.INSTANCE, JobDescriptor.key(job));
    }

    @Override
    public List<JobRecord> jobs(long fromJob, int limit) {
        return list(JobDescriptor.INSTANCE, JobDescriptor.key(fromJob), EVERYTHING, limit);
    }

    @Override
    public Optional<TransitRecord> transit(VolumeIdentifier volume) {
        return get(TransitDescriptor.INSTANCE, CartridgeDescriptor.key(volume));
    }

    @Override
    public List<AuditRecord> auditTail(int limit) {
        checkLimit(limit);
        List<AuditRecord> records = new ArrayList<>();
        raw.scanBackwards(
                Database.AUDIT,
                entry -> {
                    records.add(
                            AuditDescriptor.INSTANCE.decode(entry.key(), entry.value()).record());
                    return records.size() < limit;
                });
        return records;
    }

    @Override
    public CatalogStatistics statistics() {
        return environment.statistics(raw);
    }

    final Optional<ChunkDescriptor.Entry> chunkEntry(ChunkId chunk) {
        return get(ChunkDescriptor.INSTANCE, ChunkDescriptor.key(chunk));
    }

    final <R> Optional<R> get(Descriptor<R> descriptor, byte[] key) {
        byte[] value = raw.get(descriptor.database(), key);
        return value == null ? Optional.empty() : Optional.of(descriptor.decode(key, value));
    }

    /** The entry with the greatest key not above this one, if its key begins with the prefix. */
    private <R> Optional<R> floor(Descriptor<R> descriptor, byte[] key, byte[] prefix) {
        @Nullable RawEntry entry = raw.floor(descriptor.database(), key);
        return entry == null || !RawTransaction.startsWith(entry.key(), prefix)
                ? Optional.empty()
                : Optional.of(descriptor.decode(entry.key(), entry.value()));
    }

    final <R> List<R> list(Descriptor<R> descriptor, byte[] from, byte[] prefix, int limit) {
        checkLimit(limit);
        List<R> records = new ArrayList<>();
        raw.scan(
                descriptor.database(),
                from,
                prefix,
                entry -> {
                    records.add(descriptor.decode(entry.key(), entry.value()));
                    return records.size() < limit;
                });
        return records;
    }

    private <R> void forEach(Descriptor<R> descriptor, byte[] prefix, Consumer<R> consumer) {
        raw.scan(
                descriptor.database(),
                prefix,
                prefix,
                entry -> {
                    consumer.accept(descriptor.decode(entry.key(), entry.value()));
                    return true;
                });
    }

    private static void checkLimit(int limit) {
        Range.check("limit", limit, 1, Integer.MAX_VALUE);
    }

    /** The lowest key above this one. */
    private static byte[] after(byte[] key) {
        return new Bytes().raw(key).u8(0).toArray();
    }
}
