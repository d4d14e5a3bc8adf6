package io.capstan.store;

import io.capstan.format.ChunkContent;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeaderDescriptor;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a chunk whole whose writer died, on all disks that have a copy.
 *
 * <p>Copies that were written together are the same up to the last synchronize and may differ behind it. The one with the
 * most whole records counts; of copies of different writers, as when a chunk was dropped while its disk was away and its
 * sequence was used again, those that were begun last.
 */
final class CopiesRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(CopiesRecovery.class);

    private final ChunkStore store;
    private final ChunkId chunk;
    private final long synchronizedLengthBytes;

    /** A copy as it was found. */
    private record Found(
            DiskId disk, long createdEpochMillis, boolean isSealed, long contentLengthBytes) {}

    CopiesRecovery(ChunkStore store, ChunkId chunk, long synchronizedLengthBytes) {
        this.store = store;
        this.chunk = chunk;
        this.synchronizedLengthBytes = synchronizedLengthBytes;
    }

    /**
     * @param disks those that have a file, at least one
     */
    ChunkStore.Recovered run(List<DiskId> disks) throws StoreException {
        if (disks.size() == 1) {
            return new ChunkStore.Recovered(sealed(disks.getFirst()), disks);
        }
        List<Found> found = new ArrayList<>();
        StoreException first = null;
        for (DiskId disk : disks) {
            try {
                found.add(look(disk));
            } catch (StoreException e) {
                LOG.warn("chunk {}: one of its copies does not count: {}", chunk, e.getMessage());
                first = first == null ? e : first;
            }
        }
        found.sort(
                Comparator.comparingLong(Found::createdEpochMillis)
                        .thenComparing(Found::isSealed)
                        .thenComparingLong(Found::contentLengthBytes)
                        .reversed());
        for (int i = 0; i < found.size(); i++) {
            try {
                return withOthers(found.get(i), found.subList(i + 1, found.size()));
            } catch (StoreException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null
                ? new StoreException.Missing(chunk, "chunk " + chunk + " has no copy")
                : first;
    }

    private Found look(DiskId disk) throws StoreException {
        Path file = store.files().require(chunk, disk);
        try (ChunkFileReader reader =
                ChunkFileReader.open(store.io().openToRead(file), file.toString())) {
            ChunkReader.requireIdentity(reader.header(), file, chunk);
            long contentLengthBytes =
                    reader.trailer().isPresent()
                            ? reader.trailer().get().contentLengthBytes()
                            : content(reader).contentLengthBytes();
            return new Found(
                    disk,
                    reader.header().createdEpochMillis(),
                    reader.isSealed(),
                    contentLengthBytes);
        } catch (IOException e) {
            throw ChunkReader.asStoreException(chunk, e);
        }
    }

    private ChunkContent content(ChunkFileReader reader) throws IOException {
        return reader.scan(
                Math.max(synchronizedLengthBytes, ChunkHeaderDescriptor.HEADER_LENGTH_BYTES));
    }

    private ChunkReader sealed(DiskId disk) throws StoreException {
        ChunkRecovery.sealWholePrefix(
                store.io(), store.files().require(chunk, disk), chunk, synchronizedLengthBytes);
        return store.openToRead(chunk, disk);
    }

    private ChunkStore.Recovered withOthers(Found best, List<Found> others) throws StoreException {
        ChunkReader reader = sealed(best.disk());
        List<DiskId> whole = new ArrayList<>();
        whole.add(best.disk());
        for (Found other : others) {
            if (isSame(reader, best, other)) {
                whole.add(other.disk());
            } else {
                LOG.info(
                        "chunk {}: its copy on disk {} is not the same and does not count; it is"
                                + " copied anew",
                        chunk,
                        other.disk());
            }
        }
        return new ChunkStore.Recovered(reader, whole);
    }

    /** Cuts a copy to the length of the best one, seals it, and compares. */
    private boolean isSame(ChunkReader best, Found bestFound, Found other) {
        boolean canBe =
                other.createdEpochMillis() == bestFound.createdEpochMillis()
                        && other.contentLengthBytes() >= bestFound.contentLengthBytes();
        if (!canBe) {
            return false;
        }
        try {
            if (!other.isSealed()) {
                cut(other.disk(), bestFound.contentLengthBytes());
            }
            try (ChunkReader reader = sealed(other.disk())) {
                return sameDigest(best.digest(), reader.digest().orElse(null));
            }
        } catch (IOException e) {
            LOG.warn("chunk {}: one of its copies does not count: {}", chunk, e.getMessage());
            return false;
        }
    }

    private void cut(DiskId disk, long lengthBytes) throws IOException {
        try (FileIo.OpenFile file = store.io().openToWrite(store.files().require(chunk, disk))) {
            if (file.lengthBytes() > lengthBytes) {
                file.truncate(lengthBytes);
            }
        }
    }

    private static boolean sameDigest(Optional<byte[]> best, byte @Nullable [] other) {
        return best.isPresent() && other != null && Arrays.equals(best.get(), other);
    }
}
