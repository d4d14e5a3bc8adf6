package io.capstan.config;

import io.capstan.config.ConfigException.Problem;
import io.capstan.config.YamlNode.Location;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a file, so that the operator sees all of it at once. */
final class Problems {

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Location> taken = new HashMap<>();

    void add(Location location, String key, String reason) {
        problems.add(new Problem(location, key, reason));
    }

    /**
     * Reports a value that may be there once only and was there before.
     *
     * @param what the kind of value, such as "library name"
     * @return false if it was there before
     */
    boolean take(String what, String value, Location location, String key) {
        @Nullable Location first = taken.putIfAbsent(what + ' ' + value, location);
        if (first != null) {
            add(
                    location,
                    key,
                    "%s %s is used in line %d already".formatted(what, value, first.line()));
        }
        return first == null;
    }

    int count() {
        return problems.size();
    }

    void throwIfAny(String file) {
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new ConfigException(file, problems);
        }
    }
}
