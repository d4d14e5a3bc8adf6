package io.capstan.changer;

import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.spc.ParameterListReader;

/**
 * What SEND VOLUME TAG searches for.
 *
 * <pre>
 *  0-31 VOLUME IDENTIFICATION TEMPLATE: '?' is any character, '*' all that follow
 * 34-35 MINIMUM VOLUME SEQUENCE NUMBER
 * 38-39 MAXIMUM VOLUME SEQUENCE NUMBER
 * </pre>
 *
 * The sequence number of every cartridge is 0: none has a second side.
 *
 * @param template 32 characters, filled with blanks
 * @see "SMC-3, 6.14 SEND VOLUME TAG"
 */
record VolumeTagTemplate(String template, int sequenceMin, int sequenceMax) {

    static final int PARAMETER_LIST_BYTES = 40;

    private static final int SEQUENCE_MIN_AT = 34;
    private static final int SEQUENCE_MAX_AT = 38;

    static VolumeTagTemplate of(ParameterListReader list) {
        list.require(0, PARAMETER_LIST_BYTES);
        return new VolumeTagTemplate(
                padded(list.ascii(0, VolumeIdentifier.FIELD_LENGTH_BYTES)),
                list.u16(SEQUENCE_MIN_AT),
                list.u16(SEQUENCE_MAX_AT));
    }

    /**
     * @param withSequence whether the sequence number has to be in range
     */
    boolean matches(VolumeIdentifier volume, boolean withSequence) {
        return matches(padded(volume.text())) && (!withSequence || sequenceMin == 0);
    }

    private boolean matches(String identification) {
        for (int at = 0; at < VolumeIdentifier.FIELD_LENGTH_BYTES; at++) {
            char wanted = template.charAt(at);
            if (wanted == '*') {
                return true;
            }
            if (wanted != '?' && wanted != identification.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    private static String padded(String text) {
        return text + " ".repeat(VolumeIdentifier.FIELD_LENGTH_BYTES - text.length());
    }
}
