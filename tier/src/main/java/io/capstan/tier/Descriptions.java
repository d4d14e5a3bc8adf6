package io.capstan.tier;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ContainerRecord;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelDescriptor;
import io.capstan.format.FileSource;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import io.capstan.tier.TierProvider.ListedObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;

/**
 * What tiers say of cartridges by themselves, each by a label and an index: enough to make a catalog anew, without reading a
 * chunk.
 *
 * <p>Design note: an index is written once all its chunks are there, and goes before the first of them does. So a catalog that
 * is made of it at any time, a crash included, does not promise what is not there. The label is written behind the index,
 * since it says that there is one, and goes behind it, since without an index it promises nothing.
 *
 * <p>Any thread.
 */
final class Descriptions {

    private static final int PAGE_LENGTH = 100;

    private final Catalog catalog;
    private final ChunkFetch fetch;

    Descriptions(Catalog catalog, ChunkFetch fetch) {
        this.catalog = catalog;
        this.fetch = fetch;
    }

    /**
     * Describes a cartridge of which all is in a tier.
     *
     * @param container its content
     */
    void put(VolumeIdentifier volume, ContainerRecord container, String tier) throws IOException {
        CartridgeLabel label =
                fetch.label(volume)
                        .orElseThrow(() ->
                                new StoreException.ReadFailed(
                                        "there is no label of " + volume, null));
        Lock own = fetch.descriptionLock(tier);
        own.lock();
        try {
            CartridgeIndex index = CartridgeIndexes.of(catalog, volume, container, tier);
            byte[] bytes = CartridgeIndexDescriptor.encode(index);
            ChunkDigest digest = Digests.of(bytes);
            ObjectKey key = TierLayout.index(index, digest);
            put(tier, key, bytes, digest);
            deleteThose(tier, TierLayout.indexesOf(volume), other -> other.compareTo(key) < 0);
            putLabel(tier, label);
        } finally {
            own.unlock();
        }
    }

    /**
     * Has a tier say what the label of a cartridge says here. Where the tier has the cartridge as it was before it was erased
     * or overwritten, what that content says of itself stays; does nothing where the tier has the cartridge not at all.
     */
    void refresh(VolumeIdentifier volume, String tier) throws IOException {
        Lock own = fetch.descriptionLock(tier);
        own.lock();
        try {
            Optional<CartridgeLabel> label =
                    isPresent(volume) ? fetch.label(volume) : Optional.empty();
            Optional<Long> generation =
                    newest(tier, TierLayout.indexesOf(volume))
                            .flatMap(TierLayout::parseIndex)
                            .map(TierLayout.NamedIndex::generation);
            if (label.isPresent() && generation.isPresent()) {
                Optional<CartridgeLabel> fitting =
                        ofGeneration(label.get(), generation.get(), tier);
                if (fitting.isPresent()) {
                    putLabel(tier, fitting.get());
                }
            }
        } finally {
            own.unlock();
        }
    }

    /** What a label says beside the content that a tier has; empty where the tier has no label that tells of it. */
    private Optional<CartridgeLabel> ofGeneration(
            CartridgeLabel label, long generation, String tier) throws TierException {
        if (label.generation() == generation) {
            return Optional.of(label);
        }
        VolumeIdentifier volume = label.medium().volumeIdentifier();
        TierRebuild there = new TierRebuild(tier, fetch.tier(tier).provider());
        Optional<ObjectKey> key = newest(tier, TierLayout.labelsOf(volume));
        Optional<CartridgeLabel> found =
                key.isPresent() ? there.readLabel(volume, key.get()) : Optional.empty();
        return found.filter(earlier -> earlier.generation() == generation)
                .filter(earlier -> earlier.container().equals(label.container()))
                .map(label::besideContentOf);
    }

    private boolean isPresent(VolumeIdentifier volume) {
        return catalog.read(view -> view.cartridge(volume)).map(CartridgeRecord::state).stream()
                .anyMatch(CartridgeState.PRESENT::equals);
    }

    private void putLabel(String tier, CartridgeLabel label) throws IOException {
        VolumeIdentifier volume = label.medium().volumeIdentifier();
        byte[] bytes = CartridgeLabelDescriptor.encode(label);
        ChunkDigest digest = Digests.of(bytes);
        ObjectKey key = TierLayout.label(volume, label.revision(), digest);
        put(tier, key, bytes, digest);
        // One of the same revision may tell of content that was replaced since.
        deleteThose(
                tier,
                TierLayout.labelsOf(volume),
                other ->
                        !other.equals(key)
                                && TierLayout.parseLabel(other)
                                        .filter(found -> found.revision() <= label.revision())
                                        .isPresent());
    }

    private void put(String tier, ObjectKey key, byte[] bytes, ChunkDigest digest)
            throws IOException {
        long _ = fetch.tier(tier).provider().put(key, FileSource.of(bytes), digest);
    }

    private void deleteThose(String tier, String prefix, Predicate<ObjectKey> which)
            throws TierException {
        for (ObjectKey key : keys(tier, prefix)) {
            if (which.test(key)) {
                fetch.tier(tier).provider().delete(key);
            }
        }
    }

    private Optional<ObjectKey> newest(String tier, String prefix) throws TierException {
        return keys(tier, prefix).stream().reduce((older, newer) -> newer);
    }

    /** All keys that begin so, in order. */
    private List<ObjectKey> keys(String tier, String prefix) throws TierException {
        List<ObjectKey> keys = new ArrayList<>();
        Optional<ObjectKey> after = Optional.empty();
        while (true) {
            List<ListedObject> page = fetch.tier(tier).provider().list(prefix, after, PAGE_LENGTH);
            page.forEach(object -> keys.add(object.key()));
            if (page.size() < PAGE_LENGTH) {
                return keys;
            }
            after = Optional.of(keys.getLast());
        }
    }

    /** Has a tier say nothing of a cartridge any more: before the first of its chunks goes. */
    void remove(VolumeIdentifier volume, String tier) throws TierException {
        Lock own = fetch.descriptionLock(tier);
        own.lock();
        try {
            deleteThose(tier, TierLayout.indexesOf(volume), index -> true);
            deleteThose(tier, TierLayout.labelsOf(volume), label -> true);
        } finally {
            own.unlock();
        }
    }

    /**
     * Removes indexes that a newer one took the place of, as whoever died between the two left them: they may name chunks that are
     * to go because the newest does not.
     *
     * @return the newest, which is left
     */
    Optional<ObjectKey> removeOlderIndexes(VolumeIdentifier volume, String tier)
            throws TierException {
        String indexes = TierLayout.indexesOf(volume);
        Optional<ObjectKey> newest = newest(tier, indexes);
        if (newest.isPresent()) {
            deleteThose(tier, indexes, other -> other.compareTo(newest.get()) < 0);
        }
        return newest;
    }

    /**
     * As {@link #remove}, where the index names a chunk that is to go, or cannot be read.
     *
     * @param leaving keys of chunks
     */
    void removeIfNaming(VolumeIdentifier volume, String tier, Set<ObjectKey> leaving)
            throws TierException {
        Optional<ObjectKey> newest = removeOlderIndexes(volume, tier);
        if (newest.isEmpty()) {
            return;
        }
        boolean isNaming =
                new TierRebuild(tier, fetch.tier(tier).provider())
                        .readIndex(volume, newest.get())
                        .map(index ->
                                index.entries().stream()
                                        .map(TierLayout::of)
                                        .anyMatch(leaving::contains))
                        .orElse(true);
        if (isNaming) {
            remove(volume, tier);
        }
    }
}
