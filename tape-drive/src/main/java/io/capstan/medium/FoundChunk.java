package io.capstan.medium;

import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ChunkSummary;
import io.capstan.format.DiskId;
import io.capstan.format.FormatException;
import io.capstan.store.ChunkReader;
import io.capstan.store.ChunkStore;
import io.capstan.store.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A chunk file as recovery and rebuild found it, whole and sealed.
 *
 * @param summary what replay has to know
 * @param disks those whose copies are whole and the same
 * @param damage what was found wrong in it
 */
record FoundChunk(
        ChunkHeader header,
        ChunkSummary summary,
        long lengthBytes,
        Optional<ChunkDigest> digest,
        List<DiskId> disks,
        List<FormatException> damage) {

    /**
     * Makes a chunk whole that was not sealed, and looks at it.
     *
     * @param synchronizedLengthBytes as in {@link ChunkStore#recover}, whose faults these are
     * @param among disks whose copies may count
     */
    static FoundChunk recover(
            Backing backing, ChunkId chunk, long synchronizedLengthBytes, Collection<DiskId> among)
            throws StoreException {
        ChunkStore.Recovered recovered =
                backing.store().recover(chunk, synchronizedLengthBytes, among);
        try (ChunkReader reader = recovered.reader()) {
            ChunkHeader header = reader.header();
            ChunkSummary summary =
                    new ChunkSummary(
                            chunk,
                            header.generation(),
                            header.partition(),
                            header.firstObjectNumber(),
                            reader.objectCount(),
                            header.firstFilemarkNumber(),
                            reader.directory().filemarkCount(),
                            header.firstByteNumber(),
                            reader.byteCount(),
                            reader.endOfDataObjectNumber());
            return new FoundChunk(
                    header,
                    summary,
                    reader.lengthBytes(),
                    reader.digest().map(ChunkDigest::of),
                    recovered.disks(),
                    reader.damage());
        }
    }

    ChunkId id() {
        return summary.chunk();
    }

    boolean hasObjects() {
        return summary.objectCount() > 0;
    }

    /** Whether it says that its partition ends, and holds nothing: see {@link Appender}. */
    boolean isEndMark() {
        return summary.hasEffect() && !hasObjects();
    }

    /** Its record for the catalog; end marks stay open there. */
    ChunkRecord record() {
        return record(hasObjects() ? ChunkState.SEALED : ChunkState.OPEN, 0);
    }

    /**
     * @param objectCountMin objects that it is known to have had, found or not
     */
    ChunkRecord record(ChunkState state, long objectCountMin) {
        return new ChunkRecord(
                id(),
                state,
                lengthBytes,
                Math.max(objectCountMin, summary.objectCount()),
                digest,
                disks);
    }
}
