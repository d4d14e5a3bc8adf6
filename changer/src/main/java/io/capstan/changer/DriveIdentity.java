package io.capstan.changer;

/**
 * What a drive says of itself in INQUIRY and VPD page 80h, and the changer repeats for its data transfer element, so that
 * software can tell which device is in which element.
 *
 * @param vendorIdentification up to 8 printable ASCII characters
 * @param productIdentification up to 16
 * @param serialNumber 1 to 10, as many as the device identifier of READ ELEMENT STATUS has room for
 * @see "SMC-3, 6.10 READ ELEMENT STATUS, DVCID bit"
 */
public record DriveIdentity(
        String vendorIdentification, String productIdentification, String serialNumber) {

    static final int VENDOR_LENGTH_BYTES = 8;
    static final int PRODUCT_LENGTH_BYTES = 16;
    static final int SERIAL_LENGTH_BYTES = 10;

    public DriveIdentity {
        check("vendor identification", vendorIdentification, 0, VENDOR_LENGTH_BYTES);
        check("product identification", productIdentification, 0, PRODUCT_LENGTH_BYTES);
        check("serial number", serialNumber, 1, SERIAL_LENGTH_BYTES);
    }

    private static void check(String what, String text, int lengthMin, int lengthMax) {
        boolean printable =
                text.chars().allMatch(character -> character >= 0x20 && character < 0x7F);
        if (!printable || text.length() < lengthMin || text.length() > lengthMax) {
            throw new IllegalArgumentException(
                    "%s of a drive must be %d to %d printable ASCII characters: '%s'"
                            .formatted(what, lengthMin, lengthMax, text));
        }
    }
}
