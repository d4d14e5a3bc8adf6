package io.capstan.bench;

/**
 * One measurement of one contender.
 *
 * @param value in the unit of its case
 * @param cpuSecondsPerGb processor time of the contender for a gigabyte (10^9 bytes); NaN where that says nothing
 * @param p99Millis time within which 99 of 100 commands of the slowest drive were answered; NaN if not taken
 * @param residentMib memory of the contender at work; NaN if not taken
 */
record Sample(double value, double cpuSecondsPerGb, double p99Millis, double residentMib) {

    static Sample of(double value) {
        return of(value, Double.NaN);
    }

    static Sample of(double value, double cpuSecondsPerGb) {
        return new Sample(value, cpuSecondsPerGb, Double.NaN, Double.NaN);
    }

    /** Throughput in MB/s (10^6 bytes). */
    static Sample throughput(long bytes, long nanos, double cpuSeconds) {
        return new Sample(bytes * 1e3 / nanos, cpuSeconds * 1e9 / bytes, Double.NaN, Double.NaN);
    }

    Sample withP99(long nanos) {
        return new Sample(value, cpuSecondsPerGb, nanos / 1e6, residentMib);
    }

    Sample withResident(double mib) {
        return new Sample(value, cpuSecondsPerGb, p99Millis, mib);
    }
}
