package io.capstan.medium;

import io.capstan.buffer.DataIn;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.Run;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerKind;
import io.capstan.format.EncodedBlock;
import io.capstan.format.RecordHeader;
import io.capstan.store.MirroredReader;
import io.capstan.store.StoreException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads objects of a run from its chunk, and keeps that chunk open for the next. Owner thread only.
 *
 * <p>A chunk that is still being written is opened as far as it is synchronized; when it has grown it is opened anew.
 */
final class ObjectReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectReader.class);

    private final Backing backing;
    private final CartridgeRecord cartridge;
    private @Nullable MirroredReader reader;
    private @Nullable ChunkId open;

    ObjectReader(Backing backing, CartridgeRecord cartridge) {
        this.backing = backing;
        this.cartridge = cartridge;
    }

    /**
     * Reads and verifies an object of a run.
     *
     * @throws StoreException.Corrupt if it is not what was written, or the chunk has fewer objects than its run
     */
    RecordHeader read(Run run, long objectNumber, DataIn target, long offset, int lengthMaxBytes)
            throws StoreException {
        int index = (int) (objectNumber - run.firstObject());
        return readerOf(run, index).read(index, target, offset, lengthMaxBytes);
    }

    /**
     * Reads and verifies a block as it is stored.
     *
     * @param block what {@link #read} returned last
     * @return the block, good until the next call
     */
    EncodedBlock readEncoded(Run run, RecordHeader block) throws StoreException {
        int index = (int) (block.objectNumber() - run.firstObject());
        return readerOf(run, index).readEncoded(index);
    }

    /**
     * Where the objects of a run's chunk are, unless that is gone or damaged; it may have fewer objects than the run.
     *
     * @throws StoreException.ReadFailed if that cannot be told now
     */
    Optional<ChunkDirectory> directory(Run run) throws StoreException {
        try {
            int lastIndex = (int) (run.objectCount() - 1);
            return Optional.of(readerOf(run, lastIndex).directory());
        } catch (StoreException.Corrupt | StoreException.Missing e) {
            LOG.warn("positions in {} are estimated: {}", run, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Bytes of stored data in a run before one of its objects; in proportion to the objects where the chunk is gone or
     * damaged.
     *
     * @throws StoreException.ReadFailed if that cannot be told now
     */
    long bytesBefore(Run run, long objectNumber) throws StoreException {
        int index = (int) (objectNumber - run.firstObject());
        try {
            return Math.min(run.byteCount(), readerOf(run, index).bytesBefore(index));
        } catch (StoreException.Corrupt | StoreException.Missing e) {
            LOG.warn("bytes in {} are estimated: {}", run, e.getMessage());
            return (long) ((double) run.byteCount() * index / run.objectCount());
        }
    }

    private MirroredReader readerOf(Run run, int index) throws StoreException {
        MirroredReader current = reader;
        if (current == null || !run.chunk().equals(open) || index >= current.objectCount()) {
            close();
            current = open(run);
            reader = current;
            open = run.chunk();
        }
        return current;
    }

    private MirroredReader open(Run run) throws StoreException {
        Optional<ChunkRecord> chunk = backing.query(view -> view.chunk(run.chunk()));
        return backing.store()
                .openToRead(
                        headerOf(run),
                        chunk.map(ChunkRecord::disks).orElse(List.of()),
                        chunk.flatMap(ChunkRecord::digest).map(ChunkDigest::toBytes));
    }

    /** What the header of a run's chunk says, as far as reading it goes. */
    private ChunkHeader headerOf(Run run) {
        return new ChunkHeader(
                run.chunk(),
                ContainerKind.CARTRIDGE,
                run.partition().generation(),
                run.partition().partition(),
                run.firstObject(),
                run.firstFilemark(),
                run.firstByte(),
                Labels.medium(cartridge, ChunkHeader.PARTITION_COUNT_MAX),
                0);
    }

    /** Lets go of the open chunk, which another will be read after. */
    @Override
    public void close() {
        MirroredReader current = reader;
        reader = null;
        open = null;
        if (current != null) {
            current.close();
        }
    }
}
