package io.capstan.tier;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.store.ChunkStore;
import io.capstan.store.Pace;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes chunks anew of which no copy on this node's disks is whole.
 *
 * <p>A bad file is replaced at once by one that is verified and on stable storage. Where its disk does not take that, the
 * chunk is put on another one; then the catalog names the new place in the transaction that forgets the bad ones, and they
 * are deleted after it. So whatever instant the process dies at, the chunk is as it was before or whole.
 */
final class ChunkRepair {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkRepair.class);

    private final Catalog catalog;
    private final ChunkStore store;
    private final ChunkFetch fetch;

    ChunkRepair(Catalog catalog, ChunkStore store, ChunkFetch fetch) {
        this.catalog = catalog;
        this.store = store;
        this.fetch = fetch;
    }

    /**
     * Whether a chunk is one that can be repaired: one that only is in a tier is not bad, and one that is being written is in
     * none.
     */
    static boolean isFor(ChunkRecord chunk) {
        return chunk.state() == ChunkState.SEALED && !chunk.disks().isEmpty();
    }

    /**
     * Takes a chunk from a copy that can be read now, unless one here turns out to be whole. Hold its {@link ChunkFetch#lock}
     * and its {@link ChunkStore#copyLock}.
     */
    void run(ChunkRecord chunk, TierCopyRecord copy) throws IOException {
        List<DiskId> bad = new ArrayList<>();
        for (DiskId disk : chunk.disks()) {
            if (isUsable(disk)) {
                if (isWhole(chunk, disk)) {
                    catalog.commit(change -> change.removeBadCopy(chunk.chunk(), disk));
                    return;
                }
                bad.add(disk);
            }
        }
        DiskId disk = receive(chunk, copy, bad);
        if (!commit(chunk.chunk(), disk, bad)) {
            // Released to its tier, or garbage, meanwhile.
            store.files().deleteCopy(chunk.chunk(), disk);
            return;
        }
        fetch.count(TierCounter.CHUNKS_REPAIRED, copy.tier(), 1);
        LOG.warn(
                "chunk {} was bad, and was made anew on disk {} from tier {}",
                chunk.chunk(),
                disk,
                copy.tier());
        bad.remove(disk);
        deleteBad(chunk.chunk(), bad);
    }

    private boolean isUsable(DiskId disk) {
        return store.disks().isUsable(disk);
    }

    private boolean isWhole(ChunkRecord chunk, DiskId disk) {
        try {
            store.verify(chunk.chunk(), disk, ChunkFetch.digest(chunk), Pace.NONE);
            return true;
        } catch (StoreException e) {
            LOG.info("chunk {} on disk {} is bad: {}", chunk.chunk(), disk, e.getMessage());
            return false;
        }
    }

    /** In the place of a bad copy, or on another disk where none of those takes it. */
    private DiskId receive(ChunkRecord chunk, TierCopyRecord copy, List<DiskId> bad)
            throws IOException {
        List<DiskId> candidates = new ArrayList<>(bad);
        candidates.addAll(store.disks().takers(poolOf(chunk.chunk()), chunk.disks()));
        IOException fault =
                new StoreException.NoSpace(
                        "no disk takes chunk %s, which is to be repaired".formatted(chunk.chunk()),
                        null);
        for (DiskId disk : candidates) {
            try {
                fetch.receiveOn(chunk, copy, disk);
                return disk;
            } catch (TierException | StoreException.Corrupt e) {
                throw e;
            } catch (IOException e) {
                LOG.warn(
                        "chunk {} cannot be made anew on disk {}: {}",
                        chunk.chunk(),
                        disk,
                        e.getMessage());
                fault = e;
            }
        }
        throw fault;
    }

    private String poolOf(ChunkId chunk) {
        return catalog.read(view -> view.container(chunk.container()))
                .map(ContainerRecord::pool)
                .orElse(ContainerRecord.POOL_DEFAULT);
    }

    /** False if the chunk is to have no copy here any more. */
    private boolean commit(ChunkId chunk, DiskId disk, List<DiskId> bad) {
        boolean[] isWanted = {false};
        catalog.commit(change -> {
            Optional<ChunkRecord> now = change.chunk(chunk).filter(ChunkRepair::isFor);
            isWanted[0] = now.isPresent();
            if (now.isPresent()) {
                List<DiskId> disks = new ArrayList<>(now.get().disks());
                disks.removeIf(one -> bad.contains(one) && !one.equals(disk));
                if (!disks.contains(disk)) {
                    disks.add(disk);
                }
                change.putChunk(now.get().withDisks(disks));
                change.removeBadCopy(chunk, disk);
            }
        });
        return isWanted[0];
    }

    private void deleteBad(ChunkId chunk, List<DiskId> bad) {
        for (DiskId disk : bad) {
            try {
                store.files().deleteCopy(chunk, disk);
            } catch (StoreException e) {
                LOG.warn("the bad file of chunk {} stays: {}", chunk, e.getMessage());
            }
        }
    }
}
