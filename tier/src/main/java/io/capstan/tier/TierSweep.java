package io.capstan.tier;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.JobRecord;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.TierProvider.ListedObject;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is left over in a tier: chunks that were stored by a job which died before the catalog knew, and was cancelled
 * then; labels and indexes of cartridges that are destroyed; what was begun to be stored and is wanted by no job. Labels that are older than those here are brought up to date.
 *
 * <p>Design note: a catalog that was lost and made anew, or that is an older copy, knows less than the tier has, and what it
 * does not know may be all there is of a cartridge. So its silence alone condemns nothing. An object goes if the catalog knows
 * the cartridge, and either that one is destroyed, or the newest index of it in the tier does not name the object: near copies
 * are only released once such an index is there. A tier is one node's alone, which its mark says, so nobody else's objects are
 * looked at. What was stored a short while ago is left to the job that does so; what is stored right now is guarded by the lock
 * of its chunk.
 *
 * <p>One thread.
 */
final class TierSweep {

    private static final Logger LOG = LoggerFactory.getLogger(TierSweep.class);

    private static final int PAGE_LENGTH = 500;

    private final Catalog catalog;
    private final ChunkFetch fetch;
    private final Tier tier;
    private final long storedBeforeEpochMillis;
    private final BooleanSupplier isStopping;

    private final Map<ContainerId, CartridgeRecord> cartridges = new HashMap<>();

    /** Objects that the index of {@link #indexed} names. Chunks come by container, so the last one is enough. */
    private Set<ObjectKey> named = Set.of();

    private @Nullable VolumeIdentifier indexed;
    private boolean isIndexKnown;

    private long removedObjects;
    private long removedBytes;
    private long unfinishedObjects;
    private long strangeObjects;

    /**
     * @param storedBeforeEpochMillis what was stored since is left alone
     */
    TierSweep(
            Catalog catalog,
            ChunkFetch fetch,
            Tier tier,
            long storedBeforeEpochMillis,
            BooleanSupplier isStopping) {
        this.catalog = catalog;
        this.fetch = fetch;
        this.tier = tier;
        this.storedBeforeEpochMillis = storedBeforeEpochMillis;
        this.isStopping = isStopping;
    }

    SweepOutcome run() throws TierException {
        boolean _ =
                catalog.read(view -> {
                    view.forEachCartridge(cartridge -> {
                        CartridgeRecord _ = cartridges.put(cartridge.container(), cartridge);
                    });
                    return true;
                });
        forEachOld(TierLayout.CHUNKS, this::sweepChunk);
        forEachOld(TierLayout.LABELS, this::sweepDescription);
        forEachOld(TierLayout.INDEXES, this::sweepDescription);
        sweepUnfinished();
        SweepOutcome outcome =
                new SweepOutcome(removedObjects, removedBytes, unfinishedObjects, strangeObjects);
        if (removedObjects + unfinishedObjects + strangeObjects > 0) {
            LOG.info("tier {}: {}", tier.name(), outcome);
        }
        return outcome;
    }

    private interface ObjectConsumer {
        void accept(ListedObject object) throws TierException;
    }

    private void forEachOld(String prefix, ObjectConsumer consumer) throws TierException {
        Optional<ObjectKey> after = Optional.empty();
        while (!isStopping.getAsBoolean()) {
            List<ListedObject> page = tier.provider().list(prefix, after, PAGE_LENGTH);
            if (page.isEmpty()) {
                return;
            }
            for (ListedObject object : page) {
                if (object.storedEpochMillis() < storedBeforeEpochMillis) {
                    consumer.accept(object);
                }
            }
            after = Optional.of(page.getLast().key());
        }
    }

    // ---- chunks

    private void sweepChunk(ListedObject object) throws TierException {
        Optional<TierLayout.NamedChunk> name = TierLayout.parseChunk(object.key());
        if (name.isEmpty() || isKnown(name.get())) {
            return;
        }
        if (!isLeftOver(object.key(), name.get())) {
            strangeObjects++;
            return;
        }
        Lock own = fetch.sendLock(name.get().chunk());
        if (!own.tryLock()) {
            // It may be sent just now; if not, the next sweep takes it.
            return;
        }
        try {
            if (!isKnown(name.get())) {
                remove(object);
            }
        } finally {
            own.unlock();
        }
    }

    private boolean isKnown(TierLayout.NamedChunk name) {
        return catalog.read(view -> view.tierCopies(name.chunk())).stream()
                .anyMatch(copy ->
                        copy.tier().equals(tier.name())
                                && copy.fileDigest().equals(name.fileDigest()));
    }

    private boolean isLeftOver(ObjectKey key, TierLayout.NamedChunk name) throws TierException {
        CartridgeRecord cartridge = cartridges.get(name.chunk().container());
        if (cartridge == null) {
            return false;
        }
        if (cartridge.state() == CartridgeState.DESTROYED) {
            return true;
        }
        readIndex(cartridge.volume());
        return isIndexKnown && !named.contains(key);
    }

    private void readIndex(VolumeIdentifier volume) throws TierException {
        if (volume.equals(indexed)) {
            return;
        }
        Set<ObjectKey> found = new HashSet<>();
        Optional<ObjectKey> newest =
                new Descriptions(catalog, fetch).removeOlderIndexes(volume, tier.name());
        Optional<CartridgeIndex> index = Optional.empty();
        if (newest.isPresent()) {
            index = new TierRebuild(tier.name(), tier.provider()).readIndex(volume, newest.get());
            index.ifPresent(read ->
                    read.entries()
                            .forEach(entry ->
                                    found.add(
                                            TierLayout.chunk(entry.chunk(), entry.fileDigest()))));
        }
        isIndexKnown = newest.isEmpty() || index.isPresent();
        named = found;
        indexed = volume;
    }

    // ---- labels and indexes

    private void sweepDescription(ListedObject object) throws TierException {
        Optional<VolumeIdentifier> volume = described(object.key());
        if (volume.isEmpty()) {
            return;
        }
        Optional<CartridgeRecord> cartridge =
                catalog.read(view -> view.cartridge(volume.orElseThrow()));
        if (cartridge.isEmpty()) {
            strangeObjects++;
        } else if (cartridge.get().state() == CartridgeState.DESTROYED) {
            remove(object);
        } else if (isOlderLabel(object.key(), cartridge.get())) {
            refresh(cartridge.get().volume());
        }
    }

    private static boolean isOlderLabel(ObjectKey key, CartridgeRecord cartridge) {
        return TierLayout.parseLabel(key)
                .filter(label -> label.revision() < cartridge.labelRevision())
                .isPresent();
    }

    /** Its label here can be at fault, which is no reason to leave others alone. */
    private void refresh(VolumeIdentifier volume) throws TierException {
        try {
            new Descriptions(catalog, fetch).refresh(volume, tier.name());
        } catch (TierException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("tier {}: label of {} stays older: {}", tier.name(), volume, e.getMessage());
        }
    }

    // ---- what was not finished

    /** A job that is not over goes on with what it has begun, and that may be days old if the tier was away. */
    private void sweepUnfinished() throws TierException {
        List<ObjectKey> unfinished = tier.provider().unfinished(storedBeforeEpochMillis);
        if (unfinished.isEmpty()) {
            return;
        }
        Set<VolumeIdentifier> busy = busyVolumes();
        for (ObjectKey key : unfinished) {
            boolean isLeft = volumeOf(key).filter(busy::contains).isEmpty();
            if (isLeft && !isStopping.getAsBoolean()) {
                tier.provider().giveUp(key);
                LOG.info("tier {}: {} was begun, and is given up", tier.name(), key);
                unfinishedObjects++;
            }
        }
    }

    private Set<VolumeIdentifier> busyVolumes() {
        Set<VolumeIdentifier> busy = new HashSet<>();
        long from = 0;
        while (true) {
            long fromJob = from;
            List<JobRecord> page = catalog.read(view -> view.jobs(fromJob, PAGE_LENGTH));
            if (page.isEmpty()) {
                return busy;
            }
            page.stream()
                    .filter(job -> !job.state().isFinal())
                    .forEach(job -> busy.add(job.volume()));
            from = page.getLast().job() + 1;
        }
    }

    private Optional<VolumeIdentifier> volumeOf(ObjectKey key) {
        return described(key)
                .or(() ->
                        TierLayout.parseChunk(key)
                                .map(name -> cartridges.get(name.chunk().container()))
                                .map(CartridgeRecord::volume));
    }

    private static Optional<VolumeIdentifier> described(ObjectKey key) {
        return TierLayout.parseLabel(key)
                .map(TierLayout.NamedLabel::volume)
                .or(() -> TierLayout.parseIndex(key).map(TierLayout.NamedIndex::volume));
    }

    private void remove(ListedObject object) throws TierException {
        tier.provider().delete(object.key());
        LOG.info("tier {}: {} was left over, and is deleted", tier.name(), object.key());
        fetch.count(TierCounter.OBJECTS_SWEPT, tier.name(), 1);
        removedObjects++;
        removedBytes += object.lengthBytes();
    }
}
