package io.capstan.smart.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.smart.collect.DiskReader.DeviceName;
import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D2: disks are read without smartctl, by the commands themselves; against disks made of bytes. */
class DirectReaderTest {

    private static final DeviceName SDA = new DeviceName("/dev/sda", "");
    private static final DeviceName NVME = new DeviceName("/dev/nvme0n1", "");

    /** A disk that answers from pages by what is asked for, and remembers what it was asked. */
    private static final class Disk implements DiskPort {

        /** By the first byte of the CDB, or by ATA command and feature. */
        final Map<String, byte[]> pages = new HashMap<>();

        final Map<String, byte[]> senses = new HashMap<>();
        final List<String> asked = new ArrayList<>();
        int unitAttentions;
        int closed;

        @Override
        public Answer scsi(byte[] cdb, int lengthBytes) {
            String what = what(cdb);
            asked.add(what);
            if (unitAttentions > 0) {
                unitAttentions--;
                return new Answer(2, 0, new byte[lengthBytes], fixedSense(6, 0x29, 0));
            }
            byte[] page = pages.get(what);
            if (page != null && !senses.containsKey(what)) {
                return new Answer(0, 0, java.util.Arrays.copyOf(page, lengthBytes), new byte[32]);
            }
            byte[] sense = senses.getOrDefault(what, fixedSense(5, 0x20, 0));
            return new Answer(2, 0, new byte[lengthBytes], sense);
        }

        private static String what(byte[] cdb) {
            return switch (cdb[0] & 0xff) {
                case 0x85 -> {
                    // Only SMART commands have the key in the LBA registers.
                    assertThat(cdb[14] == (byte) 0xb0)
                            .isEqualTo(cdb[10] == 0x4f && cdb[12] == (byte) 0xc2);
                    yield "ata %02x %02x".formatted(cdb[14], cdb[4]);
                }
                case 0x12 -> "inquiry %d %02x".formatted(cdb[1], cdb[2]);
                case 0x4d -> "log %02x".formatted(cdb[2] & 0x3f);
                default -> "%02x".formatted(cdb[0]);
            };
        }

        @Override
        public byte[] nvme(int opcode, int namespace, int dword10, int lengthBytes)
                throws IOException {
            String what = "nvme %x %x %x".formatted(opcode, namespace, dword10);
            byte[] page = pages.get(what);
            if (page == null) {
                throw new IOException(what);
            }
            return java.util.Arrays.copyOf(page, lengthBytes);
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static byte[] fixedSense(int key, int asc, int ascq) {
        byte[] sense = new byte[32];
        sense[0] = 0x70;
        sense[2] = (byte) key;
        sense[12] = (byte) asc;
        sense[13] = (byte) ascq;
        return sense;
    }

    /** Descriptor format, with an ATA Status Return descriptor: SAT-4, table 10. */
    private static byte[] registers(int count, int lbaMid, int lbaHigh) {
        byte[] sense = new byte[32];
        sense[0] = 0x72;
        sense[1] = 1;
        sense[3] = 0x1d;
        sense[7] = 14;
        sense[8] = 9;
        sense[9] = 12;
        sense[13] = (byte) count;
        sense[17] = (byte) lbaMid;
        sense[19] = (byte) lbaHigh;
        return sense;
    }

    private static Disk ataDisk() {
        Disk disk = new Disk();
        disk.senses.put("ata e5 00", registers(0xff, 0, 0));
        disk.senses.put("ata b0 da", registers(0, 0x4f, 0xc2));
        ByteBuffer identify = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        swapped(identify, 10, "Z300ABCD            ");
        swapped(identify, 23, "CC54    ");
        swapped(identify, 27, "ST4000DM000-1F2168                      ");
        identify.putShort(2 * 83, (short) 0x4400);
        identify.putShort(2 * 87, (short) 0x4163);
        identify.putLong(2 * 100, 7_814_037_168L);
        for (int word = 0; word < 4; word++) {
            identify.putShort(2 * (108 + word), (short) (0x5000 + word));
        }
        identify.putShort(2 * 217, (short) 5900);
        disk.pages.put("ata ec 00", identify.array());
        byte[] data = new byte[512];
        attribute(data, 0, 5, 100, 0x123456789AL);
        attribute(data, 1, 9, 80, 0x0012_0000_4E20L);
        attribute(data, 2, 197, 9, 8);
        attribute(data, 3, 194, 70, 0x0011_000E_0020L);
        attribute(data, 4, 190, 70, 32);
        disk.pages.put("ata b0 d0", summed(data));
        byte[] thresholds = new byte[512];
        thresholds[2] = 5;
        thresholds[3] = 10;
        thresholds[14] = (byte) 197;
        thresholds[15] = 9;
        disk.pages.put("ata b0 d1", summed(thresholds));
        return disk;
    }

    private static void swapped(ByteBuffer words, int word, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < bytes.length; at += 2) {
            words.put(2 * word + at, bytes[at + 1]);
            words.put(2 * word + at + 1, bytes[at]);
        }
    }

    private static void attribute(byte[] data, int entry, int id, int value, long raw) {
        int at = 2 + 12 * entry;
        data[at] = (byte) id;
        data[at + 3] = (byte) value;
        for (int index = 0; index < 6; index++) {
            data[at + 5 + index] = (byte) (raw >> (8 * index));
        }
    }

    private static byte[] summed(byte[] page) {
        byte sum = 0;
        for (int at = 0; at < 511; at++) {
            sum += page[at];
        }
        page[511] = (byte) -sum;
        return page;
    }

    private static DirectReader reader(Disk disk) {
        return new DirectReader(path -> disk, 60_000, () -> Instant.ofEpochSecond(1_700_000_000));
    }

    private static Reading read(Disk disk, DeviceName device) throws InterruptedException {
        ReadOutcome outcome = reader(disk).read(device);
        assertThat(outcome).isInstanceOf(ReadOutcome.Read.class);
        assertThat(disk.closed).isEqualTo(1);
        return ((ReadOutcome.Read) outcome).reading();
    }

    @Test
    void D2_ataDiskSaysWhoItIsAndHow() throws Exception {
        Reading reading = read(ataDisk(), SDA);

        assertThat(reading.identity())
                .isEqualTo(
                        new DiskIdentity(
                                DiskClass.ATA_HDD,
                                "5000500150025003",
                                "Z300ABCD",
                                "ST",
                                "",
                                "ST4000DM000-1F2168",
                                "CC54",
                                4_000_787_030_016L));
        assertThat(reading.counters())
                .containsOnly(
                        Map.entry("ata.5.raw", 0x123456789AL),
                        Map.entry("ata.197.raw", 8L),
                        Map.entry("ata.197.below_threshold", 1L));
        assertThat(reading.powerOnHours()).hasValue(20_000);
        assertThat(reading.gauges()).containsEntry("temperature", 32L);
        assertThat(reading.evidence()).isEmpty();
        assertThat(reading.notes()).isEmpty();
        assertThat(reading.timeSeconds()).isEqualTo(1_700_000_000);
    }

    @Test
    void D2_exceededThresholdComesBackInTheRegistersInEitherFormat() throws Exception {
        Disk disk = ataDisk();
        disk.senses.put("ata b0 da", registers(0, 0xf4, 0x2c));
        assertThat(read(disk, SDA).evidence()).containsExactly(HardEvidence.SMART_STATUS_FAILED);

        Disk bridged = ataDisk();
        byte[] fixed = fixedSense(1, 0, 0x1d);
        fixed[10] = (byte) 0xf4;
        fixed[11] = 0x2c;
        bridged.senses.put("ata b0 da", fixed);
        assertThat(read(bridged, SDA).evidence()).containsExactly(HardEvidence.SMART_STATUS_FAILED);

        Disk silent = ataDisk();
        silent.senses.remove("ata b0 da");
        Reading reading = read(silent, SDA);
        assertThat(reading.evidence()).isEmpty();
        assertThat(reading.notes()).containsKey("SMART status");
    }

    @Test
    void D2_unitAttentionIsNoAnswer() throws Exception {
        Disk disk = ataDisk();
        disk.unitAttentions = 3;
        assertThat(read(disk, SDA).counters()).containsEntry("ata.197.raw", 8L);
    }

    @Test
    void D2_sleepingDiskIsAskedNothingElse() throws Exception {
        Disk disk = ataDisk();
        disk.senses.put("ata e5 00", registers(0x00, 0, 0));

        assertThat(reader(disk).read(SDA)).isEqualTo(new ReadOutcome.Standby());
        assertThat(disk.asked).containsExactly("ata e5 00");
    }

    @Test
    void D2_damagedPageIsLeftOutAndTheOthersAreRead() throws Exception {
        Disk disk = ataDisk();
        disk.pages.get("ata b0 d0")[100] ^= 1;

        Reading reading = read(disk, SDA);
        assertThat(reading.counters()).isEmpty();
        assertThat(reading.notes()).containsEntry("SMART data", "the checksum does not match");
        assertThat(reading.identity().serial()).isEqualTo("Z300ABCD");
    }

    @Test
    void D2_nvmeDiskSaysWhoItIsAndHow() throws Exception {
        Disk disk = new Disk();
        ByteBuffer controller = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        controller.put(4, "S3R1            ".getBytes(StandardCharsets.US_ASCII));
        controller.put(24, "Samsung SSD 970".getBytes(StandardCharsets.US_ASCII));
        controller.put(64, "2B2Q    ".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer namespace = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        namespace.putLong(0, 1_000_215_216L);
        namespace.put(26, (byte) 1);
        namespace.put(128 + 4 + 2, (byte) 9);
        namespace.put(120, new byte[] {0, 0x25, 0x38, 0x5b, (byte) 0x91, 1, 2, 3});
        ByteBuffer log = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        log.put(0, (byte) 0x02).putShort(1, (short) 310).put(3, (byte) 100).put(4, (byte) 10);
        log.put(5, (byte) 7).putLong(32, 11).putLong(48, 12).putLong(112, 13).putLong(128, 14);
        log.putLong(144, 15).putLong(160, 16).putLong(176, 17).putInt(192, 18).putInt(196, 19);
        disk.pages.put("nvme 6 0 1", controller.array());
        disk.pages.put("nvme 6 1 0", namespace.array());
        disk.pages.put("nvme 2 ffffffff 7f0002", log.array());

        Reading reading = read(disk, NVME);

        assertThat(reading.identity())
                .isEqualTo(
                        new DiskIdentity(
                                DiskClass.NVME,
                                "0025385b91010203",
                                "S3R1",
                                "SAMSUNG",
                                "",
                                "Samsung SSD 970",
                                "2B2Q",
                                512_110_190_592L));
        assertThat(reading.counters())
                .containsOnly(
                        Map.entry("nvme.critical_warning", 2L),
                        Map.entry("nvme.available_spare", 100L),
                        Map.entry("nvme.available_spare_threshold", 10L),
                        Map.entry("nvme.percentage_used", 7L),
                        Map.entry("nvme.power_cycles", 13L),
                        Map.entry("nvme.unsafe_shutdowns", 15L),
                        Map.entry("nvme.media_errors", 16L),
                        Map.entry("nvme.num_err_log_entries", 17L),
                        Map.entry("nvme.warning_temp_time", 18L),
                        Map.entry("nvme.critical_comp_time", 19L));
        assertThat(reading.gauges())
                .containsOnly(
                        Map.entry("temperature", 37L),
                        Map.entry("nvme.data_units_read", 11L),
                        Map.entry("nvme.data_units_written", 12L));
        assertThat(reading.powerOnHours()).hasValue(14);
        assertThat(reading.evidence()).as("being warm is no failure").isEmpty();

        log.put(0, (byte) 0x08);
        disk.closed = 0;
        assertThat(read(disk, NVME).evidence()).containsExactly(HardEvidence.NVME_CRITICAL_WARNING);
    }

    private static Disk scsiDisk() {
        Disk disk = new Disk();
        byte[] inquiry = new byte[36];
        put(inquiry, 8, "SEAGATE ST1200MM0098    N004");
        disk.pages.put("inquiry 0 00", inquiry);
        byte[] serial = new byte[12];
        serial[3] = 8;
        put(serial, 4, "WFK0ABCD");
        disk.pages.put("inquiry 1 80", serial);
        // A target port's designator before that of the logical unit.
        ByteBuffer designators = ByteBuffer.allocate(28);
        designators.putInt(0x0083_0018).putInt(0x6193_0008).putLong(0x5000_c500_a1b2_c3d5L);
        designators.putInt(0x0103_0008).putLong(0x5000_c500_a1b2_c3d4L);
        disk.pages.put("inquiry 1 83", designators.array());
        ByteBuffer capacity = ByteBuffer.allocate(32);
        capacity.putLong(0, 2_344_225_967L).putInt(8, 512);
        disk.pages.put("9e", capacity.array());
        // Parameters 0002h and 0006h of four bytes each.
        disk.pages.put(
                "log 03", new byte[] {3, 0, 0, 16, 0, 2, 3, 4, 0, 0, 0, 9, 0, 6, 3, 4, 0, 0, 1, 1});
        disk.pages.put("log 2f", new byte[] {0x2f, 0, 0, 8, 0, 0, 3, 4, 0, 0, 31, 0});
        return disk;
    }

    @Test
    void D2_scsiDiskThatIsNoAtaDiskIsReadByItsLogPages() throws Exception {
        Disk disk = scsiDisk();
        disk.unitAttentions = 1;

        Reading reading = read(disk, SDA);
        assertThat(reading.identity())
                .isEqualTo(
                        new DiskIdentity(
                                DiskClass.SAS,
                                "5000c500a1b2c3d4",
                                "WFK0ABCD",
                                "ST",
                                "",
                                "SEAGATE ST1200MM0098",
                                "N004",
                                1_200_243_695_616L));
        assertThat(reading.counters()).containsOnly(Map.entry("scsi.read.uncorrected", 257L));
        assertThat(reading.gauges()).containsEntry("temperature", 31L);
        assertThat(reading.evidence()).isEmpty();
        assertThat(reading.notes()).isEmpty();

        disk.pages.get("log 2f")[8] = 0x5d;
        disk.closed = 0;
        assertThat(read(disk, SDA).evidence()).containsExactly(HardEvidence.SMART_STATUS_FAILED);
    }

    @Test
    void D2_scsiDiskTellsDefectsHoursAndTemperature() throws Exception {
        Disk disk = scsiDisk();
        // 56 entries of eight bytes; 90 minutes; 38 degrees.
        disk.pages.put("b7", new byte[] {0, 0x0c, 0, 0, 0, 0, 1, (byte) 0xc0});
        disk.pages.put("log 15", new byte[] {0x15, 0, 0, 8, 0, 0, 3, 4, 0, 0, 0, 90});
        disk.pages.put("log 0d", new byte[] {0x0d, 0, 0, 6, 0, 0, 3, 2, 0, 38});

        Reading reading = read(disk, SDA);
        assertThat(reading.counters()).containsEntry("scsi.grown_defects", 56L);
        assertThat(reading.powerOnHours()).hasValue(1);
        assertThat(reading.gauges()).containsEntry("temperature", 38L);
    }

    @Test
    void D2_scsiDiskWithoutThePageTellsAPredictedFailureByRequestSense() throws Exception {
        Disk disk = scsiDisk();
        disk.pages.remove("log 2f");
        assertThat(read(disk, SDA).notes()).containsKey("message");

        disk.pages.put("03", fixedSense(0, 0x5d, 0));
        disk.closed = 0;
        assertThat(read(disk, SDA).evidence()).containsExactly(HardEvidence.SMART_STATUS_FAILED);
    }

    @Test
    void D2_scsiDiskThatSleepsIsAskedNothingElse() throws Exception {
        for (byte[] sense :
                List.of(
                        fixedSense(0, 0x5e, 0x02), // standby by timer
                        fixedSense(2, 0x04, 0x02))) { // told to stop
            Disk disk = scsiDisk();
            disk.pages.put("03", sense);

            assertThat(reader(disk).read(SDA)).isEqualTo(new ReadOutcome.Standby());
            assertThat(disk.asked).containsExactly("ata e5 00", "ata ec 00", "03");
        }
        Disk idle = scsiDisk();
        idle.pages.put("03", fixedSense(0, 0x5e, 0x01));
        assertThat(read(idle, SDA).identity().serial()).isEqualTo("WFK0ABCD");
    }

    @Test
    void D2_pageThatCannotBeReadCostsItselfAlone() throws Exception {
        Disk disk = scsiDisk();
        disk.senses.put("log 03", fixedSense(4, 0x44, 0));

        Reading reading = read(disk, SDA);
        assertThat(reading.counters()).isEmpty();
        assertThat(reading.gauges()).containsEntry("temperature", 31L);
        assertThat(reading.notes()).containsOnlyKeys("log page 03h");
    }

    @Test
    void D1_diskIsTheSameOneToSmartctl() throws Exception {
        String scsi =
                """
                {"device": {"protocol": "SCSI"}, "scsi_vendor": "SEAGATE", "scsi_product": "ST1200MM0098",
                 "scsi_model_name": "SEAGATE ST1200MM0098", "scsi_revision": "N004", "serial_number": "WFK0ABCD",
                 "logical_unit_id": "0x5000c500a1b2c3d4", "user_capacity": {"bytes": 1200243695616}}
                """;
        assertThat(SmartctlReport.parse(scsi.getBytes(StandardCharsets.UTF_8), 1).identity())
                .isEqualTo(read(scsiDisk(), SDA).identity());
    }

    @Test
    void D1_flashOfBeforeTheWordForItIsKnownByTrim() throws Exception {
        Disk disk = ataDisk();
        ByteBuffer identify =
                ByteBuffer.wrap(disk.pages.get("ata ec 00")).order(ByteOrder.LITTLE_ENDIAN);
        identify.putShort(2 * 169, (short) 1);
        assertThat(read(disk, SDA).identity().diskClass()).isEqualTo(DiskClass.ATA_HDD);

        identify.putShort(2 * 217, (short) 0);
        disk.closed = 0;
        assertThat(read(disk, SDA).identity().diskClass()).isEqualTo(DiskClass.ATA_SSD);
    }

    @Test
    void D2_abortedQuestionIsNoSleep() throws Exception {
        Disk disk = ataDisk();
        byte[] aborted = registers(0, 0, 0);
        aborted[1] = 0x0b;
        disk.senses.put("ata e5 00", aborted);

        assertThat(read(disk, SDA).counters()).containsEntry("ata.197.raw", 8L);
    }

    private static void put(byte[] target, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, target, at, bytes.length);
    }

    @Test
    void D2_diskThatDoesNotAnswerIsLeftAloneUntilItDoes() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        AtomicInteger opened = new AtomicInteger();
        DirectReader reader =
                new DirectReader(
                        path -> {
                            opened.incrementAndGet();
                            asked.countDown();
                            try {
                                answers.await();
                            } catch (InterruptedException e) {
                                throw new IOException(e);
                            }
                            return ataDisk();
                        },
                        1,
                        Instant::now);

        assertThat(reader.read(SDA)).isEqualTo(new ReadOutcome.TimedOut(1));
        asked.await();
        assertThat(reader.read(SDA)).isEqualTo(new ReadOutcome.TimedOut(1));
        assertThat(opened).as("one thread waits for it, not one each time").hasValue(1);
        answers.countDown();
    }

    @Test
    void D2_whatCannotBeReadDirectlySaysWhy() throws Exception {
        assertThat(reader(ataDisk()).read(new DeviceName("/dev/sda", "megaraid,3")))
                .isEqualTo(new ReadOutcome.Refused("a device of type megaraid,3 needs smartctl"));
        assertThat(reader(new Disk()).read(SDA)).isInstanceOf(ReadOutcome.Refused.class);
        assertThat(reader(new Disk()).read(NVME)).isInstanceOf(ReadOutcome.Refused.class);
    }

    @Test
    void D2_smartctlIsUsedWhereItIsInstalled(@TempDir Path directory) throws Exception {
        Path program = directory.resolve("smartctl");
        EitherReader reader =
                new EitherReader(
                        program,
                        device -> new ReadOutcome.Refused("smartctl"),
                        device -> new ReadOutcome.Refused("direct"));

        assertThat(reader.read(SDA)).isEqualTo(new ReadOutcome.Refused("direct"));
        Files.createFile(
                program,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        assertThat(reader.read(SDA)).isEqualTo(new ReadOutcome.Refused("smartctl"));
    }
}
