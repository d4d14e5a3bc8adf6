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

/**
 * Reads an ATA disk through ATA PASS-THROUGH (16): IDENTIFY DEVICE, and SMART data, thresholds and return status. A disk that
 * sleeps is asked nothing but whether it does.
 *
 * <pre>
 * SMART data, and thresholds: 30 entries of 12 bytes from byte 2 on
 *   +0 id   +1 flags (2)   +3 value   +4 worst   +5 raw (6, little-endian)   +11
 *   +0 id   +1 threshold
 * </pre>
 *
 * @see "SAT-4, 12.2.3; ACS-3, 7.12 IDENTIFY DEVICE, 7.48 SMART; ATA8-ACS, annex of attributes; SFF-8035i"
 */
final class AtaDisk {

    private static final int SECTOR_BYTES = 512;
    private static final int ENTRIES = 30;
    private static final int ENTRY_BYTES = 12;

    private static final int IDENTIFY_DEVICE = 0xec;
    private static final int CHECK_POWER_MODE = 0xe5;
    private static final int SMART = 0xb0;
    private static final int SMART_READ_DATA = 0xd0;
    private static final int SMART_READ_THRESHOLDS = 0xd1;
    private static final int SMART_RETURN_STATUS = 0xda;

    private static final int POWER_ON_HOURS = 9;
    private static final int AIRFLOW_TEMPERATURE = 190;
    private static final int TEMPERATURE = 194;

    private final DiskPort port;
    private final SortedMap<String, Long> counters = new TreeMap<>();
    private final SortedMap<String, Long> gauges = new TreeMap<>();
    private final Set<HardEvidence> evidence = EnumSet.noneOf(HardEvidence.class);
    private final Map<String, String> notes = new TreeMap<>();
    private OptionalInt powerOnHours = OptionalInt.empty();

    private AtaDisk(DiskPort port) {
        this.port = port;
    }

    /**
     * @return empty if it is no ATA disk
     */
    static Optional<ReadOutcome> read(DiskPort port, long nowSeconds) throws IOException {
        DiskPort.Answer power = ScsiDisk.send(port, withoutData(CHECK_POWER_MODE, 0), 0);
        Optional<Registers> mode = Registers.of(power.sense());
        // 00h and 01h are Standby_z and Standby_y.
        if (mode.isPresent() && mode.get().count <= 1) {
            return Optional.of(new ReadOutcome.Standby());
        }
        DiskPort.Answer identify = ScsiDisk.send(port, dataIn(IDENTIFY_DEVICE, 0), SECTOR_BYTES);
        if (!ScsiDisk.isGood(identify)) {
            return Optional.empty();
        }
        DiskIdentity identity = identity(Fields.littleEndian(identify.data()));
        return Optional.of(
                new ReadOutcome.Read(
                        new AtaDisk(port).read(identity, nowSeconds), new ExitStatus(0)));
    }

    private Reading read(DiskIdentity identity, long nowSeconds) throws IOException {
        Optional<Fields> data = page(SMART_READ_DATA, "SMART data");
        if (data.isPresent()) {
            readAttributes(
                    data.get(),
                    page(SMART_READ_THRESHOLDS, "SMART thresholds")
                            .orElseGet(() -> Fields.littleEndian(new byte[SECTOR_BYTES])));
        }
        readStatus();
        return new Reading(identity, nowSeconds, powerOnHours, counters, gauges, evidence, notes);
    }

    private Optional<Fields> page(int feature, String name) {
        String fault;
        try {
            DiskPort.Answer answer = ScsiDisk.send(port, dataIn(SMART, feature), SECTOR_BYTES);
            Fields page = Fields.littleEndian(answer.data());
            if (ScsiDisk.isGood(answer) && isSummed(page)) {
                return Optional.of(page);
            }
            fault =
                    ScsiDisk.isGood(answer)
                            ? "the checksum does not match"
                            : ScsiDisk.describe(answer);
        } catch (IOException e) {
            fault = String.valueOf(e.getMessage());
        }
        notes.put(name, fault);
        return Optional.empty();
    }

    private static boolean isSummed(Fields page) {
        return (page.sum() & 0xff) == 0;
    }

    private void readAttributes(Fields data, Fields thresholds) {
        for (int entry = 0; entry < ENTRIES; entry++) {
            int at = 2 + entry * ENTRY_BYTES;
            int id = data.u8(at);
            if (id == 0) {
                continue;
            }
            int value = data.u8(at + 3);
            long raw = data.number(at + 5, 6);
            if (SmartctlReport.isCounter(id)) {
                counters.put("ata." + id + ".raw", raw);
            }
            int threshold = threshold(thresholds, id);
            if (threshold > 0 && value > 0 && value <= threshold) {
                counters.put("ata." + id + ".below_threshold", 1L);
            }
            if (id == POWER_ON_HOURS) {
                // Some makers have minutes and seconds in the upper bytes.
                powerOnHours = OptionalInt.of((int) (raw & 0x7fff_ffff));
            } else if (id == TEMPERATURE && (raw & 0xff) > 0) {
                gauges.put("temperature", raw & 0xff);
            } else if (id == AIRFLOW_TEMPERATURE && (raw & 0xff) > 0) {
                // For disks that have no other.
                gauges.putIfAbsent("temperature", raw & 0xff);
            }
        }
    }

    private static int threshold(Fields thresholds, int id) {
        for (int entry = 0; entry < ENTRIES; entry++) {
            int at = 2 + entry * ENTRY_BYTES;
            if (thresholds.u8(at) == id) {
                return thresholds.u8(at + 1);
            }
        }
        return 0;
    }

    /** ACS-3, 7.48.8: C24Fh comes back as it was sent, or as 2CF4h if a threshold is exceeded. */
    private void readStatus() throws IOException {
        DiskPort.Answer answer = ScsiDisk.send(port, withoutData(SMART, SMART_RETURN_STATUS), 0);
        Optional<Registers> registers = Registers.of(answer.sense());
        if (registers.isPresent() && registers.get().isExceeded()) {
            evidence.add(HardEvidence.SMART_STATUS_FAILED);
        } else if (registers.isEmpty() || !registers.get().isPassed()) {
            notes.put("SMART status", "not told: " + ScsiDisk.describe(answer));
        }
    }

    /** ATA registers as they come back in sense data, in either format. */
    private record Registers(int count, int lbaMid, int lbaHigh) {

        private static final int ATA_STATUS_RETURN = 0x09;

        /** NO SENSE and RECOVERED ERROR; with a greater sense key, the command was not done. */
        private static final int KEY_MAX = 1;

        static Optional<Registers> of(byte[] bytes) {
            Fields sense = Fields.bigEndian(bytes);
            if (ScsiDisk.isDescriptorFormat(sense)) {
                return sense.u8(8) == ATA_STATUS_RETURN && (sense.u8(1) & 0xf) <= KEY_MAX
                        ? Optional.of(
                                new Registers(sense.u8(8 + 5), sense.u8(8 + 9), sense.u8(8 + 11)))
                        : Optional.empty();
            }
            // ASC 00h, ASCQ 1Dh: ATA PASS THROUGH INFORMATION AVAILABLE.
            return (sense.u8(0) & 0x7f) == 0x70
                            && (sense.u8(2) & 0xf) <= KEY_MAX
                            && sense.u16(12) == 0x001d
                    ? Optional.of(new Registers(sense.u8(6), sense.u8(10), sense.u8(11)))
                    : Optional.empty();
        }

        boolean isPassed() {
            return lbaMid == 0x4f && lbaHigh == 0xc2;
        }

        boolean isExceeded() {
            return lbaMid == 0xf4 && lbaHigh == 0x2c;
        }
    }

    private static byte[] dataIn(int command, int feature) {
        byte[] cdb = passThrough(command, feature);
        // PIO Data-In; T_DIR from the device, T_LENGTH one count of 512-byte blocks.
        cdb[1] = 4 << 1;
        cdb[2] = 0x0e;
        cdb[6] = 1;
        return cdb;
    }

    private static byte[] withoutData(int command, int feature) {
        byte[] cdb = passThrough(command, feature);
        // Non-data; CK_COND: registers come back.
        cdb[1] = 3 << 1;
        cdb[2] = 0x20;
        return cdb;
    }

    private static byte[] passThrough(int command, int feature) {
        byte[] cdb = new byte[16];
        cdb[0] = (byte) 0x85;
        cdb[4] = (byte) feature;
        if (command == SMART) {
            cdb[10] = 0x4f;
            cdb[12] = (byte) 0xc2;
        }
        cdb[14] = (byte) command;
        return cdb;
    }

    // ---- IDENTIFY DEVICE

    private static DiskIdentity identity(Fields words) {
        String model = text(words, 27, 20);
        boolean hasName = (word(words, 87) & 0x4100) == 0x4100;
        String worldWideName =
                hasName
                        ? "%04x%04x%04x%04x"
                                .formatted(
                                        word(words, 108),
                                        word(words, 109),
                                        word(words, 110),
                                        word(words, 111))
                        : "";
        return new DiskIdentity(
                isFlash(words) ? DiskClass.ATA_SSD : DiskClass.ATA_HDD,
                worldWideName,
                text(words, 10, 10),
                DiskIdentity.makerOf(model),
                "",
                model,
                text(words, 23, 4),
                capacityBytes(words));
    }

    /** Word 217 is 0001h for media that do not turn, 0000h in disks of before it; of those, flash alone knows TRIM. */
    private static boolean isFlash(Fields words) {
        int rate = word(words, 217);
        return rate == 1 || (rate == 0 && (word(words, 169) & 1) != 0);
    }

    private static int word(Fields words, int index) {
        return words.u16(2 * index);
    }

    private static long capacityBytes(Fields words) {
        boolean hasLongAddresses = (word(words, 83) & 0x400) != 0;
        long sectors = hasLongAddresses ? words.number(2 * 100, 8) : words.u32(2 * 60);
        // Bit 12 of word 106, valid if its top bits are 01b: sectors are longer than 256 words.
        boolean isLong = (word(words, 106) & 0xd000) == 0x5000;
        return sectors * (isLong ? 2 * words.u32(2 * 117) : SECTOR_BYTES);
    }

    private static String text(Fields words, int from, int count) {
        return words.swappedText(2 * from, 2 * count);
    }
}
