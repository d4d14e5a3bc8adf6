package io.capstan.changer;

import io.capstan.scsi.spc.LogPage;
import io.capstan.scsi.spc.LogParameter;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The TapeAlert flags of the changer, log page 2Eh. A flag stays up until a host has read the whole page.
 *
 * @see "SMC-3, annex A TapeAlert applications; SSC-5, 8.3.3 TapeAlert log page"
 */
final class TapeAlerts {

    private static final int PAGE = 0x2E;
    private static final int FLAG_COUNT = 64;

    /** Load retry: the operation to load a cartridge into a drive has failed. */
    private static final int LOAD_RETRY = 15;

    private final BitSet flags = new BitSet();

    void raiseLoadRetry() {
        flags.set(LOAD_RETRY);
    }

    LogPage logPage() {
        return LogPage.of(PAGE, this::parameters)
                .withReset(flags::clear)
                .withDelivered(flags::clear);
    }

    private List<LogParameter> parameters() {
        return IntStream.rangeClosed(1, FLAG_COUNT)
                .mapToObj(flag -> LogParameter.binary(flag, flags.get(flag) ? 1 : 0, 1))
                .toList();
    }
}
