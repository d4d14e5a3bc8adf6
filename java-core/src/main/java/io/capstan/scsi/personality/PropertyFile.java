package io.capstan.scsi.personality;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;

/**
 * A data file of keys and values that is read strictly: a missing key, a key that is there twice or that nobody asked for,
 * and a value of the wrong kind are an {@link IllegalArgumentException} that names file, line and key. Used by one thread.
 */
public final class PropertyFile {

    private final String fileName;
    private final Properties properties = new Properties();
    private final Map<String, Integer> lineByKey = new HashMap<>();
    private final Set<String> asked = new HashSet<>();

    /**
     * @throws IllegalArgumentException if a key is there twice or the text is no property file
     */
    public PropertyFile(String fileName, Reader text) throws IOException {
        this.fileName = fileName;
        String content = text.readAllAsString();
        rememberLines(content);
        try {
            properties.load(new StringReader(content));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(fileName + ": " + malformed.getMessage(), malformed);
        }
    }

    /** No key of ours has a blank, '=' or ':' in it. */
    private void rememberLines(String content) {
        int line = 0;
        boolean continues = false;
        for (String text : content.lines().toList()) {
            line++;
            String key = text.strip().split("[\\s=:]", 2)[0];
            boolean isKey = !continues && !key.isEmpty() && !key.matches("[#!].*");
            continues = text.endsWith("\\") && (continues || isKey);
            if (isKey && lineByKey.putIfAbsent(key, line) != null) {
                throw new IllegalArgumentException(
                        "%s: line %d: %s is in line %d already"
                                .formatted(fileName, line, key, lineByKey.get(key)));
            }
        }
    }

    /** Takes over every key of another file that this one does not have. */
    public void inherit(PropertyFile other) {
        other.properties.forEach(properties::putIfAbsent);
    }

    /** A file beside a class. */
    public static PropertyFile ofResource(Class<?> beside, String path) {
        try (Reader text =
                new InputStreamReader(
                        Objects.requireNonNull(beside.getResourceAsStream(path), path),
                        StandardCharsets.UTF_8)) {
            return new PropertyFile(path, text);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    public Optional<String> optionalText(String key) {
        asked.add(key);
        return Optional.ofNullable(properties.getProperty(key)).map(String::strip);
    }

    public String text(String key) {
        return optionalText(key).orElseThrow(() -> error(key, "is missing"));
    }

    /** Text for a fixed field of a response. */
    public String text(String key, int lengthMaxBytes) {
        String value = text(key);
        if (!value.matches("\\p{Print}{1," + lengthMaxBytes + "}")) {
            throw error(key, "is not 1 to " + lengthMaxBytes + " printable ASCII characters");
        }
        return value;
    }

    /** Comma-separated items, none if the value is empty. */
    public List<String> list(String key) {
        return Arrays.stream(text(key).split(","))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    public long number(String key, long max) {
        return parse(key, text(key), 10, max);
    }

    public OptionalLong optionalNumber(String key, long max) {
        return optionalText(key)
                .map(value -> OptionalLong.of(parse(key, value, 10, max)))
                .orElse(OptionalLong.empty());
    }

    public int hexadecimal(String key, int max) {
        return (int) parse(key, text(key), 16, max);
    }

    public Optional<Integer> optionalHexadecimal(String key, int max) {
        return optionalText(key).map(value -> (int) parse(key, value, 16, max));
    }

    public List<Integer> hexadecimals(String key, int max) {
        return list(key).stream().map(item -> (int) parse(key, item, 16, max)).toList();
    }

    public boolean flag(String key) {
        return switch (text(key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error(key, "is neither true nor false");
        };
    }

    /** The rest of each key that starts with {@code prefix}. */
    public Set<String> keysBehind(String prefix) {
        Set<String> rests = new HashSet<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                rests.add(key.substring(prefix.length()));
            }
        }
        return rests;
    }

    /** Call when everything was asked for. */
    public void refuseUnknownKeys() {
        for (String key : properties.stringPropertyNames()) {
            if (!asked.contains(key)) {
                throw error(key, "is not known");
            }
        }
    }

    /** To be thrown: what is wrong with the value of a key. */
    public IllegalArgumentException error(String key, String problem) {
        Integer line = lineByKey.get(key);
        String place = line == null ? fileName : fileName + ": line " + line;
        return new IllegalArgumentException(place + ": " + key + " " + problem);
    }

    private long parse(String key, String value, int radix, long max) {
        try {
            long number = Long.parseLong(value, radix);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw error(key, "is not a number: " + value);
        }
        throw error(key, "is not between 0 and " + Long.toString(max, radix) + ": " + value);
    }
}
