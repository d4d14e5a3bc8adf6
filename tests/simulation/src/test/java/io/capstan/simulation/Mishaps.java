package io.capstan.simulation;

import io.capstan.catalog.CatalogException;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.format.DiskId;
import io.capstan.store.DiskCondition;
import io.capstan.store.DiskState;
import io.capstan.store.MoveStatus;
import io.capstan.store.Pace;
import io.capstan.store.PlacementOutcome;
import io.capstan.store.StoreDisks.DiskView;
import io.capstan.store.StoreException;
import io.capstan.upkeep.ScrubStatus;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What happens to the directories of a mirrored pool: they fail, are gone, come back, are replaced, are evacuated and taken out of
 * service for a while, and bits of their chunks rot; but never so much at once that there is no whole copy left of something. So
 * none of it may be seen by a host.
 */
final class Mishaps {

    private static final int PASSES_MAX = 50;
    private static final int CHUNKS_MAX = 100_000;

    private final SimulatedNode node;
    private final Swarm swarm;
    private final Random random;
    private final Consumer<String> note;

    /** Directories that fail or are gone now. */
    private final Set<Path> impaired = new LinkedHashSet<>();

    /** Those of which another has the place, for ever. */
    private final Set<Path> replaced = new HashSet<>();

    /** Files of which a bit has rotted, as they were. */
    private final Map<Path, byte[]> rotten = new HashMap<>();

    /** Whether all that is written now goes to as many directories as the pool wants copies. */
    private boolean isCalm = true;

    private int spares;
    private long count;

    Mishaps(SimulatedNode node, Swarm swarm, Random random, Consumer<String> note) {
        this.node = node;
        this.swarm = swarm;
        this.random = random;
        this.note = note;
    }

    long count() {
        return count;
    }

    /** Between two commands, something may happen, and upkeep may get to do something. */
    void betweenCommands(List<TwinDrive> drives) {
        try {
            if (random.nextInt(1000) < swarm.mishapPermille()) {
                letHappen(drives);
            }
            if (random.nextInt(100) < swarm.backgroundPercent()) {
                letGo(drives);
                node.upkeep().pass();
            }
        } catch (StoreException | CatalogException e) {
            // The power is gone, or a disk that upkeep was busy with; it goes on later.
            note.accept("interrupted: " + e.getMessage());
        }
    }

    /** What was being written has been recovered, with fewer copies perhaps. */
    void restarted() {
        isCalm = false;
    }

    private void letHappen(List<TwinDrive> drives) throws StoreException {
        noteCalm(drives);
        List<DiskView> disks = inService();
        DiskView disk = disks.get(random.nextInt(disks.size()));
        switch (random.nextInt(9)) {
            case 0 -> impair(disk, true, drives);
            case 1 -> impair(disk, false, drives);
            case 2, 3 -> heal();
            case 4 -> rot();
            case 5 -> replace();
            case 6, 7 -> leave(disk);
            default -> node.upkeep().scrub().start();
        }
    }

    private List<DiskView> inService() {
        return node.store().disks().views().stream()
                .filter(disk -> disk.state() != DiskState.REPLACED)
                .toList();
    }

    // ---- whether there is another copy of everything

    private boolean isReachable(DiskView disk) {
        return disk.condition() == DiskCondition.WORKING
                && !impaired.contains(disk.directory())
                && !replaced.contains(disk.directory());
    }

    private boolean isWhole(ChunkRecord chunk, DiskId disk) {
        return node.store()
                .disks()
                .view(disk)
                .filter(this::isReachable)
                .flatMap(view -> file(view.directory(), chunk))
                .filter(file -> node.disk().content(file).length >= chunk.lengthBytes())
                .filter(file -> !isRotten(file))
                .isPresent();
    }

    private Optional<Path> file(Path directory, ChunkRecord chunk) {
        String end =
                "%016x%016x/%016x.chunk"
                        .formatted(
                                chunk.chunk().container().mostSignificantBits(),
                                chunk.chunk().container().leastSignificantBits(),
                                chunk.chunk().sequence());
        return node.disk().files().stream()
                .filter(file -> file.startsWith(directory) && file.toString().endsWith(end))
                .findFirst();
    }

    private boolean isRotten(Path file) {
        byte[] good = rotten.get(file);
        if (good == null) {
            return false;
        }
        boolean isStill =
                node.disk().files().contains(file)
                        && !Arrays.equals(good, node.disk().content(file));
        if (!isStill) {
            rotten.remove(file);
        }
        return isStill;
    }

    private List<ChunkRecord> chunks() {
        return node.catalog().read(view -> view.chunks(Optional.empty(), CHUNKS_MAX)).stream()
                .filter(chunk -> chunk.state() != ChunkState.DELETABLE)
                .toList();
    }

    private long wholeCopies(ChunkRecord chunk) {
        return chunk.disks().stream().filter(disk -> isWhole(chunk, disk)).count();
    }

    private static boolean isSynchronized(List<TwinDrive> drives) {
        return drives.stream().noneMatch(drive -> drive.medium().hasUnsynchronizedObjects());
    }

    private void noteCalm(List<TwinDrive> drives) {
        isCalm |=
                isSynchronized(drives)
                        && inService().stream()
                                .allMatch(disk -> isReachable(disk) && disk.takesChunks())
                        && chunks().stream()
                                .allMatch(chunk -> wholeCopies(chunk) >= swarm.copies());
    }

    /** What is written and not in the catalog yet has all its copies only while it is calm. */
    private boolean canBeLost(DiskView disk, List<TwinDrive> drives) {
        if (!isSynchronized(drives) && !(isCalm && swarm.copies() > 1)) {
            return false;
        }
        boolean othersTakeChunks =
                inService().stream()
                        .anyMatch(other ->
                                !other.disk().equals(disk.disk())
                                        && isReachable(other)
                                        && other.takesChunks());
        return othersTakeChunks
                && chunks().stream()
                        .allMatch(chunk ->
                                chunk.disks().stream()
                                        .anyMatch(other ->
                                                !other.equals(disk.disk())
                                                        && isWhole(chunk, other)));
    }

    // ---- what happens

    private void impair(DiskView disk, boolean fails, List<TwinDrive> drives) {
        if (impaired.contains(disk.directory()) || !canBeLost(disk, drives)) {
            return;
        }
        count++;
        isCalm = false;
        impaired.add(disk.directory());
        note.accept(disk.directory() + (fails ? " fails" : " is gone"));
        if (fails) {
            node.directories().fail(disk.directory());
        } else {
            node.directories().remove(disk.directory());
        }
    }

    private void heal() {
        impaired.stream()
                .findFirst()
                .ifPresent(directory -> {
                    note.accept(directory + " is back");
                    node.directories().heal(directory);
                    impaired.remove(directory);
                });
    }

    // ---- disks that leave

    private Optional<DiskView> leaving() {
        return inService().stream().filter(disk -> disk.state().isLeaving()).findFirst();
    }

    /** One disk at a time is evacuated, taken out of service once it is empty, and taken back into it. */
    private void leave(DiskView disk) throws StoreException {
        Optional<DiskView> leaving = leaving();
        if (leaving.isEmpty()) {
            beginToLeave(disk);
        } else if (leaving.get().state() == DiskState.DEACTIVATED) {
            comeBack(leaving.get());
        } else if (isEmpty(leaving.get())) {
            note.accept(leaving.get().directory() + " is taken out");
            requireDone(node.upkeep().deactivate(leaving.get().disk()));
        }
    }

    private void beginToLeave(DiskView disk) throws StoreException {
        boolean othersTakeChunks =
                inService().stream()
                        .anyMatch(other ->
                                !other.disk().equals(disk.disk())
                                        && isReachable(other)
                                        && other.takesChunks());
        if (isReachable(disk) && othersTakeChunks) {
            count++;
            isCalm = false;
            note.accept(disk.directory() + " is evacuated");
            requireDone(node.upkeep().evacuate(disk.disk(), Long.MAX_VALUE));
        }
    }

    private boolean isEmpty(DiskView disk) {
        return node.upkeep()
                .evacuation(disk.disk())
                .filter(status -> status.state() == MoveStatus.State.DONE)
                .isPresent();
    }

    private void comeBack(DiskView disk) throws StoreException {
        note.accept(disk.directory() + " is taken back");
        requireDone(node.upkeep().reactivate(disk.disk()));
    }

    private static void requireDone(PlacementOutcome outcome) {
        if (!(outcome instanceof PlacementOutcome.Done)) {
            throw new AssertionError("refused: " + outcome);
        }
    }

    /** Drives let go of disks that are to get empty, and nobody sees it. */
    private void letGo(List<TwinDrive> drives) {
        if (node.store().beingWritten().values().stream()
                .noneMatch(node.store().disks()::isToLeave)) {
            return;
        }
        for (TwinDrive drive : drives) {
            note.accept(drive.volume() + " lets go of disks");
            boolean isDone = !drive.real().leaveDisks().isCompletedExceptionally();
            if (!node.disk().isPowerLost() && !(isDone && drive.isPositionSame())) {
                throw new AssertionError(
                        "letting go of disks: %s, at %s".formatted(isDone, drive.positions()));
            }
        }
    }

    /** One bit of one copy, while another one is whole, and none is taken away that counts. */
    private void rot() {
        if (leaving().isPresent()) {
            return;
        }
        List<ChunkRecord> candidates =
                chunks().stream()
                        .filter(chunk -> chunk.state() == ChunkState.SEALED)
                        .filter(chunk -> wholeCopies(chunk) > 1)
                        .toList();
        if (candidates.isEmpty()) {
            return;
        }
        ChunkRecord chunk = candidates.get(random.nextInt(candidates.size()));
        List<DiskId> disks = chunk.disks().stream().filter(disk -> isWhole(chunk, disk)).toList();
        DiskId disk = disks.get(random.nextInt(disks.size()));
        Path directory = node.store().disks().view(disk).orElseThrow().directory();
        Path file = file(directory, chunk).orElseThrow();
        byte[] good = node.disk().content(file);
        long bit = random.nextLong(8L * good.length);
        count++;
        rotten.put(file, good);
        note.accept("bit " + bit + " of " + file + " rots");
        node.disk().flipBit(file, bit);
    }

    private void replace() throws StoreException {
        Optional<DiskView> away =
                inService().stream()
                        .filter(disk -> impaired.contains(disk.directory()) && !disk.isUsable())
                        .findFirst();
        if (away.isPresent()) {
            Path spare = Path.of("/spare" + spares++);
            PlacementOutcome outcome = node.upkeep().replace(away.get().disk(), spare);
            note.accept(spare + " in place of " + away.get().directory() + ": " + outcome);
            if (outcome instanceof PlacementOutcome.Done) {
                count++;
                impaired.remove(away.get().directory());
                replaced.add(away.get().directory());
            }
        }
    }

    // ---- the end

    /** All directories are back: everything gets its copies again, and what has rotted is found and repaired. */
    void settle() throws StoreException {
        while (!impaired.isEmpty()) {
            heal();
        }
        for (Optional<DiskView> leaving = leaving(); leaving.isPresent(); leaving = leaving()) {
            comeBack(leaving.get());
        }
        node.finishSealing();
        await("all disks in use, with all copies", this::isSettled);
        node.upkeep().scrub().start();
        await(
                "the end of the scrub",
                () -> node.upkeep().scrub().status().state() == ScrubStatus.State.IDLE);
        await("no bad copies", () -> node.upkeep().badCopies(Optional.empty(), 1).isEmpty());
        requireEveryCopyWhole();
        rotten.clear();
        isCalm = false;
    }

    private interface Condition {
        boolean holds() throws StoreException;
    }

    private void await(String what, Condition condition) throws StoreException {
        for (int pass = 0; pass < PASSES_MAX; pass++) {
            node.passTime();
            node.upkeep().pass();
            if (condition.holds()) {
                return;
            }
        }
        throw new AssertionError(
                "upkeep does not get to %s: %s, %s"
                        .formatted(what, node.store().disks().views(), chunks()));
    }

    private boolean isSettled() {
        return inService().stream().allMatch(DiskView::takesChunks)
                && chunks().stream()
                        .filter(chunk -> chunk.state() == ChunkState.SEALED)
                        .allMatch(chunk -> inServiceCopies(chunk) >= swarm.copies());
    }

    private long inServiceCopies(ChunkRecord chunk) {
        return inService().stream().filter(disk -> chunk.disks().contains(disk.disk())).count();
    }

    /** Bits that have rotted where they carry nothing, between records, may stay. */
    private void requireEveryCopyWhole() throws StoreException {
        for (ChunkRecord chunk : chunks()) {
            for (DiskId disk : chunk.disks()) {
                if (chunk.state() == ChunkState.SEALED) {
                    node.store()
                            .verify(
                                    chunk.chunk(),
                                    disk,
                                    chunk.digest().map(ChunkDigest::toBytes),
                                    Pace.NONE);
                }
            }
        }
    }
}
