package io.capstan.smart.policy;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.store.DiskCondition;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import io.capstan.store.MoveStatus;
import io.capstan.store.Placement;
import io.capstan.store.PlacementOutcome;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A store of disks and chunks in memory: {@link #work} moves one chunk, and a chunk without a copy on a disk that can be read is
 * lost, which {@link #lostChunks} tells.
 */
public final class FakePlacement implements Placement {

    private static final long CHUNK_BYTES = 64 << 20;

    private final int copies;
    private final Map<DiskId, Disk> disks = new LinkedHashMap<>();
    private final Set<Long> chunks = new HashSet<>();
    private boolean rebalancing;

    /** Makes the next call fail after it has been done, as if the process died before it heard of it. */
    private boolean dies;

    private static final class Disk {
        final DiskId id;
        final String device;
        String pool = "main";
        DiskState state = DiskState.ACTIVE;
        DiskCondition condition = DiskCondition.WORKING;
        final SortedSet<Long> chunks = new TreeSet<>();
        long freeChunks = 1000;
        long foreignChunks;
        Optional<DiskId> replacedBy = Optional.empty();

        Disk(DiskId id, String device) {
            this.id = id;
            this.device = device;
        }

        boolean isReadable() {
            return condition == DiskCondition.WORKING
                    && state != DiskState.DEACTIVATED
                    && state != DiskState.REPLACED;
        }
    }

    /** The process died. */
    public static final class Died extends RuntimeException {}

    public FakePlacement(int copies, int diskCount) {
        this.copies = copies;
        for (int disk = 0; disk < diskCount; disk++) {
            DiskId id = id(disk);
            disks.put(id, new Disk(id, "/dev/sd" + (char) ('a' + disk) + "1"));
        }
    }

    public static DiskId id(int disk) {
        return new DiskId(7, disk);
    }

    /** Writes chunks where there is most room. */
    public void write(int count) {
        for (int chunk = 0; chunk < count; chunk++) {
            long number = chunks.size();
            chunks.add(number);
            for (int copy = 0; copy < copies; copy++) {
                taker(number).ifPresent(disk -> put(disk, number));
            }
        }
    }

    private static void put(Disk disk, long chunk) {
        disk.chunks.add(chunk);
        disk.freeChunks--;
    }

    private Optional<Disk> taker(long chunk) {
        Optional<Disk> best = Optional.empty();
        for (Disk disk : disks.values()) {
            boolean takes =
                    disk.state == DiskState.ACTIVE
                            && disk.condition == DiskCondition.WORKING
                            && disk.freeChunks > 0
                            && !disk.chunks.contains(chunk);
            if (takes && (best.isEmpty() || disk.freeChunks > best.get().freeChunks)) {
                best = Optional.of(disk);
            }
        }
        return best;
    }

    public void fill(int disk, long freeChunks) {
        disks.get(id(disk)).freeChunks = freeChunks;
    }

    /** Something else on the disk that takes the room of so many chunks. */
    public void addForeign(int disk, long sizeChunks) {
        disks.get(id(disk)).foreignChunks = sizeChunks;
    }

    /** To tell disks by their pools. Chunks go where there is room all the same. */
    public void assign(int disk, String pool) {
        disks.get(id(disk)).pool = pool;
    }

    public void fail(int disk) {
        disks.get(id(disk)).condition = DiskCondition.FAILED;
    }

    public void repair(int disk) {
        disks.get(id(disk)).condition = DiskCondition.WORKING;
    }

    public void dieInNextCall() {
        dies = true;
    }

    /** Chunks of which no copy can be read. */
    public int lostChunks() {
        int lost = 0;
        for (long chunk : chunks) {
            lost +=
                    disks.values().stream()
                                    .anyMatch(d -> d.isReadable() && d.chunks.contains(chunk))
                            ? 0
                            : 1;
        }
        return lost;
    }

    /** Chunks with fewer copies than wanted on disks that can be read. */
    public int degradedChunks() {
        int degraded = 0;
        for (long chunk : chunks) {
            long whole =
                    disks.values().stream()
                            .filter(d -> d.isReadable() && d.chunks.contains(chunk))
                            .count();
            degraded += whole < copies ? 1 : 0;
        }
        return degraded;
    }

    public int chunksOn(int disk) {
        return disks.get(id(disk)).chunks.size();
    }

    public DiskState state(int disk) {
        return disks.get(id(disk)).state;
    }

    public long unusable() {
        return disks.values().stream()
                .filter(d -> d.state != DiskState.REPLACED)
                .filter(d -> d.state != DiskState.ACTIVE || d.condition != DiskCondition.WORKING)
                .count();
    }

    /** What the store does in the background: moves one chunk of each evacuating disk, and makes one missing copy. */
    public void work() {
        for (Disk disk : disks.values()) {
            if (disk.state == DiskState.EVACUATING
                    && disk.condition == DiskCondition.WORKING
                    && !disk.chunks.isEmpty()) {
                long chunk = disk.chunks.first();
                taker(chunk)
                        .ifPresent(taker -> {
                            put(taker, chunk);
                            disk.chunks.remove(chunk);
                            disk.freeChunks++;
                        });
            }
        }
        for (long chunk : chunks) {
            List<Disk> whole =
                    disks.values().stream()
                            .filter(d -> d.isReadable() && d.chunks.contains(chunk))
                            .toList();
            if (!whole.isEmpty() && whole.size() < copies) {
                taker(chunk).ifPresent(disk -> put(disk, chunk));
                return;
            }
        }
        rebalancing = false;
    }

    private PlacementOutcome done() {
        if (dies) {
            dies = false;
            throw new Died();
        }
        return new PlacementOutcome.Done();
    }

    private DiskStatus status(Disk disk) {
        return new DiskStatus(
                disk.id,
                Path.of("/data", disk.id.toString()),
                Optional.of(disk.device),
                disk.pool,
                disk.state,
                disk.condition,
                disk.condition == DiskCondition.WORKING ? Optional.empty() : Optional.of("EIO"),
                disk.replacedBy,
                disk.chunks.size(),
                disk.freeChunks * CHUNK_BYTES,
                (disk.freeChunks + disk.chunks.size() + disk.foreignChunks) * CHUNK_BYTES);
    }

    @Override
    public List<DiskStatus> disks() {
        return disks.values().stream().map(this::status).toList();
    }

    @Override
    public Optional<DiskStatus> disk(DiskId disk) {
        return Optional.ofNullable(disks.get(disk)).map(this::status);
    }

    @Override
    public List<ChunkId> chunksOn(DiskId disk, Optional<ChunkId> after, int limit) {
        List<ChunkId> ids = new ArrayList<>();
        for (long chunk : disks.get(disk).chunks) {
            if (ids.size() < limit) {
                ids.add(new ChunkId(new ContainerId(0, 1), chunk + 1));
            }
        }
        return ids;
    }

    @Override
    public PlacementOutcome stopPlacing(DiskId disk) {
        disks.get(disk).state = DiskState.CLOSED;
        return done();
    }

    @Override
    public PlacementOutcome evacuate(DiskId disk, long bytesPerSecondMax) {
        disks.get(disk).state = DiskState.EVACUATING;
        return done();
    }

    @Override
    public Optional<MoveStatus> evacuation(DiskId disk) {
        Disk of = disks.get(disk);
        return of.state == DiskState.EVACUATING
                ? Optional.of(
                        new MoveStatus(
                                of.chunks.isEmpty()
                                        ? MoveStatus.State.DONE
                                        : MoveStatus.State.RUNNING,
                                of.chunks.size(),
                                0,
                                0,
                                Optional.empty()))
                : Optional.empty();
    }

    @Override
    public PlacementOutcome deactivate(DiskId disk) {
        Disk of = disks.get(disk);
        DiskState before = of.state;
        of.state = DiskState.DEACTIVATED;
        if (lostChunks() > 0) {
            of.state = before;
            return new PlacementOutcome.Refused("it has the only whole copy of a chunk");
        }
        return done();
    }

    @Override
    public PlacementOutcome reactivate(DiskId disk) {
        disks.get(disk).state = DiskState.ACTIVE;
        return done();
    }

    @Override
    public PlacementOutcome replace(DiskId disk, Path directory) {
        Disk old = disks.get(disk);
        if (old.state != DiskState.REPLACED) {
            DiskId id = new DiskId(8, disks.size());
            disks.put(id, new Disk(id, "/dev/sdz" + disks.size()));
            old.state = DiskState.REPLACED;
            old.replacedBy = Optional.of(id);
        }
        return done();
    }

    @Override
    public PlacementOutcome rebalance(String pool, long bytesPerSecondMax) {
        rebalancing = true;
        return done();
    }

    @Override
    public Optional<MoveStatus> rebalancing(String pool) throws StoreException {
        return Optional.of(
                new MoveStatus(
                        rebalancing ? MoveStatus.State.RUNNING : MoveStatus.State.DONE,
                        0,
                        0,
                        0,
                        Optional.empty()));
    }
}
