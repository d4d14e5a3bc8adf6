package io.capstan.store;

import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.FileSource;
import io.capstan.format.FormatException;
import io.capstan.format.StoreLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunk files on the {@link #disks} of one or several pools. Each chunk has as many copies as its pool wants, on as many disks.
 *
 * <p>Files lie where {@link StoreLayout} says. A new chunk goes to the disks with the most free space; a disk that cannot
 * take it is passed over. When a disk goes out of use, a chunk that is being written on it has fewer copies then. Whoever opened
 * the store is told ({@link #listen}), and brings back what is missing.
 *
 * <p>Any thread. Writers and readers that it hands out have one owner each.
 */
public final class ChunkStore {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);

    private final StoreDisks disks;
    private final StoreFiles files;
    private final FileIo io;
    private final long chunkSizeBytes;
    private final WriteBuffers buffers = new WriteBuffers();
    private final ChunkLocks arrivalLocks = new ChunkLocks();
    private final ChunkLocks copyLocks = new ChunkLocks();

    /** Chunks that are being written. */
    private final Map<ChunkId, MirroredFile> written = new ConcurrentHashMap<>();

    private ChunkStore(StoreDisks disks, StoreOptions options) {
        this.disks = disks;
        this.files = new StoreFiles(disks);
        this.io = disks.io();
        this.chunkSizeBytes = options.chunkSizeBytes();
    }

    /**
     * Opens a store of one pool with one copy of each chunk, making directories that are missing, without disk labels. A
     * disk that fails stays in use.
     *
     * @param directories at least one
     * @throws StoreException.WriteFailed if a directory cannot be made
     */
    public static ChunkStore open(List<Path> directories, StoreOptions options, FileIo io)
            throws StoreException {
        return new ChunkStore(StoreDisks.open(directories, options, io), options);
    }

    /**
     * Opens a store. A disk that is missing or does not work is out of use, and reported to whoever {@link #listen}s.
     *
     * @param plans at least one pool; the first is where chunks go that name none
     * @param clock for the labels of new disks
     * @throws StoreException.WriteFailed if no disk of a pool can be used
     */
    public static ChunkStore open(
            List<PoolPlan> plans, StoreOptions options, FileIo io, InstantSource clock)
            throws StoreException {
        return new ChunkStore(StoreDisks.open(plans, options, io, clock), options);
    }

    /** Tells of what is found out by the way; of disks that are out of use already, now. */
    public void listen(StoreListener listener) {
        disks.listen(listener);
    }

    public StoreDisks disks() {
        return disks;
    }

    public StoreFiles files() {
        return files;
    }

    /** All files of the store: calls on disks that are out of use fail, and those on disks with peers are bounded in time. */
    public FileIo io() {
        return io;
    }

    // ---- writing

    /** Chunks that are being written now, with the disks that have all of each; a catalog may know nothing of them yet. */
    public Map<ChunkId, List<DiskId>> beingWritten() {
        Map<ChunkId, List<DiskId>> now = new HashMap<>();
        written.forEach((chunk, file) -> now.put(chunk, file.disks()));
        return now;
    }

    /** As {@link #create(ChunkHeader, String)}, in the first pool. */
    public ChunkWriter create(ChunkHeader header) throws StoreException {
        return create(header, disks.poolNames().getFirst());
    }

    /**
     * Begins a chunk. Its files are there when this returns, but named durably only by the first synchronize.
     *
     * @param pool the first one if there is none of that name
     * @throws StoreException.NoSpace if no disk has room
     * @throws StoreException.WriteFailed if no disk can take it for another reason, or it exists already
     */
    public ChunkWriter create(ChunkHeader header, String pool) throws StoreException {
        Optional<Path> existing = files.find(header.chunk());
        if (existing.isPresent()) {
            throw new StoreException.WriteFailed(
                    "chunk " + header.chunk() + " exists already: " + existing.get(), null);
        }
        Pool in = disks.pool(pool);
        List<IOException> faults = new ArrayList<>();
        List<MirroredFile.Copy> copies = new ArrayList<>();
        for (Disk disk : disks.takers(in)) {
            if (copies.size() == in.copies()) {
                break;
            }
            Path file = disk.layout().chunkFile(header.chunk());
            try {
                disk.requirePresent();
                io.makeDirectories(parentOf(file));
                copies.add(
                        new MirroredFile.Copy(
                                disk, file, disk.change(() -> disks.below().createUncached(file))));
            } catch (IOException e) {
                if (!(e instanceof DiskUnavailableException)) {
                    LOG.warn("no new chunk in {}: {}", disk.directory(), e.toString());
                }
                faults.add(e);
            }
        }
        if (copies.isEmpty()) {
            throw cannotCreate(header.chunk(), faults);
        }
        if (copies.size() < in.copies()
                && faults.stream().anyMatch(FileIo.OutOfSpaceException.class::isInstance)) {
            takeBack(copies);
            throw cannotCreate(
                    header.chunk(),
                    faults.stream().filter(FileIo.OutOfSpaceException.class::isInstance).toList());
        }
        return writer(header, copies, in.copies() > 1);
    }

    private ChunkWriter writer(
            ChunkHeader header, List<MirroredFile.Copy> copies, boolean isMirrored) {
        List<Disk> on = copies.stream().map(MirroredFile.Copy::disk).toList();
        on.forEach(disk -> disk.promise(chunkSizeBytes));
        MirroredFile file =
                new MirroredFile(
                        disks.below(),
                        isMirrored,
                        copies,
                        dropped -> disks.listener().copyDropped(header.chunk(), dropped),
                        () -> {
                            written.remove(header.chunk());
                            on.forEach(disk -> disk.promise(-chunkSizeBytes));
                        });
        written.put(header.chunk(), file);
        return new ChunkWriter(header, copies.getFirst().file(), file, buffers, chunkSizeBytes);
    }

    private void takeBack(List<MirroredFile.Copy> copies) {
        for (MirroredFile.Copy copy : copies) {
            try {
                copy.disk().close(copy.open());
                io.delete(copy.file());
            } catch (IOException e) {
                LOG.debug("{} stays: {}", copy.file(), e.toString());
            }
        }
    }

    // ---- reading

    /**
     * Opens a chunk for reading: by its directory if it is sealed and that is intact, else by scanning it. Of several
     * copies, the one on the disk that is in best order.
     *
     * @throws StoreException.Missing if there is no such chunk
     * @throws StoreException.Corrupt if it is not the chunk its name says
     */
    public ChunkReader openToRead(ChunkId chunk) throws StoreException {
        return ChunkReader.open(io, buffers, files.require(chunk), chunk, Optional.empty());
    }

    /** As {@link #openToRead(ChunkId)}, of the copy on one disk. */
    public ChunkReader openToRead(ChunkId chunk, DiskId disk) throws StoreException {
        return ChunkReader.open(io, buffers, files.require(chunk, disk), chunk, Optional.empty());
    }

    /**
     * As {@link #openToRead(ChunkId)}, for a chunk of which the caller knows what its header should say: a damaged header
     * then costs no record.
     */
    public ChunkReader openToRead(ChunkHeader known) throws StoreException {
        return ChunkReader.open(
                io, buffers, files.require(known.chunk()), known.chunk(), Optional.of(known));
    }

    /**
     * Opens all copies of a chunk for reading, so that what one cannot give another can.
     *
     * @param known what the chunk's header should say
     * @param among disks that have a copy that counts. Where none of them has a file, any sealed copy with {@code digest}
     *     is taken
     * @param digest of the chunk if it is sealed and that is known
     * @throws StoreException.Missing if there is no copy
     */
    public MirroredReader openToRead(
            ChunkHeader known, Collection<DiskId> among, Optional<byte[]> digest)
            throws StoreException {
        List<DiskId> copies = new ArrayList<>();
        for (DiskId disk : files.copies(known.chunk())) {
            if (among.contains(disk)) {
                copies.add(disk);
            }
        }
        if (copies.isEmpty() && digest.isPresent()) {
            copies.addAll(copiesOf(known.chunk(), digest.get()));
        }
        if (copies.isEmpty()) {
            StoreException.Missing fault = files.missing(known.chunk(), among);
            disks.usable().stream()
                    .map(Disk::id)
                    .filter(among::contains)
                    .forEach(disk -> suspect(known.chunk(), disk, fault));
            throw fault;
        }
        return new MirroredReader(this, known, copies);
    }

    private List<DiskId> copiesOf(ChunkId chunk, byte[] digest) {
        List<DiskId> copies = new ArrayList<>();
        for (DiskId disk : files.copies(chunk)) {
            try (ChunkReader reader = openToRead(chunk, disk)) {
                if (reader.digest().filter(d -> Arrays.equals(d, digest)).isPresent()) {
                    copies.add(disk);
                }
            } catch (StoreException e) {
                LOG.debug("copy of {} on {} is none: {}", chunk, disk, e.getMessage());
            }
        }
        return copies;
    }

    ChunkReader openCopy(ChunkHeader known, DiskId disk) throws StoreException {
        return ChunkReader.open(
                io, buffers, files.require(known.chunk(), disk), known.chunk(), Optional.of(known));
    }

    /** A copy could not be read, and another one could. */
    void reportFault(ChunkId chunk, DiskId disk, StoreException fault) {
        LOG.warn(
                "chunk {}: its copy on {} cannot be read, another one can: {}",
                chunk,
                disks.find(disk).<Object>map(known -> known).orElse(disk),
                fault.getMessage());
        suspect(chunk, disk, fault);
    }

    /** Tells whoever listens that a copy could not be read as it was written. */
    public void suspect(ChunkId chunk, DiskId disk, StoreException fault) {
        disks.listener().copyFault(chunk, disk, String.valueOf(fault.getMessage()));
    }

    /** A chunk that was made whole, and where. */
    public record Recovered(ChunkReader reader, List<DiskId> disks) {}

    /**
     * Makes a chunk whole that was being written when its writer died: keeps all whole records from the beginning, cuts
     * off the rest, and seals it. Does nothing to a sealed chunk.
     *
     * @param synchronizedLengthBytes what the last synchronize that counts covered
     * @throws StoreException.Corrupt if less than that is whole; the file is left as it is
     */
    public ChunkReader recover(ChunkId chunk, long synchronizedLengthBytes) throws StoreException {
        return recover(chunk, synchronizedLengthBytes, files.copies(chunk)).reader();
    }

    /**
     * As {@link #recover(ChunkId, long)}, of several copies. The one that goes on longest counts; the others are cut to the
     * same length, and those that are not the same then do not count any more.
     *
     * @param among disks whose copies may count
     * @return the copies that are whole and the same, of which there is one at least
     */
    public Recovered recover(ChunkId chunk, long synchronizedLengthBytes, Collection<DiskId> among)
            throws StoreException {
        List<DiskId> copies = new ArrayList<>(files.copies(chunk));
        boolean isAnyKnown =
                among.isEmpty() || among.stream().anyMatch(disk -> disks.find(disk).isPresent());
        if (isAnyKnown) {
            copies.retainAll(among);
        }
        // Else the directory has moved since a catalog of version 1 named it by its path. Whether
        // what was synchronized is in the copy found elsewhere is looked at in any case.
        if (copies.isEmpty()) {
            throw files.missing(chunk, among);
        }
        return new CopiesRecovery(this, chunk, synchronizedLengthBytes).run(copies);
    }

    // ---- copying

    /**
     * Verifies the copy of a sealed chunk on a disk: every record, the directory, and the digest.
     *
     * @param digest what it should be, if that is known
     * @param pace asked before each read
     * @return the chunk's length and digest
     * @throws StoreException.Corrupt if it is not sealed, or not what was written
     */
    public VerifiedCopy verify(ChunkId chunk, DiskId disk, Optional<byte[]> digest, Pace pace)
            throws StoreException {
        Path file = files.require(chunk, disk);
        try {
            return CopyVerification.run(io, file, chunk, digest, pace);
        } catch (IOException e) {
            throw ChunkReader.asStoreException(chunk, e);
        }
    }

    /**
     * Copies a sealed chunk to another disk: verified before, verified after, on stable storage when this returns. A file of
     * the chunk that is there is replaced at once; one that is half made is never seen under the chunk's name.
     *
     * @param digest what it should be, if that is known
     * @param pace asked before each read of the source
     * @throws StoreException.NoSpace if the other disk has no room for it above its reserve
     */
    public VerifiedCopy copy(
            ChunkId chunk, DiskId from, DiskId to, Optional<byte[]> digest, Pace pace)
            throws StoreException {
        VerifiedCopy source = verify(chunk, from, digest, pace);
        return copy(
                chunk,
                from,
                to,
                source,
                copy ->
                        CopyVerification.run(
                                io, copy, chunk, Optional.of(source.digest()), Pace.NONE));
    }

    /**
     * As {@link #copy(ChunkId, DiskId, DiskId, Optional, Pace)}, of a chunk that is not sealed, and that nobody writes.
     *
     * @param lengthBytes of it that count
     */
    public VerifiedCopy copyUnsealed(ChunkId chunk, DiskId from, DiskId to, long lengthBytes)
            throws StoreException {
        Path file = files.require(chunk, from);
        ChunkCopying.Verification verification =
                copy -> CopyVerification.runUnsealed(io, copy, chunk, lengthBytes);
        VerifiedCopy source;
        try {
            source = verification.of(file);
        } catch (IOException e) {
            throw ChunkReader.asStoreException(chunk, e);
        }
        return copy(chunk, from, to, source, verification);
    }

    private VerifiedCopy copy(
            ChunkId chunk,
            DiskId from,
            DiskId to,
            VerifiedCopy source,
            ChunkCopying.Verification verification)
            throws StoreException {
        Disk target = disks.require(to);
        try {
            target.requirePresent();
            return ChunkCopying.run(
                    io,
                    files.require(chunk, from),
                    target.layout(),
                    chunk,
                    source,
                    disks.freeBytesAboveReserve(target),
                    verification);
        } catch (FileIo.OutOfSpaceException e) {
            throw new StoreException.NoSpace(
                    "no room for chunk %s in %s".formatted(chunk, target.directory()), e);
        } catch (IOException e) {
            throw e instanceof StoreException already
                    ? already
                    : new StoreException.WriteFailed(
                            "cannot copy chunk %s to %s: %s"
                                    .formatted(chunk, target.directory(), e.getMessage()),
                            e);
        }
    }

    /**
     * A copy of a chunk as it is, byte by byte.
     *
     * @return to be closed by the caller
     */
    public FileSource openFile(ChunkId chunk, DiskId disk) throws StoreException {
        Path file = files.require(chunk, disk);
        try {
            return io.openToRead(file);
        } catch (IOException e) {
            throw new StoreException.ReadFailed("cannot open " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Held by whoever {@link #receive}s a chunk, from before its record is read until the catalog knows its new place; and by
     * whoever deletes files because the catalog knows of no copy there. Some other chunks have the same one.
     */
    public Lock arrivalLock(ChunkId chunk) {
        return arrivalLocks.of(chunk);
    }

    /**
     * Held by whoever makes copies of a chunk that has some, or takes some away, from before its record is read until the
     * catalog knows and the files are as it says. Only ever tried, for it may be held as long as a chunk takes to be moved;
     * some other chunks have the same one.
     */
    public Lock copyLock(ChunkId chunk) {
        return copyLocks.of(chunk);
    }

    /**
     * Takes a sealed chunk from elsewhere: verified, and on stable storage, when this returns. A file of the chunk that is
     * there is replaced at once; one that is half made is never seen under the chunk's name.
     *
     * @param digest what it should be, if that is known
     * @param from the bytes of its file, {@code lengthBytes} of them; borrowed. What it throws is thrown on
     * @throws StoreException.NoSpace if the disk has no room for it above its reserve
     * @throws StoreException.Corrupt if it is not a sealed chunk, not this one, or not what was written
     */
    public VerifiedCopy receive(
            ChunkId chunk, Optional<byte[]> digest, long lengthBytes, InputStream from, DiskId to)
            throws IOException {
        Disk target = disks.require(to);
        try {
            target.requirePresent();
            return ChunkCopying.receive(
                    io,
                    from,
                    lengthBytes,
                    target.layout(),
                    chunk,
                    digest,
                    disks.freeBytesAboveReserve(target));
        } catch (FileIo.OutOfSpaceException e) {
            throw new StoreException.NoSpace(
                    "no room for chunk %s in %s".formatted(chunk, target.directory()), e);
        } catch (FormatException e) {
            throw ChunkReader.asStoreException(chunk, e);
        }
    }

    private static StoreException cannotCreate(ChunkId chunk, List<IOException> faults) {
        if (faults.isEmpty()) {
            return new StoreException.WriteFailed(
                    "no disk takes chunk " + chunk + ": all are out of service", null);
        }
        IOException first = faults.getFirst();
        String message = "no disk takes chunk " + chunk + ": " + first.getMessage();
        return faults.stream().allMatch(FileIo.OutOfSpaceException.class::isInstance)
                ? new StoreException.NoSpace(message, first)
                : new StoreException.WriteFailed(message, first);
    }

    static Path parentOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no directory");
        }
        return parent;
    }
}
