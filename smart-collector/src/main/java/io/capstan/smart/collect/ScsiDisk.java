package io.capstan.smart.collect;

import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Reads what a SCSI disk says of itself: INQUIRY, READ CAPACITY (16), READ DEFECT DATA (12), and the log pages of error counters,
 * temperature, background scans and informational exceptions. Pages that it has not are left out; one that cannot be read is
 * noted. A disk that sleeps is asked nothing but whether it does.
 *
 * @see "SPC-5, 4.4.7 REQUEST SENSE, 6.7 INQUIRY, 6.8 LOG SENSE, 7.3, 7.7.6 Device Identification; SBC-4, 5.20 READ CAPACITY (16),
 *     5.24 READ DEFECT DATA (12)"
 */
final class ScsiDisk {

    private static final int CHECK_CONDITION = 0x02;
    private static final int NOT_READY = 0x2;
    private static final int UNIT_ATTENTION = 0x6;

    /** A disk that was reset reports that once for each thing that has changed. */
    private static final int ATTEMPTS_MAX = 4;

    private static final int INQUIRY_BYTES = 36;
    private static final int VPD_HEADER_BYTES = 4;
    private static final int DESIGNATOR_HEADER_BYTES = 4;
    private static final int LOG_HEADER_BYTES = 4;
    private static final int CAPACITY_BYTES = 32;

    /** Up to and with the additional sense code qualifier. */
    private static final int SENSE_BYTES = 14;

    private static final int TEMPERATURE = 0x0d;
    private static final int BACKGROUND_SCAN = 0x15;
    private static final int INFORMATIONAL_EXCEPTIONS = 0x2f;

    /** ASC of an informational exception: a failure is predicted. */
    private static final int FAILURE_PREDICTION_THRESHOLD_EXCEEDED = 0x5d;

    private static final int LOW_POWER_CONDITION = 0x5e;
    private static final int NOT_READY_CAUSE = 0x04;
    private static final int INITIALIZING_COMMAND_REQUIRED = 0x02;

    /** ASCQ of standby and standby_y, by timer and by command. */
    private static final Set<Integer> STANDBY = Set.of(0x02, 0x04, 0x09, 0x0a);

    private static final int TOTAL_UNCORRECTED = 0x0006;
    private static final Map<Integer, String> ERROR_PAGES =
            Map.of(0x02, "write", 0x03, "read", 0x05, "verify");

    private final DiskPort port;
    private final SortedMap<String, Long> counters = new TreeMap<>();
    private final SortedMap<String, Long> gauges = new TreeMap<>();
    private final Set<HardEvidence> evidence = EnumSet.noneOf(HardEvidence.class);
    private final Map<String, String> notes = new TreeMap<>();
    private OptionalInt powerOnHours = OptionalInt.empty();

    private ScsiDisk(DiskPort port) {
        this.port = port;
    }

    static ReadOutcome read(DiskPort port, long nowSeconds) throws IOException {
        Sense sense = requestSense(port);
        return sense.sleeps()
                ? new ReadOutcome.Standby()
                : new ReadOutcome.Read(
                        new ScsiDisk(port).read(sense, nowSeconds), new ExitStatus(0));
    }

    private Reading read(Sense sense, long nowSeconds) throws IOException {
        Fields inquiry = require(port, inquiry(0, 0, INQUIRY_BYTES), INQUIRY_BYTES);
        for (Map.Entry<Integer, String> page : ERROR_PAGES.entrySet()) {
            readErrors(page.getKey(), page.getValue());
        }
        readGrownDefects();
        readPowerOnTime();
        readExceptions(sense);
        readTemperature();
        // As smartctl names it, so that the disk stays the same one when that is installed.
        String model = (inquiry.text(8, 8) + " " + inquiry.text(16, 16)).strip();
        return new Reading(
                new DiskIdentity(
                        DiskClass.SAS,
                        worldWideName(),
                        serial(),
                        DiskIdentity.makerOf(model),
                        "",
                        model,
                        inquiry.text(32, 4),
                        capacityBytes()),
                nowSeconds,
                powerOnHours,
                counters,
                gauges,
                evidence,
                notes);
    }

    // ---- what it says of its health

    private void readErrors(int page, String action) {
        Fields parameters = logPage(page);
        while (parameters.lengthBytes() >= LOG_HEADER_BYTES) {
            int lengthBytes = parameters.u8(3);
            Fields value = parameters.from(LOG_HEADER_BYTES);
            if (lengthBytes > value.lengthBytes()) {
                break;
            }
            if (parameters.u16(0) == TOTAL_UNCORRECTED) {
                counters.put("scsi." + action + ".uncorrected", value.number(0, lengthBytes));
            }
            parameters = value.from(lengthBytes);
        }
    }

    /** The length of the list, without the list. */
    private void readGrownDefects() {
        byte[] cdb = new byte[12];
        cdb[0] = (byte) 0xb7;
        // The grown list; addresses in bytes from index.
        cdb[1] = 0x08 | 4;
        cdb[9] = 8;
        Optional<Fields> header = optional("defects", cdb, 8);
        if (header.isEmpty() || (header.get().u8(1) & 0x08) == 0) {
            return;
        }
        // A short block address has four bytes, all others eight.
        int entryBytes = (header.get().u8(1) & 0x07) == 0 ? 4 : 8;
        counters.put("scsi.grown_defects", header.get().u32(4) / entryBytes);
    }

    /** Minutes, in parameter 0000h of the background scan results. */
    private void readPowerOnTime() {
        Fields scan = logPage(BACKGROUND_SCAN);
        if (scan.lengthBytes() >= LOG_HEADER_BYTES + 4 && scan.u16(0) == 0) {
            long minutes = scan.u32(LOG_HEADER_BYTES);
            powerOnHours = OptionalInt.of((int) (minutes / 60));
        }
    }

    /** Parameter 0000h: ASC, ASCQ, temperature. A disk without the page may say it by REQUEST SENSE. */
    private void readExceptions(Sense sense) {
        Fields exceptions = logPage(INFORMATIONAL_EXCEPTIONS);
        boolean hasPage = exceptions.lengthBytes() >= LOG_HEADER_BYTES + 3;
        int asc = hasPage ? exceptions.u8(LOG_HEADER_BYTES) : sense.asc;
        if (asc == FAILURE_PREDICTION_THRESHOLD_EXCEEDED) {
            evidence.add(HardEvidence.SMART_STATUS_FAILED);
        } else if (!hasPage) {
            notes.put("message", "the disk does not tell whether it predicts a failure");
        }
        if (hasPage) {
            putTemperature(exceptions.u8(LOG_HEADER_BYTES + 2));
        }
    }

    /** Parameter 0000h: one byte reserved, one of degrees. */
    private void readTemperature() {
        Fields page = logPage(TEMPERATURE);
        if (page.lengthBytes() >= LOG_HEADER_BYTES + 2 && page.u16(0) == 0) {
            putTemperature(page.u8(LOG_HEADER_BYTES + 1));
        }
    }

    private void putTemperature(int celsius) {
        if (celsius > 0 && celsius < 0xff) {
            gauges.put("temperature", (long) celsius);
        }
    }

    // ---- who it is

    private static byte[] inquiry(int vpd, int page, int lengthBytes) {
        return new byte[] {
            0x12, (byte) vpd, (byte) page, (byte) (lengthBytes >> 8), (byte) lengthBytes, 0
        };
    }

    /** What follows a VPD page's header; nothing if the disk has it not. */
    private Fields vpdPage(int page) {
        return whole(
                "VPD page %02Xh".formatted(page),
                VPD_HEADER_BYTES,
                lengthBytes -> inquiry(1, page, lengthBytes));
    }

    private String serial() {
        Fields page = vpdPage(0x80);
        return page.text(0, page.lengthBytes());
    }

    /** The NAA designator of the logical unit. */
    private String worldWideName() {
        Fields page = vpdPage(0x83);
        while (page.lengthBytes() >= DESIGNATOR_HEADER_BYTES) {
            int codeSet = page.u8(0) & 0xf;
            int kind = page.u8(1) & 0x3f;
            int lengthBytes = page.u8(3);
            Fields designator = page.from(DESIGNATOR_HEADER_BYTES);
            if (lengthBytes > designator.lengthBytes()) {
                break;
            }
            // Association 00b, type 3h, binary.
            if (codeSet == 1 && kind == 0x03) {
                return designator.part(0, lengthBytes).hex();
            }
            page = designator.from(lengthBytes);
        }
        return "";
    }

    private long capacityBytes() {
        byte[] cdb = new byte[16];
        cdb[0] = (byte) 0x9e;
        cdb[1] = 0x10;
        cdb[13] = CAPACITY_BYTES;
        return optional("capacity", cdb, CAPACITY_BYTES)
                .map(data -> (data.number(0, 8) + 1) * data.u32(8))
                .orElse(0L);
    }

    // ---- commands

    /** Parameters of a log page, from the first on; none if the disk has it not. */
    private Fields logPage(int page) {
        return whole(
                "log page %02Xh".formatted(page),
                LOG_HEADER_BYTES,
                lengthBytes -> logSense(page, lengthBytes));
    }

    /** What follows the header of a page that says in bytes 2 and 3 how long it is; nothing if the disk has it not. */
    private Fields whole(String name, int headerBytes, IntFunction<byte[]> command) {
        Optional<Fields> head = optional(name, command.apply(headerBytes), headerBytes);
        if (head.isEmpty()) {
            return Fields.NONE;
        }
        int lengthBytes = headerBytes + head.get().u16(2);
        return optional(name, command.apply(lengthBytes), lengthBytes)
                .map(page -> page.from(headerBytes))
                .orElse(Fields.NONE);
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

    /** What a disk need not have: its failure costs nothing but itself. */
    private Optional<Fields> optional(String name, byte[] cdb, int lengthBytes) {
        try {
            DiskPort.Answer answer = send(port, cdb, lengthBytes);
            if (isGood(answer)) {
                return Optional.of(Fields.bigEndian(answer.data()));
            }
            if (answer.status() != CHECK_CONDITION || !Sense.of(answer).isUnknownRequest()) {
                notes.put(name, describe(answer));
            }
        } catch (IOException e) {
            notes.put(name, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    private static Fields require(DiskPort port, byte[] cdb, int lengthBytes) throws IOException {
        DiskPort.Answer answer = send(port, cdb, lengthBytes);
        if (!isGood(answer)) {
            throw new IOException("command %02Xh: %s".formatted(cdb[0] & 0xff, describe(answer)));
        }
        return Fields.bigEndian(answer.data());
    }

    static boolean isGood(DiskPort.Answer answer) {
        return answer.status() == 0 && answer.hostStatus() == 0;
    }

    static String describe(DiskPort.Answer answer) {
        return answer.hostStatus() != 0
                ? "the disk does not answer (host status %02Xh)".formatted(answer.hostStatus())
                : "status %02Xh, sense key %Xh".formatted(answer.status(), Sense.of(answer).key);
    }

    /** Sends a command again as long as the disk has something else to say first. */
    static DiskPort.Answer send(DiskPort port, byte[] cdb, int lengthBytes) throws IOException {
        DiskPort.Answer answer = port.scsi(cdb, lengthBytes);
        for (int attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
            if (answer.status() != CHECK_CONDITION || Sense.of(answer).key != UNIT_ATTENTION) {
                break;
            }
            answer = port.scsi(cdb, lengthBytes);
        }
        return answer;
    }

    /** What is the matter, said without being asked for anything else. */
    private static Sense requestSense(DiskPort port) throws IOException {
        byte[] cdb = {0x03, 0, 0, 0, SENSE_BYTES, 0};
        Sense sense = new Sense(0, 0, 0);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            DiskPort.Answer answer = send(port, cdb, SENSE_BYTES);
            if (!isGood(answer)) {
                return new Sense(0, 0, 0);
            }
            sense = Sense.of(answer.data());
            if (sense.key != UNIT_ATTENTION) {
                break;
            }
        }
        return sense;
    }

    /** SPC-5, 4.4: 72h and 73h are descriptor format, 70h and 71h fixed. */
    static boolean isDescriptorFormat(Fields sense) {
        return (sense.u8(0) & 0x7e) == 0x72;
    }

    private record Sense(int key, int asc, int ascq) {

        private static final int ILLEGAL_REQUEST = 0x5;

        static Sense of(DiskPort.Answer answer) {
            return of(answer.sense());
        }

        static Sense of(byte[] bytes) {
            Fields sense = Fields.bigEndian(bytes);
            return isDescriptorFormat(sense)
                    ? new Sense(sense.u8(1) & 0xf, sense.u8(2), sense.u8(3))
                    : new Sense(sense.u8(2) & 0xf, sense.u8(12), sense.u8(13));
        }

        boolean isUnknownRequest() {
            return key == ILLEGAL_REQUEST;
        }

        /** Whether it is in standby, or was told to stop. */
        boolean sleeps() {
            boolean isStopped =
                    key == NOT_READY
                            && asc == NOT_READY_CAUSE
                            && ascq == INITIALIZING_COMMAND_REQUIRED;
            return isStopped || (asc == LOW_POWER_CONDITION && STANDBY.contains(ascq));
        }
    }
}
