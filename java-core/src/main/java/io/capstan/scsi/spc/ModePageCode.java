package io.capstan.scsi.spc;

import java.util.Comparator;

/**
 * Which mode page: page and subpage code.
 *
 * @param page 00h to 3Eh
 * @param subpage 00h to FEh; 00h is the page itself
 */
public record ModePageCode(int page, int subpage) implements Comparable<ModePageCode> {

    private static final Comparator<ModePageCode> ORDER =
            Comparator.comparingInt(ModePageCode::page).thenComparingInt(ModePageCode::subpage);

    public ModePageCode {
        if (page < 0 || page > 0x3E || subpage < 0 || subpage > 0xFE) {
            throw new IllegalArgumentException("mode page " + page + "/" + subpage);
        }
    }

    public static ModePageCode of(int page) {
        return new ModePageCode(page, 0);
    }

    public static ModePageCode of(int page, int subpage) {
        return new ModePageCode(page, subpage);
    }

    @Override
    public int compareTo(ModePageCode other) {
        return ORDER.compare(this, other);
    }

    /** Two hexadecimal numbers, as the standards write pages. */
    @Override
    public String toString() {
        return "%02Xh/%02Xh".formatted(page, subpage);
    }
}
