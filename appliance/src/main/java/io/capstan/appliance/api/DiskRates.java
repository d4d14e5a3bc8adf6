package io.capstan.appliance.api;

import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.history.UsagePattern;
import io.capstan.smart.model.RateHierarchy;
import io.capstan.smart.model.RateQuestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Questions about failure rates as query parameters, and their answers as documents. */
final class DiskRates {

    private static final int HOURS_PER_YEAR = 8760;
    private static final double DAYS_PER_YEAR = 365;
    private static final int YEARS_MAX = 50;
    private static final List<String> PLACES = List.of("room", "enclosure", "slot");

    static final Route.QueryParameter[] PARAMETERS = {
        text("class", "Class of disks: " + names(DiskClass.values()) + "."),
        text("maker", "Maker, as clusters have it."),
        text("model", "Model, as clusters have it."),
        new Route.QueryParameter("age", true, "Whole years powered on; needs a model."),
        text("firmware", "Revision of the firmware; needs a model."),
        text("room", "Where the disks are."),
        text("enclosure", "Where in the room."),
        text("slot", "Where in the enclosure."),
        text("usage", "How they are used: " + names(UsagePattern.values()) + ".")
    };

    private DiskRates() {}

    private static Route.QueryParameter text(String name, String description) {
        return new Route.QueryParameter(name, false, description);
    }

    private static String names(Enum<?>[] values) {
        return String.join(", ", Arrays.stream(values).map(DiskRates::name).toArray(String[]::new));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static RateQuestion question(Call call) {
        return new RateQuestion(
                constant(call, "class", DiskClass.values()),
                call.query("maker").orElse(""),
                call.query("model").orElse(""),
                call.query("age").isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(HOURS_PER_YEAR * call.queryNumber("age", 0, 0, YEARS_MAX)),
                call.query("firmware").orElse(""),
                place(call),
                constant(call, "usage", UsagePattern.values()));
    }

    private static <T extends Enum<T>> Optional<T> constant(
            Call call, String parameter, T[] values) {
        Optional<String> given = call.query(parameter);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        for (T value : values) {
            if (name(value).equals(given.get())) {
                return Optional.of(value);
            }
        }
        throw Problem.badRequest(
                "%s '%s' is not one of %s".formatted(parameter, given.get(), names(values)));
    }

    private static List<String> place(Call call) {
        List<String> place = new ArrayList<>();
        for (int level = 0; level < PLACES.size(); level++) {
            Optional<String> name = call.query(PLACES.get(level));
            if (name.isPresent() && place.size() < level) {
                throw Problem.badRequest(
                        "%s '%s' needs %s"
                                .formatted(PLACES.get(level), name.get(), PLACES.get(level - 1)));
            }
            name.ifPresent(place::add);
        }
        return place;
    }

    static DiskDocuments.Rate document(RateQuestion.Answer answer) {
        RateHierarchy.Posterior rate = answer.posterior();
        List<DiskDocuments.RatePart> parts = new ArrayList<>();
        for (RateQuestion.Part part : answer.parts()) {
            parts.add(part(part, parts.isEmpty()));
        }
        return new DiskDocuments.Rate(
                DAYS_PER_YEAR * rate.mean(),
                DAYS_PER_YEAR * rate.quantile(0.05),
                DAYS_PER_YEAR * rate.quantile(0.95),
                parts);
    }

    private static DiskDocuments.RatePart part(RateQuestion.Part part, boolean isRate) {
        RateHierarchy.Posterior posterior = part.known().posterior();
        double unit = isRate ? DAYS_PER_YEAR : 1;
        double exposure = part.known().diskDays();
        return new DiskDocuments.RatePart(
                part.factor(),
                part.path(),
                unit * posterior.mean(),
                unit * posterior.quantile(0.05),
                unit * posterior.quantile(0.95),
                part.known().failures(),
                isRate ? Double.valueOf(exposure / DAYS_PER_YEAR) : null,
                isRate ? null : Double.valueOf(exposure));
    }
}
