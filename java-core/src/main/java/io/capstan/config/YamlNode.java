package io.capstan.config;

import java.util.List;

/** What stands in a YAML file, each part with its place. */
sealed interface YamlNode {

    Location location();

    /**
     * A place in the file.
     *
     * @param line from 1
     * @param column from 1
     */
    record Location(int line, int column) {

        /** The file as a whole. */
        static final Location NONE = new Location(0, 0);
    }

    /** {@code key: value} pairs in the order of the file, each key once. */
    record Mapping(Location location, List<Entry> entries) implements YamlNode {}

    /** A pair of a mapping. */
    record Entry(Location location, String key, YamlNode value) {}

    /** A list. */
    record Sequence(Location location, List<YamlNode> items) implements YamlNode {}

    /** A word, number or text; its type is the reader's business. */
    record Scalar(Location location, String text) implements YamlNode {}

    /** A key with nothing behind it, which is as good as none. */
    record Nothing(Location location) implements YamlNode {}
}
