package io.capstan.smart.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.format.DiskId;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** D16 and D17: step by step, safe at every step, whatever crashes when. */
class WorkflowTest {

    private static final long CHUNK_BYTES = 64 << 20;

    @TempDir private Path directory;

    private final List<String> lights = new ArrayList<>();
    private long now = 1_000_000;

    private static Workflow.Limits limits(int copies) {
        return new Workflow.Limits(1 << 20, Map.of("main", copies), CHUNK_BYTES, 0, 100, 0);
    }

    private Workflow open(FakePlacement placement, Workflow.Limits limits) throws Exception {
        return open(placement, limits, Workflow.Lodging.APART);
    }

    /** Directories 0 and 1 are on one disk, 2 and 3 on another, and so on. */
    private static boolean inPairs(DiskId one, DiskId other) {
        return one.leastSignificantBits() / 2 == other.leastSignificantBits() / 2;
    }

    private Workflow open(FakePlacement placement, Workflow.Limits limits, Workflow.Lodging lodging)
            throws Exception {
        return new Workflow(
                placement,
                new CaseFile(directory.resolve("cases.json")),
                limits,
                (disk, on) ->
                        lights.add(disk.disk().leastSignificantBits() + (on ? " on" : " off")),
                lodging);
    }

    private static DiskStatus disk(FakePlacement placement, int disk) {
        return placement.disk(FakePlacement.id(disk)).orElseThrow();
    }

    private void run(Workflow workflow, FakePlacement placement, int steps) throws Exception {
        for (int step = 0; step < steps; step++) {
            workflow.advance(now++);
            placement.work();
        }
    }

    private static DiskCase.Step step(Workflow workflow, int disk) {
        return workflow.of(FakePlacement.id(disk)).orElseThrow().step();
    }

    @Test
    void diskIsEvacuatedTakenOutReplacedAndThePoolEvenedOut() throws Exception {
        FakePlacement placement = new FakePlacement(1, 4);
        placement.write(40);
        Workflow workflow = open(placement, limits(1));

        workflow.fire(disk(placement, 0), Policy.Action.DEACTIVATE_AND_REPLACE, "why", now);
        run(workflow, placement, 30);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.AWAITING_REPLACEMENT);
        assertThat(placement.state(0)).isEqualTo(DiskState.DEACTIVATED);
        assertThat(placement.chunksOn(0)).isZero();
        assertThat(placement.lostChunks()).isZero();
        assertThat(lights).containsExactly("0 on", "0 on");

        workflow.replace(FakePlacement.id(0), Path.of("/data/new"), now);
        run(workflow, placement, 3);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.DONE);
        assertThat(lights).last().isEqualTo("0 off");
    }

    @Test
    void D16_directoriesOnOneDiskGoTogetherAndNotToEachOther() throws Exception {
        FakePlacement placement = new FakePlacement(1, 4);
        placement.write(40);
        Workflow.Limits oneADay =
                new Workflow.Limits(1 << 20, Map.of("main", 1), CHUNK_BYTES, 0, 1, 0);
        Workflow workflow = open(placement, oneADay, WorkflowTest::inPairs);

        workflow.fire(disk(placement, 0), Policy.Action.EVACUATE, "why", now);
        workflow.fire(disk(placement, 1), Policy.Action.EVACUATE, "why", now);
        workflow.advance(now);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.EVACUATING);
        assertThat(step(workflow, 1)).isEqualTo(DiskCase.Step.EVACUATING);

        run(workflow, placement, 60);
        assertThat(placement.chunksOn(0) + placement.chunksOn(1)).isZero();
        assertThat(placement.lostChunks()).isZero();
    }

    @Test
    void D17_aDiskWithTwoDirectoriesIsNoPlaceForTwoCopies() throws Exception {
        FakePlacement placement = new FakePlacement(2, 4);
        placement.write(20);
        Workflow workflow = open(placement, limits(2), WorkflowTest::inPairs);

        workflow.fire(disk(placement, 0), Policy.Action.EVACUATE, "why", now);
        workflow.advance(now);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.FIRED);
        assertThat(workflow.of(FakePlacement.id(0)).orElseThrow().obstacle())
                .contains("pool main has 1 other disks, and keeps 2 copies");
    }

    @Test
    void evacuationAloneLeavesTheDiskClosedAndEmpty() throws Exception {
        FakePlacement placement = new FakePlacement(1, 4);
        placement.write(20);
        Workflow workflow = open(placement, limits(1));

        workflow.fire(disk(placement, 1), Policy.Action.EVACUATE, "why", now);
        run(workflow, placement, 30);

        assertThat(step(workflow, 1)).isEqualTo(DiskCase.Step.EMPTY);
        assertThat(placement.state(1)).isEqualTo(DiskState.EVACUATING);

        workflow.fire(disk(placement, 1), Policy.Action.DEACTIVATE_AND_REPLACE, "worse", now);
        run(workflow, placement, 2);

        assertThat(step(workflow, 1)).isEqualTo(DiskCase.Step.AWAITING_REPLACEMENT);
    }

    @Test
    void diskThatDiesWithoutWarningIsTakenOutAndItsChunksAreCopiedAnew() throws Exception {
        FakePlacement placement = new FakePlacement(2, 4);
        placement.write(30);
        Workflow workflow = open(placement, limits(2));
        placement.fail(2);

        run(workflow, placement, 60);

        assertThat(step(workflow, 2)).isEqualTo(DiskCase.Step.AWAITING_REPLACEMENT);
        assertThat(workflow.of(FakePlacement.id(2)).orElseThrow().reason()).contains("EIO");
        assertThat(placement.lostChunks()).isZero();
        assertThat(placement.degradedChunks()).isZero();
    }

    @Test
    void diskThatComesBackInTimeIsNotTakenOut() throws Exception {
        FakePlacement placement = new FakePlacement(2, 4);
        placement.write(30);
        Workflow workflow =
                open(
                        placement,
                        new Workflow.Limits(1 << 20, Map.of("main", 2), CHUNK_BYTES, 0, 100, 300));
        placement.fail(2);
        run(workflow, placement, 3);
        now += 296;
        run(workflow, placement, 1);
        assertThat(workflow.cases()).isEmpty();

        placement.repair(2);
        run(workflow, placement, 1);
        placement.fail(2);
        now += 300;
        run(workflow, placement, 1);
        assertThat(workflow.cases()).as("dead anew").isEmpty();

        now += 300;
        run(workflow, placement, 2);
        assertThat(step(workflow, 2)).isEqualTo(DiskCase.Step.AWAITING_REPLACEMENT);
    }

    @Test
    void personKeepsADiskInService() throws Exception {
        FakePlacement placement = new FakePlacement(1, 4);
        placement.write(40);
        Workflow workflow = open(placement, limits(1));
        workflow.fire(disk(placement, 0), Policy.Action.DEACTIVATE_AND_REPLACE, "why", now);
        run(workflow, placement, 3);

        assertThat(workflow.keep(disk(placement, 0), now))
                .isInstanceOf(Workflow.Outcome.Accepted.class);
        int left = placement.chunksOn(0);
        run(workflow, placement, 20);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.DONE);
        assertThat(placement.state(0)).isEqualTo(DiskState.ACTIVE);
        assertThat(placement.chunksOn(0)).isEqualTo(left).isPositive();
        assertThat(workflow.keep(disk(placement, 0), now))
                .isInstanceOf(Workflow.Outcome.Refused.class);
    }

    @Test
    void diskThatIsTakenBackIntoServiceElsewhereHasNoCaseAnyMore() throws Exception {
        FakePlacement placement = new FakePlacement(1, 4);
        placement.write(4);
        Workflow workflow = open(placement, limits(1));
        workflow.fire(disk(placement, 0), Policy.Action.DEACTIVATE_AND_REPLACE, "why", now);
        run(workflow, placement, 30);
        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.AWAITING_REPLACEMENT);

        placement.reactivate(FakePlacement.id(0));
        run(workflow, placement, 1);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.DONE);
        assertThat(lights).last().isEqualTo("0 off");
    }

    @Test
    void onlyCopyOnADeadDiskIsNotGivenUp() throws Exception {
        FakePlacement placement = new FakePlacement(1, 3);
        placement.write(9);
        placement.fail(0);
        Workflow workflow = open(placement, limits(1));

        run(workflow, placement, 5);

        DiskCase stuck = workflow.of(FakePlacement.id(0)).orElseThrow();
        assertThat(stuck.step()).isEqualTo(DiskCase.Step.EMPTY);
        assertThat(stuck.obstacle()).contains("it has the only whole copy of a chunk");
        assertThat(placement.state(0)).isEqualTo(DiskState.ACTIVE);
    }

    @Test
    void neverMoreDisksAreOutThanRedundancyAllows() throws Exception {
        FakePlacement placement = new FakePlacement(2, 6);
        placement.write(30);
        Workflow workflow = open(placement, limits(2));

        for (int disk = 0; disk < 3; disk++) {
            workflow.fire(disk(placement, disk), Policy.Action.DEACTIVATE_AND_REPLACE, "why", now);
        }
        for (int step = 0; step < 40; step++) {
            run(workflow, placement, 1);
            assertThat(placement.unusable()).isLessThanOrEqualTo(1);
        }

        assertThat(step(workflow, 1)).isEqualTo(DiskCase.Step.FIRED);
        assertThat(workflow.of(FakePlacement.id(1)).orElseThrow().obstacle().orElseThrow())
                .contains("out already");

        workflow.replace(FakePlacement.id(0), Path.of("/data/new"), now);
        run(workflow, placement, 40);
        assertThat(step(workflow, 1)).isEqualTo(DiskCase.Step.AWAITING_REPLACEMENT);
    }

    @Test
    void nothingIsBegunThatWouldFillTheOtherDisks() throws Exception {
        FakePlacement placement = new FakePlacement(1, 3);
        placement.write(300);
        placement.fill(1, 10);
        placement.fill(2, 10);
        Workflow workflow = open(placement, limits(1));

        workflow.fire(disk(placement, 0), Policy.Action.EVACUATE, "why", now);
        run(workflow, placement, 3);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.FIRED);
        assertThat(workflow.of(FakePlacement.id(0)).orElseThrow().obstacle().orElseThrow())
                .isEqualTo(
                        "the other disks of pool main have 1.3 GiB free; 6.3 GiB and a reserve of 0.0 GiB are needed");
        assertThat(placement.state(0)).isEqualTo(DiskState.ACTIVE);
    }

    @Test
    void whatElseLiesOnTheDiskIsNotCounted() throws Exception {
        FakePlacement placement = new FakePlacement(1, 3);
        placement.write(30);
        placement.fill(1, 20);
        placement.fill(2, 20);
        placement.addForeign(0, 500);
        Workflow workflow = open(placement, limits(1));

        workflow.fire(disk(placement, 0), Policy.Action.EVACUATE, "why", now);
        run(workflow, placement, 30);

        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.EMPTY);
    }

    @Test
    void noMoreFiringsADayThanAllowed() throws Exception {
        FakePlacement placement = new FakePlacement(3, 8);
        placement.write(8);
        Workflow workflow =
                open(
                        placement,
                        new Workflow.Limits(1 << 20, Map.of("main", 3), CHUNK_BYTES, 0, 1, 0));

        workflow.fire(disk(placement, 0), Policy.Action.EVACUATE, "why", now);
        workflow.fire(disk(placement, 1), Policy.Action.EVACUATE, "why", now);
        run(workflow, placement, 3);

        assertThat(step(workflow, 1)).isEqualTo(DiskCase.Step.FIRED);
        now += 24 * 3600;
        run(workflow, placement, 3);
        assertThat(step(workflow, 1)).isNotEqualTo(DiskCase.Step.FIRED);
    }

    @Test
    void personHoldsAndReleases() throws Exception {
        FakePlacement placement = new FakePlacement(1, 4);
        placement.write(40);
        Workflow workflow = open(placement, limits(1));
        workflow.fire(disk(placement, 0), Policy.Action.EVACUATE, "why", now);
        run(workflow, placement, 3);

        workflow.hold(FakePlacement.id(0), true);
        int held = placement.chunksOn(0);
        run(workflow, placement, 20);
        assertThat(placement.chunksOn(0)).isEqualTo(held).isPositive();
        assertThat(placement.state(0)).isEqualTo(DiskState.CLOSED);

        workflow.hold(FakePlacement.id(0), false);
        run(workflow, placement, 40);
        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.EMPTY);
        assertThat(workflow.hold(FakePlacement.id(3), true))
                .isInstanceOf(Workflow.Outcome.Refused.class);
    }

    @Test
    void alertDoesNothingAndEndsWhenItClears() throws Exception {
        FakePlacement placement = new FakePlacement(1, 4);
        placement.write(4);
        Workflow workflow = open(placement, limits(1));

        workflow.fire(disk(placement, 0), Policy.Action.ALERT, "why", now);
        run(workflow, placement, 5);
        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.ALERTED);
        assertThat(placement.state(0)).isEqualTo(DiskState.ACTIVE);

        workflow.clear(FakePlacement.id(0), now);
        assertThat(step(workflow, 0)).isEqualTo(DiskCase.Step.DONE);
    }

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    /** The process dies in calls to the store, and is started again from what it kept. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void crashesAtAnyPointLoseNothing(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int copies = random.nextInt(1, 4);
        FakePlacement placement = new FakePlacement(copies, copies + 3);
        placement.write(20);
        Workflow workflow = open(placement, limits(copies));
        int disk = random.nextInt(copies + 3);
        workflow.fire(disk(placement, disk), Policy.Action.DEACTIVATE_AND_REPLACE, "why", now);
        boolean replaced = false;
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(4) == 0) {
                placement.dieInNextCall();
            }
            try {
                workflow.advance(now++);
                if (step(workflow, disk) == DiskCase.Step.AWAITING_REPLACEMENT && !replaced) {
                    workflow.replace(FakePlacement.id(disk), Path.of("/data/new"), now);
                    replaced = true;
                }
            } catch (FakePlacement.Died e) {
                workflow = open(placement, limits(copies));
            }
            placement.work();
            assertThat(placement.lostChunks()).as("seed %d, step %d", seed, step).isZero();
        }

        assertThat(placement.state(disk)).as("seed %d", seed).isEqualTo(DiskState.REPLACED);
        assertThat(step(workflow, disk)).as("seed %d", seed).isEqualTo(DiskCase.Step.DONE);
        assertThat(placement.degradedChunks()).isZero();
    }
}
