package io.capstan.scsi.spc;

import java.util.Arrays;
import java.util.List;

/**
 * Standard INQUIRY data of one personality, as an immutable value.
 *
 * <pre>
 *  0 peripheral qualifier and device type    8-15 T10 VENDOR IDENTIFICATION
 *  1 RMB                                    16-31 PRODUCT IDENTIFICATION
 *  2 VERSION                                32-35 PRODUCT REVISION LEVEL
 *  3 HISUP, RESPONSE DATA FORMAT            36-55 vendor specific
 *  4 ADDITIONAL LENGTH                      58-73 VERSION DESCRIPTORS
 *  5-7 capability bits                      96-   vendor specific
 * </pre>
 *
 * @param removableMedium RMB
 * @param version VERSION, 06h for SPC-4
 * @param capabilities bytes 5 to 7 as they stand: SCCS to PROTECT, MULTIP, CMDQUE and the vendor-specific bits
 * @param vendorSpecific bytes 36 to 55, filled with zeros if shorter
 * @param versionDescriptors at most 8
 * @param lengthBytes how much of this the device returns, 36 to 260; real devices differ
 * @see "SPC-4, Standard INQUIRY data"
 */
public record InquiryData(
        int peripheralDeviceType,
        boolean removableMedium,
        int version,
        int capabilities,
        String vendor,
        String product,
        String revision,
        byte[] vendorSpecific,
        List<Integer> versionDescriptors,
        byte[] vendorTail,
        int lengthBytes) {

    /** Capability bit MULTIP of byte 6. */
    public static final int MULTIP = 0x00_10_00;

    /** Capability bit CMDQUE of byte 7. */
    public static final int CMDQUE = 0x00_00_02;

    /** Capability bit PROTECT of byte 5. */
    public static final int PROTECT = 0x01_00_00;

    /** Bytes with room for version descriptors. */
    public static final int LENGTH_WITH_VERSIONS_BYTES = 96;

    private static final int LENGTH_MIN_BYTES = 36;
    private static final int LENGTH_MAX_BYTES = 260;
    private static final int VENDOR_SPECIFIC_BYTES = 20;
    private static final int VERSION_DESCRIPTORS_AT = 58;
    private static final int VERSION_DESCRIPTORS_MAX = 8;
    private static final int HISUP_AND_FORMAT = 0x12;

    public InquiryData {
        vendorSpecific = vendorSpecific.clone();
        vendorTail = vendorTail.clone();
        versionDescriptors = List.copyOf(versionDescriptors);
        require(vendor.length() <= 8, "vendor longer than 8");
        require(product.length() <= 16, "product longer than 16");
        require(revision.length() <= 4, "revision longer than 4");
        require(vendorSpecific.length <= VENDOR_SPECIFIC_BYTES, "vendor-specific longer than 20");
        require(versionDescriptors.size() <= VERSION_DESCRIPTORS_MAX, "over 8 version descriptors");
        require(
                lengthBytes >= LENGTH_MIN_BYTES && lengthBytes <= LENGTH_MAX_BYTES,
                "length out of range");
    }

    /**
     * INQUIRY data of 96 bytes with RMB, CMDQUE and SPC-4's version, which the {@code with} methods change.
     *
     * @param peripheralDeviceType 01h sequential-access, 08h medium changer
     */
    public static InquiryData of(
            int peripheralDeviceType, String vendor, String product, String revision) {
        return new InquiryData(
                peripheralDeviceType,
                true,
                6,
                CMDQUE,
                vendor,
                product,
                revision,
                new byte[0],
                List.of(),
                new byte[0],
                LENGTH_WITH_VERSIONS_BYTES);
    }

    public InquiryData withVersion(int newVersion) {
        return new InquiryData(
                peripheralDeviceType,
                removableMedium,
                newVersion,
                capabilities,
                vendor,
                product,
                revision,
                vendorSpecific,
                versionDescriptors,
                vendorTail,
                lengthBytes);
    }

    /** Sets bytes 5 to 7 as one 24-bit value. */
    public InquiryData withCapabilities(int newCapabilities) {
        return new InquiryData(
                peripheralDeviceType,
                removableMedium,
                version,
                newCapabilities,
                vendor,
                product,
                revision,
                vendorSpecific,
                versionDescriptors,
                vendorTail,
                lengthBytes);
    }

    /** Sets the bytes from 36 on, at most 20. */
    public InquiryData withVendorSpecific(byte... newVendorSpecific) {
        return new InquiryData(
                peripheralDeviceType,
                removableMedium,
                version,
                capabilities,
                vendor,
                product,
                revision,
                newVendorSpecific,
                versionDescriptors,
                vendorTail,
                lengthBytes);
    }

    public InquiryData withVersionDescriptors(Integer... newVersionDescriptors) {
        return new InquiryData(
                peripheralDeviceType,
                removableMedium,
                version,
                capabilities,
                vendor,
                product,
                revision,
                vendorSpecific,
                Arrays.asList(newVersionDescriptors),
                vendorTail,
                lengthBytes);
    }

    /** Sets the vendor-specific bytes from 96 on, which count only up to {@link #lengthBytes}. */
    public InquiryData withVendorTail(byte... newVendorTail) {
        return new InquiryData(
                peripheralDeviceType,
                removableMedium,
                version,
                capabilities,
                vendor,
                product,
                revision,
                vendorSpecific,
                versionDescriptors,
                newVendorTail,
                lengthBytes);
    }

    public InquiryData withLengthBytes(int newLengthBytes) {
        return new InquiryData(
                peripheralDeviceType,
                removableMedium,
                version,
                capabilities,
                vendor,
                product,
                revision,
                vendorSpecific,
                versionDescriptors,
                vendorTail,
                newLengthBytes);
    }

    @Override
    public byte[] vendorSpecific() {
        return vendorSpecific.clone();
    }

    @Override
    public byte[] vendorTail() {
        return vendorTail.clone();
    }

    /** The data as INQUIRY returns it, {@link #lengthBytes} long. */
    public byte[] encode() {
        ResponseBuilder data =
                new ResponseBuilder()
                        .u8(peripheralDeviceType)
                        .u8(removableMedium ? 0x80 : 0)
                        .u8(version)
                        .u8(HISUP_AND_FORMAT)
                        .u8(lengthBytes - 5)
                        .u24(capabilities)
                        .ascii(vendor, 8)
                        .ascii(product, 16)
                        .ascii(revision, 4)
                        .bytes(Arrays.copyOf(vendorSpecific, VENDOR_SPECIFIC_BYTES));
        data.zeros(VERSION_DESCRIPTORS_AT - data.lengthBytes());
        versionDescriptors.forEach(data::u16);
        data.zeros(LENGTH_WITH_VERSIONS_BYTES - data.lengthBytes()).bytes(vendorTail);
        return Arrays.copyOf(data.toByteArray(), lengthBytes);
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("INQUIRY data: " + problem);
        }
    }
}
