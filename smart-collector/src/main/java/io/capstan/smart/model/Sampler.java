package io.capstan.smart.model;

import io.capstan.smart.history.Trajectory;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws checks of a fleet's disks month by month, with weights that make them speak for every hour of every disk.
 *
 * <p>The last months of a failed disk are looked at often, each check with less weight; of checks that found nothing new and were
 * followed by nothing, one in several is kept, with more. Which of the two holds depends on a fate that may not be known yet
 * when a model is learned: {@link Samples#weight} decides as of then.
 */
final class Sampler {

    private static final int CHECKS_BEFORE_FAILURE = 6;
    private static final int CLEAN_KEPT_ONE_IN = 30;
    private static final int QUIET_KEPT_ONE_IN = 4;
    private static final int QUIET_HOURS = 90 * 24;

    private final FeatureVector vector = new FeatureVector();
    private final float[] features = new float[FeatureVector.length()];
    private final long seed;

    Sampler(long seed) {
        this.seed = seed;
    }

    void collect(List<Trajectory> fleet, int fromHour, FleetRates rates, Samples samples) {
        for (int index = 0; index < fleet.size(); index++) {
            Trajectory disk = fleet.get(index);
            Trajectory.Span span = disk.span();
            if (span.lastHour() <= fromHour
                    || span.firstHour() >= fromHour + FleetRates.MONTH_HOURS) {
                continue;
            }
            boolean isLate =
                    disk.failed() && span.lastHour() - fromHour < 2 * FleetRates.MONTH_HOURS;
            int checks = isLate ? CHECKS_BEFORE_FAILURE : 1;
            // One disk's draws are its own, so that another's fate does not change them.
            SplittableRandom random =
                    new SplittableRandom(
                            seed ^ (index * 0x9E3779B97F4A7C15L) ^ ((long) fromHour << 32));
            for (int check = 0; check < checks; check++) {
                int hour = fromHour + random.nextInt(FleetRates.MONTH_HOURS);
                double draw = random.nextDouble();
                int powered = span.poweredHoursAt(hour);
                if (powered >= span.firstPoweredHours() + 24 && powered < span.lastPoweredHours()) {
                    Samples.Draw drawn =
                            new Samples.Draw(check, checks, keptOneIn(disk, powered), draw);
                    add(index, disk, hour, powered, drawn, rates, samples);
                }
            }
        }
    }

    private void add(
            int index,
            Trajectory disk,
            int hour,
            int powered,
            Samples.Draw draw,
            FleetRates rates,
            Samples samples) {
        int remaining = disk.span().lastPoweredHours() - powered;
        if (!draw.mayCount(disk.failed(), remaining)) {
            return;
        }
        Rates now = rates.rates(disk.traits(), powered);
        vector.compute(disk, powered, now, features);
        samples.add(features, index, hour, remaining, disk.failed(), draw, now.prior());
    }

    private static int keptOneIn(Trajectory disk, int powered) {
        if (FeatureVector.isClean(disk, powered)) {
            return CLEAN_KEPT_ONE_IN;
        }
        boolean isQuiet = disk.rowAt(powered) == disk.rowAt(powered - QUIET_HOURS);
        return isQuiet ? QUIET_KEPT_ONE_IN : 1;
    }
}
