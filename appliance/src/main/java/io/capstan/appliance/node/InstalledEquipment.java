package io.capstan.appliance.node;

import io.capstan.changer.ChangerPersonality;
import io.capstan.changer.ElementAddressMap;
import io.capstan.changer.ElementRange;
import io.capstan.changer.ElementType;
import io.capstan.changer.LibraryConfiguration;
import io.capstan.config.DriveSettings;
import io.capstan.config.Equipment;
import io.capstan.config.LibrarySettings;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.DriveIdentity;
import io.capstan.drive.Personalities;
import io.capstan.drive.Personality;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What this product can build libraries of, under the names that configuration has for it: what comes with it, and what an
 * administrator adds. Used by one thread, which reads a configuration with it.
 */
public final class InstalledEquipment implements Equipment {

    /** Any serial number that fits every personality. */
    private static final String SERIAL_NUMBER_SAMPLE = "0000000000";

    private final Map<String, ChangerPersonality> changers = new TreeMap<>();
    private Personalities personalities = Personalities.builtIn();

    public InstalledEquipment() {
        for (String name : ChangerPersonality.names()) {
            changers.put(name, ChangerPersonality.named(name));
        }
    }

    @Override
    public List<String> addPersonalities(Path directory) {
        AddedPersonalities added = AddedPersonalities.read(directory, changers.keySet());
        List<String> problems = new ArrayList<>(added.problems());
        Personalities all = personalities.with(directory, problems);
        if (problems.isEmpty()) {
            changers.putAll(added.changers());
            personalities = all;
        }
        return problems;
    }

    /** Drive models and cartridge types. */
    public Personalities personalities() {
        return personalities;
    }

    @Override
    public Set<String> changerPersonalities() {
        return Set.copyOf(changers.keySet());
    }

    @Override
    public Set<String> drivePersonalities() {
        return drivesByName().keySet();
    }

    @Override
    public Map<String, String> barcodeSuffixes() {
        return personalities.cartridgeTypes().stream()
                .collect(Collectors.toMap(CartridgeType::name, CartridgeType::barcodeSuffixData));
    }

    @Override
    public Optional<String> objection(LibrarySettings library) {
        try {
            ChangerPersonality personality = changer(library.personality());
            checkElements(library, personality);
            new LibraryConfiguration(
                    library.name(),
                    personality,
                    library.serialNumber().orElse(SERIAL_NUMBER_SAMPLE),
                    library.storageElements(),
                    library.importExportElements());
            for (DriveSettings drive : library.drives()) {
                new DriveIdentity(
                        drive.serialNumber().orElse(SERIAL_NUMBER_SAMPLE), "", OptionalInt.empty());
            }
            for (LibraryPlan.FirstCartridges cartridges : firstCartridges(library)) {
                checkCapacity(cartridges);
            }
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The drive personality with a name. */
    public Optional<Personality> drive(String name) {
        return Optional.ofNullable(drivesByName().get(name));
    }

    private ChangerPersonality changer(String name) {
        return Optional.ofNullable(changers.get(name)).orElseThrow();
    }

    private static void checkElements(LibrarySettings library, ChangerPersonality personality) {
        List<ElementRange> ranges =
                List.of(
                        new ElementRange(
                                ElementType.MEDIUM_TRANSPORT,
                                personality.firstTransportAddress(),
                                1),
                        new ElementRange(
                                ElementType.IMPORT_EXPORT,
                                personality.firstImportExportAddress(),
                                library.importExportElements()),
                        new ElementRange(
                                ElementType.DATA_TRANSFER,
                                personality.firstDataTransferAddress(),
                                library.drives().size()),
                        new ElementRange(
                                ElementType.STORAGE,
                                personality.firstStorageAddress(),
                                library.storageElements()));
        for (ElementRange range : ranges) {
            if (range.firstAddress() + range.count() - 1 > ElementAddressMap.ADDRESS_MAX) {
                throw new IllegalArgumentException("too many elements: " + range);
            }
        }
        new ElementAddressMap(ranges);
    }

    private static void checkCapacity(LibraryPlan.FirstCartridges cartridges) {
        if (cartridges.capacityBytes() > cartridges.type().nativeCapacityBytes()) {
            throw new IllegalArgumentException(
                    "a cartridge of type %s holds at most %d bytes"
                            .formatted(
                                    cartridges.type().name(),
                                    cartridges.type().nativeCapacityBytes()));
        }
    }

    /** A library as a node can build it. Everything that is named is there, for the configuration was read with this. */
    LibraryPlan plan(LibrarySettings library) {
        return new LibraryPlan(
                library.name(),
                changer(library.personality()),
                library.serialNumber(),
                library.storageElements(),
                library.importExportElements(),
                library.drives().stream()
                        .map(drive ->
                                new LibraryPlan.Drive(
                                        Optional.ofNullable(drivesByName().get(drive.personality()))
                                                .orElseThrow(),
                                        drive.serialNumber()))
                        .toList(),
                firstCartridges(library));
    }

    private List<LibraryPlan.FirstCartridges> firstCartridges(LibrarySettings library) {
        return library.cartridges().stream()
                .map(cartridges -> {
                    CartridgeType type =
                            personalities
                                    .cartridgeType(cartridges.medium())
                                    .orElseThrow(() ->
                                            new IllegalArgumentException(
                                                    "there is no medium " + cartridges.medium()));
                    return new LibraryPlan.FirstCartridges(
                            cartridges.barcodes().stream().map(VolumeIdentifier::new).toList(),
                            type,
                            cartridges.capacityBytes().orElse(type.nativeCapacityBytes()));
                })
                .toList();
    }

    /** Drives are named by vendor and model, as changers are. */
    private Map<String, Personality> drivesByName() {
        return personalities.drives().stream()
                .collect(Collectors.toMap(InstalledEquipment::nameOf, Function.identity()));
    }

    /** What configuration and operators call a drive's personality, for example {@code ibm-ult3580-td8}. */
    public static String nameOf(Personality personality) {
        return (personality.vendorIdentification().strip() + "-" + personality.name())
                .toLowerCase(Locale.ROOT);
    }
}
