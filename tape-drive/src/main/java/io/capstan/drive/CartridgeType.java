package io.capstan.drive;

import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumDescription;
import io.capstan.scsi.personality.PropertyFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A type of cartridge, which is a generation or a cleaning cartridge: what is printed on the box and kept in cartridge
 * memory. Data, one file each under {@code cartridge/}.
 *
 * @param name as operators and personalities know it, for example {@code LTO-8}
 * @param densityCode density the generation is recorded in
 * @param mediumTypeData medium type byte of a data cartridge
 * @param mediumTypeWorm medium type byte of a WORM cartridge; empty if there is none
 * @param barcodeSuffixData the last two characters of a data cartridge's label
 * @param barcodeSuffixWorm the same for WORM; empty if there is none
 * @param nativeCapacityMegabytes capacity on the box, in 10^6 bytes
 * @param wraps how often tape passes the heads until it is full
 * @param mediumAuxiliaryMemoryBytes size of cartridge memory
 * @param barcodePrefix what such labels begin with, where libraries go by that
 * @param cleaningsMax how often a cleaning cartridge cleans; empty for one that holds data
 * @see "SSC-5, REPORT DENSITY SUPPORT"
 */
public record CartridgeType(
        String name,
        int densityCode,
        int mediumTypeData,
        Optional<Integer> mediumTypeWorm,
        String barcodeSuffixData,
        Optional<String> barcodeSuffixWorm,
        int bitsPerMm,
        int tracks,
        int wraps,
        int mediumWidthTenthMm,
        int mediumLengthM,
        long nativeCapacityMegabytes,
        int mediumAuxiliaryMemoryBytes,
        int partitionCountMax,
        Optional<String> barcodePrefix,
        OptionalLong cleaningsMax,
        String assigningOrganization,
        String densityName,
        String densityDescription) {

    /** All types that come with the product; {@link Personalities} also knows those of the administrator. */
    public static List<CartridgeType> all() {
        return Personalities.builtIn().cartridgeTypes();
    }

    /** The type of this product with a name. */
    public static Optional<CartridgeType> byName(String name) {
        return Personalities.builtIn().cartridgeType(name);
    }

    /** The type of this product that a barcode label tells; see {@link #isLabel}. */
    public static Optional<CartridgeType> byLabel(VolumeIdentifier label) {
        return Personalities.builtIn().cartridgeType(label);
    }

    /** Whether a label says that a cartridge is of this type: by its first characters, or by its last two. */
    public boolean isLabel(VolumeIdentifier label) {
        return barcodePrefix.filter(label.text()::startsWith).isPresent()
                || label.text().endsWith(barcodeSuffixData)
                || isWormLabel(label);
    }

    /** Whether it cleans drives and nothing can be written on it. */
    public boolean isCleaning() {
        return cleaningsMax.isPresent();
    }

    /** Whether a label says that a cartridge of this generation is WORM. */
    public boolean isWormLabel(VolumeIdentifier label) {
        return barcodeSuffixWorm.filter(label.text()::endsWith).isPresent();
    }

    /** Capacity on the box in bytes. */
    public long nativeCapacityBytes() {
        return nativeCapacityMegabytes * 1_000_000;
    }

    /**
     * Describes a cartridge of this generation.
     *
     * @param capacityBytes capacity of this one, which may be smaller than on the box
     * @throws IllegalArgumentException if {@code worm} and the generation has no WORM cartridges
     */
    public MediumDescription describe(long capacityBytes, boolean worm, boolean writeProtected) {
        int mediumType =
                worm
                        ? mediumTypeWorm.orElseThrow(
                                () -> new IllegalArgumentException(name + " has no WORM"))
                        : mediumTypeData;
        return new MediumDescription(mediumType, densityCode, capacityBytes, worm, writeProtected);
    }

    static CartridgeType read(PropertyFile file) {
        CartridgeType type =
                new CartridgeType(
                        file.text("name"),
                        file.hexadecimal("density-code", 0xFF),
                        file.hexadecimal("medium-type-data", 0xFF),
                        file.optionalHexadecimal("medium-type-worm", 0xFF),
                        file.text("barcode-suffix-data", 2),
                        file.optionalText("barcode-suffix-worm"),
                        (int) file.number("bits-per-mm", 0xFF_FFFF),
                        (int) file.number("tracks", 0xFFFF),
                        (int) file.optionalNumber("wraps", 0xFFFF).orElse(1),
                        (int) file.number("medium-width-tenth-mm", 0xFFFF),
                        (int) file.number("medium-length-m", 0xFFFF),
                        file.number("native-capacity-megabytes", 0xFFFF_FFFFL),
                        (int) file.number("medium-auxiliary-memory-bytes", Integer.MAX_VALUE),
                        (int) file.number("partition-count-max", Medium.PARTITION_COUNT_MAX),
                        file.optionalText("barcode-prefix"),
                        file.optionalNumber("cleanings-max", 0xFFFF),
                        file.text("assigning-organization", 8),
                        file.text("density-name", 8),
                        file.text("density-description", 20));
        file.refuseUnknownKeys();
        return type;
    }
}
