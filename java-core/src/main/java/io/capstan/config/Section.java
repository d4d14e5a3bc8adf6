package io.capstan.config;

import io.capstan.config.YamlNode.Location;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A mapping of the file while it is read. Every key is asked for by name; what is wrong with its value is reported and the
 * default taken, so that reading goes on. {@link #end} reports the keys that nobody asked for.
 */
final class Section {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]*)");

    private static final Pattern REAL = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,15})?");

    private static final Map<String, Long> UNITS =
            Map.of(
                    "B", 1L,
                    "KiB", 1L << 10,
                    "MiB", 1L << 20,
                    "GiB", 1L << 30,
                    "TiB", 1L << 40,
                    "kB", 1_000L,
                    "MB", 1_000_000L,
                    "GB", 1_000_000_000L,
                    "TB", 1_000_000_000_000L);

    private final Problems problems;
    private final String path;
    private final YamlNode.Mapping mapping;
    private final Set<String> known = new LinkedHashSet<>();

    /**
     * @param path of this mapping's own key, with a dot behind it; empty for the whole file
     */
    Section(Problems problems, String path, YamlNode.Mapping mapping) {
        this.problems = problems;
        this.path = path;
        this.mapping = mapping;
    }

    /** The mapping of a file's part, or an empty one where it is something else, which is reported. */
    static Section of(Problems problems, String path, YamlNode node) {
        String prefix = path.isEmpty() ? "" : path + ".";
        return switch (node) {
            case YamlNode.Mapping mapping -> new Section(problems, prefix, mapping);
            case YamlNode.Nothing(Location location) -> empty(problems, prefix, location);
            case YamlNode.Scalar(Location location, String text) -> {
                problems.add(location, path, "must have keys below it, not '" + text + "'");
                yield empty(problems, prefix, location);
            }
            case YamlNode.Sequence(Location location, List<YamlNode> items) -> {
                problems.add(location, path, "must have keys below it, not a list");
                yield empty(problems, prefix, location);
            }
        };
    }

    private static Section empty(Problems problems, String prefix, Location location) {
        return new Section(problems, prefix, new YamlNode.Mapping(location, List.of()));
    }

    /** Where a key's value is, or else the section. */
    Location location(String key) {
        return value(key).map(YamlNode::location).orElse(mapping.location());
    }

    String path(String key) {
        return path + key;
    }

    void problem(String key, String reason) {
        problems.add(location(key), path(key), reason);
    }

    /** The value of a key; empty where there is none or nothing behind it. */
    Optional<YamlNode> value(String key) {
        known.add(key);
        return mapping.entries().stream()
                .filter(entry -> entry.key().equals(key))
                .map(YamlNode.Entry::value)
                .filter(value -> !(value instanceof YamlNode.Nothing))
                .findFirst();
    }

    /** The section below a key, which may be missing. */
    Section section(String key) {
        return value(key)
                .map(value -> of(problems, path(key), value))
                .orElseGet(() -> empty(problems, path(key) + ".", mapping.location()));
    }

    /** The items of a list; none where the key is missing. */
    <T> List<T> list(String key, BiFunction<String, YamlNode, T> item) {
        return switch (value(key).orElse(null)) {
            case null -> List.of();
            case YamlNode.Sequence(Location location, List<YamlNode> items) -> {
                List<T> list = new ArrayList<>();
                for (YamlNode node : items) {
                    list.add(item.apply(path(key) + "[" + list.size() + "]", node));
                }
                yield list;
            }
            case YamlNode other -> {
                problem(key, "must be a list");
                yield List.of();
            }
        };
    }

    Optional<String> text(String key) {
        return value(key).flatMap(value -> text(path(key), value));
    }

    /** The text of a scalar; empty where it is something else, which is reported. */
    Optional<String> text(String keyPath, YamlNode node) {
        if (node instanceof YamlNode.Scalar(Location location, String text)) {
            return Optional.of(text);
        }
        problems.add(node.location(), keyPath, "must be a single value");
        return Optional.empty();
    }

    /**
     * A text of a certain form.
     *
     * @param form what it must match
     * @param description the form in words
     */
    Optional<String> text(String key, Pattern form, String description) {
        Optional<String> text = text(key);
        if (text.isPresent() && !form.matcher(text.get()).matches()) {
            problem(key, "'%s' is not %s".formatted(text.get(), description));
            return Optional.empty();
        }
        return text;
    }

    /** One of several words. */
    Optional<String> word(String key, Set<String> words) {
        Optional<String> text = text(key);
        if (text.isPresent() && !words.contains(text.get())) {
            problem(key, "'%s' is not one of %s".formatted(text.get(), join(words)));
            return Optional.empty();
        }
        return text;
    }

    boolean flag(String key, boolean byDefault) {
        return word(key, Set.of("true", "false")).map(Boolean::parseBoolean).orElse(byDefault);
    }

    <E extends Enum<E>> E constant(String key, List<E> constants, E byDefault) {
        return constant(key, constants).orElse(byDefault);
    }

    <E extends Enum<E>> Optional<E> constant(String key, List<E> constants) {
        Map<String, E> words =
                constants.stream().collect(Collectors.toMap(Section::wordOf, constant -> constant));
        return word(key, words.keySet()).map(words::get);
    }

    private static String wordOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Empty where nothing is said. */
    OptionalInt integer(String key, int min, int max) {
        return value(key).isPresent()
                ? OptionalInt.of(integer(key, min, max, min))
                : OptionalInt.empty();
    }

    int integer(String key, int min, int max, int byDefault) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return byDefault;
        }
        if (!text.get().matches("-?[0-9]{1,18}")) {
            problem(key, "'%s' is not a whole number".formatted(text.get()));
            return byDefault;
        }
        long value = Long.parseLong(text.get());
        if (value < min || value > max) {
            problem(key, "%d is not within %d to %d".formatted(value, min, max));
            return byDefault;
        }
        return (int) value;
    }

    double real(String key, double min, double max, double byDefault) {
        return real(key, min, max).orElse(byDefault);
    }

    /** A number, such as {@code 0.25}. */
    OptionalDouble real(String key, double min, double max) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        if (!REAL.matcher(text.get()).matches()) {
            problem(key, "'%s' is not a number".formatted(text.get()));
            return OptionalDouble.empty();
        }
        double value = Double.parseDouble(text.get());
        if (value < min || value > max) {
            problem(
                    key,
                    "%s is not within %s to %s"
                            .formatted(text.get(), describe(min), describe(max)));
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(value);
    }

    private static String describe(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    long size(String key, long minBytes, long maxBytes, long byDefaultBytes) {
        return size(key, minBytes, maxBytes).orElse(byDefaultBytes);
    }

    /** A number of bytes with its unit, such as {@code 64MiB}. */
    OptionalLong size(String key, long minBytes, long maxBytes) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        Matcher matcher = SIZE.matcher(text.get());
        if (!matcher.matches() || !UNITS.containsKey(matcher.group(2))) {
            problem(
                    key,
                    "'%s' is not a size: a number and one of %s"
                            .formatted(text.get(), "B, KiB, MiB, GiB, TiB, kB, MB, GB, TB"));
            return OptionalLong.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        long unitBytes = UNITS.getOrDefault(matcher.group(2), 1L);
        if (number > maxBytes / unitBytes || number * unitBytes < minBytes) {
            problem(
                    key,
                    "%s is not within %s to %s"
                            .formatted(text.get(), describe(minBytes), describe(maxBytes)));
            return OptionalLong.empty();
        }
        return OptionalLong.of(number * unitBytes);
    }

    private static String describe(long bytes) {
        for (String unit : List.of("TiB", "GiB", "MiB", "KiB")) {
            long unitBytes = UNITS.getOrDefault(unit, 1L);
            if (bytes >= unitBytes && bytes % unitBytes == 0) {
                return bytes / unitBytes + unit;
            }
        }
        return bytes + "B";
    }

    Optional<Path> path(String keyPath, YamlNode node) {
        Optional<String> text = text(keyPath, node);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path value = Path.of(text.get());
            if (value.isAbsolute()) {
                return Optional.of(value.normalize());
            }
            problems.add(
                    node.location(), keyPath, "'%s' is not an absolute path".formatted(text.get()));
        } catch (InvalidPathException e) {
            problems.add(node.location(), keyPath, "not a path: " + e.getReason());
        }
        return Optional.empty();
    }

    Path path(String key, Path byDefault) {
        return value(key).flatMap(value -> path(path(key), value)).orElse(byDefault);
    }

    /** Reports every key that was not asked for. */
    void end() {
        for (YamlNode.Entry entry : mapping.entries()) {
            if (!known.contains(entry.key())) {
                problems.add(
                        entry.location(),
                        path(entry.key()),
                        "unknown key; known here are " + join(known));
            }
        }
    }

    static String join(Set<String> words) {
        return words.stream().sorted().collect(Collectors.joining(", "));
    }
}
