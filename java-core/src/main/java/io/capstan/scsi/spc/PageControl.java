package io.capstan.scsi.spc;

/**
 * PC of MODE SENSE, in the order of its values.
 *
 * @see "SPC-4, MODE SENSE(6) command"
 */
public enum PageControl {
    CURRENT,
    CHANGEABLE,
    DEFAULT,
    SAVED;

    static PageControl of(int code) {
        return values()[code & 3];
    }
}
