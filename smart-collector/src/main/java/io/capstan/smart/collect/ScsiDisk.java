package io.capstan.smart.collect;

import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what a SCSI disk says of itself: INQUIRY, READ CAPACITY (16), and the log pages of error counters and of informational
 * exceptions. Pages that it has not are left out.
 *
 * @see "SPC-5, 6.7 INQUIRY, 6.8 LOG SENSE, 7.3; SBC-4, 5.20 READ CAPACITY (16)"
 */
final class ScsiDisk {

    private static final int CHECK_CONDITION = 0x02;
    private static final int UNIT_ATTENTION = 0x6;

    /** A disk that was reset reports that once for each thing that has changed. */
    private static final int ATTEMPTS_MAX = 4;

    private static final int INQUIRY_BYTES = 36;
    private static final int VPD_HEADER_BYTES = 4;
    private static final int LOG_HEADER_BYTES = 4;
    private static final int CAPACITY_BYTES = 32;
    private static final int INFORMATIONAL_EXCEPTIONS = 0x2f;

    /** ASC of an informational exception: a failure is predicted. */
    private static final int FAILURE_PREDICTION_THRESHOLD_EXCEEDED = 0x5d;

    private static final int TOTAL_UNCORRECTED = 0x0006;
    private static final Map<Integer, String> ERROR_PAGES =
            Map.of(0x02, "write", 0x03, "read", 0x05, "verify");

    private ScsiDisk() {}

    static Reading read(DiskPort port, long nowSeconds) throws IOException {
        byte[] inquiry = require(port, inquiry(0, 0, INQUIRY_BYTES), INQUIRY_BYTES);
        SortedMap<String, Long> counters = new TreeMap<>();
        for (Map.Entry<Integer, String> page : ERROR_PAGES.entrySet()) {
            ByteBuffer parameters = logPage(port, page.getKey());
            while (parameters.remaining() >= LOG_HEADER_BYTES) {
                int code = parameters.getShort() & 0xffff;
                parameters.get();
                int lengthBytes = parameters.get() & 0xff;
                if (lengthBytes > parameters.remaining()) {
                    break;
                }
                long value = unsigned(parameters, lengthBytes);
                if (code == TOTAL_UNCORRECTED) {
                    counters.put("scsi." + page.getValue() + ".uncorrected", value);
                }
            }
        }
        SortedMap<String, Long> gauges = new TreeMap<>();
        Map<String, String> notes = new TreeMap<>();
        Set<HardEvidence> evidence = EnumSet.noneOf(HardEvidence.class);
        ByteBuffer exceptions = logPage(port, INFORMATIONAL_EXCEPTIONS);
        if (exceptions.remaining() < LOG_HEADER_BYTES + 3) {
            notes.put("message", "the disk does not tell whether it predicts a failure");
        } else {
            // Of parameter 0000h: ASC, ASCQ, temperature.
            if ((exceptions.get(LOG_HEADER_BYTES) & 0xff)
                    == FAILURE_PREDICTION_THRESHOLD_EXCEEDED) {
                evidence.add(HardEvidence.SMART_STATUS_FAILED);
            }
            int celsius = exceptions.get(LOG_HEADER_BYTES + 2) & 0xff;
            if (celsius > 0 && celsius < 0xff) {
                gauges.put("temperature", (long) celsius);
            }
        }
        String product = text(inquiry, 16, 16);
        return new Reading(
                new DiskIdentity(
                        DiskClass.SAS,
                        "",
                        serial(port),
                        DiskIdentity.makerOf(text(inquiry, 8, 8) + " " + product),
                        "",
                        product,
                        text(inquiry, 32, 4),
                        capacityBytes(port)),
                nowSeconds,
                OptionalInt.empty(),
                counters,
                gauges,
                evidence,
                notes);
    }

    private static byte[] inquiry(int vpd, int page, int lengthBytes) {
        return new byte[] {0x12, (byte) vpd, (byte) page, 0, (byte) lengthBytes, 0};
    }

    private static String serial(DiskPort port) throws IOException {
        DiskPort.Answer head = send(port, inquiry(1, 0x80, VPD_HEADER_BYTES), VPD_HEADER_BYTES);
        if (!isGood(head)) {
            return "";
        }
        int lengthBytes = Math.min(0xff, VPD_HEADER_BYTES + (head.data()[3] & 0xff));
        byte[] page = require(port, inquiry(1, 0x80, lengthBytes), lengthBytes);
        return text(page, VPD_HEADER_BYTES, lengthBytes - VPD_HEADER_BYTES);
    }

    private static long capacityBytes(DiskPort port) throws IOException {
        byte[] cdb = new byte[16];
        cdb[0] = (byte) 0x9e;
        cdb[1] = 0x10;
        cdb[13] = CAPACITY_BYTES;
        DiskPort.Answer answer = send(port, cdb, CAPACITY_BYTES);
        if (!isGood(answer)) {
            return 0;
        }
        ByteBuffer data = ByteBuffer.wrap(answer.data());
        return (data.getLong(0) + 1) * data.getInt(8);
    }

    /** Parameters of a log page, from the first on; none if the disk has it not. */
    private static ByteBuffer logPage(DiskPort port, int page) throws IOException {
        DiskPort.Answer head = send(port, logSense(page, LOG_HEADER_BYTES), LOG_HEADER_BYTES);
        if (!isGood(head)) {
            return ByteBuffer.allocate(0);
        }
        int lengthBytes = LOG_HEADER_BYTES + (ByteBuffer.wrap(head.data()).getShort(2) & 0xffff);
        byte[] whole = require(port, logSense(page, lengthBytes), lengthBytes);
        return ByteBuffer.wrap(whole, LOG_HEADER_BYTES, lengthBytes - LOG_HEADER_BYTES).slice();
    }

    private static byte[] logSense(int page, int lengthBytes) {
        byte[] cdb = new byte[10];
        cdb[0] = 0x4d;
        // Cumulative values.
        cdb[2] = (byte) (0x40 | page);
        cdb[7] = (byte) (lengthBytes >> 8);
        cdb[8] = (byte) lengthBytes;
        return cdb;
    }

    private static long unsigned(ByteBuffer bytes, int lengthBytes) {
        long value = 0;
        for (int index = 0; index < lengthBytes; index++) {
            value = value << 8 | (bytes.get() & 0xff);
        }
        return value & Long.MAX_VALUE;
    }

    static String text(byte[] bytes, int from, int lengthBytes) {
        return new String(bytes, from, lengthBytes, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .strip();
    }

    private static byte[] require(DiskPort port, byte[] cdb, int lengthBytes) throws IOException {
        DiskPort.Answer answer = send(port, cdb, lengthBytes);
        if (!isGood(answer)) {
            throw new IOException("command %02Xh: %s".formatted(cdb[0] & 0xff, describe(answer)));
        }
        return answer.data();
    }

    static boolean isGood(DiskPort.Answer answer) {
        return answer.status() == 0 && answer.hostStatus() == 0;
    }

    static String describe(DiskPort.Answer answer) {
        return answer.hostStatus() != 0
                ? "the disk does not answer (host status %02Xh)".formatted(answer.hostStatus())
                : "status %02Xh, sense key %Xh".formatted(answer.status(), senseKey(answer));
    }

    /** Sends a command again as long as the disk has something else to say first. */
    static DiskPort.Answer send(DiskPort port, byte[] cdb, int lengthBytes) throws IOException {
        DiskPort.Answer answer = port.scsi(cdb, lengthBytes);
        for (int attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
            if (answer.status() != CHECK_CONDITION || senseKey(answer) != UNIT_ATTENTION) {
                break;
            }
            answer = port.scsi(cdb, lengthBytes);
        }
        return answer;
    }

    /** SPC-5, 4.4: 72h and 73h are descriptor format, 70h and 71h fixed. */
    static boolean isDescriptorFormat(byte[] sense) {
        return (sense[0] & 0x7e) == 0x72;
    }

    private static int senseKey(DiskPort.Answer answer) {
        byte[] sense = answer.sense();
        return sense[isDescriptorFormat(sense) ? 1 : 2] & 0xf;
    }
}
