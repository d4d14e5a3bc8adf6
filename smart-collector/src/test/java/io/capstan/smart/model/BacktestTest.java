package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.smart.history.Trajectory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** D7 and D11: learning again as time goes by, from what was known at the time alone. */
class BacktestTest {

    private static final int FROM = 2 * 365 * 24;
    private static final int TO = FROM + 8 * 720;

    private record Run(List<FailureModel> models, List<Backtest.Check> checks)
            implements Backtest.Sink {

        static Run of(List<Trajectory> learned, List<Trajectory> judged, int refitDays)
                throws FleetLearner.InsufficientHistory {
            Run run = new Run(new ArrayList<>(), new ArrayList<>());
            new Backtest(learned, judged, FROM, TO, refitDays, new FleetLearner.Effort(2, 10, 1))
                    .run(Instant.EPOCH, "made up", run);
            return run;
        }

        @Override
        public void refitted(FailureModel model, long nanos) {
            models.add(model);
        }

        @Override
        public void checked(Backtest.Check check) {
            checks.add(check);
        }
    }

    @Test
    void whatComesLaterChangesNothing() throws FleetLearner.InsufficientHistory {
        List<Trajectory> fleet = Fleets.plain(600, new SplittableRandom(1));
        List<Trajectory> judged = Fleets.plain(50, new SplittableRandom(2));
        List<Trajectory> forgotten = fleet.stream().map(disk -> cut(disk, FROM)).toList();

        Run known = Run.of(fleet, judged, 0);
        Run unknown = Run.of(forgotten, judged, 0);

        // The first month: later ones see rates that count what happened in between.
        int first = (int) known.checks.stream().filter(c -> c.poweredHours() < FROM + 720).count();
        assertThat(first).isGreaterThan(20);
        assertThat(known.checks.subList(0, first)).isEqualTo(unknown.checks.subList(0, first));
    }

    /** The disk as an observer saw it who left at an hour. */
    private static Trajectory cut(Trajectory disk, int hour) {
        if (disk.span().lastHour() < hour) {
            return disk;
        }
        long pending =
                disk.value(
                        io.capstan.smart.history.SmartAttribute.PENDING_SECTORS, disk.rowAt(hour));
        int rows = disk.rowAt(hour) + 1;
        return rows == 1
                ? Fleets.disk(
                        disk.serial(), disk.traits(), new int[] {0}, new long[] {0}, hour, false)
                : Fleets.disk(
                        disk.serial(),
                        disk.traits(),
                        new int[] {0, disk.poweredHours(1)},
                        new long[] {0, pending},
                        hour,
                        false);
    }

    @Test
    void refitsComeAsOftenAsAskedFor() throws FleetLearner.InsufficientHistory {
        List<Trajectory> fleet = Fleets.plain(400, new SplittableRandom(1));

        assertThat(Run.of(fleet, List.of(), 0).models).hasSize(1);
        assertThat(Run.of(fleet, List.of(), 90).models)
                .extracting(model -> model.identity().asOf())
                .hasSize(3)
                .isSorted();
    }
}
