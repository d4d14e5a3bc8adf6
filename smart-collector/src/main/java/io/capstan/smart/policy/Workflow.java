package io.capstan.smart.policy;

import io.capstan.format.DiskId;
import io.capstan.store.DiskCondition;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import io.capstan.store.MoveStatus;
import io.capstan.store.Placement;
import io.capstan.store.PlacementOutcome;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Takes disks that are about to fail, or have failed, out of service and others into it, one safe step after the other.
 *
 * <pre>
 * FIRED ─ safe? ─ EVACUATING ─ empty ─ EMPTY ─ AWAITING_REPLACEMENT ─ replaced ─ REBALANCING ─ DONE
 *   died without warning: ─────────────────────┘
 * </pre>
 *
 * <p>Every step asks the store for what it may have been granted already, and is kept before the next is begun; so a crash at
 * any point costs nothing. A step that cannot be taken now says why, and is tried again. Never are more disks of a pool out at
 * once than redundancy allows, and none is begun whose chunks would not fit on the others.
 *
 * <p>Has one owner, who calls {@link #advance} now and then.
 */
public final class Workflow {

    private final Placement placement;
    private final CaseStore store;
    private final Limits limits;
    private final SlotLight light;
    private final Lodging lodging;
    private final SortedMap<DiskId, DiskCase> cases;
    private final Map<DiskId, Long> deadSince = new HashMap<>();
    private long firingDay = -1;
    private int firingsToday;

    /**
     * What the workflow keeps within.
     *
     * @param bytesPerSecondMax read from a disk that is evacuated, or of a pool that is evened out
     * @param copies of each chunk, by pool; 1 where it is not named
     * @param chunkBytesMax length of a chunk at most; what else lies on a disk need not be moved
     * @param freeBytesMin that the other disks of a pool have to have left, together, when a disk has been evacuated
     * @param firingsPerDayMax disks taken out in a day on predictions; more wait
     * @param deadSecondsMin for which a disk has to be dead before it is taken out: one that is mounted late, or hung, comes back
     */
    public record Limits(
            long bytesPerSecondMax,
            Map<String, Integer> copies,
            long chunkBytesMax,
            long freeBytesMin,
            int firingsPerDayMax,
            long deadSecondsMin) {

        public Limits {
            copies = Map.copyOf(copies);
        }

        /** Disks of a pool that may be out at once. With one copy, evacuation is safe by itself, one disk at a time. */
        int outMax(String pool) {
            return Math.max(1, copies.getOrDefault(pool, 1) - 1);
        }
    }

    /** Lights the lamp of a disk's slot, where there is one. */
    public interface SlotLight {

        void set(DiskStatus disk, boolean on);
    }

    /** On which physical disks store directories are. */
    public interface Lodging {

        /** Each directory is a disk of its own. */
        Lodging APART = (one, other) -> false;

        /** Whether two directories are on one physical disk: they fail, and are replaced, together. */
        boolean isShared(DiskId one, DiskId other);
    }

    /**
     * @throws IOException if the cases that were kept cannot be read
     */
    public Workflow(
            Placement placement, CaseStore store, Limits limits, SlotLight light, Lodging lodging)
            throws IOException {
        this.placement = placement;
        this.store = store;
        this.limits = limits;
        this.light = light;
        this.lodging = lodging;
        this.cases = new TreeMap<>(store.load());
    }

    /** All cases, those that are done included. */
    public List<DiskCase> cases() {
        return List.copyOf(cases.values());
    }

    public Optional<DiskCase> of(DiskId disk) {
        return Optional.ofNullable(cases.get(disk));
    }

    // ---- requests

    /** What became of a request. */
    public sealed interface Outcome {

        record Accepted(DiskCase now) implements Outcome {}

        record Refused(String reason) implements Outcome {}
    }

    /**
     * A policy fired on a disk. What is under way already goes on; a stronger action than before is taken over.
     */
    public Outcome fire(DiskStatus disk, Policy.Action action, String reason, long nowSeconds)
            throws IOException {
        return begin(disk, action, reason, false, nowSeconds);
    }

    /** As {@link #fire}, but a person asks for it: no prediction ends it. */
    public Outcome request(DiskStatus disk, Policy.Action action, long nowSeconds)
            throws IOException {
        return begin(disk, action, "requested by hand", true, nowSeconds);
    }

    private Outcome begin(
            DiskStatus disk, Policy.Action action, String reason, boolean byHand, long nowSeconds)
            throws IOException {
        DiskCase known = cases.get(disk.disk());
        if (known != null && known.step() != DiskCase.Step.DONE) {
            boolean isStronger = action.compareTo(known.action()) > 0;
            if (!isStronger) {
                return new Outcome.Accepted(known);
            }
            DiskCase stronger = known.with(action, reason);
            if (known.step() == DiskCase.Step.ALERTED) {
                stronger = stronger.at(DiskCase.Step.FIRED, nowSeconds);
            }
            return accept(stronger);
        }
        DiskCase.Step first =
                action == Policy.Action.ALERT ? DiskCase.Step.ALERTED : DiskCase.Step.FIRED;
        return accept(
                new DiskCase(
                        disk.disk(),
                        disk.pool(),
                        first,
                        action,
                        reason,
                        byHand,
                        false,
                        Optional.empty(),
                        nowSeconds));
    }

    /** Nothing points to failure any more. Ends a case that has not gone beyond an alert; others go on. */
    public void clear(DiskId disk, long nowSeconds) throws IOException {
        DiskCase known = cases.get(disk);
        if (known != null
                && !known.byHand()
                && (known.step() == DiskCase.Step.ALERTED || known.step() == DiskCase.Step.FIRED)) {
            accept(known.at(DiskCase.Step.DONE, nowSeconds));
        }
    }

    /** Stops a case where it is, or lets it go on. An evacuation that runs is ended; what was moved stays moved. */
    public Outcome hold(DiskId disk, boolean hold) throws IOException, StoreException {
        DiskCase known = cases.get(disk);
        if (known == null || known.step() == DiskCase.Step.DONE) {
            return new Outcome.Refused("nothing is being done with this disk");
        }
        if (hold && known.step() == DiskCase.Step.EVACUATING) {
            placement.stopPlacing(disk);
        }
        return accept(known.held(hold));
    }

    /** A person wants a disk to stay in service, whatever is feared: what is being done with it ends. */
    public Outcome keep(DiskStatus disk, long nowSeconds) throws IOException, StoreException {
        DiskCase known = cases.get(disk.disk());
        if (known == null || known.step() == DiskCase.Step.DONE) {
            return new Outcome.Refused("nothing is being done with this disk");
        }
        if (disk.state() == DiskState.REPLACED) {
            return new Outcome.Refused("another disk has its place");
        }
        return switch (placement.reactivate(disk.disk())) {
            case PlacementOutcome.Unknown() ->
                    new Outcome.Refused("there is no disk " + disk.disk());
            case PlacementOutcome.Refused(String reason) -> new Outcome.Refused(reason);
            case PlacementOutcome.Done() -> {
                light.set(disk, false);
                yield accept(known.held(false).at(DiskCase.Step.DONE, nowSeconds));
            }
        };
    }

    /**
     * A person put another disk in a disk's place.
     *
     * @param directory of the new disk
     */
    public Outcome replace(DiskId disk, Path directory, long nowSeconds)
            throws IOException, StoreException {
        Optional<DiskStatus> status = placement.disk(disk);
        if (status.isEmpty()) {
            return new Outcome.Refused("there is no disk " + disk);
        }
        PlacementOutcome outcome = placement.replace(disk, directory);
        return switch (outcome) {
            case PlacementOutcome.Unknown() -> new Outcome.Refused("there is no disk " + disk);
            case PlacementOutcome.Refused(String reason) -> new Outcome.Refused(reason);
            case PlacementOutcome.Done() -> {
                light.set(status.get(), false);
                // An earlier one may be done already; what is refused now is tried again.
                placement.rebalance(status.get().pool(), limits.bytesPerSecondMax);
                DiskCase known = cases.get(disk);
                DiskCase now =
                        known == null
                                ? new DiskCase(
                                        disk,
                                        status.get().pool(),
                                        DiskCase.Step.REBALANCING,
                                        Policy.Action.DEACTIVATE_AND_REPLACE,
                                        "replaced by hand",
                                        true,
                                        false,
                                        Optional.empty(),
                                        nowSeconds)
                                : known.at(DiskCase.Step.REBALANCING, nowSeconds);
                yield accept(now);
            }
        };
    }

    private Outcome accept(DiskCase now) throws IOException {
        cases.put(now.disk(), now);
        store.save(cases);
        return new Outcome.Accepted(now);
    }

    // ---- going on

    /**
     * Takes every step that can be taken now.
     *
     * @return cases that went a step further
     */
    public List<DiskCase> advance(long nowSeconds) throws IOException, StoreException {
        List<DiskCase> moved = new ArrayList<>();
        for (DiskStatus disk : placement.disks()) {
            findDead(disk, nowSeconds).ifPresent(moved::add);
        }
        for (DiskCase before : List.copyOf(cases.values())) {
            if (before.held() || before.step() == DiskCase.Step.DONE) {
                continue;
            }
            Optional<DiskStatus> status = placement.disk(before.disk());
            DiskCase after =
                    status.isEmpty()
                            ? before.at(DiskCase.Step.DONE, nowSeconds)
                            : step(before, status.get(), nowSeconds);
            if (!after.equals(before)) {
                accept(after);
            }
            if (after.step() != before.step()) {
                moved.add(after);
            }
        }
        return moved;
    }

    /** A disk that died without warning goes straight to being taken out: nothing can be read from it. */
    private Optional<DiskCase> findDead(DiskStatus disk, long nowSeconds) throws IOException {
        if (!isDead(disk)) {
            deadSince.remove(disk.disk());
            return Optional.empty();
        }
        long since = deadSince.computeIfAbsent(disk.disk(), _ -> nowSeconds);
        boolean isWanted =
                disk.state() != DiskState.REPLACED && disk.state() != DiskState.DEACTIVATED;
        DiskCase known = cases.get(disk.disk());
        boolean isNew =
                known == null
                        || known.step() == DiskCase.Step.DONE
                        || known.step() == DiskCase.Step.ALERTED
                        || known.step() == DiskCase.Step.FIRED
                        || known.step() == DiskCase.Step.EVACUATING;
        boolean isLong = nowSeconds - since >= limits.deadSecondsMin;
        if (!isLong || !isWanted || !isNew || (known != null && known.held())) {
            return Optional.empty();
        }
        DiskCase dead =
                new DiskCase(
                        disk.disk(),
                        disk.pool(),
                        DiskCase.Step.EMPTY,
                        Policy.Action.DEACTIVATE_AND_REPLACE,
                        (disk.condition() == DiskCondition.MISSING
                                        ? "the disk is missing"
                                        : "the disk has failed")
                                + disk.fault().map(fault -> ": " + fault).orElse(""),
                        false,
                        false,
                        Optional.empty(),
                        nowSeconds);
        accept(dead);
        return Optional.of(dead);
    }

    private static boolean isDead(DiskStatus disk) {
        return disk.condition() == DiskCondition.FAILED
                || disk.condition() == DiskCondition.MISSING;
    }

    private DiskCase step(DiskCase now, DiskStatus disk, long nowSeconds) throws StoreException {
        if (disk.state() == DiskState.REPLACED && now.step() != DiskCase.Step.REBALANCING) {
            return now.at(DiskCase.Step.REBALANCING, nowSeconds);
        }
        if (now.isOut() && disk.state() == DiskState.ACTIVE && !isDead(disk)) {
            // A person took it back into service, or it came back before it was taken out.
            light.set(disk, false);
            return now.at(DiskCase.Step.DONE, nowSeconds);
        }
        return switch (now.step()) {
            case ALERTED, DONE -> now;
            case FIRED -> begin(now, disk, nowSeconds);
            case EVACUATING -> evacuate(now, disk, nowSeconds);
            case EMPTY -> takeOut(now, disk, nowSeconds);
            case AWAITING_REPLACEMENT -> now;
            case REBALANCING -> rebalance(now, nowSeconds);
        };
    }

    private DiskCase begin(DiskCase now, DiskStatus disk, long nowSeconds) throws StoreException {
        Optional<String> obstacle = obstacle(disk, nowSeconds);
        if (obstacle.isPresent()) {
            return now.blocked(obstacle.get());
        }
        DiskCase next =
                granted(
                        now,
                        placement.evacuate(now.disk(), limits.bytesPerSecondMax),
                        DiskCase.Step.EVACUATING,
                        nowSeconds);
        if (next.step() == DiskCase.Step.EVACUATING) {
            firingsToday += isPartlyOut(disk) ? 0 : 1;
            light.set(disk, true);
        }
        return next;
    }

    /** Whether another directory on the same physical disk is out: the disk was counted then. */
    private boolean isPartlyOut(DiskStatus disk) {
        return cases.values().stream()
                .anyMatch(other ->
                        other.isOut()
                                && !other.disk().equals(disk.disk())
                                && lodging.isShared(other.disk(), disk.disk()));
    }

    /** Adds a directory, unless one on the same physical disk is there. */
    private void addApart(List<DiskStatus> apart, DiskStatus disk) {
        if (apart.stream().noneMatch(other -> lodging.isShared(other.disk(), disk.disk()))) {
            apart.add(disk);
        }
    }

    /**
     * Why a disk cannot be begun with now; empty if nothing is in the way. Directories on one physical disk count as one disk, and
     * those that are on this one neither as out nor as a place to go to.
     */
    private Optional<String> obstacle(DiskStatus disk, long nowSeconds) throws StoreException {
        long day = nowSeconds / (24 * 3600);
        if (day != firingDay) {
            firingDay = day;
            firingsToday = 0;
        }
        if (firingsToday >= limits.firingsPerDayMax && !isPartlyOut(disk)) {
            return Optional.of("enough disks were taken out today");
        }
        List<DiskStatus> out = new ArrayList<>();
        List<DiskStatus> takers = new ArrayList<>();
        Set<String> fileSystems = new HashSet<>();
        long freeBytes = 0;
        long bytes = bytesToMove(disk);
        for (DiskStatus other : placement.disks()) {
            if (!other.pool().equals(disk.pool())
                    || other.disk().equals(disk.disk())
                    || other.state() == DiskState.REPLACED) {
                continue;
            }
            if (lodging.isShared(other.disk(), disk.disk())) {
                bytes += bytesToMove(other);
            } else if (isUsable(other)) {
                boolean isNew = fileSystems.add(other.device().orElse(other.disk().toString()));
                freeBytes += isNew ? other.freeBytes() : 0;
                addApart(takers, other);
            } else {
                addApart(out, other);
            }
        }
        if (out.size() >= limits.outMax(disk.pool())) {
            return Optional.of(
                    out.size() == 1
                            ? "another disk of pool %s is out already".formatted(disk.pool())
                            : "%d disks of pool %s are out already"
                                    .formatted(out.size(), disk.pool()));
        }
        int copies = limits.copies.getOrDefault(disk.pool(), 1);
        if (takers.size() < copies) {
            return Optional.of(
                    "pool %s has %d other disks, and keeps %d copies"
                            .formatted(disk.pool(), takers.size(), copies));
        }
        if (freeBytes - bytes < limits.freeBytesMin) {
            return Optional.of(
                    "the other disks of pool %s have %s free; %s and a reserve of %s are needed"
                            .formatted(
                                    disk.pool(),
                                    gibibytes(freeBytes),
                                    gibibytes(bytes),
                                    gibibytes(limits.freeBytesMin)));
        }
        return Optional.empty();
    }

    /** At most: its chunks are no longer than that, and no more than what is used of its file system. */
    private long bytesToMove(DiskStatus disk) {
        long used = disk.sizeBytes() - disk.freeBytes();
        boolean isLess = disk.chunkCount() < used / limits.chunkBytesMax;
        return isLess ? disk.chunkCount() * limits.chunkBytesMax : used;
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / (1 << 30));
    }

    private boolean isUsable(DiskStatus other) {
        DiskCase known = cases.get(other.disk());
        return other.state() == DiskState.ACTIVE
                && other.condition() == DiskCondition.WORKING
                && (known == null || !known.isOut());
    }

    private DiskCase evacuate(DiskCase now, DiskStatus disk, long nowSeconds)
            throws StoreException {
        if (disk.state() != DiskState.EVACUATING) {
            // Released after a hold.
            return granted(
                    now,
                    placement.evacuate(now.disk(), limits.bytesPerSecondMax),
                    DiskCase.Step.EVACUATING,
                    nowSeconds);
        }
        Optional<MoveStatus> evacuation = placement.evacuation(now.disk());
        boolean isEmpty =
                evacuation.filter(status -> status.state() == MoveStatus.State.DONE).isPresent();
        if (isEmpty) {
            return now.at(DiskCase.Step.EMPTY, nowSeconds);
        }
        return evacuation.flatMap(MoveStatus::obstacle).map(now::blocked).orElse(now);
    }

    private DiskCase takeOut(DiskCase now, DiskStatus disk, long nowSeconds) throws StoreException {
        if (now.action() != Policy.Action.DEACTIVATE_AND_REPLACE) {
            return now;
        }
        DiskCase next =
                granted(
                        now,
                        placement.deactivate(now.disk()),
                        DiskCase.Step.AWAITING_REPLACEMENT,
                        nowSeconds);
        if (next.step() == DiskCase.Step.AWAITING_REPLACEMENT) {
            light.set(disk, true);
        }
        return next;
    }

    private DiskCase rebalance(DiskCase now, long nowSeconds) throws StoreException {
        boolean isDone =
                placement
                        .rebalancing(now.pool())
                        .map(status -> status.state() == MoveStatus.State.DONE)
                        .orElse(false);
        if (isDone) {
            return now.at(DiskCase.Step.DONE, nowSeconds);
        }
        return granted(
                now,
                placement.rebalance(now.pool(), limits.bytesPerSecondMax),
                DiskCase.Step.REBALANCING,
                now.sinceSeconds());
    }

    private static DiskCase granted(
            DiskCase now, PlacementOutcome outcome, DiskCase.Step next, long nowSeconds) {
        return switch (outcome) {
            case PlacementOutcome.Done() -> now.at(next, nowSeconds);
            case PlacementOutcome.Unknown() -> now.at(DiskCase.Step.DONE, nowSeconds);
            case PlacementOutcome.Refused(String reason) -> now.blocked(reason);
        };
    }
}
