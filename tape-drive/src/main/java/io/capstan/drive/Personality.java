package io.capstan.drive;

import io.capstan.scsi.personality.PropertyFile;
import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What makes one drive model differ from another: names, cartridges it takes, sizes and timeouts. Data, one file each
 * under {@code personality/}; an administrator may add more with {@link Personalities#with}.
 *
 * @param name as the configuration knows it
 * @param versionDescriptors standards the drive claims in INQUIRY
 * @param readWriteCartridges generations it writes; the first is its own
 * @param readOnlyCartridges generations it only reads
 * @param cleaningCartridges ones that clean it
 * @param earlyWarningBytes space behind early-warning on a cartridge of native capacity; see {@link EarlyWarning}
 * @param functions what it does with data
 * @param compressionAlgorithm for mode page 0Fh
 * @param defaultTimeout of commands that are not in {@code timeouts}
 * @param timeouts recommended command timeouts by operation code
 */
public record Personality(
        String name,
        String vendorIdentification,
        String productIdentification,
        String productRevision,
        List<Integer> versionDescriptors,
        List<CartridgeType> readWriteCartridges,
        List<CartridgeType> readOnlyCartridges,
        List<CartridgeType> cleaningCartridges,
        long earlyWarningBytes,
        Set<DataFunction> functions,
        int compressionAlgorithm,
        Duration defaultTimeout,
        Map<Integer, Duration> timeouts) {

    private static final String CLEANING_CARTRIDGES = "cleaning-cartridges";
    private static final String FUNCTIONS = "functions";

    /** What a file that says nothing of functions means. */
    private static final Set<DataFunction> OF_EVERY_DRIVE =
            Set.copyOf(EnumSet.complementOf(EnumSet.of(DataFunction.RECOMMENDED_ACCESS_ORDER)));

    private static final String TIMEOUT = "timeout-seconds.";
    private static final long TIMEOUT_MAX_SECONDS = 7 * 24 * 3600;

    public Personality {
        versionDescriptors = List.copyOf(versionDescriptors);
        readWriteCartridges = List.copyOf(readWriteCartridges);
        readOnlyCartridges = List.copyOf(readOnlyCartridges);
        cleaningCartridges = List.copyOf(cleaningCartridges);
        functions = Set.copyOf(functions);
        timeouts = Map.copyOf(timeouts);
    }

    /** The personalities that come with the product; {@link Personalities} also knows those of the administrator. */
    public static List<Personality> all() {
        return Personalities.builtIn().drives();
    }

    /** The built-in personality with a name, for example {@code ULT3580-TD8}. */
    public static Optional<Personality> byName(String name) {
        return Personalities.builtIn().drive(name);
    }

    /**
     * Reads a personality file, in which {@code like} may name one that comes with the product.
     *
     * @param fileName for error messages
     * @throws IllegalArgumentException naming file, line, key and reason if it is not one
     */
    public static Personality read(String fileName, Reader text) throws IOException {
        return Personalities.builtIn().readDrive(new PropertyFile(fileName, text));
    }

    /** The drive's own generation. */
    public CartridgeType ownCartridge() {
        return readWriteCartridges.getFirst();
    }

    public boolean has(DataFunction function) {
        return functions.contains(function);
    }

    /** Every generation the drive reads, own first; no cleaning cartridges. */
    public List<CartridgeType> readableCartridges() {
        return Stream.concat(readWriteCartridges.stream(), readOnlyCartridges.stream()).toList();
    }

    /** The recommended timeout of a command. */
    Duration timeout(int operationCode) {
        return timeouts.getOrDefault(operationCode, defaultTimeout);
    }

    /**
     * @param types cartridges that the file may name
     * @throws IllegalArgumentException naming file, line, key and reason if it is no personality
     */
    static Personality read(PropertyFile file, Function<String, Optional<CartridgeType>> types) {
        Personality personality =
                new Personality(
                        file.text("name"),
                        file.text("vendor-identification", 8),
                        file.text("product-identification", 16),
                        file.text("product-revision", 4),
                        file.hexadecimals("version-descriptors", 0xFFFF),
                        cartridges(file, "read-write-cartridges", types),
                        cartridges(file, "read-only-cartridges", types),
                        cartridges(file, CLEANING_CARTRIDGES, types),
                        file.number("early-warning-megabytes", 1_000_000) * 1_000_000,
                        functions(file),
                        file.hexadecimal("compression-algorithm", 0xFF),
                        seconds(file, TIMEOUT + "default"),
                        timeouts(file));
        if (personality.readWriteCartridges.isEmpty()) {
            throw file.error("read-write-cartridges", "is empty");
        }
        file.refuseUnknownKeys();
        return personality;
    }

    private static Set<DataFunction> functions(PropertyFile file) {
        if (file.optionalText(FUNCTIONS).isEmpty()) {
            return OF_EVERY_DRIVE;
        }
        Set<DataFunction> functions = EnumSet.noneOf(DataFunction.class);
        for (String key : file.list(FUNCTIONS)) {
            functions.add(
                    DataFunction.of(key)
                            .orElseThrow(() -> file.error(FUNCTIONS, "names no function: " + key)));
        }
        return functions;
    }

    private static List<CartridgeType> cartridges(
            PropertyFile file, String key, Function<String, Optional<CartridgeType>> types) {
        boolean cleaning = key.equals(CLEANING_CARTRIDGES);
        return file.list(key).stream()
                .map(name ->
                        types.apply(name)
                                .filter(type -> type.isCleaning() == cleaning)
                                .orElseThrow(() ->
                                        file.error(
                                                key,
                                                "names no "
                                                        + (cleaning ? "cleaning " : "")
                                                        + "cartridge: "
                                                        + name)))
                .toList();
    }

    private static Map<Integer, Duration> timeouts(PropertyFile file) {
        Map<Integer, Duration> timeouts = new HashMap<>();
        for (String code : file.keysBehind(TIMEOUT)) {
            if (!code.equals("default")) {
                timeouts.put(operationCode(file, code), seconds(file, TIMEOUT + code));
            }
        }
        return timeouts;
    }

    private static int operationCode(PropertyFile file, String code) {
        if (!code.matches("[0-9A-F]{2}")) {
            throw file.error(TIMEOUT + code, "is not for an operation code");
        }
        return Integer.parseInt(code, 16);
    }

    private static Duration seconds(PropertyFile file, String key) {
        return Duration.ofSeconds(file.number(key, TIMEOUT_MAX_SECONDS));
    }
}
