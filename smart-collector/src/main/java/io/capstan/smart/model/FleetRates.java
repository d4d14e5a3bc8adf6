package io.capstan.smart.model;

import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.history.UsagePattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The failure rates of a fleet as they stand: by class, maker, model and age; by model lately; by model and batch.
 *
 * <p>A history is fed month by month, so that what is asked of a month knows no failure that came after its beginning. Has one
 * owner.
 */
public final class FleetRates {

    /** A month is thirty days. */
    static final int MONTH_HOURS = 30 * 24;

    /** After how many months the past counts half in the recent rate. */
    private static final double RECENT_HALF_LIFE_MONTHS = 4;

    /** Ages at which a band ends. Early failures are a thing of the first months. */
    private static final int[] BAND_ENDS_HOURS = {
        2190, 8760, 2 * 8760, 3 * 8760, 4 * 8760, 5 * 8760
    };

    private final RateHierarchy byAge = new RateHierarchy();
    private final RateHierarchy recent = new RateHierarchy();
    private final RateHierarchy byBatch = new RateHierarchy();
    private final RelativeRisks risks = new RelativeRisks();
    private final Map<DiskTraits, Groups> groups = new HashMap<>();

    private record Groups(
            RateHierarchy.Group[] ages, RateHierarchy.Group recent, RateHierarchy.Group batch) {}

    /** Failures a disk-day by class, maker, model and age band. */
    public RateHierarchy byAge() {
        return byAge;
    }

    RateHierarchy recent() {
        return recent;
    }

    RateHierarchy byBatch() {
        return byBatch;
    }

    /** What firmware, place and usage add to model and age. */
    public RelativeRisks risks() {
        return risks;
    }

    static int ageBand(int powered) {
        int band = 0;
        while (band < BAND_ENDS_HOURS.length && powered >= BAND_ENDS_HOURS[band]) {
            band++;
        }
        return band;
    }

    private static final List<String> BAND_TITLES =
            List.of(
                    "under 3 months",
                    "3 to 12 months",
                    "1 to 2 years",
                    "2 to 3 years",
                    "3 to 4 years",
                    "4 to 5 years",
                    "over 5 years");

    /** What the age band of disks powered on for so long is called. */
    public static String ageTitle(int powered) {
        return BAND_TITLES.get(ageBand(powered));
    }

    static String ageGroup(int powered) {
        return "age " + ageBand(powered);
    }

    /** The path of a disk's group in {@link #byAge}. */
    public static String[] path(DiskTraits traits, int powered) {
        return new String[] {
            traits.diskClass().name(), traits.maker(), traits.model(), ageGroup(powered)
        };
    }

    Rates rates(DiskTraits traits, int powered) {
        Groups of = groups.computeIfAbsent(traits, this::groupsOf);
        return new Rates(
                byAge.posterior(of.ages[ageBand(powered)]).mean(),
                recent.posterior(of.recent).mean(),
                byBatch.posterior(of.batch).mean(),
                risks.factor(RelativeRisks.Circumstance.FIRMWARE, traits, UsagePattern.UNKNOWN),
                risks.factor(RelativeRisks.Circumstance.PLACE, traits, UsagePattern.UNKNOWN));
    }

    private Groups groupsOf(DiskTraits traits) {
        String diskClass = traits.diskClass().name();
        RateHierarchy.Group[] ages = new RateHierarchy.Group[BAND_ENDS_HOURS.length + 1];
        for (int band = 0; band < ages.length; band++) {
            ages[band] = byAge.group(diskClass, traits.maker(), traits.model(), "age " + band);
        }
        return new Groups(
                ages,
                recent.group(diskClass, traits.maker(), traits.model()),
                byBatch.group(diskClass, traits.maker(), traits.model(), traits.batch()));
    }

    /** Counts what the disks went through from an hour on for a month, and chooses the levels' strengths anew. */
    void countMonth(List<Trajectory> fleet, int fromHour) {
        recent.decay(Math.pow(0.5, 1 / RECENT_HALF_LIFE_MONTHS));
        for (Trajectory disk : fleet) {
            count(disk, fromHour, fromHour + MONTH_HOURS);
        }
        byAge.fitShapes();
        recent.fitShapes();
        byBatch.fitShapes();
    }

    private void count(Trajectory disk, int fromHour, int toHour) {
        Trajectory.Span span = disk.span();
        int from = Math.max(fromHour, span.firstHour());
        int to = Math.min(toHour, span.lastHour());
        boolean fails = disk.failed() && span.lastHour() >= fromHour && span.lastHour() < toHour;
        if (to > from || fails) {
            observe(disk, span.poweredHoursAt(to), fails ? 1 : 0, Math.max(0, to - from) / 24.0);
        }
    }

    /** Counts disk-days of a disk at an age, and whether it failed then. */
    public void observe(Trajectory disk, int powered, double failures, double diskDays) {
        DiskTraits traits = disk.traits();
        Groups of = groups.computeIfAbsent(traits, this::groupsOf);
        // Expected before the failures are counted that it is to be compared with.
        double expected = byAge.posterior(of.ages[ageBand(powered)]).mean() * diskDays;
        risks.observe(traits, UsagePattern.of(disk, powered), failures, expected);
        byAge.observe(of.ages[ageBand(powered)], failures, diskDays);
        recent.observe(of.recent, failures, diskDays);
        byBatch.observe(of.batch, failures, diskDays);
    }
}
