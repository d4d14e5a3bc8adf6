package io.capstan.smart.model;

import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.UsagePattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How much more often disks fail under a circumstance than others of their class, maker, model and age do: by firmware, by place
 * and by usage pattern.
 *
 * <p>Each is a {@link RateHierarchy} whose unit is not the disk-day but the failure that was to be expected by model and age, so
 * that a room full of a bad model is no bad room. A circumstance that was not observed has a risk of one. Has one owner.
 *
 * @see "Clayton and Kaldor, Empirical Bayes estimates of age-standardized relative risks, Biometrics 43, 1987"
 */
public final class RelativeRisks {

    /** What expected failures count for before there are any: as many as the levels of {@link RateHierarchy} begin with. */
    private static final double ROOT_SHAPE = 2;

    /** What a disk's risk may depend on beside its model and age. */
    public enum Circumstance {
        FIRMWARE("firmware", 3),
        PLACE("place", 0),
        USAGE("usage", 1);

        private final String title;
        private final int comparedWith;

        /**
         * @param comparedWith levels from the root on to those disks whose risk is one
         */
        Circumstance(String title, int comparedWith) {
            this.title = title;
            this.comparedWith = comparedWith;
        }

        public String title() {
            return title;
        }
    }

    private final Map<Circumstance, RateHierarchy> hierarchies = new EnumMap<>(Circumstance.class);

    RelativeRisks() {
        for (Circumstance circumstance : Circumstance.values()) {
            hierarchies.put(circumstance, new RateHierarchy(1, ROOT_SHAPE));
        }
    }

    RateHierarchy of(Circumstance circumstance) {
        return Objects.requireNonNull(hierarchies.get(circumstance));
    }

    /** The groups of a disk, from the outermost in: as many as are known. */
    static String[] path(Circumstance circumstance, DiskTraits traits, UsagePattern usage) {
        List<String> path = new ArrayList<>();
        switch (circumstance) {
            case FIRMWARE -> {
                if (!traits.surroundings().firmware().isEmpty()) {
                    path.addAll(
                            List.of(
                                    traits.diskClass().name(),
                                    traits.maker(),
                                    traits.model(),
                                    traits.surroundings().firmware()));
                }
            }
            case PLACE -> path.addAll(traits.surroundings().place());
            case USAGE -> {
                if (usage != UsagePattern.UNKNOWN) {
                    path.addAll(List.of(traits.diskClass().name(), usage.name()));
                }
            }
        }
        return path.toArray(String[]::new);
    }

    /**
     * Counts failures beside those that were to be expected; nothing where a circumstance is not known.
     *
     * @param expected failures of such disks, by model and age
     */
    void observe(DiskTraits traits, UsagePattern usage, double failures, double expected) {
        for (Circumstance circumstance : Circumstance.values()) {
            String[] path = path(circumstance, traits, usage);
            if (path.length > 0) {
                of(circumstance).observe(failures, expected, path);
            }
        }
    }

    /**
     * The risk under a circumstance, as a factor: one for disks that it is compared with, which are those of the model for a firmware,
     * all for a place, and those of the class for a usage pattern.
     */
    public RateHierarchy.Known know(Circumstance circumstance, String... path) {
        RateHierarchy risks = of(circumstance);
        RateHierarchy.Known known = risks.know(path);
        double compared =
                risks.posterior(
                                Arrays.copyOf(
                                        path, Math.min(path.length, circumstance.comparedWith)))
                        .mean();
        RateHierarchy.Posterior posterior = known.posterior();
        return new RateHierarchy.Known(
                new RateHierarchy.Posterior(posterior.shape(), posterior.rateDays() * compared),
                known.failures(),
                known.diskDays());
    }

    double factor(Circumstance circumstance, DiskTraits traits, UsagePattern usage) {
        String[] path = path(circumstance, traits, usage);
        return path.length == 0 ? 1 : know(circumstance, path).posterior().mean();
    }
}
