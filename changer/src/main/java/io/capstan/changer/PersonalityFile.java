package io.capstan.changer;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Properties;

/**
 * Reads a personality from its file, strictly: what is missing, misspelt or out of range is an error that names file and
 * key. Numbers are hexadecimal where the vendor's manual has them so, which {@code h} at the end tells.
 */
final class PersonalityFile {

    /** The files there are; a directory inside a jar cannot be listed. */
    static final List<String> NAMES = List.of("ibm-03584l32", "stk-l700");

    private static final String INQUIRY_BYTE = "inquiry-byte.";

    private final String fileName;
    private final Properties properties = new Properties();

    PersonalityFile(String fileName, Reader text) throws IOException {
        this.fileName = fileName;
        properties.load(text);
    }

    static ChangerPersonality load(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "there is no changer personality '%s'; there are %s".formatted(name, NAMES));
        }
        String path = "personality/" + name + ".properties";
        try (Reader text =
                new InputStreamReader(
                        Objects.requireNonNull(
                                PersonalityFile.class.getResourceAsStream(path), path),
                        StandardCharsets.US_ASCII)) {
            return new PersonalityFile(path, text).personality(name);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /**
     * @throws IllegalArgumentException if a key is missing, unknown, or has no fitting value
     */
    ChangerPersonality personality(String name) {
        Map<Integer, Integer> inquiryBytes = takeInquiryBytes();
        ChangerPersonality personality =
                new ChangerPersonality(
                        name,
                        takeText("vendor-identification", 8),
                        takeText("product-identification", 16),
                        takeText("product-revision-level", 4),
                        takeNumber("version", 0xFF),
                        takeNumber("inquiry-length-bytes", 96),
                        inquiryBytes,
                        takeOptionalNumber("inquiry-serial-number-offset", 95),
                        takeNumber("serial-number-length-bytes", 32),
                        takeFlag("serial-number-zero-filled"),
                        takeFlag("serial-number-with-storage-address"),
                        takeFlag("device-identification"),
                        takeFlag("drive-identifier-with-product"),
                        takeNumber("medium-transport-address", ElementAddressMap.ADDRESS_MAX),
                        takeNumber("import-export-address", ElementAddressMap.ADDRESS_MAX),
                        takeNumber("data-transfer-address", ElementAddressMap.ADDRESS_MAX),
                        takeNumber("storage-address", ElementAddressMap.ADDRESS_MAX),
                        takeFlag("unload-by-host-required"));
        if (!properties.isEmpty()) {
            throw error(properties.stringPropertyNames().iterator().next(), "is not known");
        }
        return personality;
    }

    private Map<Integer, Integer> takeInquiryBytes() {
        Map<Integer, Integer> inquiryBytes = new HashMap<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(INQUIRY_BYTE)) {
                int offset = parse(key, key.substring(INQUIRY_BYTE.length()), 95);
                if (!ChangerPages.isPersonalityByte(offset)) {
                    throw error(key, "is not vendor specific");
                }
                inquiryBytes.put(offset, takeNumber(key, 0xFF));
            }
        }
        return inquiryBytes;
    }

    private String take(String key) {
        if (properties.remove(key) instanceof String value) {
            return value.strip();
        }
        throw error(key, "is missing");
    }

    private String takeText(String key, int lengthMax) {
        String text = take(key);
        if (text.isEmpty() || text.length() > lengthMax || !text.matches("\\p{Print}*")) {
            throw error(key, "is not 1 to " + lengthMax + " printable ASCII characters");
        }
        return text;
    }

    private int takeNumber(String key, int max) {
        return parse(key, take(key), max);
    }

    private OptionalInt takeOptionalNumber(String key, int max) {
        return properties.containsKey(key)
                ? OptionalInt.of(takeNumber(key, max))
                : OptionalInt.empty();
    }

    private boolean takeFlag(String key) {
        return switch (take(key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error(key, "is neither true nor false");
        };
    }

    private int parse(String key, String text, int max) {
        try {
            int number =
                    text.endsWith("h")
                            ? Integer.parseInt(text.substring(0, text.length() - 1), 16)
                            : Integer.parseInt(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw error(key, "is not a number: " + text);
        }
        throw error(key, "is not between 0 and " + max + ": " + text);
    }

    private IllegalArgumentException error(String key, String problem) {
        return new IllegalArgumentException(fileName + ": " + key + " " + problem);
    }
}
