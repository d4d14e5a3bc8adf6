package io.capstan.smart.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Signs of failure that a disk or the kernel states outright. Histories to learn their weight from do not exist, so it is a
 * setting: by how much the odds of failing soon are multiplied.
 */
public enum HardEvidence {
    /** SMART status FAILED, or SCSI informational exception 5Dh. */
    SMART_STATUS_FAILED("SMART status says the disk is failing", 60),
    /** NVMe critical warning: spare below threshold, read-only, backup device failed, or reliability degraded. */
    NVME_CRITICAL_WARNING("NVMe critical warning", 40),
    /** The newest self-test of any kind ended in a read, electrical, servo or unknown failure. */
    SELF_TEST_FAILED("the newest self-test failed", 30),
    /** The kernel reported I/O errors of the device on several days. */
    REPEATED_IO_ERRORS("the kernel reported I/O errors repeatedly", 25);

    private final String title;
    private final double ratioDefault;

    HardEvidence(String title, double ratioDefault) {
        this.title = title;
        this.ratioDefault = ratioDefault;
    }

    public String title() {
        return title;
    }

    /**
     * How much each weighs.
     *
     * @param ratios by which the odds are multiplied, at least 1
     */
    public record Weights(Map<HardEvidence, Double> ratios) {

        public Weights {
            ratios.forEach((evidence, ratio) -> {
                if (!(ratio >= 1)) {
                    throw new IllegalArgumentException(
                            "%s: a likelihood ratio is at least 1, not %s"
                                    .formatted(evidence, ratio));
                }
            });
            ratios = Map.copyOf(ratios);
        }

        public static Weights defaults() {
            Map<HardEvidence, Double> ratios = new EnumMap<>(HardEvidence.class);
            for (HardEvidence evidence : values()) {
                ratios.put(evidence, evidence.ratioDefault);
            }
            return new Weights(ratios);
        }

        /** The greatest of the ratios: signs of one trouble are not independent of each other. */
        double ratio(Set<HardEvidence> found) {
            return found.stream().mapToDouble(e -> ratios.getOrDefault(e, 1.0)).max().orElse(1);
        }
    }
}
