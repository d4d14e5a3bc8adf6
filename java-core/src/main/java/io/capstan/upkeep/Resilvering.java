package io.capstan.upkeep;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a disk up to date that was away: the catalog forgets copies that are not there, files go that are no copies any
 * more, and labels become those of the other disks. What is missing afterwards is mirrored as anywhere else.
 *
 * <p>A file is deleted only if the catalog knows its container, or that the cartridge is gone: what the catalog never knew is
 * not its to judge.
 */
final class Resilvering {

    private static final Logger LOG = LoggerFactory.getLogger(Resilvering.class);

    private final Catalog catalog;
    private final ChunkStore store;
    private final MetricsRegistry metrics;
    private final StoreDisks.DiskView disk;
    private final Set<ContainerId> destroyed = new HashSet<>();

    Resilvering(
            Catalog catalog, ChunkStore store, MetricsRegistry metrics, StoreDisks.DiskView disk) {
        this.catalog = catalog;
        this.store = store;
        this.metrics = metrics;
        this.disk = disk;
    }

    void run() throws StoreException {
        findDestroyed();
        forgetWhatIsNotThere();
        deleteWhatIsNoCopy();
        copyLabels();
    }

    private void findDestroyed() {
        catalog.read(view -> {
            view.forEachCartridge(cartridge -> {
                if (cartridge.state() == CartridgeState.DESTROYED) {
                    destroyed.add(cartridge.container());
                }
            });
            return true;
        });
    }

    private void forgetWhatIsNotThere() {
        DiskId id = disk.disk();
        Optional<ChunkId> after = Optional.empty();
        while (true) {
            Optional<ChunkId> from = after;
            List<ChunkId> page = catalog.read(view -> view.chunksOn(id, from, 500));
            if (page.isEmpty()) {
                return;
            }
            for (ChunkId chunk : page) {
                catalog.read(view -> view.chunk(chunk))
                        .filter(record -> record.state() == ChunkState.SEALED)
                        .filter(record -> record.disks().size() > 1)
                        .filter(record -> !isThere(record))
                        .ifPresent(record -> forget(chunk));
            }
            after = Optional.of(page.getLast());
        }
    }

    private boolean isThere(ChunkRecord chunk) {
        OptionalLong lengthBytes = store.files().lengthBytes(chunk.chunk(), disk.disk());
        return lengthBytes.isPresent() && lengthBytes.getAsLong() == chunk.lengthBytes();
    }

    private void forget(ChunkId chunk) {
        catalog.commit(change ->
                change.chunk(chunk)
                        .filter(record -> record.disks().size() > 1)
                        .ifPresent(record ->
                                change.putChunk(
                                        record.withDisks(
                                                record.disks().stream()
                                                        .filter(d -> !d.equals(disk.disk()))
                                                        .toList()))));
    }

    /**
     * Deletes what a crash left on a disk that is in use.
     *
     * @return whether that is all; else chunks are on their way here, and it is to be looked at again
     */
    boolean sweep() throws StoreException {
        boolean isAll = true;
        for (ContainerId container : store.files().containers(disk.disk())) {
            for (ChunkId chunk : store.files().list(container, disk.disk())) {
                if (isReleased(chunk)) {
                    isAll &= deleteReleased(chunk);
                }
            }
        }
        return isAll;
    }

    /** A chunk that comes from a tier has its file before the catalog knows; whoever brings it has its lock until then. */
    private boolean deleteReleased(ChunkId chunk) throws StoreException {
        Lock arrival = store.arrivalLock(chunk);
        if (!arrival.tryLock()) {
            return false;
        }
        try {
            if (isReleased(chunk)) {
                delete(chunk);
            }
            return true;
        } finally {
            arrival.unlock();
        }
    }

    private void deleteWhatIsNoCopy() throws StoreException {
        for (ContainerId container : store.files().containers(disk.disk())) {
            for (ChunkId chunk : store.files().list(container, disk.disk())) {
                if (isLeftOver(chunk)) {
                    delete(chunk);
                }
            }
        }
    }

    private void delete(ChunkId chunk) throws StoreException {
        store.files().deleteCopy(chunk, disk.disk());
        metrics.counter(UpkeepCounter.COPIES_REMOVED).increment();
    }

    /** Whether the catalog has known a chunk, and knows no copy of it here any more. */
    private boolean isReleased(ChunkId chunk) {
        return catalog.read(view -> {
            Optional<ChunkRecord> record = view.chunk(chunk);
            if (record.isPresent()) {
                return record.get().state() == ChunkState.SEALED && isElsewhere(view, record.get());
            }
            return view.container(chunk.container())
                    .filter(container -> chunk.sequence() < container.nextChunkSequence())
                    .filter(container -> !container.dirty())
                    .isPresent();
        });
    }

    private boolean isLeftOver(ChunkId chunk) {
        return catalog.read(view -> {
            Optional<ChunkRecord> record = view.chunk(chunk);
            if (record.isPresent()) {
                return isElsewhere(view, record.get());
            }
            Optional<ContainerRecord> container = view.container(chunk.container());
            // Whoever was writing when the disk went away gave its copy up.
            return container.isPresent() || destroyed.contains(chunk.container());
        });
    }

    /** Whether a chunk has copies that count, and none of them here: on other disks, or in a tier alone. */
    private boolean isElsewhere(CatalogView view, ChunkRecord chunk) {
        return !chunk.disks().contains(disk.disk())
                && !(chunk.disks().isEmpty() && view.tierCopies(chunk.chunk()).isEmpty());
    }

    private void copyLabels() throws StoreException {
        List<Path> others =
                store.disks().directories(disk.pool()).stream()
                        .filter(directory -> !directory.equals(disk.directory()))
                        .toList();
        LabelStore from = new LabelStore(others, store.io());
        LabelStore to = new LabelStore(List.of(disk.directory()), store.io());
        for (CartridgeRecord cartridge : cartridgesOfPool()) {
            var newest = from.read(cartridge.volume());
            if (newest.isPresent() && !isSame(to, cartridge.volume(), newest.get())) {
                to.write(newest.get());
            }
        }
        SortedSet<VolumeIdentifier> there = to.list();
        for (VolumeIdentifier volume : there) {
            if (catalog.read(view -> view.cartridge(volume))
                    .filter(c -> c.state() == CartridgeState.DESTROYED)
                    .isPresent()) {
                to.delete(volume);
            }
        }
    }

    private static boolean isSame(
            LabelStore labels, VolumeIdentifier volume, io.capstan.format.CartridgeLabel label) {
        try {
            return labels.read(volume).filter(label::equals).isPresent();
        } catch (StoreException e) {
            LOG.debug("label of {}: {}", volume, e.getMessage());
            return false;
        }
    }

    private List<CartridgeRecord> cartridgesOfPool() {
        return catalog.read(view -> {
            List<CartridgeRecord> found = new ArrayList<>();
            view.forEachCartridge(cartridge -> {
                boolean isHere =
                        view.container(cartridge.container())
                                .filter(c -> store.disks().poolOr(c.pool()).equals(disk.pool()))
                                .isPresent();
                if (isHere && cartridge.state() == CartridgeState.PRESENT) {
                    found.add(cartridge);
                }
            });
            return found;
        });
    }
}
