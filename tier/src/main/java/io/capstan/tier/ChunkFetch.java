package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.FileSource;
import io.capstan.format.FormatException;
import io.capstan.format.VolumeIdentifier;
import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkLocks;
import io.capstan.store.ChunkStore;
import io.capstan.store.LabelStore;
import io.capstan.store.Pace;
import io.capstan.store.StoreException;
import io.capstan.tier.TierException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings single chunks from tiers onto the node's own disks. Any thread; hold the {@link #lock} of a chunk from before its
 * record is read until its new place is committed, so that it is brought once.
 */
final class ChunkFetch {

    private final ChunkStore store;
    private final Map<String, Tier> tiers;
    private final MetricsRegistry metrics;
    private final ChunkLocks sendLocks = new ChunkLocks();
    private final Map<String, Lock> descriptionLocks = new ConcurrentHashMap<>();
    private volatile FetchObserver observer = (container, tier, bytes) -> {};

    ChunkFetch(ChunkStore store, Map<String, Tier> tiers, MetricsRegistry metrics) {
        this.store = store;
        this.tiers = tiers;
        this.metrics = metrics;
    }

    void tell(FetchObserver told) {
        observer = told;
    }

    /** Held by whoever brings this chunk; some other chunks have the same one. */
    Lock lock(ChunkId chunk) {
        return store.arrivalLock(chunk);
    }

    /**
     * Held by whoever sends this chunk, until the catalog knows its new place; and by whoever deletes it from a tier because the
     * catalog knows of no copy there. Some other chunks have the same one. Apart from {@link #lock}, for a tier that does not
     * answer must not hold up those that read.
     */
    Lock sendLock(ChunkId chunk) {
        return sendLocks.of(chunk);
    }

    /** Held by whoever changes what a tier says of cartridges by itself. */
    Lock descriptionLock(String tier) {
        return descriptionLocks.computeIfAbsent(tier, name -> new ReentrantLock());
    }

    /** What a cartridge says of itself, on this node's disks. */
    Optional<CartridgeLabel> label(VolumeIdentifier volume) throws StoreException {
        return new LabelStore(store.disks().directories(), store.io()).read(volume);
    }

    Tier tier(String name) throws TierException {
        Tier tier = tiers.get(name);
        if (tier == null) {
            throw new TierException(
                    Reason.NOT_THERE, "tier %s is not configured any more".formatted(name));
        }
        return tier;
    }

    TierException lost(TierCopyRecord copy, String what) {
        count(TierCounter.COPIES_LOST, copy.tier(), 1);
        return new TierException(
                Reason.CORRUPT, "tier %s: %s %s".formatted(copy.tier(), TierLayout.of(copy), what));
    }

    /** The bytes of a copy, which end only if they are the right ones. */
    InputStream open(TierCopyRecord copy) throws IOException {
        Tier source = tier(copy.tier());
        ObjectKey key = TierLayout.of(copy);
        return switch (source.provider().get(key, 0, copy.lengthBytes())) {
            case GetOutcome.Bytes(InputStream bytes) ->
                    Digests.verified(
                            bytes,
                            copy.fileDigest(),
                            source.bandwidth(),
                            "tier %s: %s".formatted(source.name(), key));
            case GetOutcome.Absent() -> throw lost(copy, "is gone");
            case GetOutcome.NotRecalled() ->
                    throw new TierException(
                            Reason.FAILED,
                            "tier %s: %s was archived again before it was read"
                                    .formatted(source.name(), key));
        };
    }

    /**
     * Takes a chunk from a copy that can be read now: verified, and on stable storage, when this returns.
     *
     * @return the disks that have it, which the catalog is to be told
     */
    List<DiskId> receive(ChunkRecord chunk, TierCopyRecord copy, String pool) throws IOException {
        ChunkId id = chunk.chunk();
        List<DiskId> takers = store.disks().takers(pool);
        if (takers.isEmpty()) {
            throw new StoreException.NoSpace("no disk of pool " + pool + " takes chunks", null);
        }
        List<DiskId> disks = new ArrayList<>(takers.subList(0, 1));
        receiveOn(chunk, copy, disks.getFirst());
        for (DiskId other : takers.subList(1, takers.size())) {
            if (disks.size() == store.disks().copies(pool)) {
                break;
            }
            store.copy(id, disks.getFirst(), other, digest(chunk), Pace.NONE);
            disks.add(other);
        }
        return disks;
    }

    /**
     * Takes a chunk from a copy that can be read now to one disk, in place of the file that is there: verified, and on
     * stable storage, when this returns.
     */
    void receiveOn(ChunkRecord chunk, TierCopyRecord copy, DiskId disk) throws IOException {
        try (InputStream bytes = open(copy)) {
            store.receive(chunk.chunk(), digest(chunk), copy.lengthBytes(), bytes, disk);
        }
        received(copy);
    }

    static Optional<byte[]> digest(ChunkRecord chunk) {
        return chunk.digest().map(ChunkDigest::toBytes);
    }

    /** A copy came, whole. */
    void received(TierCopyRecord copy) {
        count(TierCounter.CHUNKS_RECEIVED, copy.tier(), 1);
        count(TierCounter.BYTES_RECEIVED, copy.tier(), copy.lengthBytes());
        observer.fetched(copy.chunk().container(), copy.tier(), copy.lengthBytes());
    }

    /**
     * Where the filemarks of a chunk are, for the record of its copy; empty if there are too many, or the chunk has no
     * directory.
     *
     * @param file given
     */
    static Optional<List<Integer>> filemarks(ChunkId chunk, FileSource file) throws IOException {
        ChunkDirectory directory;
        try (ChunkFileReader reader = ChunkFileReader.open(file, chunk.toString())) {
            if (!reader.isSealed()) {
                return Optional.empty();
            }
            directory = reader.readDirectory();
        } catch (FormatException e) {
            return Optional.empty();
        }
        if (directory.filemarkCount() > TierCopyRecord.FILEMARKS_MAX) {
            return Optional.empty();
        }
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < directory.filemarkCount(); i++) {
            indexes.add(directory.filemarkIndex(i));
        }
        return Optional.of(indexes);
    }

    void count(TierCounter counter, String tier, long count) {
        metrics.counter(counter, Labels.of("tier", tier)).add(count);
    }
}
