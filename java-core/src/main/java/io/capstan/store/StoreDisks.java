package io.capstan.store;

import io.capstan.format.DiskId;
import io.capstan.format.DiskLabel;
import io.capstan.format.StoreLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of a store, by pool: which there are, in what condition they are, and what room they have.
 *
 * <p>Where a pool has several disks, one that fails, does not answer or is gone is taken out of use and the others go on.
 *
 * <p>Any thread.
 */
public final class StoreDisks {

    private static final Logger LOG = LoggerFactory.getLogger(StoreDisks.class);

    private final List<Pool> pools = new ArrayList<>();
    private final Map<DiskId, Disk> disksById = new ConcurrentHashMap<>();
    private final StoreOptions options;

    /** What is below everything. */
    private final FileIo below;

    /** The same, through the disks. */
    private final DiskIo io;

    private volatile StoreListener listener = StoreListener.NONE;

    private StoreDisks(StoreOptions options, FileIo below) {
        this.options = options;
        this.below = below;
        this.io = new DiskIo(below);
    }

    // ---- opening

    /** As {@link ChunkStore#open(List, StoreOptions, FileIo)}. */
    static StoreDisks open(List<Path> directories, StoreOptions options, FileIo io)
            throws StoreException {
        if (directories.isEmpty()) {
            throw new IllegalArgumentException("a store needs a directory");
        }
        StoreDisks disks = new StoreDisks(options, io);
        Pool pool = new Pool(PoolPlan.NAME_DEFAULT, 1);
        disks.pools.add(pool);
        for (Path directory : directories) {
            DiskPlan plan =
                    new DiskPlan(
                            unlabelled(directory),
                            directory,
                            DiskPlan.LabelRule.IGNORED,
                            DiskState.ACTIVE,
                            false);
            Disk disk = new Disk(plan, pool.name(), io, 0, false, false);
            disks.add(pool, disk);
            try {
                io.makeDirectories(disk.layout().chunksDirectory());
            } catch (IOException e) {
                throw new StoreException.WriteFailed(
                        "cannot make " + disk.layout().chunksDirectory() + ": " + e.getMessage(),
                        e);
            }
        }
        return disks;
    }

    /** As {@link ChunkStore#open(List, StoreOptions, FileIo, InstantSource)}. */
    static StoreDisks open(
            List<PoolPlan> plans, StoreOptions options, FileIo io, InstantSource clock)
            throws StoreException {
        if (plans.isEmpty()) {
            throw new IllegalArgumentException("a store needs a pool");
        }
        int diskCount = plans.stream().mapToInt(plan -> plan.disks().size()).sum();
        long timeoutMillis = diskCount > 1 ? options.diskTimeoutMillis() : 0;
        StoreDisks disks = new StoreDisks(options, io);
        for (PoolPlan plan : plans) {
            disks.begin(plan, timeoutMillis, clock);
        }
        return disks;
    }

    private void begin(PoolPlan plan, long timeoutMillis, InstantSource clock)
            throws StoreException.WriteFailed {
        Pool pool = new Pool(plan.name(), plan.copies());
        pools.add(pool);
        boolean isExpendable =
                plan.disks().stream().filter(d -> d.state() != DiskState.REPLACED).count() > 1;
        List<IOException> faults = new ArrayList<>();
        for (DiskPlan diskPlan : plan.disks()) {
            Disk disk =
                    new Disk(
                            diskPlan,
                            plan.name(),
                            below,
                            timeoutMillis,
                            plan.copies() > 1,
                            isExpendable);
            add(pool, disk);
            begin(disk, diskPlan.label(), clock).ifPresent(faults::add);
        }
        if (pool.disks().stream().noneMatch(Disk::isUsable)
                || faults.size() == plan.disks().size()) {
            IOException first = faults.isEmpty() ? null : faults.getFirst();
            throw new StoreException.WriteFailed(
                    "no disk of pool %s can be used: %s"
                            .formatted(
                                    plan.name(),
                                    first == null ? "all are out of service" : first.getMessage()),
                    first);
        }
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

    /** The disk label in a directory that may be of no disk of the store; empty if there is none. */
    public Optional<DiskLabel> label(Path directory) throws IOException {
        return label(directory, below);
    }

    /**
     * Adds a disk to a pool.
     *
     * @throws StoreException.WriteFailed if it cannot be used; it is not added then
     */
    public void add(String pool, DiskPlan plan, InstantSource clock) throws StoreException {
        Pool into = pool(pool);
        Disk disk =
                new Disk(
                        plan,
                        into.name(),
                        below,
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

    // ---- for the rest of the store

    /** As {@link ChunkStore#listen}. */
    void listen(StoreListener newListener) {
        listener = newListener;
        for (Disk disk : all()) {
            disk.listener(newListener);
            DiskCondition condition = disk.condition();
            if (condition == DiskCondition.FAILED || condition == DiskCondition.MISSING) {
                newListener.diskFailed(disk.id(), condition, disk.fault().orElse(""));
            }
        }
    }

    StoreListener listener() {
        return listener;
    }

    /** All files: calls on disks that are out of use fail, and those on disks with peers are bounded in time. */
    DiskIo io() {
        return io;
    }

    /** All files, whatever is known of their disks. */
    FileIo below() {
        return below;
    }

    List<Disk> all() {
        return pools.stream().flatMap(pool -> pool.disks().stream()).toList();
    }

    List<Disk> usable() {
        return all().stream().filter(Disk::isUsable).toList();
    }

    Optional<Disk> find(DiskId disk) {
        return Optional.ofNullable(disksById.get(disk));
    }

    Disk require(DiskId disk) throws StoreException {
        Disk found = disksById.get(disk);
        if (found == null) {
            throw new StoreException.ReadFailed("the store has no disk " + disk, null);
        }
        return found;
    }

    /** The pool of a name; the first one if there is none of that name. */
    Pool pool(String name) {
        return pools.stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElse(pools.getFirst());
    }

    /** Disks for the copies of a new chunk, the best first. */
    List<Disk> takers(Pool pool) {
        return pool.takers(this::freeBytesAboveReserve, List.of());
    }

    // ---- pools

    public List<String> poolNames() {
        return pools.stream().map(Pool::name).toList();
    }

    /** The pool of a name; the first one if there is none of that name. */
    public String poolOr(String name) {
        return pool(name).name();
    }

    /** Copies that chunks of a pool should have. */
    public int copies(String pool) {
        return pool(pool).copies();
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

    /** Whether anything may be asked of the disk that a directory is the store directory of. */
    public boolean isUsable(Path directory) {
        return all().stream()
                .anyMatch(disk -> disk.directory().equals(directory) && disk.isUsable());
    }

    private List<Path> directories(Predicate<Disk> filter) {
        return all().stream()
                .filter(disk ->
                        disk.state() != DiskState.REPLACED && disk.state() != DiskState.DEACTIVATED)
                .filter(filter)
                .map(Disk::directory)
                .toList();
    }

    // ---- one disk

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
    public List<DiskView> views() {
        return all().stream().map(StoreDisks::view).toList();
    }

    public Optional<DiskView> view(DiskId disk) {
        return find(disk).map(StoreDisks::view);
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

    /** Whether the store has a disk of which anything may be asked. */
    public boolean isUsable(DiskId disk) {
        return view(disk).filter(DiskView::isUsable).isPresent();
    }

    /**
     * Whether a chunk that is being written is to be sealed, because a disk it is on is to get empty or has failed: only what
     * is sealed is copied to another disk.
     *
     * @param disksWritten those that have it; where none of them can be used, nothing can be sealed
     */
    public boolean isToLeave(List<DiskId> disksWritten) {
        List<DiskView> views = disksWritten.stream().flatMap(id -> view(id).stream()).toList();
        return views.stream().anyMatch(DiskView::isUsable)
                && views.stream().anyMatch(disk -> disk.state().isLeaving() || !disk.isUsable());
    }

    public void setState(DiskId disk, DiskState state) throws StoreException {
        require(disk).state(state);
    }

    /** Takes a disk to have been away: it is {@link DiskCondition#RESILVERING} until it is brought up to date. */
    public void away(DiskId disk, String reason) throws StoreException {
        require(disk).away(reason);
    }

    /** Tries whether a disk that is out of use works again; if so it is {@link DiskCondition#RESILVERING}. */
    public boolean probe(DiskId disk) throws StoreException {
        return require(disk).probe();
    }

    /** What a disk missed has been brought up to date. */
    public void resilvered(DiskId disk) throws StoreException {
        require(disk).resilvered();
    }

    /** Whether two disks of the store are on one physical disk, and lost together. */
    public boolean sharePhysicalDisk(DiskId one, DiskId other) throws StoreException {
        return require(one).sharesPhysicalDisk(require(other));
    }

    /** What a disk's directory is mounted from, where that is known. */
    public Optional<String> device(DiskId disk) throws StoreException {
        Disk of = require(disk);
        try {
            return of.call(() -> below.device(of.directory()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    // ---- room

    /** Bytes that are free on a disk's file system; 0 where that cannot be told. */
    public long freeBytes(DiskId disk) throws StoreException {
        Disk of = require(disk);
        try {
            return of.call(() -> below.freeBytes(of.directory()));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Bytes of a disk's file system; 0 where that cannot be told. */
    public long sizeBytes(DiskId disk) throws StoreException {
        Disk of = require(disk);
        try {
            return of.call(() -> below.sizeBytes(of.directory()));
        } catch (IOException e) {
            return 0;
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
        return pool(pool).takers(this::freeBytesAboveReserve, have).stream()
                .map(Disk::id)
                .filter(disk -> !holding.contains(disk))
                .toList();
    }

    /** Bytes that new data may still use, over all pools: free space above the reserves. */
    public long freeBytes() {
        List<Disk> all = all();
        return pools.stream()
                .mapToLong(pool -> pool.freeBytes(this::freeBytesAboveReserve, all))
                .reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }

    /** Bytes that new data may still use in a pool, with all their copies. */
    public long freeBytes(String pool) {
        Pool of = pool(pool);
        return of.freeBytes(this::freeBytesAboveReserve, of.disks());
    }

    long freeBytesAboveReserve(Disk disk) {
        try {
            return Math.max(
                    0,
                    disk.change(() -> below.freeBytes(disk.directory())) - options.reserveBytes());
        } catch (DiskUnavailableException e) {
            return 0;
        } catch (IOException e) {
            LOG.warn("{}: free space unknown, counted as none: {}", disk.directory(), e.toString());
            return 0;
        }
    }
}
