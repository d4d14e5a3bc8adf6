package io.capstan.smart.model;

import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.SmartAttribute;
import io.capstan.smart.history.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Fleets of made-up disks whose failures follow rules that a model should find. */
final class Fleets {

    static final int MONTH_HOURS = 720;
    static final int YEARS_HOURS = 3 * 365 * 24;

    private Fleets() {}

    static DiskTraits traits(String maker, String model) {
        return new DiskTraits(DiskTraits.DiskClass.ATA_HDD, maker, model, "2015-01-01", 4);
    }

    /**
     * Three years of disks of a good and a bad model. In the month before its failure a disk has pending sectors, which healthy
     * disks have seldom; one failing disk in three shows nothing.
     */
    static List<Trajectory> plain(int disks, RandomGenerator random) {
        List<Trajectory> fleet = new ArrayList<>();
        for (int index = 0; index < disks; index++) {
            boolean isBad = index % 2 == 0;
            double failsPerHour = (isBad ? 0.25 : 0.02) / (365 * 24);
            int life = (int) (-Math.log(1 - random.nextDouble()) / failsPerHour);
            boolean fails = life < YEARS_HOURS;
            int last = Math.max(48, Math.min(life, YEARS_HOURS));
            boolean warns = fails ? random.nextInt(3) > 0 : random.nextInt(50) == 0;
            int at = Math.max(1, fails ? last - random.nextInt(20, 500) : random.nextInt(last));
            fleet.add(
                    disk(
                            "D" + index,
                            traits(isBad ? "BAD" : "GOOD", isBad ? "B1" : "G1"),
                            warns ? new int[] {0, at} : new int[] {0},
                            new long[] {0, random.nextInt(4, 40)},
                            last,
                            fails));
        }
        return fleet;
    }

    /** A disk that reports pending sectors alone, and no other error. */
    @SuppressWarnings("EnumOrdinal") // columns are kept in the order of the attributes
    static Trajectory disk(
            String serial,
            DiskTraits traits,
            int[] hours,
            long[] pending,
            int last,
            boolean fails) {
        long[][] values = new long[SmartAttribute.values().length][hours.length];
        values[SmartAttribute.PENDING_SECTORS.ordinal()] = Arrays.copyOf(pending, hours.length);
        return new Trajectory(
                serial, traits, hours, values, new Trajectory.Span(0, 0, last, last), fails);
    }
}
