package io.capstan.smart.collect;

import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
        byte[] controller = port.nvme(IDENTIFY, 0, 1, IDENTIFY_BYTES);
        ByteBuffer namespace = buffer(port.nvme(IDENTIFY, 1, 0, IDENTIFY_BYTES));
        // Number of dwords, from zero, in the upper half.
        int dwords = LOG_BYTES / Integer.BYTES - 1;
        ByteBuffer log =
                buffer(port.nvme(GET_LOG_PAGE, ALL_NAMESPACES, dwords << 16 | 0x02, LOG_BYTES));
        String model = ScsiDisk.text(controller, 24, 40);
        return new Reading(
                new DiskIdentity(
                        DiskClass.NVME,
                        eui64(namespace),
                        ScsiDisk.text(controller, 4, 20),
                        DiskIdentity.makerOf(model),
                        "",
                        model,
                        ScsiDisk.text(controller, 64, 8),
                        capacityBytes(buffer(controller), namespace)),
                nowSeconds,
                OptionalInt.of((int) Math.min(Integer.MAX_VALUE, counter(log, 128))),
                counters(log),
                gauges(log),
                evidence(log),
                new TreeMap<>());
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String eui64(ByteBuffer namespace) {
        // EUI-64 is big-endian.
        long eui = Long.reverseBytes(namespace.getLong(120));
        return eui == 0 ? "" : "%016x".formatted(eui);
    }

    private static long capacityBytes(ByteBuffer controller, ByteBuffer namespace) {
        long total = controller.getLong(280);
        if (total > 0) {
            return total;
        }
        int format = namespace.get(26) & 0xf;
        int blockShift = namespace.get(128 + 4 * format + 2) & 0xff;
        return namespace.getLong(0) << blockShift;
    }

    private static SortedMap<String, Long> counters(ByteBuffer log) {
        SortedMap<String, Long> counters = new TreeMap<>();
        counters.put("nvme.critical_warning", log.get(0) & 0xffL);
        counters.put("nvme.available_spare", log.get(3) & 0xffL);
        counters.put("nvme.available_spare_threshold", log.get(4) & 0xffL);
        counters.put("nvme.percentage_used", log.get(5) & 0xffL);
        counters.put("nvme.power_cycles", counter(log, 112));
        counters.put("nvme.unsafe_shutdowns", counter(log, 144));
        counters.put("nvme.media_errors", counter(log, 160));
        counters.put("nvme.num_err_log_entries", counter(log, 176));
        counters.put("nvme.warning_temp_time", log.getInt(192) & 0xffffffffL);
        counters.put("nvme.critical_comp_time", log.getInt(196) & 0xffffffffL);
        return counters;
    }

    private static SortedMap<String, Long> gauges(ByteBuffer log) {
        SortedMap<String, Long> gauges = new TreeMap<>();
        gauges.put("nvme.data_units_read", counter(log, 32));
        gauges.put("nvme.data_units_written", counter(log, 48));
        long kelvin = log.getShort(1) & 0xffff;
        if (kelvin > KELVIN) {
            gauges.put("temperature", kelvin - KELVIN);
        }
        return gauges;
    }

    private static Set<HardEvidence> evidence(ByteBuffer log) {
        return (log.get(0) & SmartctlReport.NVME_CRITICAL_BITS) != 0
                ? EnumSet.of(HardEvidence.NVME_CRITICAL_WARNING)
                : EnumSet.noneOf(HardEvidence.class);
    }

    /** 16 bytes, of which no disk has ever needed more than 63 bits. */
    private static long counter(ByteBuffer log, int at) {
        boolean fits = log.getLong(at) >= 0 && log.getLong(at + 8) == 0;
        return fits ? log.getLong(at) : Long.MAX_VALUE;
    }
}
