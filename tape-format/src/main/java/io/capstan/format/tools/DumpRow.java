package io.capstan.format.tools;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One row of a dump: what a structure says, field by field.
 *
 * @param type chunk, record, lost, trailer, tail, label, attribute, container, run or finding
 * @param fields in the order of the structure; values are {@link String}, {@link Long} or {@link Boolean}
 */
public record DumpRow(String type, SequencedMap<String, Object> fields) {

    public DumpRow {
        fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    /** One line: the type, then every field as {@code name=value}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(type);
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            line.append(' ').append(field.getKey()).append('=').append(quoted(field.getValue()));
        }
        return line.toString();
    }

    private static String quoted(Object value) {
        String text = value.toString();
        return text.isEmpty() || text.indexOf(' ') >= 0 ? '"' + text + '"' : text;
    }

    static Builder of(String type) {
        return new Builder(type);
    }

    /** Collects the fields of a row. */
    static final class Builder {

        private final String type;
        private final SequencedMap<String, Object> fields = new LinkedHashMap<>();

        private Builder(String type) {
            this.type = type;
        }

        Builder with(String name, String value) {
            fields.put(name, value);
            return this;
        }

        Builder with(String name, long value) {
            fields.put(name, value);
            return this;
        }

        Builder with(String name, boolean value) {
            fields.put(name, value);
            return this;
        }

        /** A code, such as a density, in the two hexadecimal digits that standards print. */
        Builder withCode(String name, int value) {
            return with(name, "%02xh".formatted(value));
        }

        Builder withCrc(String name, int value) {
            return with(name, "%08x".formatted(value));
        }

        DumpRow row() {
            return new DumpRow(type, fields);
        }
    }
}
