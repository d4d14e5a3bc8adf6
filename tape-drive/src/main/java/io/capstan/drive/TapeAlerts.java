package io.capstan.drive;

import java.util.BitSet;

/**
 * The TapeAlert flags of a drive: set when something happens, cleared when page 2Eh was read, another cartridge is
 * loaded, or at a reset. The response page 12h shows them without clearing. Owner thread only.
 *
 * @see "SSC-5, 8.3 TapeAlert log page"
 */
final class TapeAlerts {

    private final BitSet flags = new BitSet(TapeAlert.FLAG_COUNT + 1);
    private Runnable listener = () -> {};

    /** Calls {@code listener} whenever a flag is set that was not. */
    void onRaise(Runnable newListener) {
        listener = newListener;
    }

    void raise(TapeAlert alert) {
        raise(alert.number());
    }

    void raise(int number) {
        boolean isNew = !flags.get(number);
        flags.set(number);
        if (isNew) {
            listener.run();
        }
    }

    void raiseAll() {
        for (int number = 1; number <= TapeAlert.FLAG_COUNT; number++) {
            raise(number);
        }
    }

    void clear(int number) {
        flags.clear(number);
    }

    void clear() {
        flags.clear();
    }

    boolean isRaised(int number) {
        return flags.get(number);
    }

    /** All flags, flag 1 as the most significant bit. */
    long bits() {
        long bits = 0;
        for (int number = 1; number <= TapeAlert.FLAG_COUNT; number++) {
            bits = (bits << 1) | (flags.get(number) ? 1 : 0);
        }
        return bits;
    }
}
