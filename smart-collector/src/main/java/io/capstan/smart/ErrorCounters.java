package io.capstan.smart;

import io.capstan.smart.history.SmartAttribute;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counters of which a person should be told when they rise, and what they are called. */
final class ErrorCounters {

    static final String KERNEL_IO_ERRORS = "kernel.io_errors";

    private static final Map<String, String> TITLES = titles();

    private ErrorCounters() {}

    private static Map<String, String> titles() {
        Map<String, String> titles = new TreeMap<>();
        for (SmartAttribute attribute : SmartAttribute.values()) {
            if (attribute.countsErrors()
                    && attribute != SmartAttribute.HIGH_FLY_WRITES
                    && attribute != SmartAttribute.COMMAND_TIMEOUTS) {
                titles.put("ata." + attribute.id() + ".raw", attribute.title());
            }
        }
        titles.put("nvme.media_errors", "media and data integrity errors");
        titles.put("nvme.critical_warning", "NVMe critical warning bits");
        titles.put("scsi.grown_defects", "grown defects");
        titles.put("scsi.pending_defects", "pending defects");
        titles.put("scsi.read.uncorrected", "uncorrected read errors");
        titles.put("scsi.write.uncorrected", "uncorrected write errors");
        titles.put("scsi.verify.uncorrected", "uncorrected verify errors");
        titles.put("farm.unrecoverable_read_errors", "unrecoverable read errors");
        titles.put(KERNEL_IO_ERRORS, "I/O errors seen by the kernel");
        return Map.copyOf(titles);
    }

    /** Empty if the counter counts no errors. */
    static String title(String key) {
        if (key.endsWith(".below_threshold")) {
            return "attribute " + key.split("\\.")[1] + " is below its threshold";
        }
        return Optional.ofNullable(TITLES.get(key)).orElse("");
    }
}
