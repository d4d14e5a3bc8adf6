package io.capstan.changer;

import java.io.IOException;
import java.io.Reader;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What makes this product look like a certain make of library, as data; one file each under {@code personality/} beside the
 * classes of this package, which says where its facts are from. An administrator may add files with {@link #read}.
 *
 * @param name what configuration calls it, which is the name of the file
 * @param vendorIdentification up to 8 characters
 * @param productIdentification up to 16
 * @param productRevisionLevel up to 4
 * @param version VERSION field of standard INQUIRY data
 * @param inquiryLengthBytes length of standard INQUIRY data
 * @param inquiryBytes vendor's own bytes of standard INQUIRY data, by offset
 * @param versionDescriptors VERSION DESCRIPTOR fields of standard INQUIRY data, from byte 58 on
 * @param inquirySerialNumberOffset where standard INQUIRY data holds the serial number, if it does
 * @param serialNumberLengthBytes how long the vendor's serial numbers are
 * @param serialNumberZeroFilled whether shorter ones have zeros in front; else blanks behind
 * @param serialNumberWithStorageAddress whether VPD pages 80h and 83h append the first storage element's address, in four
 *     hexadecimal digits, which tells logical libraries of one machine from each other
 * @param serialNumberSuffix what VPD pages 80h and 83h append to the serial number, for the same purpose
 * @param deviceIdentification whether there is a VPD page 83h
 * @param vendorPages the vendor's own VPD pages, C0h to FFh: what follows the four-byte header, in hexadecimal digits, by page
 *     code
 * @param driveIdentifierWithProduct whether READ ELEMENT STATUS tells drives by vendor, product and serial number; else by
 *     serial number alone
 * @param firstTransportAddress address of the medium transport element
 * @param firstImportExportAddress lowest import/export element address
 * @param firstDataTransferAddress lowest data transfer element address
 * @param firstStorageAddress lowest storage element address
 * @param unloadByHostRequired whether a host must unload a drive before its cartridge is moved; else the library unloads it,
 *     as most do
 */
public record ChangerPersonality(
        String name,
        String vendorIdentification,
        String productIdentification,
        String productRevisionLevel,
        int version,
        int inquiryLengthBytes,
        Map<Integer, Integer> inquiryBytes,
        List<Integer> versionDescriptors,
        OptionalInt inquirySerialNumberOffset,
        int serialNumberLengthBytes,
        boolean serialNumberZeroFilled,
        boolean serialNumberWithStorageAddress,
        String serialNumberSuffix,
        boolean deviceIdentification,
        Map<Integer, String> vendorPages,
        boolean driveIdentifierWithProduct,
        int firstTransportAddress,
        int firstImportExportAddress,
        int firstDataTransferAddress,
        int firstStorageAddress,
        boolean unloadByHostRequired) {

    public ChangerPersonality {
        inquiryBytes = Map.copyOf(inquiryBytes);
        versionDescriptors = List.copyOf(versionDescriptors);
        vendorPages = Map.copyOf(vendorPages);
    }

    /** The personalities that come with the product, by name. */
    public static List<String> names() {
        return PersonalityFile.NAMES;
    }

    /**
     * @throws IllegalArgumentException if there is no such personality; the message lists those there are
     */
    public static ChangerPersonality named(String name) {
        return PersonalityFile.load(name);
    }

    /**
     * Reads a personality that an administrator has written.
     *
     * @param name what configuration is to call it
     * @param fileName for error messages
     * @throws IllegalArgumentException naming file, line, key and reason if it is not one
     */
    public static ChangerPersonality read(String name, String fileName, Reader text)
            throws IOException {
        return new PersonalityFile(fileName, text).personality(name);
    }

    /** The same make, set up to leave unloading to hosts or not. */
    public ChangerPersonality withUnloadByHostRequired(boolean required) {
        return new ChangerPersonality(
                name,
                vendorIdentification,
                productIdentification,
                productRevisionLevel,
                version,
                inquiryLengthBytes,
                inquiryBytes,
                versionDescriptors,
                inquirySerialNumberOffset,
                serialNumberLengthBytes,
                serialNumberZeroFilled,
                serialNumberWithStorageAddress,
                serialNumberSuffix,
                deviceIdentification,
                vendorPages,
                driveIdentifierWithProduct,
                firstTransportAddress,
                firstImportExportAddress,
                firstDataTransferAddress,
                firstStorageAddress,
                required);
    }

    /** The serial number as this make writes it. */
    String formatSerialNumber(String serialNumber) {
        checkSerialNumber(serialNumber);
        int missing = serialNumberLengthBytes - serialNumber.length();
        return serialNumberZeroFilled
                ? "0".repeat(missing) + serialNumber
                : serialNumber + " ".repeat(missing);
    }

    /** The serial number as VPD pages 80h and 83h have it. */
    String formatUnitSerialNumber(String serialNumber) {
        String formatted = formatSerialNumber(serialNumber) + serialNumberSuffix;
        return serialNumberWithStorageAddress
                ? formatted + "%04X".formatted(firstStorageAddress)
                : formatted;
    }

    /** What follows the header of one of {@link #vendorPages}. */
    byte[] vendorPage(int pageCode) {
        return HexFormat.of().parseHex(vendorPages.getOrDefault(pageCode, ""));
    }

    void checkSerialNumber(String serialNumber) {
        if (!serialNumber.matches("[A-Za-z0-9_+-]{1," + serialNumberLengthBytes + "}")) {
            throw new IllegalArgumentException(
                    "serial number of a %s must be 1 to %d letters, digits, '-', '_' or '+': '%s'"
                            .formatted(name, serialNumberLengthBytes, serialNumber));
        }
    }

    ElementAddressMap addressMap(int storageCount, int importExportCount, int driveCount) {
        return new ElementAddressMap(
                List.of(
                        new ElementRange(ElementType.MEDIUM_TRANSPORT, firstTransportAddress, 1),
                        new ElementRange(
                                ElementType.IMPORT_EXPORT,
                                firstImportExportAddress,
                                importExportCount),
                        new ElementRange(
                                ElementType.DATA_TRANSFER, firstDataTransferAddress, driveCount),
                        new ElementRange(ElementType.STORAGE, firstStorageAddress, storageCount)));
    }
}
