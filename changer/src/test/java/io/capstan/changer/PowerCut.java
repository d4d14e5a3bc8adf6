package io.capstan.changer;

import java.util.ArrayList;
import java.util.List;

/** Counts steps and cuts the power at one of them: everything after it never happens. */
final class PowerCut {

    /** Not an exception anybody handles: the process is gone. */
    static final class Struck extends Error {

        private static final long serialVersionUID = 1L;

        Struck(String step) {
            super(step);
        }
    }

    private final List<String> steps = new ArrayList<>();
    private int remaining = Integer.MAX_VALUE;

    /** Strikes at the step after {@code count} more. */
    void after(int count) {
        remaining = count;
        steps.clear();
    }

    void step(String name) {
        if (remaining-- == 0) {
            throw new Struck(name);
        }
        steps.add(name);
    }

    /** The steps since {@link #after}. */
    List<String> steps() {
        return steps;
    }
}
