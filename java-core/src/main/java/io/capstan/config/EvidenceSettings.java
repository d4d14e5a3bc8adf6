package io.capstan.config;

/**
 * Section {@code disks.evidence}: by how much each outright sign of failure multiplies the odds of failing.
 *
 * @param smartStatusFailed the disk's own SMART status ({@code smart-status-failed})
 * @param nvmeCriticalWarning bits of the NVMe critical warning ({@code nvme-critical-warning})
 * @param selfTestFailed the newest self-test ({@code self-test-failed})
 * @param repeatedIoErrors I/O errors in the kernel's log on several days ({@code repeated-io-errors})
 */
public record EvidenceSettings(
        double smartStatusFailed,
        double nvmeCriticalWarning,
        double selfTestFailed,
        double repeatedIoErrors) {

    static final double RATIO_MAX = 100_000;

    static final EvidenceSettings DEFAULTS = new EvidenceSettings(60, 40, 30, 25);
}
