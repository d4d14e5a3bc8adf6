package io.capstan.smart.model;

import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.history.UsagePattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How often disks fail of which so much is known and no more: "given this model, given this room".
 *
 * @param maker empty if not given, as all texts
 * @param poweredHours for the rate at an age; needs a model
 * @param firmware needs a model
 * @param place room, enclosure, slot; as far as given
 */
public record RateQuestion(
        Optional<DiskClass> diskClass,
        String maker,
        String model,
        OptionalInt poweredHours,
        String firmware,
        List<String> place,
        Optional<UsagePattern> usage) {

    private static final int CLASS_LEVEL = 1;
    private static final int MAKER_LEVEL = 2;
    private static final int MODEL_LEVEL = 3;

    public RateQuestion {
        place = List.copyOf(place);
    }

    /** It cannot be answered. */
    public static final class UnanswerableException extends Exception {

        private UnanswerableException(String message) {
            super(message);
        }
    }

    /**
     * @param posterior failures a disk-day under all that was given
     * @param parts what it is the product of: a rate, then factors
     */
    public record Answer(RateHierarchy.Posterior posterior, List<Part> parts) {

        public Answer {
            parts = List.copyOf(parts);
        }
    }

    /**
     * @param path of the group, from the outermost in
     * @param known failures a disk-day of the first part; for the others a factor, and in place of disk-days the failures that
     *     were to be expected
     */
    public record Part(String factor, List<String> path, RateHierarchy.Known known) {

        public Part {
            path = List.copyOf(path);
        }
    }

    /**
     * @throws UnanswerableException if no such disk was ever counted, or what was given does not say which is meant
     */
    public Answer answer(FleetRates rates) throws UnanswerableException {
        List<Part> parts = new ArrayList<>();
        List<String> group = group(rates.byAge());
        parts.add(base(rates, group));
        if (!firmware.isEmpty()) {
            requireModel("a firmware");
            List<String> path = new ArrayList<>(group);
            path.add(firmware);
            parts.add(risk(rates, RelativeRisks.Circumstance.FIRMWARE, path));
        }
        if (!place.isEmpty()) {
            parts.add(risk(rates, RelativeRisks.Circumstance.PLACE, place));
        }
        if (usage.isPresent()) {
            if (group.isEmpty()) {
                throw new UnanswerableException("a usage is of a class of disks: give one");
            }
            parts.add(
                    risk(
                            rates,
                            RelativeRisks.Circumstance.USAGE,
                            List.of(group.getFirst(), usage.get().name())));
        }
        RateHierarchy.Posterior posterior = parts.getFirst().known.posterior();
        for (Part part : parts.subList(1, parts.size())) {
            posterior = posterior.times(part.known.posterior());
        }
        return new Answer(posterior, parts);
    }

    private Part base(FleetRates rates, List<String> group) throws UnanswerableException {
        if (poweredHours.isEmpty()) {
            String[] path = group.toArray(String[]::new);
            return new Part("model", group, rates.byAge().know(path));
        }
        requireModel("an age");
        List<String> path = new ArrayList<>(group);
        path.add(FleetRates.ageGroup(poweredHours.getAsInt()));
        RateHierarchy.Known known = rates.byAge().know(path.toArray(String[]::new));
        path.set(MODEL_LEVEL, FleetRates.ageTitle(poweredHours.getAsInt()));
        return new Part("age", path, known);
    }

    private static Part risk(
            FleetRates rates, RelativeRisks.Circumstance circumstance, List<String> path) {
        return new Part(
                circumstance.title(),
                path,
                rates.risks().know(circumstance, path.toArray(String[]::new)));
    }

    private void requireModel(String what) throws UnanswerableException {
        if (model.isEmpty()) {
            throw new UnanswerableException(what + " is of a model: give one");
        }
    }

    /** The path down to what was given of class, maker and model; what lies above need not be. */
    private List<String> group(RateHierarchy byAge) throws UnanswerableException {
        String name = diskClass.map(DiskClass::name).orElse("");
        int level = !model.isEmpty() ? MODEL_LEVEL : !maker.isEmpty() ? MAKER_LEVEL : CLASS_LEVEL;
        if (level == CLASS_LEVEL) {
            return name.isEmpty() ? List.of() : List.of(name);
        }
        List<List<String>> found =
                byAge.paths(level).stream()
                        .filter(path ->
                                is(name, path, 0) && is(maker, path, 1) && is(model, path, 2))
                        .toList();
        if (found.size() != 1) {
            String what = (name + " " + maker + " " + model).strip();
            throw new UnanswerableException(
                    found.isEmpty()
                            ? "no disk '%s' was ever counted".formatted(what)
                            : "'%s' may be any of %s: give class or maker".formatted(what, found));
        }
        return found.getFirst();
    }

    private static boolean is(String wanted, List<String> path, int at) {
        return wanted.isEmpty() || at >= path.size() || path.get(at).equals(wanted);
    }
}
