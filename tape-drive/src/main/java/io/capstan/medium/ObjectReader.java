package io.capstan.medium;

import io.capstan.buffer.DataIn;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.Run;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerKind;
import io.capstan.format.EncodedBlock;
import io.capstan.format.RecordHeader;
import io.capstan.store.ChunkRecall;
import io.capstan.store.MirroredReader;
import io.capstan.store.StoreException;
import java.util.ArrayList;
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

    /** Most chunks that are looked at behind the one that is read. */
    private static final int AHEAD_MAX = 256;

    private final Backing backing;
    private final CartridgeRecord cartridge;

    /** Brings chunks that are only in a tier; absent where all were here when the cartridge was mounted. */
    private final Optional<ChunkRecall> recall;

    /** Brings chunks of which the copies here are bad; absent where there are no tiers. */
    private final Optional<ChunkRecall> repair;

    private @Nullable MirroredReader reader;
    private @Nullable ChunkId open;

    /** Of the chunk that was read last, and of what was read of it, the next one. */
    private long firstObjectNumber;

    private long nextObjectNumber;

    /** A chunk that was bad, and was asked for. */
    private @Nullable ChunkId awaited;

    /** Of chunks that were read before the one that is open. */
    private long correctedReads;

    private long failedRecalls;

    /** The chunk that was asked for last, and how often its tier had failed then. */
    private @Nullable ChunkId asked;

    private int failedAttemptsNoted;

    /** That the chunk which was asked for last comes from nowhere, as long as no read has been told. */
    private ChunkRecall.@Nullable Outcome lost;

    ObjectReader(
            Backing backing,
            CartridgeRecord cartridge,
            Optional<ChunkRecall> recall,
            Optional<ChunkRecall> repair) {
        this.backing = backing;
        this.cartridge = cartridge;
        this.recall = recall;
        this.repair = repair;
    }

    /**
     * Reads and verifies an object of a run.
     *
     * @throws StoreException.Corrupt if it is not what was written, or the chunk has fewer objects than its run
     * @throws StoreException.InTier if the chunk is only in a tier; it was asked for, and so was what follows. If it is bad
     *     here, and was asked for, too
     */
    RecordHeader read(Run run, long objectNumber, DataIn target, long offset, int lengthMaxBytes)
            throws StoreException {
        if (recall.isPresent() && !run.chunk().equals(open)) {
            bring(run, recall.get());
        }
        int index = (int) (objectNumber - run.firstObject());
        try {
            RecordHeader header = readerOf(run, index).read(index, target, offset, lengthMaxBytes);
            if (run.chunk().equals(awaited)) {
                awaited = null;
                correctedReads++;
            }
            firstObjectNumber = run.firstObject();
            nextObjectNumber = objectNumber + 1;
            return header;
        } catch (StoreException fault) {
            throw repaired(run.chunk(), fault);
        }
    }

    /** Gets ready to read an object, if it is the next one of the chunk that was read last, as {@link MirroredReader#prepare} does. */
    void prepare(long objectNumber) {
        MirroredReader current = reader;
        if (current != null && objectNumber == nextObjectNumber) {
            current.prepare((int) (objectNumber - firstObjectNumber));
        }
    }

    /**
     * Reads and verifies a block as it is stored.
     *
     * @param block what {@link #read} returned last
     * @return the block, good until the next call
     */
    EncodedBlock readEncoded(Run run, RecordHeader block) throws StoreException {
        int index = (int) (block.objectNumber() - run.firstObject());
        try {
            return readerOf(run, index).readEncoded(index);
        } catch (StoreException fault) {
            throw repaired(run.chunk(), fault);
        }
    }

    /** What to say of a chunk that cannot be read as it was written: if a tier has it, that it comes from there. */
    private StoreException repaired(ChunkId chunk, StoreException fault) {
        if (chunk.equals(awaited) && !isRepairing(chunk)) {
            // What came did not help, or nothing came because the chunk is whole: it is not why.
            awaited = null;
            return fault;
        }
        boolean isComing =
                repair.flatMap(from -> from.repair(chunk, true))
                        .filter(ChunkRecall.Outcome.Coming.class::isInstance)
                        .isPresent();
        if (!isComing) {
            return fault;
        }
        close();
        awaited = chunk;
        return new StoreException.InTier(
                chunk, "a tier was asked for it, for it is bad here: " + fault.getMessage());
    }

    // ---- chunks that are only in a tier

    /** Asks for a run's chunk, if it is not here, and for those behind it that are not. */
    private void bring(Run run, ChunkRecall from) throws StoreException {
        boolean isHere = !isInTier(run.chunk());
        Optional<ChunkRecall.Outcome> outcome =
                isHere ? Optional.empty() : Optional.of(want(run.chunk(), from));
        List<ChunkId> soon = inTierBehind(run, from.readAheadBytes());
        if (!soon.isEmpty()) {
            from.wantSoon(soon);
        }
        if (outcome.isPresent()) {
            lost = null;
            throw notHere(run.chunk(), outcome.get());
        }
    }

    private ChunkRecall.Outcome want(ChunkId chunk, ChunkRecall from) {
        if (!chunk.equals(asked)) {
            asked = chunk;
            failedAttemptsNoted = 0;
            lost = null;
        }
        ChunkRecall.Outcome known = lost;
        if (known != null) {
            return known;
        }
        ChunkRecall.Outcome outcome = from.want(chunk);
        if (outcome instanceof ChunkRecall.Outcome.Coming coming) {
            failedRecalls += Math.max(0, coming.failedAttempts() - failedAttemptsNoted);
            failedAttemptsNoted = coming.failedAttempts();
        }
        return outcome;
    }

    /** As {@link Medium#failedRecalls}. */
    long failedRecalls() {
        return failedRecalls;
    }

    private static StoreException notHere(ChunkId chunk, ChunkRecall.Outcome outcome) {
        return switch (outcome) {
            case ChunkRecall.Outcome.Coming _ ->
                    new StoreException.InTier(
                            chunk, "chunk " + chunk + " is only in a tier, and was asked for");
            case ChunkRecall.Outcome.Failed(String reason) ->
                    new StoreException.Missing(chunk, reason);
        };
    }

    /** Whether a chunk is on no disk, and a tier has it. */
    private boolean isInTier(ChunkId chunk) throws StoreException {
        return backing.query(view -> isInTier(view, chunk));
    }

    static boolean isInTier(CatalogView view, ChunkId chunk) {
        return view.chunk(chunk).filter(found -> isInTier(view, found)).isPresent();
    }

    static boolean isInTier(CatalogView view, ChunkRecord chunk) {
        return chunk.state() == ChunkState.SEALED
                && chunk.disks().isEmpty()
                && !view.tierCopies(chunk.chunk()).isEmpty();
    }

    private List<ChunkId> inTierBehind(Run run, long windowBytes) throws StoreException {
        if (windowBytes <= 0) {
            return List.of();
        }
        return backing.query(view -> {
            List<ChunkId> found = new ArrayList<>();
            long bytes = 0;
            for (Run behind : view.runs(run.partition(), run.endObject(), AHEAD_MAX)) {
                if (bytes >= windowBytes) {
                    break;
                }
                bytes += view.chunk(behind.chunk()).map(ChunkRecord::lengthBytes).orElse(0L);
                if (isInTier(view, behind.chunk())) {
                    found.add(behind.chunk());
                }
            }
            return found;
        });
    }

    private boolean isRepairing(ChunkId chunk) {
        return repair.filter(from -> from.isRepairing(chunk)).isPresent();
    }

    /**
     * Whether a chunk that is not here, or is bad here, still comes. Asks again for one that is not here; the next read is
     * told why it does not come.
     */
    boolean isComing(ChunkId chunk) throws StoreException {
        if (isRepairing(chunk)) {
            return true;
        }
        if (recall.isEmpty() || !isInTier(chunk)) {
            return false;
        }
        ChunkRecall.Outcome outcome = want(chunk, recall.get());
        lost = outcome instanceof ChunkRecall.Outcome.Failed ? outcome : null;
        return lost == null;
    }

    /**
     * Whether an object is a filemark of a chunk that is only in a tier, as far as the catalog knows: a read that ends there
     * needs nothing of that chunk.
     */
    boolean isFilemarkInTier(Run run, long objectNumber) throws StoreException {
        if (recall.isEmpty() || run.chunk().equals(open) || run.filemarkCount() == 0) {
            return false;
        }
        int index = (int) (objectNumber - run.firstObject());
        return filemarksInCatalog(run.chunk())
                .filter(filemarks -> filemarks.before(index + 1) > filemarks.before(index))
                .isPresent();
    }

    /** The filemarks of a chunk that is only in a tier; empty if it is not, or they are not known. */
    private Optional<Filemarks> filemarksInCatalog(ChunkId chunk) throws StoreException {
        return backing.query(view ->
                isInTier(view, chunk)
                        ? view.tierCopies(chunk).stream()
                                .flatMap(copy -> copy.filemarks().stream())
                                .findFirst()
                                .map(Filemarks::of)
                        : Optional.empty());
    }

    // ---- where objects are

    /**
     * Which objects of a run's chunk are filemarks, unless that is gone or damaged; it may have fewer objects than the run.
     *
     * @throws StoreException.InTier if the chunk is only in a tier, and the catalog does not know
     * @throws StoreException.ReadFailed if that cannot be told now
     */
    Optional<Filemarks> filemarks(Run run) throws StoreException {
        if (recall.isPresent() && !run.chunk().equals(open)) {
            Optional<Filemarks> known = filemarksInCatalog(run.chunk());
            if (known.isPresent()) {
                return known;
            }
            if (isInTier(run.chunk())) {
                throw notHere(run.chunk(), recall.get().want(run.chunk()));
            }
        }
        try {
            int lastIndex = (int) (run.objectCount() - 1);
            return Optional.of(Filemarks.of(readerOf(run, lastIndex).directory()));
        } catch (StoreException.Corrupt | StoreException.Missing e) {
            LOG.warn("positions in {} are estimated: {}", run, e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Bytes of stored data in a run before one of its objects; in proportion to the objects where the chunk is gone,
     * damaged, or only in a tier.
     *
     * @throws StoreException.ReadFailed if that cannot be told now
     */
    long bytesBefore(Run run, long objectNumber) throws StoreException {
        int index = (int) (objectNumber - run.firstObject());
        if (recall.isPresent() && !run.chunk().equals(open) && isInTier(run.chunk())) {
            return inProportion(run, index);
        }
        try {
            return Math.min(run.byteCount(), readerOf(run, index).bytesBefore(index));
        } catch (StoreException.Corrupt | StoreException.Missing e) {
            LOG.warn("bytes in {} are estimated: {}", run, e.getMessage());
            return inProportion(run, index);
        }
    }

    private static long inProportion(Run run, int index) {
        return (long) ((double) run.byteCount() * index / run.objectCount());
    }

    /** As {@link Medium#correctedReads}. */
    long correctedReads() {
        MirroredReader current = reader;
        return correctedReads + (current == null ? 0 : current.correctedReads());
    }

    private MirroredReader readerOf(Run run, int index) throws StoreException {
        MirroredReader current = reader;
        // Its copies may have been moved to other disks since it was opened.
        if (current == null
                || !run.chunk().equals(open)
                || !current.isUsable()
                || index >= current.objectCount()) {
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
            correctedReads += current.correctedReads();
            current.close();
        }
    }
}
