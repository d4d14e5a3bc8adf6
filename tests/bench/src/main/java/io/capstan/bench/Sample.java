package io.capstan.bench;

/**
 * One measurement of one contender.
 *
 * @param value in the unit of its case
 * @param cpuSecondsPerGb processor time of the contender for a gigabyte (10^9 bytes); NaN where that says nothing
 */
record Sample(double value, double cpuSecondsPerGb) {

    static Sample of(double value) {
        return new Sample(value, Double.NaN);
    }

    /** Throughput in MB/s (10^6 bytes). */
    static Sample throughput(long bytes, long nanos, double cpuSeconds) {
        return new Sample(bytes * 1e3 / nanos, cpuSeconds * 1e9 / bytes);
    }
}
