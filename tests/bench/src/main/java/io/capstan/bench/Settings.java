package io.capstan.bench;

import java.nio.file.Path;
import java.util.List;

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

    boolean wants(String caseName) {
        return cases.isEmpty() || cases.stream().anyMatch(caseName::startsWith);
    }
}
