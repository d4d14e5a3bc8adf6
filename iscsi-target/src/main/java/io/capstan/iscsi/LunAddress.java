package io.capstan.iscsi;

/**
 * The eight bytes of a LUN field.
 *
 * <pre>
 *  00bbbbbb LLLLLLLL 0...   peripheral device addressing, bus 0
 *  01LLLLLL LLLLLLLL 0...   flat space addressing
 *  11000001 00000001 0...   well known logical unit 1, REPORT LUNS
 * </pre>
 *
 * @see "SAM-5, 4.7 Logical unit number (LUN)"
 */
final class LunAddress {

    /** No logical unit of ours. */
    static final int NONE = -1;

    /** The REPORT LUNS well known logical unit. */
    static final int REPORT_LUNS_WELL_KNOWN = -2;

    static final int LUN_MAX = 0x3FFF;

    private static final int PERIPHERAL_LUN_MAX = 0xFF;

    private LunAddress() {}

    /** The number in a LUN field, or {@link #NONE} or {@link #REPORT_LUNS_WELL_KNOWN}. */
    static int decode(long field) {
        int first = (int) (field >>> 48);
        if ((field & 0xFFFF_FFFF_FFFFL) != 0) {
            return NONE;
        }
        return switch (first >>> 14) {
            case 0 -> first <= PERIPHERAL_LUN_MAX ? first : NONE;
            case 1 -> first & LUN_MAX;
            case 3 -> first == 0xC101 ? REPORT_LUNS_WELL_KNOWN : NONE;
            default -> NONE;
        };
    }

    /** The field for a number. */
    static long encode(int lun) {
        if (lun == REPORT_LUNS_WELL_KNOWN) {
            return 0xC101L << 48;
        }
        long first = lun <= PERIPHERAL_LUN_MAX ? lun : 0x4000 | lun;
        return first << 48;
    }
}
