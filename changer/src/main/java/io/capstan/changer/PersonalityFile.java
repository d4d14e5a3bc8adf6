package io.capstan.changer;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Reads a personality from its file, strictly: what is missing, misspelt or out of range is an error that names file and
 * key. Numbers are hexadecimal where the vendor's manual has them so, which {@code h} at the end tells.
 */
final class PersonalityFile {

    /** The files there are; a directory inside a jar cannot be listed. */
    static final List<String> NAMES =
            List.of(
                    "capstan",
                    "hp-msl-g3",
                    "ibm-03584l32",
                    "ibm-3573-tl",
                    "overland-neo",
                    "stk-l700");

    private static final String INQUIRY_BYTE = "inquiry-byte.";
    private static final String VPD_PAGE = "vpd-page.";
    private static final int VERSION_DESCRIPTORS_MAX = 8;
    private static final int VENDOR_PAGE_FIRST = 0xC0;
    private static final int VENDOR_PAGE_LENGTH_MAX_BYTES = 252;

    private final String fileName;
    private final Properties properties = new Properties();
    private final Map<String, Integer> lineOf = new HashMap<>();

    /**
     * @throws IllegalArgumentException if a key is there twice or the text is no property file
     */
    PersonalityFile(String fileName, Reader text) throws IOException {
        this.fileName = fileName;
        String content = text.readAllAsString();
        rememberLines(content);
        try {
            properties.load(new StringReader(content));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(fileName + ": " + malformed.getMessage(), malformed);
        }
    }

    /** Keys are at the start of a line, as none has a blank, ':' or '=' in it. */
    private void rememberLines(String content) {
        int line = 0;
        boolean continued = false;
        for (String text : content.lines().toList()) {
            line++;
            String key = text.strip().split("[\\s=:]", 2)[0];
            boolean isKey = !continued && !key.isEmpty() && !key.matches("[#!].*");
            continued = text.endsWith("\\") && (continued || isKey);
            Integer before = isKey ? lineOf.putIfAbsent(key, line) : null;
            if (before != null) {
                throw new IllegalArgumentException(
                        "%s: line %d: %s is in line %d already"
                                .formatted(fileName, line, key, before));
            }
        }
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
        Map<Integer, String> vendorPages = takeVendorPages();
        ChangerPersonality personality =
                new ChangerPersonality(
                        name,
                        takeText("vendor-identification", 8),
                        takeText("product-identification", 16),
                        takeText("product-revision-level", 4),
                        takeNumber("version", 0xFF),
                        takeNumber("inquiry-length-bytes", 36, 96),
                        inquiryBytes,
                        takeVersionDescriptors(),
                        takeOptionalNumber("inquiry-serial-number-offset", 95),
                        takeNumber("serial-number-length-bytes", 1, 32),
                        takeFlag("serial-number-zero-filled"),
                        takeFlag("serial-number-with-storage-address"),
                        takeSerialNumberSuffix(),
                        takeFlag("device-identification"),
                        vendorPages,
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
                int offset = parse(key, key.substring(INQUIRY_BYTE.length()), 0, 95);
                if (!ChangerPages.isPersonalityByte(offset)) {
                    throw error(key, "is not vendor specific");
                }
                inquiryBytes.put(offset, takeNumber(key, 0xFF));
            }
        }
        return inquiryBytes;
    }

    /** Two-byte values as T10 lists them, in hexadecimal, parted by blanks. */
    private List<Integer> takeVersionDescriptors() {
        String key = "version-descriptors";
        if (!properties.containsKey(key)) {
            return List.of();
        }
        String text = take(key);
        if (!text.matches(
                "[0-9A-Fa-f]{4}( [0-9A-Fa-f]{4}){0," + (VERSION_DESCRIPTORS_MAX - 1) + "}")) {
            throw error(key, "is not 1 to 8 values of four hexadecimal digits");
        }
        return Stream.of(text.split(" ")).map(value -> Integer.parseInt(value, 16)).toList();
    }

    private String takeSerialNumberSuffix() {
        String key = "serial-number-suffix";
        return properties.containsKey(key) ? takeText(key, 8) : "";
    }

    private Map<Integer, String> takeVendorPages() {
        Map<Integer, String> vendorPages = new HashMap<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(VPD_PAGE)) {
                int pageCode = parse(key, key.substring(VPD_PAGE.length()), 0, 0xFF);
                if (pageCode < VENDOR_PAGE_FIRST) {
                    throw error(key, "is not vendor specific");
                }
                String hex = take(key).replace(" ", "");
                if (!hex.matches("([0-9A-Fa-f]{2}){1," + VENDOR_PAGE_LENGTH_MAX_BYTES + "}")) {
                    throw error(key, "is not 1 to 252 bytes in hexadecimal");
                }
                vendorPages.put(pageCode, hex);
            }
        }
        return vendorPages;
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
        return takeNumber(key, 0, max);
    }

    private int takeNumber(String key, int min, int max) {
        return parse(key, take(key), min, max);
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

    private int parse(String key, String text, int min, int max) {
        try {
            int number =
                    text.endsWith("h")
                            ? Integer.parseInt(text.substring(0, text.length() - 1), 16)
                            : Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw error(key, "is not a number: " + text);
        }
        throw error(key, "is not between " + min + " and " + max + ": " + text);
    }

    private IllegalArgumentException error(String key, String problem) {
        Integer line = lineOf.get(key);
        String where = line == null ? fileName : fileName + ": line " + line;
        return new IllegalArgumentException(where + ": " + key + " " + problem);
    }
}
