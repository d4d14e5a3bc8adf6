package io.capstan.scsi.spc;

import java.util.List;
import java.util.function.Supplier;

/**
 * One log page of a device.
 *
 * @param page 01h to 3Eh
 * @param subpage 00h to FEh
 * @param parameters gives the parameters as they are now, by ascending code
 * @param reset resets what LOG SELECT with PCR resets
 * @param delivered called once an initiator was given the whole page, for pages that reading clears
 */
public record LogPage(
        int page,
        int subpage,
        Supplier<List<LogParameter>> parameters,
        Runnable reset,
        Runnable delivered) {

    public LogPage {
        if (page < 0 || page > 0x3E || subpage < 0 || subpage > 0xFE || (page | subpage) == 0) {
            throw new IllegalArgumentException("log page " + page + "/" + subpage);
        }
    }

    public static LogPage of(int page, Supplier<List<LogParameter>> parameters) {
        return of(page, 0, parameters);
    }

    public static LogPage of(int page, int subpage, Supplier<List<LogParameter>> parameters) {
        return new LogPage(page, subpage, parameters, () -> {}, () -> {});
    }

    /** The same page, which LOG SELECT can reset. */
    public LogPage withReset(Runnable newReset) {
        return new LogPage(page, subpage, parameters, newReset, delivered);
    }

    /** The same page, which wants to know when it was given away whole. */
    public LogPage withDelivered(Runnable newDelivered) {
        return new LogPage(page, subpage, parameters, reset, newDelivered);
    }
}
