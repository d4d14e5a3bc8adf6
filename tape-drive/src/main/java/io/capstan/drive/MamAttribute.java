package io.capstan.drive;

import io.capstan.medium.AttributeStore.Format;
import java.util.Optional;

/**
 * The medium auxiliary memory attributes of the drive: identifier, length and format as backup software checks them.
 *
 * @see "SPC-4, 7.4.2 Medium auxiliary memory attributes"
 */
enum MamAttribute {
    REMAINING_CAPACITY(0x0000, 8, Format.BINARY, Scope.PARTITION),
    MAXIMUM_CAPACITY(0x0001, 8, Format.BINARY, Scope.PARTITION),
    TAPE_ALERT_FLAGS(0x0002, 8, Format.BINARY, Scope.MEDIUM),
    LOAD_COUNT(0x0003, 8, Format.BINARY, Scope.MEDIUM),
    MAM_SPACE_REMAINING(0x0004, 8, Format.BINARY, Scope.MEDIUM),
    ASSIGNING_ORGANIZATION(0x0005, 8, Format.ASCII, Scope.MEDIUM),
    FORMATTED_DENSITY_CODE(0x0006, 1, Format.BINARY, Scope.MEDIUM),
    INITIALIZATION_COUNT(0x0007, 2, Format.BINARY, Scope.MEDIUM),
    VOLUME_IDENTIFIER(0x0008, 32, Format.ASCII, Scope.MEDIUM),
    VOLUME_CHANGE_REFERENCE(0x0009, 4, Format.BINARY, Scope.PARTITION),
    DRIVE_AT_LAST_LOAD(0x020A, 40, Format.ASCII, Scope.MEDIUM),
    DRIVE_AT_LOAD_1(0x020B, 40, Format.ASCII, Scope.MEDIUM),
    DRIVE_AT_LOAD_2(0x020C, 40, Format.ASCII, Scope.MEDIUM),
    DRIVE_AT_LOAD_3(0x020D, 40, Format.ASCII, Scope.MEDIUM),
    TOTAL_MIB_WRITTEN(0x0220, 8, Format.BINARY, Scope.MEDIUM),
    TOTAL_MIB_READ(0x0221, 8, Format.BINARY, Scope.MEDIUM),
    LAST_LOAD_MIB_WRITTEN(0x0222, 8, Format.BINARY, Scope.MEDIUM),
    LAST_LOAD_MIB_READ(0x0223, 8, Format.BINARY, Scope.MEDIUM),
    FIRST_ENCRYPTED_OBJECT(0x0224, 8, Format.BINARY, Scope.PARTITION),
    FIRST_UNENCRYPTED_OBJECT_BEHIND(0x0225, 8, Format.BINARY, Scope.PARTITION),

    MEDIUM_MANUFACTURER(0x0400, 8, Format.ASCII, Scope.MEDIUM),
    MEDIUM_SERIAL_NUMBER(0x0401, 32, Format.ASCII, Scope.MEDIUM),
    MEDIUM_LENGTH(0x0402, 4, Format.BINARY, Scope.MEDIUM),
    MEDIUM_WIDTH(0x0403, 4, Format.BINARY, Scope.MEDIUM),
    MEDIUM_ASSIGNING_ORGANIZATION(0x0404, 8, Format.ASCII, Scope.MEDIUM),
    MEDIUM_DENSITY_CODE(0x0405, 1, Format.BINARY, Scope.MEDIUM),
    MEDIUM_MANUFACTURE_DATE(0x0406, 8, Format.ASCII, Scope.MEDIUM),
    MAM_CAPACITY(0x0407, 8, Format.BINARY, Scope.MEDIUM),
    MEDIUM_TYPE(0x0408, 1, Format.BINARY, Scope.MEDIUM),
    MEDIUM_TYPE_INFORMATION(0x0409, 2, Format.BINARY, Scope.MEDIUM),
    SUPPORTED_DENSITY_CODES(0x040B, 10, Format.BINARY, Scope.MEDIUM),

    APPLICATION_VENDOR(0x0800, 8, Format.ASCII, Scope.HOST),
    APPLICATION_NAME(0x0801, 32, Format.ASCII, Scope.HOST),
    APPLICATION_VERSION(0x0802, 8, Format.ASCII, Scope.HOST),
    USER_MEDIUM_TEXT_LABEL(0x0803, 160, Format.TEXT, Scope.HOST),
    DATE_AND_TIME_LAST_WRITTEN(0x0804, 12, Format.ASCII, Scope.HOST),
    TEXT_LOCALIZATION_IDENTIFIER(0x0805, 1, Format.BINARY, Scope.HOST),
    BARCODE(0x0806, 32, Format.ASCII, Scope.HOST),
    OWNING_HOST_TEXTUAL_NAME(0x0807, 80, Format.TEXT, Scope.HOST),
    MEDIA_POOL(0x0808, 160, Format.TEXT, Scope.HOST),
    PARTITION_USER_TEXT_LABEL(0x0809, 16, Format.ASCII, Scope.HOST),
    LOAD_UNLOAD_AT_PARTITION(0x080A, 1, Format.BINARY, Scope.HOST),
    APPLICATION_FORMAT_VERSION(0x080B, 16, Format.ASCII, Scope.HOST),
    /** Of any length: a volume change reference, set counters and what the application adds. */
    VOLUME_COHERENCY_INFORMATION(0x080C, 0, Format.BINARY, Scope.HOST),
    MEDIUM_GLOBALLY_UNIQUE_IDENTIFIER(0x0820, 36, Format.BINARY, Scope.HOST),
    MEDIA_POOL_GLOBALLY_UNIQUE_IDENTIFIER(0x0821, 36, Format.BINARY, Scope.HOST),

    UNIQUE_CARTRIDGE_IDENTITY(0x1000, 28, Format.BINARY, Scope.MEDIUM),
    ALTERNATIVE_UNIQUE_CARTRIDGE_IDENTITY(0x1001, 24, Format.BINARY, Scope.MEDIUM);

    /** Whom an attribute belongs to. */
    enum Scope {
        /** Told by drive or medium, once for the whole medium, with partition 0. */
        MEDIUM,
        /** Told by the drive for each partition. */
        PARTITION,
        /** Written by hosts, for each partition. */
        HOST
    }

    /** The range in which hosts may keep attributes of their own, of any format and length. */
    static final int VENDOR_HOST_FIRST = 0x1400;

    static final int VENDOR_HOST_LAST = 0x17FF;

    private final int identifier;
    private final int lengthBytes;
    private final Format format;
    private final Scope scope;

    MamAttribute(int identifier, int lengthBytes, Format format, Scope scope) {
        this.identifier = identifier;
        this.lengthBytes = lengthBytes;
        this.format = format;
        this.scope = scope;
    }

    static Optional<MamAttribute> of(int identifier) {
        for (MamAttribute attribute : values()) {
            if (attribute.identifier == identifier) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
    }

    static boolean isVendorHost(int identifier) {
        return identifier >= VENDOR_HOST_FIRST && identifier <= VENDOR_HOST_LAST;
    }

    int identifier() {
        return identifier;
    }

    /** Length of the value; 0 if any. */
    int lengthBytes() {
        return lengthBytes;
    }

    Format format() {
        return format;
    }

    Scope scope() {
        return scope;
    }

    boolean isHost() {
        return scope == Scope.HOST;
    }

    /** Whether the attribute exists in a partition. */
    boolean isIn(int partition) {
        return partition == 0 || scope != Scope.MEDIUM;
    }
}
