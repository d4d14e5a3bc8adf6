package io.capstan.scsi.spc;

import java.nio.charset.StandardCharsets;

/**
 * One designation descriptor of VPD page 83h.
 *
 * @param protocolIdentifier meaningful for target ports; 0 and PIV clear for others
 * @param codeSet 1 binary, 2 ASCII, 3 UTF-8
 * @param association 0 logical unit, 1 target port, 2 target device
 * @param type DESIGNATOR TYPE
 * @param designator at most 255 bytes
 * @see "SPC-4, Device Identification VPD page"
 */
public record Designator(
        int protocolIdentifier, int codeSet, int association, int type, byte[] designator) {

    /** ASSOCIATION of a designator of the logical unit. */
    public static final int LOGICAL_UNIT = 0;

    /** ASSOCIATION of a designator of the target port the command came through. */
    public static final int TARGET_PORT = 1;

    /** ASSOCIATION of a designator of the target device. */
    public static final int TARGET_DEVICE = 2;

    private static final int BINARY = 1;
    private static final int ASCII = 2;
    private static final int UTF8 = 3;
    private static final int NO_PROTOCOL = 0;
    private static final int ISCSI = 5;

    public Designator {
        if (designator.length == 0 || designator.length > 255) {
            throw new IllegalArgumentException("designator of " + designator.length + " bytes");
        }
        designator = designator.clone();
    }

    /** T10 vendor ID based: vendor (8), product (16) and serial number in one ASCII string. */
    public static Designator t10VendorId(String vendor, String product, String serialNumber) {
        byte[] text =
                new ResponseBuilder()
                        .ascii(vendor, 8)
                        .ascii(product, 16)
                        .ascii(serialNumber, serialNumber.length())
                        .toByteArray();
        return new Designator(NO_PROTOCOL, ASCII, LOGICAL_UNIT, 1, text);
    }

    /** NAA of 8 bytes (NAA 2h, 3h or 5h) for the logical unit. */
    public static Designator naa(long name) {
        return naa(LOGICAL_UNIT, name);
    }

    /** NAA of 8 bytes with an association of the caller's choice. */
    public static Designator naa(int association, long name) {
        byte[] bytes = new ResponseBuilder().u64(name).toByteArray();
        return new Designator(NO_PROTOCOL, BINARY, association, 3, bytes);
    }

    /** Relative target port identifier, 1 for port A. */
    public static Designator relativeTargetPort(int identifier) {
        byte[] bytes = new ResponseBuilder().u16(0).u16(identifier).toByteArray();
        return new Designator(NO_PROTOCOL, BINARY, TARGET_PORT, 4, bytes);
    }

    public static Designator targetPortGroup(int group) {
        byte[] bytes = new ResponseBuilder().u16(0).u16(group).toByteArray();
        return new Designator(NO_PROTOCOL, BINARY, TARGET_PORT, 5, bytes);
    }

    /** The SCSI name string of an iSCSI target port, {@code iqn...,t,0x0001}, padded with zeros to a multiple of 4. */
    public static Designator iscsiTargetPort(String name) {
        byte[] text = (name + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] padded = new ResponseBuilder().bytes(text).zeros(-text.length & 3).toByteArray();
        return new Designator(ISCSI, UTF8, TARGET_PORT, 8, padded);
    }

    @Override
    public byte[] designator() {
        return designator.clone();
    }

    void encode(ResponseBuilder page) {
        boolean protocolValid = association != LOGICAL_UNIT && protocolIdentifier != NO_PROTOCOL;
        page.u8(protocolIdentifier << 4 | codeSet)
                .u8((protocolValid ? 0x80 : 0) | association << 4 | type)
                .u8(0)
                .u8(designator.length)
                .bytes(designator);
    }
}
