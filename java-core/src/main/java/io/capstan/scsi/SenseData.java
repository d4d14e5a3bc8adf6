package io.capstan.scsi;

import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Sense data. Status and transports carry it in fixed format, which is what tape drivers and TCMU expect; REQUEST SENSE
 * can also ask for descriptor format.
 *
 * @param deferred whether the error belongs to an earlier command that was answered GOOD
 * @param filemark FILEMARK bit
 * @param endOfMedium EOM bit
 * @param incorrectLength ILI bit
 * @param information INFORMATION field, signed; absent means VALID is zero
 * @param senseKeySpecific byte 15 to 17 as they stand (SKSV set), or absent; see {@link #invalidFieldInCdb(int, int)}
 *     and {@link #withProgress}
 * @see "SPC-6, 4.4.2 Descriptor format and 4.4.3 Fixed format sense data; SSC-5, 4.2 for FILEMARK, EOM and ILI"
 */
public record SenseData(
        SenseKey key,
        AdditionalSense additionalSense,
        boolean deferred,
        boolean filemark,
        boolean endOfMedium,
        boolean incorrectLength,
        OptionalLong information,
        OptionalInt senseKeySpecific) {

    /** Bytes of the encoded form. */
    public static final int LENGTH_BYTES = 18;

    private static final int SKSV = 0x80_00_00;
    private static final int COMMAND_DATA = 0x40_00_00;
    private static final int BIT_POINTER_VALID = 0x08_00_00;

    public SenseData {
        Objects.requireNonNull(key);
        Objects.requireNonNull(additionalSense);
    }

    /** Current sense data with a key and additional sense code, nothing else. */
    public static SenseData of(SenseKey key, AdditionalSense additionalSense) {
        return new SenseData(
                key,
                additionalSense,
                false,
                false,
                false,
                false,
                OptionalLong.empty(),
                OptionalInt.empty());
    }

    /** INVALID FIELD IN CDB that points at byte {@code offset}, bit {@code bit} (7 to 0). */
    public static SenseData invalidFieldInCdb(int offset, int bit) {
        return of(SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_FIELD_IN_CDB)
                .withSenseKeySpecific(
                        SKSV
                                | COMMAND_DATA
                                | BIT_POINTER_VALID
                                | ((bit & 7) << 16)
                                | (offset & 0xFFFF));
    }

    /** INVALID FIELD IN CDB that points at byte {@code offset} as a whole. */
    public static SenseData invalidFieldInCdb(int offset) {
        return of(SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_FIELD_IN_CDB)
                .withSenseKeySpecific(SKSV | COMMAND_DATA | (offset & 0xFFFF));
    }

    /** INVALID FIELD IN PARAMETER LIST that points at byte {@code offset} of the parameter list. */
    public static SenseData invalidFieldInParameterList(int offset) {
        return of(SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_FIELD_IN_PARAMETER_LIST)
                .withSenseKeySpecific(SKSV | (offset & 0xFFFF));
    }

    /** INVALID FIELD IN PARAMETER LIST that points at byte {@code offset}, bit {@code bit} (7 to 0). */
    public static SenseData invalidFieldInParameterList(int offset, int bit) {
        return of(SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_FIELD_IN_PARAMETER_LIST)
                .withSenseKeySpecific(
                        SKSV | BIT_POINTER_VALID | ((bit & 7) << 16) | (offset & 0xFFFF));
    }

    public SenseData withDeferred() {
        return new SenseData(
                key,
                additionalSense,
                true,
                filemark,
                endOfMedium,
                incorrectLength,
                information,
                senseKeySpecific);
    }

    public SenseData withFilemark() {
        return new SenseData(
                key,
                additionalSense,
                deferred,
                true,
                endOfMedium,
                incorrectLength,
                information,
                senseKeySpecific);
    }

    public SenseData withEndOfMedium() {
        return new SenseData(
                key,
                additionalSense,
                deferred,
                filemark,
                true,
                incorrectLength,
                information,
                senseKeySpecific);
    }

    public SenseData withIncorrectLength() {
        return new SenseData(
                key,
                additionalSense,
                deferred,
                filemark,
                endOfMedium,
                true,
                information,
                senseKeySpecific);
    }

    /** Sets INFORMATION and VALID. A value that does not fit 32 bits leaves VALID zero, as the standard asks. */
    public SenseData withInformation(long value) {
        return new SenseData(
                key,
                additionalSense,
                deferred,
                filemark,
                endOfMedium,
                incorrectLength,
                OptionalLong.of(value),
                senseKeySpecific);
    }

    /**
     * Sets the progress indication of a long operation, which goes with NOT READY and NO SENSE.
     *
     * @param done parts of 65536, from 0 to 65535
     */
    public SenseData withProgress(int done) {
        return withSenseKeySpecific(SKSV | Math.clamp(done, 0, 0xFFFF));
    }

    private SenseData withSenseKeySpecific(int bytes15to17) {
        return new SenseData(
                key,
                additionalSense,
                deferred,
                filemark,
                endOfMedium,
                incorrectLength,
                information,
                OptionalInt.of(bytes15to17));
    }

    /** {@link #LENGTH_BYTES} bytes of fixed format sense data. */
    public byte[] encode() {
        byte[] sense = new byte[LENGTH_BYTES];
        sense[0] = (byte) (deferred ? 0x71 : 0x70);
        sense[2] = (byte) (key.code() | streamBits());
        if (information.isPresent() && fitsInformationField(information.getAsLong())) {
            sense[0] |= (byte) 0x80;
            putU32(sense, 3, (int) information.getAsLong());
        }
        sense[7] = LENGTH_BYTES - 8;
        sense[12] = (byte) additionalSense.code();
        sense[13] = (byte) additionalSense.qualifier();
        if (senseKeySpecific.isPresent()) {
            int specific = senseKeySpecific.getAsInt();
            sense[15] = (byte) (specific >> 16);
            sense[16] = (byte) (specific >> 8);
            sense[17] = (byte) specific;
        }
        return sense;
    }

    /**
     * Descriptor format: a header of 8 bytes, then descriptors for INFORMATION (which is 64 bits here), sense key
     * specific bytes, and FILEMARK, EOM and ILI, each only if there is something in it.
     */
    public byte[] encodeDescriptorFormat() {
        byte[] information = informationDescriptor();
        byte[] specific = senseKeySpecificDescriptor();
        byte[] stream = streamCommandsDescriptor();
        int additionalLength = information.length + specific.length + stream.length;
        byte[] sense = new byte[8 + additionalLength];
        sense[0] = (byte) (deferred ? 0x73 : 0x72);
        sense[1] = (byte) key.code();
        sense[2] = (byte) additionalSense.code();
        sense[3] = (byte) additionalSense.qualifier();
        sense[7] = (byte) additionalLength;
        System.arraycopy(information, 0, sense, 8, information.length);
        System.arraycopy(specific, 0, sense, 8 + information.length, specific.length);
        System.arraycopy(stream, 0, sense, 8 + information.length + specific.length, stream.length);
        return sense;
    }

    private byte[] informationDescriptor() {
        if (information.isEmpty()) {
            return new byte[0];
        }
        byte[] descriptor = {0x00, 0x0A, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        putU32(descriptor, 4, (int) (information.getAsLong() >> 32));
        putU32(descriptor, 8, (int) information.getAsLong());
        return descriptor;
    }

    private byte[] senseKeySpecificDescriptor() {
        if (senseKeySpecific.isEmpty()) {
            return new byte[0];
        }
        int specific = senseKeySpecific.getAsInt();
        return new byte[] {
            0x02, 0x06, 0, 0, (byte) (specific >> 16), (byte) (specific >> 8), (byte) specific, 0
        };
    }

    private byte[] streamCommandsDescriptor() {
        int bits = streamBits();
        return bits == 0 ? new byte[0] : new byte[] {0x04, 0x02, 0, (byte) bits};
    }

    private int streamBits() {
        return (filemark ? 0x80 : 0) | (endOfMedium ? 0x40 : 0) | (incorrectLength ? 0x20 : 0);
    }

    private static boolean fitsInformationField(long value) {
        return value >= Integer.MIN_VALUE && value <= 0xFFFF_FFFFL;
    }

    private static void putU32(byte[] target, int offset, int value) {
        target[offset] = (byte) (value >> 24);
        target[offset + 1] = (byte) (value >> 16);
        target[offset + 2] = (byte) (value >> 8);
        target[offset + 3] = (byte) value;
    }
}
