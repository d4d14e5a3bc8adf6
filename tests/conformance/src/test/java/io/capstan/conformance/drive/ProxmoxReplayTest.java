package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What the tape tools of Proxmox Backup send to a drive, with the exact lengths they demand: a longer or shorter answer
 * is an error to them.
 */
@Conformance(subject = "replay of Proxmox Backup", standard = "SSC-4", clients = "Proxmox (replay)")
class ProxmoxReplayTest extends DriveConformance {

    /** Attributes of cartridge memory and the length without which they are ignored. */
    private static final Map<Integer, Integer> ATTRIBUTE_LENGTHS =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry(0x0000, 8),
                            Map.entry(0x0001, 8),
                            Map.entry(0x0002, 8),
                            Map.entry(0x0003, 8),
                            Map.entry(0x0004, 8),
                            Map.entry(0x0005, 8),
                            Map.entry(0x0006, 1),
                            Map.entry(0x0007, 2),
                            Map.entry(0x0009, 4),
                            Map.entry(0x020A, 40),
                            Map.entry(0x0220, 8),
                            Map.entry(0x0221, 8),
                            Map.entry(0x0222, 8),
                            Map.entry(0x0223, 8),
                            Map.entry(0x0224, 8),
                            Map.entry(0x0225, 8),
                            Map.entry(0x0400, 8),
                            Map.entry(0x0401, 32),
                            Map.entry(0x0402, 4),
                            Map.entry(0x0403, 4),
                            Map.entry(0x0404, 8),
                            Map.entry(0x0405, 1),
                            Map.entry(0x0406, 8),
                            Map.entry(0x0407, 8),
                            Map.entry(0x0408, 1),
                            Map.entry(0x0409, 2),
                            Map.entry(0x0800, 8),
                            Map.entry(0x0801, 32),
                            Map.entry(0x0806, 32)));

    @Test
    void findsTheDriveReady() {
        host = new FakeInitiator(drive, "pmt");
        assertThat(host.receive("12 00 00 00 24 00", 36).u8(0)).isEqualTo(0x01);
        // It polls until neither a unit attention nor a deferred error is left.
        int polls = 0;
        while (host.receive("03 00 00 00 60 00", 96).u8(2) != 0) {
            assertThat(++polls).isLessThan(10);
        }
        assertGood(testUnitReady());
    }

    @Test
    void statusHasTheLengthsItDemands() {
        FakeReply position = host.receive("34 06 00 00 00 00 00 00 20 00", 32);
        assertThat(position.data()).hasSize(32);

        FakeReply compression = modePage(0x0F);
        assertThat(compression.u8(1)).isEqualTo(0x0E);
        FakeReply medium = modePage(0x1D);
        assertThat(medium.u8(1)).isEqualTo(0x1E);
        assertThat(medium.u8(2) & 0x01).as("WORMM").isZero();

        FakeReply alerts = host.receive("4D 00 52 00 00 00 00 02 00 00", 512);
        assertThat(alerts.u16(2)).isEqualTo(0x0C);
        assertThat(alerts.u64(8)).isZero();

        FakeReply activity = host.receive("4D 00 51 00 00 00 00 40 00 00", 16384);
        assertThat(activity.u16(4)).isZero();
        assertThat(activity.u8(7)).isEqualTo(4);
        assertThat(activity.u8(8) & 0x01).as("DINIT").isEqualTo(1);
        assertThat(activity.u8(10)).as("activity").isLessThanOrEqualTo(0x0F);

        FakeReply density = host.receive("44 00 00 00 00 00 00 40 00 00", 16384);
        assertThat((density.u16(0) - 2) % 52).isZero();
    }

    @Test
    void statisticsBeginWithTheirValidity() {
        FakeReply statistics = host.receive("4D 00 57 00 00 00 00 40 00 00", 16384);

        assertThat(statistics.u8(0) & 0x3F).isEqualTo(0x17);
        assertThat(statistics.u16(4)).isZero();
        assertThat(statistics.u8(8)).isEqualTo(1);
    }

    @Test
    void attributesHaveTheLengthsItDemands() {
        assertGood(
                host.send(
                        "8D 01 00 00 00 00 00 00 00 00 00 00 00 5B 00 00",
                        "00 00 00 57 08 00 01 00 08 50 72 6F 78 6D 6F 78 20"
                                + " 08 01 01 00 20"
                                + " 41".repeat(32)
                                + " 08 06 01 00 20"
                                + " 42".repeat(32)));

        FakeReply values = host.receive("8C 00 00 00 00 00 00 00 00 00 00 00 80 00 00 00", 32768);

        assertGood(values);
        assertThat(values.u32(0) + 4).isEqualTo(values.data().length);
        Map<Integer, Integer> lengths = new TreeMap<>();
        for (int at = 4; at < values.data().length; at += 5 + values.u16(at + 3)) {
            lengths.put(values.u16(at), values.u16(at + 3));
        }
        assertThat(lengths).containsAllEntriesOf(ATTRIBUTE_LENGTHS);
    }

    @Test
    void findsOutWhetherAFilemarkIsBehindIt() {
        write(1, 512);
        assertGood(writeFilemarks(1));

        assertOutcome(spaceBlocks(-1), "00/00/01");
    }

    @Test
    void formatsAndWaits() {
        write(1, 512);
        assertGood(rewind());

        assertGood(host.send("04 01 00 00 00 00"));

        assertGood(testUnitReady());
        assertThat(objectNumber()).isZero();
    }

    @Test
    void movesToAFile() {
        write(1, 512);
        writeFilemarks(1);
        write(2, 512);
        writeFilemarks(1);

        assertGood(host.send("92 08 00 00 00 00 00 00 00 00 00 01 00 00 00 00"));

        assertThat(fileNumber()).isEqualTo(1);
    }

    /** MODE SENSE(10) without block descriptors, from the page on. */
    private FakeReply modePage(int page) {
        FakeReply reply = host.receive("5A 08 %02X 00 00 00 00 10 00 00".formatted(page), 4096);
        assertGood(reply);
        assertThat(reply.u16(0) + 2).isEqualTo(reply.data().length);
        assertThat(reply.u16(6)).as("block descriptors").isZero();
        assertThat(reply.u8(8) & 0x3F).isEqualTo(page);
        byte[] data = Arrays.copyOfRange(reply.data(), 8, reply.data().length);
        return new FakeReply(reply.result(), data);
    }
}
