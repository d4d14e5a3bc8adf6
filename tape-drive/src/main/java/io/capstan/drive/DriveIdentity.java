package io.capstan.drive;

import io.capstan.scsi.spc.Designator;
import io.capstan.scsi.spc.InquiryData;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.scsi.spc.VpdPages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalInt;

/**
 * Who the drive says it is: INQUIRY data and vital product data. All names follow from the serial number and so never
 * change, whatever becomes of configuration or order of drives.
 *
 * @param serialNumber unique among all drives hosts may see, 10 characters as IBM's
 * @param changerSerialNumber of the library's changer, or empty outside a library
 * @param elementAddress of the drive in the changer, or empty outside a library
 * @see "SPC-4, 7.8 Vital product data parameters; SSC-5, 8.6"
 */
public record DriveIdentity(
        String serialNumber, String changerSerialNumber, OptionalInt elementAddress) {

    /** Bytes of the serial number field of DVCID and of most software that shows it. */
    public static final int SERIAL_NUMBER_BYTES = 10;

    /** As REPORT TARGET PORT GROUPS has them. */
    private static final int RELATIVE_TARGET_PORT = 1;

    private static final int TARGET_PORT_GROUP = 1;
    private static final int SEQUENTIAL_ACCESS = 0x01;
    private static final long NAA_LOCALLY_ASSIGNED = 0x3L << 60;
    private static final long NAA_VALUE_MASK = (1L << 60) - 1;
    private static final int ALL_TAPE_ALERTS = -1;

    /** SPT: logical block protection, which goes with PROTECT. */
    private static final byte SPT_LOGICAL_BLOCK_PROTECTION = 0x08;

    /** SIMPSUP, which goes with CMDQUE. */
    private static final byte SIMPLE_TASKS = 0x01;

    public DriveIdentity {
        if (!serialNumber.matches("[A-Z0-9]{" + SERIAL_NUMBER_BYTES + "}")) {
            throw new IllegalArgumentException(
                    "not a drive serial number (10 of A-Z, 0-9): '" + serialNumber + "'");
        }
    }

    /** A drive outside a library. */
    public static DriveIdentity of(String serialNumber) {
        return new DriveIdentity(serialNumber, "", OptionalInt.empty());
    }

    /**
     * The NAA name of the logical unit: locally assigned, from the serial number, because this product has no company
     * identifier of its own.
     */
    public long logicalUnitName() {
        return naa("logical unit");
    }

    private long targetPortName() {
        return naa("target port");
    }

    private long naa(String purpose) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (purpose + " " + serialNumber)
                                            .getBytes(StandardCharsets.US_ASCII));
            return NAA_LOCALLY_ASSIGNED | (ByteBuffer.wrap(digest).getLong() & NAA_VALUE_MASK);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }

    InquiryData inquiryData(Personality personality) {
        return InquiryData.of(
                        SEQUENTIAL_ACCESS,
                        personality.vendorIdentification(),
                        personality.productIdentification(),
                        personality.productRevision())
                .withCapabilities(
                        InquiryData.CMDQUE | (hasProtection(personality) ? InquiryData.PROTECT : 0))
                .withVersionDescriptors(personality.versionDescriptors().toArray(Integer[]::new));
    }

    /** The changer's serial number and the element address are told only inside a library. */
    VpdPages vpdPages(Personality personality) {
        boolean worm =
                personality.has(DataFunction.WORM)
                        && personality.readableCartridges().stream()
                                .anyMatch(type -> type.mediumTypeWorm().isPresent());
        Designator port = Designator.naa(Designator.TARGET_PORT, targetPortName());
        VpdPages.Builder pages =
                VpdPages.builder()
                        .unitSerialNumber(serialNumber)
                        .deviceIdentification(
                                Designator.t10VendorId(
                                        personality.vendorIdentification(),
                                        personality.productIdentification(),
                                        serialNumber),
                                Designator.naa(logicalUnitName()),
                                Designator.relativeTargetPort(RELATIVE_TARGET_PORT),
                                port,
                                Designator.targetPortGroup(TARGET_PORT_GROUP))
                        .extendedInquiryData(
                                hasProtection(personality) ? SPT_LOGICAL_BLOCK_PROTECTION : 0,
                                SIMPLE_TASKS)
                        .scsiPort(RELATIVE_TARGET_PORT, port)
                        .sequentialAccessCapabilities(worm, false)
                        .manufacturerSerialNumber(serialNumber)
                        .tapeAlertSupportedFlags(ALL_TAPE_ALERTS);
        if (hasProtection(personality)) {
            pages.modePagesSharedBut(DriveModePages.CONTROL_DATA_PROTECTION)
                    .logicalBlockProtection(
                            ProtectionMethod.INFORMATION_LENGTH_BYTES,
                            ProtectionMethod.REED_SOLOMON_CRC.code(),
                            ProtectionMethod.CRC32C.code());
        } else {
            pages.modePagesSharedBut();
        }
        if (!changerSerialNumber.isEmpty()) {
            pages.automationSerialNumber(() -> changerSerialNumber);
        }
        elementAddress.ifPresent(address -> pages.dataTransferElementAddress(() -> address));
        return pages.build();
    }

    private static boolean hasProtection(Personality personality) {
        return personality.has(DataFunction.LOGICAL_BLOCK_PROTECTION);
    }

    /** Vendor and serial number in the 40 bytes in which cartridges remember drives. */
    String stamp(Personality personality) {
        byte[] stamp =
                new ResponseBuilder()
                        .ascii(personality.vendorIdentification(), 8)
                        .ascii(serialNumber, 32)
                        .toByteArray();
        return new String(stamp, StandardCharsets.US_ASCII);
    }
}
