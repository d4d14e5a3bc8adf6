package io.capstan.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * How to run.
 *
 * @param directory where files are written: on the disk that is to be measured
 * @param pairs turns of every contender, the warm-up not counted
 * @param isShort whether only to show that everything runs, in seconds
 * @param cases names, or beginnings of names; all if empty
 * @param distribution the product's distribution directory
 * @param history file to which each run adds a line of JSON
 */
record Settings(
        Path directory,
        int pairs,
        boolean isShort,
        List<String> cases,
        Path distribution,
        Path history) {

    /** A size that is small in short runs. */
    long bytes(long full) {
        return isShort ? Math.max(8L << 20, full / 32) : full;
    }

    int count(int full) {
        return isShort ? Math.max(1, full / 50) : full;
    }

    /** Whether a case is asked for: by its name, or by a beginning that is not itself the name of a case. */
    boolean wants(String caseName, Set<String> allNames) {
        return cases.isEmpty()
                || cases.contains(caseName)
                || cases.stream().anyMatch(c -> !allNames.contains(c) && caseName.startsWith(c));
    }
}
