package io.capstan.metrics;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What tells one instance of a counter from another, such as the logical unit it counts for.
 *
 * @param byName values by label name, in order of name
 */
public record Labels(SortedMap<String, String> byName) {

    /** For a counter that the node has once. */
    public static final Labels NONE = new Labels(new TreeMap<>());

    public Labels {
        for (String name : byName.keySet()) {
            if (!name.matches("[a-z_][a-z0-9_]*")) {
                throw new IllegalArgumentException("not a label name: '" + name + "'");
            }
        }
        byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    }

    /** One label. */
    public static Labels of(String name, String value) {
        return new Labels(new TreeMap<>(Map.of(name, value)));
    }

    /** These labels and one more. */
    public Labels and(String name, String value) {
        TreeMap<String, String> more = new TreeMap<>(byName);
        more.put(name, value);
        return new Labels(more);
    }

    /** As Prometheus writes them: {@code {lun="drive0"}}, or nothing where there are none. */
    @Override
    public String toString() {
        return byName.isEmpty()
                ? ""
                : byName.entrySet().stream()
                        .map(label -> label.getKey() + "=\"" + escape(label.getValue()) + '"')
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
