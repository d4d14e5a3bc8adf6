package io.capstan.store;

import io.capstan.buffer.DataIn;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkHeader;
import io.capstan.format.DiskId;
import io.capstan.format.EncodedBlock;
import io.capstan.format.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects of one chunk from whichever of its copies can give them. Every object is verified; one that a copy cannot
 * give is read from the next, and the store is told which copies failed.
 *
 * <p>One owner thread at a time.
 */
public final class MirroredReader implements AutoCloseable {

    private final ChunkStore store;
    private final ChunkHeader known;

    /** The copy in use first. */
    private final List<DiskId> copies;

    private @Nullable ChunkReader open;
    private long correctedReads;

    private interface Reading<T> {
        T from(ChunkReader copy) throws StoreException;
    }

    /** Opens the first copy that can be. */
    MirroredReader(ChunkStore store, ChunkHeader known, List<DiskId> copies) throws StoreException {
        this.store = store;
        this.known = known;
        this.copies = new ArrayList<>(copies);
        get(ChunkReader::objectCount);
    }

    /**
     * Blocks and filemarks in the copy in use, damaged ones included. A copy that is still being written shows those that
     * were there when it was opened.
     */
    public int objectCount() throws StoreException {
        return get(ChunkReader::objectCount);
    }

    /** Which objects are filemarks. */
    public ChunkDirectory directory() throws StoreException {
        return get(ChunkReader::directory);
    }

    /** As {@link ChunkReader#read}. */
    public RecordHeader read(int objectIndex, DataIn target, long targetOffset, int lengthMaxBytes)
            throws StoreException {
        return get(copy -> {
            if (objectIndex >= copy.objectCount()) {
                throw new StoreException.Corrupt(
                        known.chunk(),
                        "chunk %s: object %d of it is lost, it has %d"
                                .formatted(known.chunk(), objectIndex, copy.objectCount()),
                        null);
            }
            return copy.read(objectIndex, target, targetOffset, lengthMaxBytes);
        });
    }

    /** Whether the copy in use is on a disk that can be used; if not, the chunk may have copies that are not known here. */
    public boolean isUsable() {
        return store.disks().isUsable(copies.getFirst());
    }

    /** As {@link ChunkReader#prepare}. */
    public void prepare(int objectIndex) {
        ChunkReader reader = open;
        if (reader != null) {
            reader.prepare(objectIndex);
        }
    }

    /** As {@link ChunkReader#readEncoded}. */
    public EncodedBlock readEncoded(int objectIndex) throws StoreException {
        return get(copy -> copy.readEncoded(objectIndex));
    }

    /** As {@link ChunkReader#bytesBefore}; of all objects where there are fewer. */
    public long bytesBefore(int objectIndex) throws StoreException {
        return get(copy -> copy.bytesBefore(Math.min(objectIndex, copy.objectCount())));
    }

    /** Reads that one copy failed, and another one did not. */
    public long correctedReads() {
        return correctedReads;
    }

    /** Reads from the copy in use, or else from the first other one that can; that is in use from then on. */
    private <T> T get(Reading<T> reading) throws StoreException {
        ChunkReader inUse = open;
        if (inUse == null) {
            return getFromAny(copies, reading, new Failures());
        }
        try {
            return reading.from(inUse);
        } catch (StoreException e) {
            close();
            Failures failures = new Failures();
            failures.add(copies.getFirst(), e);
            return getFromAny(copies.subList(1, copies.size()), reading, failures);
        }
    }

    private <T> T getFromAny(List<DiskId> others, Reading<T> reading, Failures failures)
            throws StoreException {
        for (DiskId copy : List.copyOf(others)) {
            try {
                T result = reading.from(open(copy));
                failures.report();
                return result;
            } catch (StoreException e) {
                failures.add(copy, e);
                close();
            }
        }
        throw failures.suspect();
    }

    /** The copies that could not give what was asked for, and why. */
    private final class Failures {
        private final List<DiskId> failed = new ArrayList<>();
        private final List<StoreException> faults = new ArrayList<>();

        void add(DiskId copy, StoreException fault) {
            failed.add(copy);
            faults.add(fault);
        }

        /** Another one could: tells the store of these. */
        void report() {
            correctedReads += failed.isEmpty() ? 0 : 1;
            for (int i = 0; i < failed.size(); i++) {
                store.reportFault(known.chunk(), failed.get(i), faults.get(i));
            }
        }

        /** None could; of several faults it is the one that may go away: what cannot be read now is not lost yet. */
        StoreException suspect() {
            for (int i = 0; i < failed.size(); i++) {
                store.suspect(known.chunk(), failed.get(i), faults.get(i));
            }
            return faults.stream()
                    .filter(StoreException.ReadFailed.class::isInstance)
                    .findFirst()
                    .orElse(faults.getFirst());
        }
    }

    private ChunkReader open(DiskId copy) throws StoreException {
        ChunkReader reader = open;
        if (reader == null) {
            reader = store.openCopy(known, copy);
            open = reader;
            copies.remove(copy);
            copies.addFirst(copy);
        }
        return reader;
    }

    /** Lets go of the copy in use. */
    @Override
    public void close() {
        ChunkReader reader = open;
        open = null;
        if (reader != null) {
            try {
                reader.close();
            } catch (StoreException e) {
                // It was read, and what was read was verified.
            }
        }
    }
}
