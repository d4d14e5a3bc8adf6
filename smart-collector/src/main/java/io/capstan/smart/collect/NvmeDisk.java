package io.capstan.smart.collect;

import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads an NVMe disk's SMART / Health Information log, and who it is.
 *
 * <pre>
 * log 02h: 0 critical warning   1 composite temperature (2, kelvin)   3 available spare   4 its threshold   5 percentage used
 *   32 data units read (16)   48 written (16)   112 power cycles (16)   128 power on hours (16)   144 unsafe shutdowns (16)
 *   160 media errors (16)   176 error log entries (16)   192 minutes above warning (4)   196 above critical temperature (4)
 * </pre>
 *
 * @see "NVM Express Base Specification 2.0, 5.16.1.3, 5.17.2.1; NVM Command Set Specification 1.0, 4.1.5.1"
 */
final class NvmeDisk {

    private static final int GET_LOG_PAGE = 0x02;
    private static final int IDENTIFY = 0x06;
    private static final int ALL_NAMESPACES = 0xffffffff;
    private static final int LOG_BYTES = 512;
    private static final int IDENTIFY_BYTES = 4096;
    private static final long KELVIN = 273;

    private NvmeDisk() {}

    static Reading read(DiskPort port, long nowSeconds) throws IOException {
        Fields controller = Fields.littleEndian(port.nvme(IDENTIFY, 0, 1, IDENTIFY_BYTES));
        byte[] namespace = port.nvme(IDENTIFY, 1, 0, IDENTIFY_BYTES);
        // Number of dwords, from zero, in the upper half.
        int dwords = LOG_BYTES / Integer.BYTES - 1;
        Fields log =
                Fields.littleEndian(
                        port.nvme(GET_LOG_PAGE, ALL_NAMESPACES, dwords << 16 | 0x02, LOG_BYTES));
        String model = controller.text(24, 40);
        return new Reading(
                new DiskIdentity(
                        DiskClass.NVME,
                        eui64(namespace),
                        controller.text(4, 20),
                        DiskIdentity.makerOf(model),
                        "",
                        model,
                        controller.text(64, 8),
                        capacityBytes(controller, Fields.littleEndian(namespace))),
                nowSeconds,
                OptionalInt.of((int) Math.min(Integer.MAX_VALUE, counter(log, 128))),
                counters(log),
                gauges(log),
                evidence(log),
                new TreeMap<>());
    }

    /** The one field that is big-endian; zeros if there is none. */
    private static String eui64(byte[] namespace) {
        Fields eui = Fields.bigEndian(namespace).part(120, 8);
        return eui.sum() == 0 ? "" : eui.hex();
    }

    private static long capacityBytes(Fields controller, Fields namespace) {
        long total = controller.number(280, 8);
        if (total > 0) {
            return total;
        }
        int format = namespace.u8(26) & 0xf;
        int blockShift = namespace.u8(128 + 4 * format + 2);
        return namespace.number(0, 8) << blockShift;
    }

    private static SortedMap<String, Long> counters(Fields log) {
        SortedMap<String, Long> counters = new TreeMap<>();
        counters.put("nvme.critical_warning", (long) log.u8(0));
        counters.put("nvme.available_spare", (long) log.u8(3));
        counters.put("nvme.available_spare_threshold", (long) log.u8(4));
        counters.put("nvme.percentage_used", (long) log.u8(5));
        counters.put("nvme.power_cycles", counter(log, 112));
        counters.put("nvme.unsafe_shutdowns", counter(log, 144));
        counters.put("nvme.media_errors", counter(log, 160));
        counters.put("nvme.num_err_log_entries", counter(log, 176));
        counters.put("nvme.warning_temp_time", log.u32(192));
        counters.put("nvme.critical_comp_time", log.u32(196));
        return counters;
    }

    private static SortedMap<String, Long> gauges(Fields log) {
        SortedMap<String, Long> gauges = new TreeMap<>();
        gauges.put("nvme.data_units_read", counter(log, 32));
        gauges.put("nvme.data_units_written", counter(log, 48));
        long kelvin = log.u16(1);
        if (kelvin > KELVIN) {
            gauges.put("temperature", kelvin - KELVIN);
        }
        return gauges;
    }

    private static Set<HardEvidence> evidence(Fields log) {
        return (log.u8(0) & SmartctlReport.NVME_CRITICAL_BITS) != 0
                ? EnumSet.of(HardEvidence.NVME_CRITICAL_WARNING)
                : EnumSet.noneOf(HardEvidence.class);
    }

    private static long counter(Fields log, int at) {
        return log.number(at, 16);
    }
}
