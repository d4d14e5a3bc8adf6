package io.capstan.store;

import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.DiskLabel;
import io.capstan.format.FileSource;
import io.capstan.format.FormatException;
import io.capstan.format.StoreLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunk files on the disks of one or several pools. Each chunk has as many copies as its pool wants, on as many disks.
 *
 * <p>Files lie where {@link StoreLayout} says. A new chunk goes to the disks with the most free space; a disk that cannot
 * take it is passed over. Where a pool has several disks, one that fails, does not answer or is gone is taken out of use and
 * the others go on; a chunk that is being written then has fewer copies. Whoever opened the store is told ({@link
 * #listen}), and brings back what is missing.
 *
 * <p>Any thread. Writers and readers that it hands out have one owner each.
 */
public final class ChunkStore {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkStore.class);

    private final List<Pool> pools = new ArrayList<>();
    private final Map<DiskId, Disk> disksById = new ConcurrentHashMap<>();
    private final StoreOptions options;

    /** What is below everything. */
    private final FileIo disksIo;

    /** The same, through the disks. */
    private final DiskIo io;

    private final WriteBuffers buffers = new WriteBuffers();
    private final ChunkLocks arrivalLocks = new ChunkLocks();
    private final ChunkLocks copyLocks = new ChunkLocks();

    /** Chunks that are being written. */
    private final Map<ChunkId, MirroredFile> written = new ConcurrentHashMap<>();

    private volatile StoreListener listener = StoreListener.NONE;

    private ChunkStore(StoreOptions options, FileIo io) {
        this.options = options;
        this.disksIo = io;
        this.io = new DiskIo(io);
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
        if (directories.isEmpty()) {
            throw new IllegalArgumentException("a store needs a directory");
        }
        ChunkStore store = new ChunkStore(options, io);
        Pool pool = new Pool(PoolPlan.NAME_DEFAULT, 1);
        store.pools.add(pool);
        for (Path directory : directories) {
            DiskPlan plan =
                    new DiskPlan(
                            unlabelled(directory),
                            directory,
                            DiskPlan.LabelRule.IGNORED,
                            DiskState.ACTIVE,
                            false);
            Disk disk = new Disk(plan, pool.name(), io, 0, false, false);
            store.add(pool, disk);
            try {
                io.makeDirectories(disk.layout().chunksDirectory());
            } catch (IOException e) {
                throw new StoreException.WriteFailed(
                        "cannot make " + disk.layout().chunksDirectory() + ": " + e.getMessage(),
                        e);
            }
        }
        return store;
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
        int diskCount = plans.stream().mapToInt(plan -> plan.disks().size()).sum();
        long timeoutMillis = diskCount > 1 ? options.diskTimeoutMillis() : 0;
        ChunkStore store = new ChunkStore(options, io);
        for (PoolPlan plan : plans) {
            Pool pool = new Pool(plan.name(), plan.copies());
            store.pools.add(pool);
            boolean isExpendable =
                    plan.disks().stream().filter(d -> d.state() != DiskState.REPLACED).count() > 1;
            List<IOException> faults = new ArrayList<>();
            for (DiskPlan diskPlan : plan.disks()) {
                Disk disk =
                        new Disk(
                                diskPlan,
                                plan.name(),
                                io,
                                timeoutMillis,
                                plan.copies() > 1,
                                isExpendable);
                store.add(pool, disk);
                begin(disk, diskPlan.label(), clock).ifPresent(faults::add);
            }
            if (pool.disks().stream().noneMatch(Disk::isUsable)
                    || faults.size() == plan.disks().size()) {
                IOException first = faults.isEmpty() ? null : faults.getFirst();
                throw new StoreException.WriteFailed(
                        "no disk of pool %s can be used: %s"
                                .formatted(
                                        plan.name(),
                                        first == null
                                                ? "all are out of service"
                                                : first.getMessage()),
                        first);
            }
        }
        if (store.pools.isEmpty()) {
            throw new IllegalArgumentException("a store needs a pool");
        }
        return store;
    }

    private void add(Pool pool, Disk disk) {
        pool.add(disk);
        disksById.put(disk.id(), disk);
        io.add(disk);
    }

    /** Makes a disk ready for use, or takes it out of use. */
    private static Optional<IOException> begin(
            Disk disk, DiskPlan.LabelRule rule, InstantSource clock) {
        if (!disk.isUsable()) {
            return Optional.empty();
        }
        try {
            disk.begin(rule, clock.millis());
            return Optional.empty();
        } catch (IOException e) {
            disk.fail(DiskCondition.MISSING, String.valueOf(e.getMessage()));
            return Optional.of(e);
        }
    }

    /**
     * What a directory without a label is known by; the same whenever it is asked, and what catalogs older than disk
     * labels make of its name.
     */
    public static DiskId unlabelled(Path directory) {
        String name = directoryName(directory);
        String end = name.substring(Math.max(0, name.length() - 254));
        return DiskId.of(UUID.nameUUIDFromBytes(end.getBytes(StandardCharsets.UTF_8)));
    }

    /** The name of a directory in printable ASCII: its path as a URI has it, without a slash behind. */
    public static String directoryName(Path directory) {
        String name = directory.toUri().getRawPath();
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** The disk label in a directory; empty if there is none, or no directory. */
    public static Optional<DiskLabel> label(Path directory, FileIo io) throws IOException {
        return Disk.readLabel(io, new StoreLayout(directory, io::list));
    }

    /** Tells of what is found out by the way; of disks that are out of use already, now. */
    public void listen(StoreListener newListener) {
        listener = newListener;
        for (Disk disk : disks()) {
            disk.listener(newListener);
            DiskCondition condition = disk.condition();
            if (condition == DiskCondition.FAILED || condition == DiskCondition.MISSING) {
                newListener.diskFailed(disk.id(), condition, disk.fault().orElse(""));
            }
        }
    }

    /** All files of the store: calls on disks that are out of use fail, and those on disks with peers are bounded in time. */
    public FileIo io() {
        return io;
    }

    // ---- disks and pools

    private List<Disk> disks() {
        return pools.stream().flatMap(pool -> pool.disks().stream()).toList();
    }

    private List<Disk> usableDisks() {
        return disks().stream().filter(Disk::isUsable).toList();
    }

    private Disk require(DiskId disk) throws StoreException {
        Disk found = disksById.get(disk);
        if (found == null) {
            throw new StoreException.ReadFailed("the store has no disk " + disk, null);
        }
        return found;
    }

    private Pool requirePool(String name) {
        return pools.stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElse(pools.getFirst());
    }

    public List<String> poolNames() {
        return pools.stream().map(Pool::name).toList();
    }

    /** The pool of a name; the first one if there is none of that name. */
    public String poolOr(String name) {
        return requirePool(name).name();
    }

    /** Copies that chunks of a pool should have. */
    public int copies(String pool) {
        return requirePool(pool).copies();
    }

    /** A disk as the store sees it. */
    public record DiskView(
            DiskId disk,
            Path directory,
            String pool,
            DiskState state,
            DiskCondition condition,
            Optional<String> fault) {

        /** Whether anything may be asked of it. */
        public boolean isUsable() {
            return (condition == DiskCondition.WORKING || condition == DiskCondition.RESILVERING)
                    && state != DiskState.DEACTIVATED;
        }

        /** Whether it may take chunks. */
        public boolean takesChunks() {
            return condition == DiskCondition.WORKING && state == DiskState.ACTIVE;
        }
    }

    /** All disks, by pool. */
    public List<DiskView> diskViews() {
        return disks().stream().map(ChunkStore::view).toList();
    }

    public Optional<DiskView> diskView(DiskId disk) {
        return Optional.ofNullable(disksById.get(disk)).map(ChunkStore::view);
    }

    private static DiskView view(Disk disk) {
        return new DiskView(
                disk.id(),
                disk.directory(),
                disk.pool(),
                disk.state(),
                disk.condition(),
                disk.fault());
    }

    public void setState(DiskId disk, DiskState state) throws StoreException {
        require(disk).state(state);
    }

    /**
     * Adds a disk to a pool.
     *
     * @throws StoreException.WriteFailed if it cannot be used; it is not added then
     */
    public void addDisk(String pool, DiskPlan plan, InstantSource clock) throws StoreException {
        Pool into = requirePool(pool);
        Disk disk =
                new Disk(
                        plan,
                        into.name(),
                        disksIo,
                        options.diskTimeoutMillis(),
                        into.copies() > 1,
                        true);
        try {
            disk.begin(plan.label(), clock.millis());
        } catch (IOException e) {
            throw new StoreException.WriteFailed(
                    "cannot use " + plan.directory() + ": " + e.getMessage(), e);
        }
        disk.listener(listener);
        add(into, disk);
    }

    /** Takes a disk to have been away: it is {@link DiskCondition#RESILVERING} until it is brought up to date. */
    public void away(DiskId disk, String reason) throws StoreException {
        require(disk).away(reason);
    }

    /** The disk label in a directory that may be of no disk of the store; empty if there is none. */
    public Optional<DiskLabel> label(Path directory) throws IOException {
        return label(directory, disksIo);
    }

    /** Tries whether a disk that is out of use works again; if so it is {@link DiskCondition#RESILVERING}. */
    public boolean probe(DiskId disk) throws StoreException {
        return require(disk).probe();
    }

    /** What a disk missed has been brought up to date. */
    public void resilvered(DiskId disk) throws StoreException {
        require(disk).resilvered();
    }

    /** Bytes that are free on a disk's file system; 0 where that cannot be told. */
    public long freeBytes(DiskId disk) throws StoreException {
        Disk of = require(disk);
        try {
            return of.call(() -> disksIo.freeBytes(of.directory()));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Bytes of a disk's file system; 0 where that cannot be told. */
    public long sizeBytes(DiskId disk) throws StoreException {
        Disk of = require(disk);
        try {
            return of.call(() -> disksIo.sizeBytes(of.directory()));
        } catch (IOException e) {
            return 0;
        }
    }

    /** What a disk's directory is mounted from, where that is known. */
    public Optional<String> device(DiskId disk) throws StoreException {
        Disk of = require(disk);
        try {
            return of.call(() -> disksIo.device(of.directory()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Directories of the disks that are in service, whether or not they can be used now. */
    public List<Path> directories() {
        return directories(disk -> true);
    }

    /** Directories of a pool's disks that are in service. */
    public List<Path> directories(String pool) {
        String name = poolOr(pool);
        return directories(disk -> disk.pool().equals(name));
    }

    private List<Path> directories(Predicate<Disk> filter) {
        return disks().stream()
                .filter(disk ->
                        disk.state() != DiskState.REPLACED && disk.state() != DiskState.DEACTIVATED)
                .filter(filter)
                .map(Disk::directory)
                .toList();
    }

    /** Whether anything may be asked of the disk that a directory is the store directory of. */
    public boolean isUsable(Path directory) {
        return disks().stream()
                .anyMatch(disk -> disk.directory().equals(directory) && disk.isUsable());
    }

    // ---- writing

    /** Chunks that are being written now, with the disks that have all of each; a catalog may know nothing of them yet. */
    public Map<ChunkId, List<DiskId>> beingWritten() {
        Map<ChunkId, List<DiskId>> now = new HashMap<>();
        written.forEach((chunk, file) -> now.put(chunk, file.disks()));
        return now;
    }

    /**
     * Whether a chunk that is being written is to be sealed, because a disk it is on is to get empty or has failed: only what
     * is sealed is copied to another disk.
     *
     * @param disksWritten those that have it; where none of them can be used, nothing can be sealed
     */
    public boolean isToLeave(List<DiskId> disksWritten) {
        List<DiskView> views = disksWritten.stream().flatMap(id -> diskView(id).stream()).toList();
        return views.stream().anyMatch(DiskView::isUsable)
                && views.stream().anyMatch(disk -> disk.state().isLeaving() || !disk.isUsable());
    }

    /** As {@link #create(ChunkHeader, String)}, in the first pool. */
    public ChunkWriter create(ChunkHeader header) throws StoreException {
        return create(header, pools.getFirst().name());
    }

    /**
     * Begins a chunk. Its files are there when this returns, but named durably only by the first synchronize.
     *
     * @param pool the first one if there is none of that name
     * @throws StoreException.NoSpace if no disk has room
     * @throws StoreException.WriteFailed if no disk can take it for another reason, or it exists already
     */
    public ChunkWriter create(ChunkHeader header, String pool) throws StoreException {
        Optional<Path> existing = find(header.chunk());
        if (existing.isPresent()) {
            throw new StoreException.WriteFailed(
                    "chunk " + header.chunk() + " exists already: " + existing.get(), null);
        }
        Pool in = requirePool(pool);
        List<IOException> faults = new ArrayList<>();
        List<MirroredFile.Copy> copies = new ArrayList<>();
        for (Disk disk : in.takers(this::freeBytesAboveReserve, List.of())) {
            if (copies.size() == in.copies()) {
                break;
            }
            Path file = disk.layout().chunkFile(header.chunk());
            try {
                disk.requirePresent();
                io.makeDirectories(parentOf(file));
                copies.add(
                        new MirroredFile.Copy(
                                disk, file, disk.change(() -> disksIo.createUncached(file))));
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
        List<Disk> disks = copies.stream().map(MirroredFile.Copy::disk).toList();
        disks.forEach(disk -> disk.promise(options.chunkSizeBytes()));
        MirroredFile file =
                new MirroredFile(
                        disksIo,
                        isMirrored,
                        copies,
                        dropped -> listener.copyDropped(header.chunk(), dropped),
                        () -> {
                            written.remove(header.chunk());
                            disks.forEach(disk -> disk.promise(-options.chunkSizeBytes()));
                        });
        written.put(header.chunk(), file);
        return new ChunkWriter(
                header, copies.getFirst().file(), file, buffers, options.chunkSizeBytes());
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
        return ChunkReader.open(io, buffers, require(chunk), chunk, Optional.empty());
    }

    /** As {@link #openToRead(ChunkId)}, of the copy on one disk. */
    public ChunkReader openToRead(ChunkId chunk, DiskId disk) throws StoreException {
        return ChunkReader.open(io, buffers, require(chunk, disk), chunk, Optional.empty());
    }

    /**
     * As {@link #openToRead(ChunkId)}, for a chunk of which the caller knows what its header should say: a damaged header
     * then costs no record.
     */
    public ChunkReader openToRead(ChunkHeader known) throws StoreException {
        return ChunkReader.open(
                io, buffers, require(known.chunk()), known.chunk(), Optional.of(known));
    }

    /**
     * Opens all copies of a chunk for reading, so that what one cannot give another can.
     *
     * @param known what the chunk's header should say
     * @param disks those that have a copy that counts. Where none of them has a file, any sealed copy with {@code digest}
     *     is taken
     * @param digest of the chunk if it is sealed and that is known
     * @throws StoreException.Missing if there is no copy
     */
    public MirroredReader openToRead(
            ChunkHeader known, Collection<DiskId> disks, Optional<byte[]> digest)
            throws StoreException {
        List<DiskId> copies = new ArrayList<>();
        for (DiskId disk : copies(known.chunk())) {
            if (disks.contains(disk)) {
                copies.add(disk);
            }
        }
        if (copies.isEmpty() && digest.isPresent()) {
            copies.addAll(copiesOf(known.chunk(), digest.get()));
        }
        if (copies.isEmpty()) {
            StoreException.Missing fault = missing(known.chunk(), disks);
            usableDisks().stream()
                    .map(Disk::id)
                    .filter(disks::contains)
                    .forEach(disk -> suspect(known.chunk(), disk, fault));
            throw fault;
        }
        return new MirroredReader(this, known, copies);
    }

    private List<DiskId> copiesOf(ChunkId chunk, byte[] digest) {
        List<DiskId> copies = new ArrayList<>();
        for (DiskId disk : copies(chunk)) {
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
                io, buffers, require(known.chunk(), disk), known.chunk(), Optional.of(known));
    }

    /** A copy could not be read, and another one could. */
    void reportFault(ChunkId chunk, DiskId disk, StoreException fault) {
        LOG.warn(
                "chunk {}: its copy on {} cannot be read, another one can: {}",
                chunk,
                disksById.containsKey(disk) ? disksById.get(disk) : disk,
                fault.getMessage());
        suspect(chunk, disk, fault);
    }

    /** Tells whoever listens that a copy could not be read as it was written. */
    public void suspect(ChunkId chunk, DiskId disk, StoreException fault) {
        listener.copyFault(chunk, disk, String.valueOf(fault.getMessage()));
    }

    private StoreException.Missing missing(ChunkId chunk, Collection<DiskId> disks) {
        List<String> where = new ArrayList<>();
        for (DiskId disk : disks) {
            Disk known = disksById.get(disk);
            where.add(
                    known == null
                            ? "disk " + disk
                            : known.directory() + (known.isUsable() ? "" : " (out of use)"));
        }
        return new StoreException.Missing(
                chunk, "chunk " + chunk + " is not where it should be: " + where);
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
        return recover(chunk, synchronizedLengthBytes, copies(chunk)).reader();
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
        List<DiskId> copies = new ArrayList<>(copies(chunk));
        boolean isAnyKnown = among.isEmpty() || among.stream().anyMatch(disksById::containsKey);
        if (isAnyKnown) {
            copies.retainAll(among);
        }
        // Else the directory has moved since a catalog of version 1 named it by its path. Whether
        // what was synchronized is
        // in the copy found elsewhere is looked at in any case.
        if (copies.isEmpty()) {
            throw missing(chunk, among);
        }
        return new CopiesRecovery(this, chunk, synchronizedLengthBytes).run(copies);
    }

    // ---- finding

    /** The file of a chunk, if any disk has it. */
    public Optional<Path> find(ChunkId chunk) {
        return copies(chunk).stream().findFirst().map(disk -> fileOn(chunk, disk));
    }

    /** The disks that have a file of a chunk: those in best order first. Whether it counts the caller has to know. */
    public List<DiskId> copies(ChunkId chunk) {
        return usableDisks().stream()
                .sorted(Comparator.comparing(Disk::condition))
                .filter(disk -> io.exists(disk.layout().chunkFile(chunk)))
                .map(Disk::id)
                .toList();
    }

    /** Length of the file of a chunk on a disk; empty if there is none, or that cannot be told. */
    public OptionalLong lengthBytes(ChunkId chunk, DiskId disk) {
        Disk on = disksById.get(disk);
        if (on == null || !io.exists(on.layout().chunkFile(chunk))) {
            return OptionalLong.empty();
        }
        try (FileIo.OpenFile open = io.openToRead(on.layout().chunkFile(chunk))) {
            return OptionalLong.of(open.lengthBytes());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    Path fileOn(ChunkId chunk, DiskId disk) {
        return Objects.requireNonNull(disksById.get(disk)).layout().chunkFile(chunk);
    }

    private Path require(ChunkId chunk) throws StoreException {
        Optional<Path> file = find(chunk);
        if (file.isEmpty()) {
            throw new StoreException.Missing(
                    chunk, "chunk " + chunk + " is in none of " + directories());
        }
        return file.get();
    }

    private Path require(ChunkId chunk, DiskId disk) throws StoreException {
        Path file = require(disk).layout().chunkFile(chunk);
        if (!io.exists(file)) {
            throw missing(chunk, List.of(disk));
        }
        return file;
    }

    /** Containers of which any disk holds chunks. */
    public SortedSet<ContainerId> containers() throws StoreException {
        return listAll(StoreLayout::containers);
    }

    /** Chunks of a container in the order in which they were written. */
    public SortedSet<ChunkId> list(ContainerId container) throws StoreException {
        return listAll(layout -> layout.chunks(container));
    }

    /** Chunks of a container that have a file on one disk. */
    public SortedSet<ChunkId> list(ContainerId container, DiskId disk) throws StoreException {
        Disk on = require(disk);
        try {
            return new TreeSet<>(on.layout().chunks(container));
        } catch (IOException e) {
            throw cannotList(on, e);
        }
    }

    /** Containers that have a directory on one disk. */
    public SortedSet<ContainerId> containers(DiskId disk) throws StoreException {
        Disk on = require(disk);
        try {
            return new TreeSet<>(on.layout().containers());
        } catch (IOException e) {
            throw cannotList(on, e);
        }
    }

    // ---- deleting

    /**
     * Deletes all copies of a chunk; does nothing if it is not there. Copies on disks that are out of use go when these come
     * back.
     */
    public void delete(ChunkId chunk) throws StoreException {
        for (Disk disk : usableDisks()) {
            delete(disk, chunk);
        }
    }

    private void delete(Disk disk, ChunkId chunk) throws StoreException {
        Path file = disk.layout().chunkFile(chunk);
        try {
            io.delete(file);
        } catch (DiskUnavailableException e) {
            LOG.debug("{} stays: {}", file, e.getMessage());
        } catch (IOException e) {
            if (disk.isUsable()) {
                throw new StoreException.WriteFailed(
                        "cannot delete " + file + ": " + e.getMessage(), e);
            }
        }
    }

    /** Deletes the copy of a chunk on one disk, so that it stays deleted. */
    public void deleteCopy(ChunkId chunk, DiskId from) throws StoreException {
        Disk disk = require(from);
        delete(disk, chunk);
        forceNames(disk, chunk.container());
    }

    /** Deletes chunks so that they stay deleted: a file that comes back after a loss of power would be replayed. */
    public void deleteDurably(Collection<ChunkId> chunks) throws StoreException {
        deleteDurably(chunks, () -> {});
    }

    /**
     * Deletes chunks, and returns once they are durably gone.
     *
     * @param between called after each chunk
     */
    public void deleteDurably(Collection<ChunkId> chunks, Runnable between) throws StoreException {
        TreeSet<ContainerId> containers = new TreeSet<>();
        for (ChunkId chunk : chunks) {
            delete(chunk);
            containers.add(chunk.container());
            between.run();
        }
        for (ContainerId container : containers) {
            for (Disk disk : usableDisks()) {
                forceNames(disk, container);
            }
        }
    }

    private void forceNames(Disk disk, ContainerId container) throws StoreException {
        Path names = disk.layout().containerDirectory(container);
        try {
            if (io.exists(names)) {
                io.forceDirectory(names);
            }
        } catch (IOException e) {
            if (disk.isUsable()) {
                throw new StoreException.WriteFailed(
                        "cannot force " + names + ": " + e.getMessage(), e);
            }
        }
    }

    /** Tidies up; a directory that is not empty, or will not go, stays. */
    public void removeEmptyDirectories(ContainerId container) {
        for (Disk disk : usableDisks()) {
            Path names = disk.layout().containerDirectory(container);
            try {
                if (io.exists(names) && io.list(names).isEmpty()) {
                    io.delete(names);
                }
            } catch (IOException e) {
                LOG.debug("{} stays: {}", names, e.toString());
            }
        }
    }

    /**
     * Cuts the files of a chunk that is not sealed back to what was synchronized.
     *
     * @param among disks whose copies count
     * @throws StoreException.Missing if none of them has it
     * @throws StoreException.WriteFailed if no copy could be cut
     */
    public void truncateDurably(ChunkId chunk, long lengthBytes, Collection<DiskId> among)
            throws StoreException {
        int cut = 0;
        IOException fault = null;
        for (DiskId disk : copies(chunk)) {
            if (!among.contains(disk)) {
                continue;
            }
            try (FileIo.OpenFile open = io.openToWrite(fileOn(chunk, disk))) {
                if (open.lengthBytes() > lengthBytes) {
                    open.truncate(lengthBytes);
                    open.force();
                }
                cut++;
            } catch (IOException e) {
                if (require(disk).isUsable()) {
                    throw cannotCut(chunk, e);
                }
                fault = e;
            }
        }
        if (cut == 0) {
            throw fault == null ? missing(chunk, among) : cannotCut(chunk, fault);
        }
    }

    private static StoreException.WriteFailed cannotCut(ChunkId chunk, IOException e) {
        return new StoreException.WriteFailed(
                "cannot cut chunk " + chunk + " back: " + e.getMessage(), e);
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
        Path file = require(chunk, disk);
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
        Path file = require(chunk, from);
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
        Disk target = require(to);
        try {
            target.requirePresent();
            return ChunkCopying.run(
                    io,
                    fileOn(chunk, from),
                    target.layout(),
                    chunk,
                    source,
                    freeBytesAboveReserve(target),
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
        Path file = require(chunk, disk);
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
        Disk target = require(to);
        try {
            target.requirePresent();
            return ChunkCopying.receive(
                    io,
                    from,
                    lengthBytes,
                    target.layout(),
                    chunk,
                    digest,
                    freeBytesAboveReserve(target));
        } catch (FileIo.OutOfSpaceException e) {
            throw new StoreException.NoSpace(
                    "no room for chunk %s in %s".formatted(chunk, target.directory()), e);
        } catch (FormatException e) {
            throw ChunkReader.asStoreException(chunk, e);
        }
    }

    /**
     * The disks of a pool that take chunks: as many as there are on different physical disks first, then the others, each with
     * the most free space first.
     */
    public List<DiskId> takers(String pool) {
        return takers(pool, List.of());
    }

    /**
     * As {@link #takers(String)}, for a chunk that has copies already: what is on another physical disk than all of them first.
     *
     * @param holding disks with a copy; they are not among the takers
     */
    public List<DiskId> takers(String pool, Collection<DiskId> holding) {
        List<Disk> have = holding.stream().map(disksById::get).filter(Objects::nonNull).toList();
        return requirePool(pool).takers(this::freeBytesAboveReserve, have).stream()
                .map(Disk::id)
                .filter(disk -> !holding.contains(disk))
                .toList();
    }

    /** Whether two disks of the store are on one physical disk, and lost together. */
    public boolean sharePhysicalDisk(DiskId one, DiskId other) throws StoreException {
        return require(one).sharesPhysicalDisk(require(other));
    }

    // ---- space

    /** Bytes that new data may still use, over all pools: free space above the reserves. */
    public long freeBytes() {
        List<Disk> all = pools.stream().flatMap(pool -> pool.disks().stream()).toList();
        return pools.stream()
                .mapToLong(pool -> pool.freeBytes(this::freeBytesAboveReserve, all))
                .reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }

    /** Bytes that new data may still use in a pool, with all their copies. */
    public long freeBytes(String pool) {
        Pool of = requirePool(pool);
        return of.freeBytes(this::freeBytesAboveReserve, of.disks());
    }

    private long freeBytesAboveReserve(Disk disk) {
        try {
            return Math.max(
                    0,
                    disk.change(() -> disksIo.freeBytes(disk.directory()))
                            - options.reserveBytes());
        } catch (DiskUnavailableException e) {
            return 0;
        } catch (IOException e) {
            LOG.warn("{}: free space unknown, counted as none: {}", disk.directory(), e.toString());
            return 0;
        }
    }

    private interface Listing<T> {
        List<T> of(StoreLayout layout) throws IOException;
    }

    private <T> SortedSet<T> listAll(Listing<T> listing) throws StoreException {
        SortedSet<T> all = new TreeSet<>();
        for (Disk disk : usableDisks()) {
            try {
                all.addAll(listing.of(disk.layout()));
            } catch (DiskUnavailableException e) {
                LOG.debug("not listed: {}", e.getMessage());
            } catch (IOException e) {
                throw cannotList(disk, e);
            }
        }
        return all;
    }

    private static StoreException.ReadFailed cannotList(Disk disk, IOException e) {
        return new StoreException.ReadFailed(
                "cannot list " + disk.directory() + ": " + e.getMessage(), e);
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
