package io.capstan.tier;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.catalog.RunHead;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelDescriptor;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.Finding;
import io.capstan.format.FormatException;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreException;
import io.capstan.tier.CartridgeIndex.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Brings cartridges of a tier into a catalog that is made anew: {@link #restoreLabels} before it is made of labels and chunk
 * files, {@link #fill} after that. Labels and indexes are read, and no chunk.
 *
 * <p>Where the node's own files know of something newer than the tier, that counts. A chunk that is neither here nor in the
 * tier is a finding, and its objects keep their numbers and fail when they are read. The node must be stopped. One thread.
 */
public final class TierRebuild {

    private static final int PAGE_LENGTH = 500;

    /** What may not be longer than an array. */
    private static final long INDEX_LENGTH_MAX_BYTES = 1L << 30;

    private final String name;
    private final TierProvider tier;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param name of the tier
     * @param tier borrowed
     */
    public TierRebuild(String name, TierProvider tier) {
        this.name = name;
        this.tier = tier;
    }

    /** What could not be taken over as it should be. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void damage(VolumeIdentifier volume, String text) {
        findings.add(Finding.damage("cartridge " + volume, "tier %s: %s".formatted(name, text)));
    }

    // ---- labels

    /**
     * Writes the labels of cartridges that have none here. In which element they were then is another matter: they are on
     * the shelf.
     */
    public void restoreLabels(LabelStore labels) throws TierException, StoreException {
        Map<VolumeIdentifier, ObjectKey> newest = new TreeMap<>();
        forEachKey(
                TierLayout.LABELS,
                key ->
                        TierLayout.parseLabel(key)
                                .ifPresent(label -> newest.put(label.volume(), key)));
        Set<VolumeIdentifier> here = labels.list();
        for (Map.Entry<VolumeIdentifier, ObjectKey> found : newest.entrySet()) {
            if (!here.contains(found.getKey())) {
                Optional<CartridgeLabel> label = readLabel(found.getKey(), found.getValue());
                if (label.isPresent()) {
                    labels.write(onShelf(label.get()));
                }
            }
        }
    }

    /** A label; empty, with a finding, where it is not what its name says. */
    Optional<CartridgeLabel> readLabel(VolumeIdentifier volume, ObjectKey key)
            throws TierException {
        ChunkDigest digest = TierLayout.parseLabel(key).orElseThrow().digest();
        Optional<byte[]> bytes =
                read(volume, key, CartridgeLabelDescriptor.LABEL_LENGTH_MAX, digest);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            CartridgeLabel label = CartridgeLabelDescriptor.decode(bytes.get(), key.text());
            if (label.medium().volumeIdentifier().equals(volume)) {
                return Optional.of(label);
            }
            damage(volume, key + " is of " + label.medium().volumeIdentifier());
        } catch (FormatException e) {
            damage(volume, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private static CartridgeLabel onShelf(CartridgeLabel label) {
        return new CartridgeLabel(
                label.container(),
                label.medium(),
                label.partitionSizesBytes(),
                label.generation(),
                label.writeProtected(),
                "",
                OptionalInt.empty(),
                label.attributes(),
                label.revision(),
                label.createdEpochMillis());
    }

    // ---- reading

    private interface KeyConsumer {
        void accept(ObjectKey key);
    }

    private void forEachKey(String prefix, KeyConsumer consumer) throws TierException {
        Optional<ObjectKey> after = Optional.empty();
        while (true) {
            List<TierProvider.ListedObject> page = tier.list(prefix, after, PAGE_LENGTH);
            if (page.isEmpty()) {
                return;
            }
            page.forEach(object -> consumer.accept(object.key()));
            after = Optional.of(page.getLast().key());
        }
    }

    /** All of a short object; empty, with a finding, where it is not what its name says. */
    private Optional<byte[]> read(
            VolumeIdentifier volume, ObjectKey key, long lengthMaxBytes, ChunkDigest sha256)
            throws TierException {
        ObjectState state = tier.head(key);
        if (!(state instanceof ObjectState.Online(long lengthBytes))
                || lengthBytes < 1
                || lengthBytes > lengthMaxBytes) {
            damage(volume, "%s cannot be read: %s".formatted(key, state));
            return Optional.empty();
        }
        if (!(tier.get(key, 0, lengthBytes) instanceof GetOutcome.Bytes(InputStream stream))) {
            damage(volume, key + " cannot be read");
            return Optional.empty();
        }
        try (stream) {
            byte[] bytes = stream.readNBytes((int) lengthBytes);
            if (Digests.of(bytes).equals(sha256)) {
                return Optional.of(bytes);
            }
            damage(volume, key + " is not what its name says");
            return Optional.empty();
        } catch (TierException e) {
            throw e;
        } catch (IOException e) {
            throw new TierException(
                    TierException.Reason.FAILED, "tier %s: %s: %s".formatted(name, key, e), e);
        }
    }

    // ---- content

    /**
     * Gives cartridges the content that their indexes tell of.
     *
     * @param catalog has them, without, as their labels and what is here of their chunks made it
     * @return chunks that are in the tier
     */
    public int fill(Catalog catalog) throws TierException {
        Map<VolumeIdentifier, ObjectKey> newest = new TreeMap<>();
        forEachKey(
                TierLayout.INDEXES,
                key ->
                        TierLayout.parseIndex(key)
                                .ifPresent(index -> newest.put(index.volume(), key)));
        Set<VolumeIdentifier> unindexed = new HashSet<>();
        forEachKey(
                TierLayout.LABELS,
                key ->
                        TierLayout.parseLabel(key)
                                .map(TierLayout.NamedLabel::volume)
                                .filter(volume -> !newest.containsKey(volume))
                                .ifPresent(unindexed::add));
        unindexed.forEach(volume -> damage(volume, "has no index; what is in it is not known"));
        int chunkCount = 0;
        for (Map.Entry<VolumeIdentifier, ObjectKey> found : newest.entrySet()) {
            Optional<CartridgeIndex> index = readIndex(found.getKey(), found.getValue());
            if (index.isPresent()) {
                chunkCount += fill(catalog, index.get());
            }
        }
        return chunkCount;
    }

    /** An index; empty, with a finding, where it is not what its name says. */
    Optional<CartridgeIndex> readIndex(VolumeIdentifier volume, ObjectKey key)
            throws TierException {
        ChunkDigest digest = TierLayout.parseIndex(key).orElseThrow().digest();
        Optional<byte[]> bytes = read(volume, key, INDEX_LENGTH_MAX_BYTES, digest);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            CartridgeIndex index = CartridgeIndexDescriptor.decode(bytes.get(), key.text());
            if (index.volume().equals(volume)) {
                return Optional.of(index);
            }
            damage(volume, key + " is of " + index.volume());
        } catch (FormatException e) {
            damage(volume, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private int fill(Catalog catalog, CartridgeIndex index) throws TierException {
        Optional<CartridgeRecord> cartridge = catalog.read(view -> view.cartridge(index.volume()));
        Optional<ContainerRecord> container =
                cartridge.flatMap(found -> catalog.read(view -> view.container(found.container())));
        if (container.isEmpty()) {
            damage(index.volume(), "its label is lost, and its content with it");
            return 0;
        }
        ContainerRecord here = container.get();
        if (!here.container().equals(index.container())) {
            damage(index.volume(), "its content is of another cartridge of that name");
            return 0;
        }
        boolean isNewerHere =
                here.generation() > index.generation()
                        || (here.generation() == index.generation()
                                && here.nextChunkSequence() > index.nextChunkSequence());
        Set<ObjectKey> there = new HashSet<>();
        forEachKey(TierLayout.chunksOf(index.container()), there::add);
        int[] chunkCount = {0};
        catalog.commit(change -> {
            if (!isNewerHere) {
                replace(change, here, index);
            }
            chunkCount[0] = putCopies(change, index, there);
        });
        if (!isNewerHere) {
            findWhatIsGone(catalog, index, there);
        }
        return chunkCount[0];
    }

    private void findWhatIsGone(Catalog catalog, CartridgeIndex index, Set<ObjectKey> there) {
        long goneCount =
                index.entries().stream()
                        .filter(entry -> !there.contains(TierLayout.of(entry)))
                        .filter(entry ->
                                catalog.read(view -> view.chunk(entry.chunk()))
                                        .filter(chunk -> !chunk.disks().isEmpty())
                                        .isEmpty())
                        .count();
        if (goneCount > 0) {
            damage(
                    index.volume(),
                    "%d of its %d chunks are gone, and what is in them with them"
                            .formatted(goneCount, index.entries().size()));
        }
    }

    /** The chunks that are here too keep their places. */
    private static void replace(
            CatalogTransaction change, ContainerRecord here, CartridgeIndex index) {
        for (int partition = 0; partition < here.partitions().size(); partition++) {
            change.truncateRuns(here.partitionId(partition), 0, RunHead.NONE);
        }
        Map<ChunkId, List<DiskId>> disks = new HashMap<>();
        for (Entry entry : index.entries()) {
            change.chunk(entry.chunk()).ifPresent(chunk -> disks.put(entry.chunk(), chunk.disks()));
            if (change.referenceCount(entry.chunk()) == 0) {
                change.removeChunk(entry.chunk());
            }
        }
        List<PartitionState> states = new ArrayList<>();
        int at = 0;
        for (int partition = 0; partition < index.capacitiesBytes().size(); partition++) {
            PartitionId id = new PartitionId(index.container(), index.generation(), partition);
            PartitionState state = PartitionState.empty(index.capacitiesBytes().get(partition));
            for (;
                    at < index.entries().size() && index.entries().get(at).partition() == partition;
                    at++) {
                Entry entry = index.entries().get(at);
                change.putChunk(
                        new ChunkRecord(
                                entry.chunk(),
                                ChunkState.SEALED,
                                entry.lengthBytes(),
                                entry.objectCountOfChunk(),
                                entry.digest(),
                                disks.getOrDefault(entry.chunk(), List.of())));
                Run run =
                        new Run(
                                id,
                                state.endOfDataObject(),
                                entry.chunk(),
                                entry.objectCount(),
                                state.filemarkCount(),
                                entry.filemarkCount(),
                                state.byteCount(),
                                entry.byteCount());
                change.putRun(run);
                state =
                        new PartitionState(
                                state.capacityBytes(),
                                run.endObject(),
                                run.endFilemark(),
                                run.endByte());
            }
            states.add(state);
        }
        change.putContainer(
                new ContainerRecord(
                        index.container(),
                        index.generation(),
                        index.nextChunkSequence(),
                        false,
                        states,
                        here.pool()));
    }

    /** So that what is here and there is not sent again. */
    private int putCopies(CatalogTransaction change, CartridgeIndex index, Set<ObjectKey> there) {
        int count = 0;
        for (Entry entry : index.entries()) {
            boolean isKnown =
                    change.chunk(entry.chunk())
                            .filter(chunk -> chunk.state() == ChunkState.SEALED)
                            .isPresent();
            if (isKnown && there.contains(TierLayout.of(entry))) {
                change.putTierCopy(
                        new TierCopyRecord(
                                entry.chunk(),
                                name,
                                entry.lengthBytes(),
                                entry.fileDigest(),
                                0,
                                entry.filemarks()));
                count++;
            }
        }
        return count;
    }
}
