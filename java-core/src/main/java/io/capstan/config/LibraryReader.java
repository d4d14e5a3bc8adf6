package io.capstan.config;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads libraries, and what must be unique among all of them. */
final class LibraryReader {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern SERIAL = Pattern.compile("[A-Z0-9]{1,16}");
    static final Pattern PREFIX = Pattern.compile("[A-Z0-9]{1,5}");
    static final Pattern SUFFIX = Pattern.compile("[A-Z0-9]{0,2}");

    private static final int DRIVES_MAX = 256;
    private static final int ELEMENTS_MAX = 0xFFFF;

    private final Problems problems;
    private final Equipment equipment;

    LibraryReader(Problems problems, Equipment equipment) {
        this.problems = problems;
        this.equipment = equipment;
    }

    LibrarySettings read(String path, YamlNode node) {
        int problemsBefore = problems.count();
        Section section = Section.of(problems, path, node);
        LibrarySettings library =
                new LibrarySettings(
                        readName(section),
                        section.word("personality", equipment.changerPersonalities())
                                .orElse(LibrarySettings.PERSONALITY_DEFAULT),
                        readSerial(section),
                        readDrives(section),
                        section.integer(
                                "storage-elements",
                                1,
                                ELEMENTS_MAX,
                                LibrarySettings.STORAGE_ELEMENTS_DEFAULT),
                        section.integer(
                                "import-export-elements",
                                0,
                                ELEMENTS_MAX,
                                LibrarySettings.IMPORT_EXPORT_ELEMENTS_DEFAULT),
                        section.list("cartridges", this::readCartridges));
        section.end();
        checkRoom(section, library);
        if (problems.count() == problemsBefore) {
            equipment
                    .objection(library)
                    .ifPresent(reason -> problems.add(section.location("name"), path, reason));
        }
        return library;
    }

    private String readName(Section section) {
        requirePresent(section, "name");
        Optional<String> name =
                section.text(
                        "name",
                        NAME,
                        "a name: a lower-case letter, then up to 31 of a-z, 0-9 and '-'");
        name.ifPresent(value ->
                problems.take(
                        "library name", value, section.location("name"), section.path("name")));
        return name.orElse("");
    }

    private static void requirePresent(Section section, String key) {
        if (section.value(key).isEmpty()) {
            section.problem(key, "is missing");
        }
    }

    private Optional<String> readSerial(Section section) {
        Optional<String> serial =
                section.text("serial", SERIAL, "a serial number: 1 to 16 of A-Z and 0-9");
        return serial.filter(value ->
                problems.take(
                        "serial number",
                        value,
                        section.location("serial"),
                        section.path("serial")));
    }

    /** A list of drives, or a count and a personality for all of them. */
    private List<DriveSettings> readDrives(Section section) {
        Optional<YamlNode> value = section.value("drives");
        if (value.isPresent() && value.get() instanceof YamlNode.Sequence) {
            return section.list("drives", this::readDrive);
        }
        Section drives = section.section("drives");
        int count = drives.integer("count", 0, DRIVES_MAX, LibrarySettings.DRIVE_COUNT_DEFAULT);
        String personality = readDrivePersonality(drives);
        drives.end();
        return Collections.nCopies(count, new DriveSettings(personality, Optional.empty()));
    }

    private DriveSettings readDrive(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        DriveSettings drive = new DriveSettings(readDrivePersonality(section), readSerial(section));
        section.end();
        return drive;
    }

    private String readDrivePersonality(Section section) {
        return section.word("personality", equipment.drivePersonalities())
                .orElse(DriveSettings.DEFAULTS.personality());
    }

    private CartridgeSettings readCartridges(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        requirePresent(section, "count");
        String medium =
                section.word("medium", equipment.barcodeSuffixes().keySet())
                        .orElse(CartridgeSettings.MEDIUM_DEFAULT);
        CartridgeSettings cartridges =
                new CartridgeSettings(
                        section.text("prefix", PREFIX, "a barcode prefix: 1 to 5 of A-Z and 0-9")
                                .orElse(CartridgeSettings.PREFIX_DEFAULT),
                        section.integer("first-number", 0, 99_999, 1),
                        section.integer("count", 0, ELEMENTS_MAX, 0),
                        medium,
                        section.text("suffix", SUFFIX, "a barcode suffix: up to 2 of A-Z and 0-9")
                                .orElse(equipment.barcodeSuffixes().getOrDefault(medium, "")),
                        section.size("capacity", 1L << 20, 1L << 50));
        section.end();
        checkBarcodes(path, section, cartridges);
        return cartridges;
    }

    private void checkBarcodes(String path, Section section, CartridgeSettings cartridges) {
        int lastNumber = cartridges.firstNumber() + cartridges.count() - 1;
        if (lastNumber > cartridges.numberMax()) {
            section.problem(
                    "count",
                    "prefix %s leaves room for numbers up to %d, and the last one is %d"
                            .formatted(cartridges.prefix(), cartridges.numberMax(), lastNumber));
            return;
        }
        for (String barcode : cartridges.barcodes()) {
            if (!problems.take("barcode", barcode, section.location("prefix"), path)) {
                return; // one line for a range that overlaps another is enough
            }
        }
    }

    private static void checkRoom(Section section, LibrarySettings library) {
        int cartridgeCount = library.cartridges().stream().mapToInt(CartridgeSettings::count).sum();
        if (cartridgeCount > library.storageElements()) {
            section.problem(
                    "cartridges",
                    "%d cartridges do not fit into %d storage elements"
                            .formatted(cartridgeCount, library.storageElements()));
        }
    }
}
