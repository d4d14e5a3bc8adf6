package io.capstan.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads section {@code disks}. */
final class DisksReader {

    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;
    private static final int WEEK_SECONDS = 7 * 24 * 3600;

    private static final Pattern WEBHOOK =
            Pattern.compile("https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=-]+");
    private static final Pattern MAIL = Pattern.compile("[^\\s@<>-][^\\s@<>]*(@[^\\s@<>]+)?");
    private static final Pattern PLACE = Pattern.compile("\\S(.{0,62}\\S)?");
    private static final String PLACE_WANTED = "a name of up to 64 characters";
    private static final Pattern POLICY_NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern DEVICE_TYPE = Pattern.compile("[a-z][a-z0-9_+,/:-]{0,63}");

    private final Problems problems;
    private final Set<String> pools;

    /**
     * @param pools names of the pools that there are
     */
    DisksReader(Problems problems, Set<String> pools) {
        this.problems = problems;
        this.pools = pools;
    }

    DisksSettings read(Section section) {
        DisksSettings defaults = DisksSettings.DEFAULTS;
        DisksSettings disks =
                new DisksSettings(
                        section.flag("watch", defaults.watch()),
                        section.integer(
                                "poll-interval-seconds",
                                10,
                                WEEK_SECONDS,
                                defaults.pollIntervalSeconds()),
                        section.path("smartctl", defaults.smartctl()),
                        section.integer("read-limit-seconds", 1, 3600, defaults.readLimitSeconds()),
                        present(section.list("devices", this::readDevice)),
                        section.text("webhook", WEBHOOK, "an address: http or https"),
                        section.text("mail", MAIL, "a recipient of mail"),
                        section.integer("confirmations", 1, 100, defaults.confirmations()),
                        section.size("move-bandwidth", MIB, TIB, defaults.moveBytesPerSecond()),
                        section.size("free-space-min", 0, 1024 * TIB, defaults.freeBytesMin()),
                        section.integer("disks-per-day-max", 1, 1000, defaults.firingsPerDayMax()),
                        section.real(
                                "outlier-confidence", 0.5, 0.999999, defaults.outlierConfidence()),
                        section.integer(
                                "retrain-interval-days", 0, 3650, defaults.retrainIntervalDays()),
                        readSite(section),
                        present(section.list("policies", this::readPolicy)),
                        present(section.list("service-levels", this::readServiceLevel)),
                        readEvidence(section.section("evidence")));
        section.end();
        return disks;
    }

    private static List<String> readSite(Section section) {
        Optional<String> room = section.text("room", PLACE, PLACE_WANTED);
        Optional<String> enclosure = section.text("enclosure", PLACE, PLACE_WANTED);
        if (enclosure.isPresent() && room.isEmpty()) {
            section.problem("enclosure", "is in a room: say which");
        }
        return present(List.of(room, enclosure));
    }

    private static <T> List<T> present(List<Optional<T>> items) {
        return items.stream().flatMap(Optional::stream).toList();
    }

    private Optional<DiskDeviceSettings> readDevice(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        Optional<Path> device =
                section.value("device").flatMap(value -> section.path(path + ".device", value));
        Optional<String> type =
                section.text("type", DEVICE_TYPE, "a type of device for smartctl, as megaraid,3");
        require(section, "device");
        require(section, "type");
        section.end();
        return device.isPresent() && type.isPresent()
                ? Optional.of(new DiskDeviceSettings(device.get(), type.get()))
                : Optional.empty();
    }

    private static void require(Section section, String key) {
        if (section.value(key).isEmpty()) {
            section.problem(key, "is missing");
        }
    }

    private Optional<DiskPolicySettings> readPolicy(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        Optional<String> name =
                section.text(
                        "name",
                        POLICY_NAME,
                        "a name: a lower-case letter, then up to 31 of a-z, 0-9 and '-'");
        require(section, "name");
        name.ifPresent(value ->
                problems.take("policy", value, section.location("name"), section.path("name")));
        int horizonDays =
                section.integer("horizon-days", 1, 3650, DiskPolicySettings.HORIZON_DAYS_DEFAULT);
        if (!DiskPolicySettings.HORIZONS_DAYS.contains(horizonDays)) {
            section.problem("horizon-days", horizonDays + " is not one of 30, 90, 365");
        }
        Optional<DiskPolicySettings.Action> action =
                section.constant("action", List.of(DiskPolicySettings.Action.values()));
        require(section, "action");
        Optional<Given> given = readCriterion(section);
        if (horizonDays != DiskPolicySettings.HORIZON_DAYS_DEFAULT
                && given.map(Given::isOfHistory).orElse(false)) {
            section.problem("horizon-days", "shares of failures are known for 30 days alone");
        }
        section.end();
        return name.isPresent() && action.isPresent() && given.isPresent()
                ? Optional.of(
                        new DiskPolicySettings(
                                name.get(),
                                horizonDays,
                                given.get().criterion,
                                given.get().value,
                                action.get()))
                : Optional.empty();
    }

    private record Given(DiskPolicySettings.Criterion criterion, double value) {

        boolean isOfHistory() {
            return criterion == DiskPolicySettings.Criterion.MISS_AT_MOST
                    || criterion == DiskPolicySettings.Criterion.PRECISION;
        }
    }

    private static Optional<Given> readCriterion(Section section) {
        Optional<Given> given = Optional.empty();
        int count = 0;
        for (DiskPolicySettings.Criterion criterion : DiskPolicySettings.Criterion.values()) {
            String key = criterion.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (section.value(key).isEmpty()) {
                continue;
            }
            count++;
            OptionalDouble value =
                    switch (criterion) {
                        case PROBABILITY, PRECISION -> section.real(key, 0.000001, 1);
                        case MISS_AT_MOST -> section.real(key, 0, 0.99);
                        case FAILURE_COST -> section.real(key, 1.001, 1e9);
                    };
            if (value.isPresent()) {
                given = Optional.of(new Given(criterion, value.getAsDouble()));
            }
        }
        if (count != 1) {
            section.problem(
                    "name",
                    "a policy has one of probability, miss-at-most, precision and failure-cost, not "
                            + count);
        }
        return given;
    }

    private Optional<ServiceLevelSettings> readServiceLevel(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        Optional<String> pool = section.text("pool");
        require(section, "pool");
        if (pool.isPresent() && !pools.contains(pool.get())) {
            section.problem(
                    "pool",
                    "there is no pool '%s', only %s".formatted(pool.get(), Section.join(pools)));
        }
        pool.ifPresent(value ->
                problems.take(
                        "service level of pool",
                        value,
                        section.location("pool"),
                        section.path("pool")));
        OptionalDouble confidence = section.real("confidence", 0.000001, 0.999999);
        require(section, "confidence");
        section.end();
        return pool.isPresent() && confidence.isPresent()
                ? Optional.of(new ServiceLevelSettings(pool.get(), confidence.getAsDouble()))
                : Optional.empty();
    }

    private static EvidenceSettings readEvidence(Section section) {
        EvidenceSettings defaults = EvidenceSettings.DEFAULTS;
        double most = EvidenceSettings.RATIO_MAX;
        EvidenceSettings evidence =
                new EvidenceSettings(
                        section.real("smart-status-failed", 1, most, defaults.smartStatusFailed()),
                        section.real(
                                "nvme-critical-warning", 1, most, defaults.nvmeCriticalWarning()),
                        section.real("self-test-failed", 1, most, defaults.selfTestFailed()),
                        section.real("repeated-io-errors", 1, most, defaults.repeatedIoErrors()));
        section.end();
        return evidence;
    }
}
