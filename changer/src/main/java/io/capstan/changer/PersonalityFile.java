package io.capstan.changer;

import io.capstan.scsi.personality.PropertyFile;
import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
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

    private final PropertyFile file;

    /**
     * @throws IllegalArgumentException if a key is there twice or the text is no property file
     */
    PersonalityFile(String fileName, Reader text) throws IOException {
        this(new PropertyFile(fileName, text));
    }

    private PersonalityFile(PropertyFile file) {
        this.file = file;
    }

    static ChangerPersonality load(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "there is no changer personality '%s'; there are %s".formatted(name, NAMES));
        }
        String path = "personality/" + name + ".properties";
        return new PersonalityFile(PropertyFile.ofResource(PersonalityFile.class, path))
                .personality(name);
    }

    /**
     * @throws IllegalArgumentException if a key is missing, unknown, or has no fitting value
     */
    ChangerPersonality personality(String name) {
        ChangerPersonality personality =
                new ChangerPersonality(
                        name,
                        file.text("vendor-identification", 8),
                        file.text("product-identification", 16),
                        file.text("product-revision-level", 4),
                        number("version", 0xFF),
                        number("inquiry-length-bytes", 36, 96),
                        inquiryBytes(),
                        versionDescriptors(),
                        optionalNumber("inquiry-serial-number-offset", 95),
                        number("serial-number-length-bytes", 1, 32),
                        file.flag("serial-number-zero-filled"),
                        file.flag("serial-number-with-storage-address"),
                        serialNumberSuffix(),
                        file.flag("device-identification"),
                        vendorPages(),
                        file.flag("drive-identifier-with-product"),
                        number("medium-transport-address", ElementAddressMap.ADDRESS_MAX),
                        number("import-export-address", ElementAddressMap.ADDRESS_MAX),
                        number("data-transfer-address", ElementAddressMap.ADDRESS_MAX),
                        number("storage-address", ElementAddressMap.ADDRESS_MAX),
                        file.flag("unload-by-host-required"));
        file.refuseUnknownKeys();
        return personality;
    }

    private Map<Integer, Integer> inquiryBytes() {
        Map<Integer, Integer> inquiryBytes = new HashMap<>();
        for (String place : file.keysBehind(INQUIRY_BYTE)) {
            String key = INQUIRY_BYTE + place;
            int offset = parse(key, place, 0, 95);
            if (!ChangerPages.isPersonalityByte(offset)) {
                throw file.error(key, "is not vendor specific");
            }
            inquiryBytes.put(offset, number(key, 0xFF));
        }
        return inquiryBytes;
    }

    /** Two-byte values as T10 lists them, in hexadecimal, parted by blanks. */
    private List<Integer> versionDescriptors() {
        String key = "version-descriptors";
        if (file.optionalText(key).isEmpty()) {
            return List.of();
        }
        String text = file.text(key);
        if (!text.matches(
                "[0-9A-Fa-f]{4}( [0-9A-Fa-f]{4}){0," + (VERSION_DESCRIPTORS_MAX - 1) + "}")) {
            throw file.error(key, "is not 1 to 8 values of four hexadecimal digits");
        }
        return Stream.of(text.split(" ")).map(value -> Integer.parseInt(value, 16)).toList();
    }

    private String serialNumberSuffix() {
        String key = "serial-number-suffix";
        return file.optionalText(key).isPresent() ? file.text(key, 8) : "";
    }

    private Map<Integer, String> vendorPages() {
        Map<Integer, String> vendorPages = new HashMap<>();
        for (String code : file.keysBehind(VPD_PAGE)) {
            String key = VPD_PAGE + code;
            int pageCode = parse(key, code, 0, 0xFF);
            if (pageCode < VENDOR_PAGE_FIRST) {
                throw file.error(key, "is not vendor specific");
            }
            String hex = file.text(key).replace(" ", "");
            if (!hex.matches("([0-9A-Fa-f]{2}){1," + VENDOR_PAGE_LENGTH_MAX_BYTES + "}")) {
                throw file.error(key, "is not 1 to 252 bytes in hexadecimal");
            }
            vendorPages.put(pageCode, hex);
        }
        return vendorPages;
    }

    private int number(String key, int max) {
        return number(key, 0, max);
    }

    private int number(String key, int min, int max) {
        return parse(key, file.text(key), min, max);
    }

    private OptionalInt optionalNumber(String key, int max) {
        return file.optionalText(key).isPresent()
                ? OptionalInt.of(number(key, max))
                : OptionalInt.empty();
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
            throw file.error(key, "is not a number: " + text);
        }
        throw file.error(key, "is not between " + min + " and " + max + ": " + text);
    }
}
