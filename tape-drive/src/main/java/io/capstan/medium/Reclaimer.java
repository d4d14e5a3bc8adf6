package io.capstan.medium;

import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what nothing refers to any more: runs of generations that are over and not kept, then the files of chunks without a
 * reference, then the records of those.
 *
 * <p>A chunk file is deleted only after the catalog says, durably, that the chunk is deletable, and its record is removed
 * only after the file is durably gone; so a crash anywhere leaves something to be done again and nothing missing. All
 * changes are small, for they wait in line with the commits of drives.
 *
 * <p>One thread at a time.
 */
final class Reclaimer {

    private static final Logger LOG = LoggerFactory.getLogger(Reclaimer.class);

    /** Some milliseconds of the catalog's writer thread. */
    private static final int RUNS_PER_COMMIT = 500;

    private static final int CHUNKS_PER_COMMIT = 100;
    private static final int CONTAINERS_PER_COMMIT = 200;

    /** With less than this free in some pool, space is wanted more than an undisturbed disk. */
    private static final long SPACE_SHORT_BYTES = 4L << 30;

    private final Backing backing;
    private final Generations generations;
    private final int runsPerCommit;
    private final Pace pace = new Pace();

    Reclaimer(Backing backing, Generations generations) {
        this(backing, generations, RUNS_PER_COMMIT);
    }

    Reclaimer(Backing backing, Generations generations, int runsPerCommit) {
        this.backing = backing;
        this.generations = generations;
        this.runsPerCommit = runsPerCommit;
    }

    /** Removes all garbage of all containers. */
    void reclaimAll() throws StoreException {
        List<ContainerRecord> containers = new ArrayList<>();
        backing.query(view -> {
            containers.clear();
            view.forEachContainer(containers::add);
            return null;
        });
        for (int from = 0; from < containers.size(); from += CONTAINERS_PER_COMMIT) {
            int to = Math.min(containers.size(), from + CONTAINERS_PER_COMMIT);
            reclaimRuns(containers.subList(from, to));
        }
        deleteChunks();
    }

    /** Removes the garbage of one container, and what else is deletable. */
    void reclaim(ContainerId container) throws StoreException {
        Optional<ContainerRecord> record = backing.query(view -> view.container(container));
        if (record.isPresent()) {
            reclaimRuns(List.of(record.get()));
        }
        deleteChunks();
    }

    private void reclaimRuns(List<ContainerRecord> containers) throws StoreException {
        generations.expire(containers.stream().map(ContainerRecord::container).toList());
        AtomicInteger removed = new AtomicInteger();
        do {
            backing.commit(change -> removed.set(reclaimSome(change, containers, runsPerCommit)));
        } while (removed.get() == runsPerCommit);
    }

    private static int reclaimSome(
            CatalogTransaction change, List<ContainerRecord> containers, int runsMax) {
        int removed = 0;
        for (ContainerRecord container : containers) {
            if (removed < runsMax && container.generation() > 0) {
                removed +=
                        change.reclaim(
                                container.container(), container.generation(), runsMax - removed);
            }
        }
        return removed;
    }

    /** Deletes the files and then the records of deletable chunks. A file that cannot be deleted is left for the next time. */
    private void deleteChunks() throws StoreException {
        Optional<ChunkId> after = Optional.empty();
        while (true) {
            Optional<ChunkId> from = after;
            List<ChunkId> chunks =
                    backing
                            .query(view ->
                                    view.chunks(ChunkState.DELETABLE, from, CHUNKS_PER_COMMIT))
                            .stream()
                            .map(ChunkRecord::chunk)
                            .toList();
            if (chunks.isEmpty()) {
                return;
            }
            delete(chunks);
            after = Optional.of(chunks.getLast());
        }
    }

    private void delete(List<ChunkId> chunks) throws StoreException {
        try {
            boolean isUrgent =
                    backing.store().disks().poolNames().stream().anyMatch(this::isShortOfSpace);
            pace.begin();
            backing.store().files().deleteDurably(chunks, () -> pace.pause(isUrgent));
        } catch (StoreException e) {
            LOG.warn(
                    "{} chunks that nothing refers to stay on disk: {}",
                    chunks.size(),
                    e.getMessage());
            return;
        }
        backing.commit(change -> chunks.forEach(change::removeChunk));
    }

    private boolean isShortOfSpace(String pool) {
        return backing.store().disks().freeBytes(pool) < SPACE_SHORT_BYTES;
    }

    /** What is under way, and all that comes, is done without pauses. */
    void hurry() {
        pace.hurry();
    }

    /** Removes all of a container that no cartridge has any more. */
    void remove(ContainerId container) throws StoreException {
        Optional<ContainerRecord> record = backing.query(view -> view.container(container));
        if (record.isEmpty()) {
            return;
        }
        reclaimRuns(List.of(record.get()));
        releaseUnusedChunks(container);
        deleteChunks();
        backing.commit(change -> removeIfEmpty(change, container));
        backing.store().files().removeEmptyDirectories(container);
    }

    private void releaseUnusedChunks(ContainerId container) throws StoreException {
        long from = 1;
        while (true) {
            long fromSequence = from;
            List<ChunkRecord> page =
                    backing.query(
                            view -> view.chunksOf(container, fromSequence, CHUNKS_PER_COMMIT));
            if (page.isEmpty()) {
                return;
            }
            backing.commit(change -> page.forEach(chunk -> releaseIfUnused(change, chunk.chunk())));
            from = page.getLast().chunk().sequence() + 1;
        }
    }

    /** Makes a chunk deletable that no run refers to, of whatever container. */
    static void releaseIfUnused(CatalogTransaction change, ChunkId chunk) {
        if (change.referenceCount(chunk) == 0) {
            change.chunk(chunk).ifPresent(stored -> change.putChunk(Appender.deletable(stored)));
        }
    }

    /** A container is known as long as a chunk of it is: one that another container shares, or whose file would not go. */
    private static void removeIfEmpty(CatalogTransaction change, ContainerId container) {
        if (change.chunksOf(container, 1, 1).isEmpty()) {
            change.removeContainer(container);
        }
    }
}
