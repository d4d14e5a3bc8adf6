package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.spc.TransportCommands;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What LTFS sends to a drive when it opens, formats, mounts and unmounts, with what it looks for in the answers. */
@Conformance(subject = "replay of LTFS", standard = "SSC-4", clients = "LTFS (replay)")
class LtfsReplayTest extends DriveConformance {

    /** The oldest firmware of an Ultrium 8 drive that LTFS takes, compared as a big-endian number. */
    private static final long FIRMWARE_MIN = 0x48423831L;

    private static final int VOLUME_STATISTICS_BUFFER_BYTES = 1024;
    private static final String COHERENCY = "08 0C 00 00 46";

    @Test
    void opens() {
        use(
                builder().transportCommands(nexus -> TransportCommands.OF_KERNEL_TARGET).build(),
                SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        host = new FakeInitiator(drive, "ltfs");
        FakeReply inquiry = host.receive("12 00 00 00 60 00", 96);
        assertThat(text(inquiry, 8, 8)).isEqualTo("IBM     ");
        assertThat(text(inquiry, 16, 16)).isEqualTo("ULT3580-TD8     ");
        assertThat(inquiry.u32(32)).isGreaterThanOrEqualTo(FIRMWARE_MIN);
        assertThat(text(host.receive("12 01 80 00 FF 00", 255), 4, 10)).isEqualTo("0007812345");
        host.clearUnitAttentions();

        FakeReply opcodes = host.receive("A3 0C 80 00 00 00 00 00 10 00 00 00", 4096);
        assertGood(opcodes);
        assertThat(opcodes.u32(0) + 4).isEqualTo(opcodes.data().length).isLessThan(4096);
        Map<Integer, Long> timeouts = timeouts(opcodes);
        int[] commandsOfLtfs = {
            0x00, 0x01, 0x03, 0x04, 0x05, 0x08, 0x0A, 0x0B, 0x10, 0x11, 0x12, 0x15, 0x19, 0x1A,
            0x1B, 0x1D, 0x1E, 0x34, 0x3C, 0x44, 0x4C, 0x4D, 0x55, 0x5A, 0x5E, 0x5F, 0x8C, 0x8D,
            0x91, 0x92, 0xA0
        };
        for (int operationCode : commandsOfLtfs) {
            assertThat(timeouts.getOrDefault(operationCode, 0L))
                    .as("timeout of %02X", operationCode)
                    .isPositive();
        }
    }

    private static Map<Integer, Long> timeouts(FakeReply opcodes) {
        Map<Integer, Long> timeouts = new HashMap<>();
        for (int at = 4; at < opcodes.data().length; at += 20) {
            assertThat(opcodes.u16(at + 8)).as("length of the timeouts descriptor").isEqualTo(10);
            timeouts.put(opcodes.u8(at), opcodes.u32(at + 16));
        }
        return timeouts;
    }

    @Test
    void tellsTheCartridgeByTypeAndDensityInABufferOfAnOddSize() {
        FakeReply modes = host.receive("5A 00 3F 00 00 00 00 00 FF 00", 255);

        assertGood(modes);
        assertThat(modes.u8(2)).as("medium type").isEqualTo(0x88);
        assertThat(modes.u8(3) & 0x80).as("write protection").isZero();
        assertThat(modes.u8(8)).as("density").isEqualTo(0x5E);
    }

    @Test
    void formatsTwoPartitionsAndMounts() {
        format();
        mount();

        // The index in partition 0, data in partition 1, and coherency information on both.
        assertGood(host.send("92 02 00 01 00 00 00 00 00 00 00 00 00 00 00 00"));
        assertGood(write(1, 4096));
        assertGood(writeFilemarks(1));
        for (int partition = 0; partition < 2; partition++) {
            FakeReply reference = attribute(0x0009, partition);
            assertThat(reference.u32(9)).isEqualTo(1);
            assertGood(
                    host.send(
                            "8D 00 00 00 00 00 00 %02X 00 00 00 00 00 4F 00 00"
                                    .formatted(partition),
                            "00 00 00 4B " + COHERENCY + " 04 00 00 00 01" + " 4C".repeat(65)));
            assertThat(attribute(0x080C, partition).u16(7)).isEqualTo(0x46);
        }

        // The end of data is found by an object number that no partition has.
        assertOutcome(host.send("92 02 00 01 FF FF FF FF FF FF FF FF 00 00 00 00"), "08/00/05");
        FakeReply position = readPosition();
        assertThat(position.u32(4)).isEqualTo(1);
        assertThat(position.u64(8)).isEqualTo(2);
        assertThat(position.u64(16)).isEqualTo(1);
        FakeReply extended = host.receive("34 08 00 00 00 00 00 00 20 00", 32);
        assertThat(extended.u8(1)).isEqualTo(1);
        assertThat(extended.u64(8)).isEqualTo(2);
    }

    private void format() {
        assertGood(host.send("1B 00 00 00 01 00"));
        FakeReply page = host.receive("5A 00 11 00 00 00 00 00 20 00", 32);
        assertGood(page);
        assertThat(page.u8(16)).as("page").isEqualTo(0x11);
        assertThat(page.u8(18)).as("maximum additional partitions").isPositive();
        selectPartitions();
        assertGood(host.send("04 00 01 00 00 00"));
    }

    private void selectPartitions() {
        assertGood(
                host.send(
                        "55 10 00 00 00 00 00 00 20 00",
                        "00 00 00 10 00 00 00 08 5E 00 00 00 00 00 00 00"
                                + " 11 0E 03 01 3C 03 08 00 00 01 FF FF 00 00 00 00"));
    }

    private void mount() {
        assertGood(host.send("1E 00 00 00 01 00"));
        FakeReply statistics = host.receive("4D 00 57 00 00 00 00 04 00 00", 1024);
        assertGood(statistics);
        assertThat(statistics.u16(2) + 4)
                .as("page 17h as a whole")
                .isLessThanOrEqualTo(VOLUME_STATISTICS_BUFFER_BYTES);
        Map<Integer, Integer> at = parameters(statistics);
        assertThat(at.keySet()).contains(0x0000, 0x0001, 0x0010, 0x0016, 0x0040, 0x0080, 0x0081);
        assertThat(statistics.u16(4)).as("page valid comes first").isZero();
        assertThat(statistics.u8(8)).isEqualTo(1);
        for (int code : new int[] {0x0202, 0x0203, 0x0204}) {
            int record = at.getOrDefault(code, 0) + 4;
            assertThat(statistics.u8(record)).as("record of partition 0").isEqualTo(7);
            assertThat(statistics.u16(record + 2)).isZero();
            assertThat(statistics.u16(record + 8 + 2)).isEqualTo(1);
        }
        int used = at.getOrDefault(0x0203, 0) + 4;
        assertThat(statistics.u32(used + 4))
                .as("an end of data there is")
                .isNotEqualTo(0xFFFF_FFFFL);

        FakeReply performance = host.receive("4D 00 77 00 00 00 00 04 00 00", 1024);
        assertThat(parameters(performance)).containsKey(0x0001);
        assertThat(host.receive("4D 00 6E 00 00 00 00 04 00 00", 1024).u16(2)).isEqualTo(320);

        FakeReply lock = host.receive("8C 00 00 00 00 00 00 00 16 23 00 00 00 0A 00 00", 10);
        assertOutcome(lock, "05/24/00");
        assertGood(
                host.send(
                        "8D 00 00 00 00 00 00 00 00 00 00 00 00 0A 00 00",
                        "00 00 00 06 16 23 00 00 01 00"));
        assertThat(attribute(0x1623, 0).u8(9)).isZero();
    }

    private static Map<Integer, Integer> parameters(FakeReply page) {
        Map<Integer, Integer> at = new HashMap<>();
        for (int next = 4; next < page.data().length; next += 4 + page.u8(next + 3)) {
            at.put(page.u16(next), next);
        }
        return at;
    }

    private FakeReply attribute(int identifier, int partition) {
        FakeReply reply =
                host.receive(
                        "8C 00 00 00 00 00 00 %02X %04X 00 00 02 00 00 00"
                                .formatted(partition, identifier),
                        512);
        assertGood(reply);
        assertThat(reply.u16(4)).isEqualTo(identifier);
        return reply;
    }

    private static String text(FakeReply reply, int offset, int lengthBytes) {
        return new String(reply.data(), offset, lengthBytes, StandardCharsets.US_ASCII);
    }
}
