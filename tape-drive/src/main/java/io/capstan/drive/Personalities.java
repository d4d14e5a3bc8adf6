package io.capstan.drive;

import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.personality.PropertyFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The drive models and cartridge types there are: those that come with the product, and what an administrator adds. A value
 * that never changes.
 *
 * <p>A file holds one drive or one cartridge type. With {@code like = NAME} it has every key that it does not set from the
 * one of that name, so that a drive that differs in its product identification alone takes two lines.
 */
public final class Personalities {

    private static final List<String> CARTRIDGE_FILES =
            List.of(
                    "lto-3",
                    "lto-4",
                    "lto-5",
                    "lto-6",
                    "lto-7",
                    "lto-m8",
                    "lto-8",
                    "lto-9",
                    "lto-10",
                    "lto-10p",
                    "cleaning");

    /** What others are like comes before them. */
    private static final List<String> DRIVE_FILES =
            List.of(
                    "ult3580-td8",
                    "ult3580-td9",
                    "ult3580-tda",
                    "ult3580-td7",
                    "ult3580-td6",
                    "ult3580-td5",
                    "ult3580-hh8",
                    "ult3580-hh9",
                    "ult3580-hha",
                    "hpe-ultrium-7",
                    "hpe-ultrium-8",
                    "hpe-ultrium-9",
                    "capstan");

    private static final String LIKE = "like";
    private static final String FILE_SUFFIX = ".properties";
    private static final Personalities BUILT_IN = readBuiltIn();

    private final Map<String, PropertyFile> files;
    private final Map<String, CartridgeType> cartridgeTypes;
    private final Map<String, Personality> drives;

    private Personalities(
            Map<String, PropertyFile> files,
            Map<String, CartridgeType> cartridgeTypes,
            Map<String, Personality> drives) {
        this.files = new LinkedHashMap<>(files);
        this.cartridgeTypes = new LinkedHashMap<>(cartridgeTypes);
        this.drives = new LinkedHashMap<>(drives);
    }

    /** What comes with the product. */
    public static Personalities builtIn() {
        return BUILT_IN;
    }

    private static Personalities readBuiltIn() {
        Personalities personalities = new Personalities(Map.of(), Map.of(), Map.of());
        CARTRIDGE_FILES.forEach(file -> personalities.addCartridge(builtIn("cartridge", file)));
        DRIVE_FILES.forEach(file -> personalities.addDrive(builtIn("personality", file)));
        return personalities;
    }

    private static PropertyFile builtIn(String directory, String file) {
        return PropertyFile.ofResource(Personalities.class, directory + "/" + file + FILE_SUFFIX);
    }

    /**
     * These and those that an administrator has described: {@code cartridge/*.properties}, then {@code drive/*.properties}
     * below {@code directory}, each directory by file name and optional.
     *
     * @param problems takes what is wrong with them, one sentence each that names file, line and key; the result is then
     *     without them
     */
    public Personalities with(Path directory, List<String> problems) {
        Personalities all = new Personalities(files, cartridgeTypes, drives);
        for (Path file : list(directory.resolve("cartridge"), problems)) {
            add(file, problems, all::addCartridge);
        }
        for (Path file : list(directory.resolve("drive"), problems)) {
            add(file, problems, all::addDrive);
        }
        return all;
    }

    private static List<Path> list(Path directory, List<String> problems) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.toString().endsWith(FILE_SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException fault) {
            problems.add(directory + ": cannot be read: " + fault);
            return List.of();
        }
    }

    private static void add(Path path, List<String> problems, Consumer<PropertyFile> adder) {
        try (Reader text = Files.newBufferedReader(path, StandardCharsets.US_ASCII)) {
            adder.accept(new PropertyFile(path.toString(), text));
        } catch (IllegalArgumentException bad) {
            problems.add(String.valueOf(bad.getMessage()));
        } catch (IOException fault) {
            problems.add(path + ": cannot be read: " + fault);
        }
    }

    private void addCartridge(PropertyFile file) {
        inherit(file, cartridgeTypes);
        CartridgeType type = CartridgeType.read(file);
        if (cartridgeTypes.containsKey(type.name())) {
            throw file.error("name", "is taken: " + type.name());
        }
        for (CartridgeType other : cartridgeTypes.values()) {
            if (other.densityCode() == type.densityCode()) {
                throw file.error("density-code", "is that of " + other.name());
            }
        }
        files.put(type.name(), file);
        cartridgeTypes.put(type.name(), type);
    }

    private void addDrive(PropertyFile file) {
        Personality drive = readDrive(file);
        if (drives.containsKey(drive.name())) {
            throw file.error("name", "is taken: " + drive.name());
        }
        files.put(drive.name(), file);
        drives.put(drive.name(), drive);
    }

    Personality readDrive(PropertyFile file) {
        inherit(file, drives);
        return Personality.read(file, this::cartridgeType);
    }

    private void inherit(PropertyFile file, Map<String, ?> others) {
        Optional<String> like = file.optionalText(LIKE);
        if (like.isPresent()) {
            PropertyFile other = others.containsKey(like.get()) ? files.get(like.get()) : null;
            if (other == null) {
                throw file.error(LIKE, "names none that is there: " + like.get());
            }
            file.inherit(other);
        }
    }

    /** All cartridge types, data before cleaning, oldest first, then the administrator's. */
    public List<CartridgeType> cartridgeTypes() {
        return List.copyOf(cartridgeTypes.values());
    }

    /** The cartridge type with a name. */
    public Optional<CartridgeType> cartridgeType(String name) {
        return Optional.ofNullable(cartridgeTypes.get(name));
    }

    /** The cartridge type that a barcode label tells; what it begins with counts before what it ends with. */
    public Optional<CartridgeType> cartridgeType(VolumeIdentifier label) {
        Stream<CartridgeType> byPrefix =
                cartridgeTypes.values().stream()
                        .filter(type ->
                                type.barcodePrefix().filter(label.text()::startsWith).isPresent());
        return Stream.concat(byPrefix, cartridgeTypes.values().stream())
                .filter(type -> type.isLabel(label))
                .findFirst();
    }

    /** All drive models, the product's before the administrator's. */
    public List<Personality> drives() {
        return List.copyOf(drives.values());
    }

    /** The drive model with a name, for example {@code ULT3580-TD8}. */
    public Optional<Personality> drive(String name) {
        return Optional.ofNullable(drives.get(name));
    }
}
