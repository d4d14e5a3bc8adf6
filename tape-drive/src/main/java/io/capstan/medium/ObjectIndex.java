package io.capstan.medium;

import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.store.StoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the committed objects of a partition are: the catalog leads to the run, the directory of the run's chunk to the
 * object. Both are searches in sorted entries, so every position is found in O(log n). Owner thread only.
 *
 * <p>Design note: no position may fail to be found because content is damaged, or a host could never get past the damage.
 * Where the directory of a run is gone or damaged, its filemarks count as standing at its end, which is where most chunks
 * with filemarks have them; at the run's borders all numbers are exact again. A disk that does not answer is another matter:
 * it may come back, and a guess might lead a host to overwrite the wrong place. Of a chunk that is only in a tier, the
 * catalog has the filemarks.
 */
final class ObjectIndex {

    private final Backing backing;
    private final ObjectReader reader;
    private @Nullable Run current;

    ObjectIndex(Backing backing, ObjectReader reader) {
        this.backing = backing;
        this.reader = reader;
    }

    /** Forgets what it knows: runs have changed. */
    void invalidate() {
        current = null;
    }

    /**
     * The run that holds an object.
     *
     * @throws StoreException.ReadFailed if the catalog cannot be read, or does not hold what it says
     */
    Run runHolding(PartitionId partition, long objectNumber) throws StoreException {
        Run cached = current;
        if (cached != null && cached.partition().equals(partition) && cached.holds(objectNumber)) {
            return cached;
        }
        Optional<Run> found =
                backing.query(view -> view.runAt(partition, objectNumber))
                        .filter(run -> run.holds(objectNumber));
        return keep(found, () -> partition + " has no run that holds object " + objectNumber);
    }

    private Run runHoldingFilemark(PartitionId partition, long fileNumber) throws StoreException {
        Run cached = current;
        if (cached != null
                && cached.partition().equals(partition)
                && cached.holdsFilemark(fileNumber)) {
            return cached;
        }
        Optional<Run> found = backing.query(view -> view.runOfFilemark(partition, fileNumber));
        return keep(found, () -> partition + " has no run that holds filemark " + fileNumber);
    }

    private interface Message {
        String text();
    }

    private Run keep(Optional<Run> found, Message missing) throws StoreException {
        if (found.isEmpty()) {
            throw new StoreException.ReadFailed("catalog: " + missing.text(), null);
        }
        current = found.get();
        return found.get();
    }

    /** Filemarks of a partition before an object, or before end of data. */
    long filemarksBefore(PartitionId partition, PartitionState state, long objectNumber)
            throws StoreException {
        if (objectNumber == state.endOfDataObject()) {
            return state.filemarkCount();
        }
        Run run = runHolding(partition, objectNumber);
        return run.firstFilemark() + filemarksWithin(run, objectNumber - run.firstObject());
    }

    private long filemarksWithin(Run run, long objectCount) throws StoreException {
        if (run.filemarkCount() == 0 || objectCount == 0) {
            return 0;
        }
        if (run.filemarkCount() == run.objectCount()) {
            return objectCount;
        }
        Optional<Filemarks> filemarks = reader.filemarks(run);
        long counted =
                filemarks.isPresent()
                        ? filemarks.get().before((int) objectCount)
                        : objectCount - (run.objectCount() - run.filemarkCount());
        return Math.clamp(counted, 0, run.filemarkCount());
    }

    /**
     * The object number of a filemark.
     *
     * @param fileNumber filemarks before it, fewer than the partition has
     */
    long objectOfFilemark(PartitionId partition, long fileNumber) throws StoreException {
        Run run = runHoldingFilemark(partition, fileNumber);
        long ordinal = fileNumber - run.firstFilemark();
        if (run.filemarkCount() == run.objectCount()) {
            return run.firstObject() + ordinal;
        }
        Optional<Filemarks> filemarks =
                reader.filemarks(run).filter(found -> ordinal < found.count());
        long index =
                filemarks.isPresent()
                        ? filemarks.get().index((int) ordinal)
                        : run.objectCount() - run.filemarkCount() + ordinal;
        return run.firstObject() + Math.min(index, run.objectCount() - 1);
    }

    /** Bytes of stored data of a partition before an object, or before end of data. */
    long bytesBefore(PartitionId partition, PartitionState state, long objectNumber)
            throws StoreException {
        if (objectNumber == state.endOfDataObject()) {
            return state.byteCount();
        }
        Run run = runHolding(partition, objectNumber);
        return bytesBefore(run, objectNumber);
    }

    private long bytesBefore(Run run, long objectNumber) throws StoreException {
        return objectNumber == run.firstObject()
                ? run.firstByte()
                : run.firstByte() + reader.bytesBefore(run, objectNumber);
    }

    /**
     * The object that holds a byte of the stored data of a partition: runs are halved until one holds it, then the objects of
     * that.
     *
     * @param byteNumber fewer than the partition has
     */
    long objectHolding(PartitionId partition, PartitionState state, long byteNumber)
            throws StoreException {
        long low = 0;
        long high = state.endOfDataObject();
        while (true) {
            Run run = runHolding(partition, low + (high - low) / 2);
            if (byteNumber < run.firstByte()) {
                high = run.firstObject();
            } else if (byteNumber >= run.endByte()) {
                low = run.endObject();
            } else {
                return objectWithin(run, byteNumber);
            }
        }
    }

    private long objectWithin(Run run, long byteNumber) throws StoreException {
        long low = run.firstObject();
        long high = run.endObject();
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (bytesBefore(run, middle) <= byteNumber) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
