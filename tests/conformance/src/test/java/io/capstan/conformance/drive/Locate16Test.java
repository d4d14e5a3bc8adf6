package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** LOCATE(16): objects, files and end-of-data, in either of two partitions. */
@Conformance(
        subject = "LOCATE(16)",
        standard = "SSC-4, LOCATE(16) command",
        clients = {"LTFS (replay)", "Proxmox (replay)"})
class Locate16Test extends DriveConformance {

    Locate16Test() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, CAPACITY_BYTES, false, false),
                        List.of(CAPACITY_BYTES / 2, CAPACITY_BYTES / 2)));
    }

    @BeforeEach
    void writeTwoFiles() {
        write(1, 100);
        writeFilemarks(1);
        write(2, 100);
        writeFilemarks(1);
        write(3, 100);
    }

    @Test
    void findsAnObject() {
        assertGood(host.send("92 00 00 00 00 00 00 00 00 00 00 02 00 00 00 00"));
        assertThat(read(100).data()).isEqualTo(block(2, 100));
    }

    @Test
    void findsTheBeginningOfAFile() {
        assertGood(host.send("92 08 00 00 00 00 00 00 00 00 00 01 00 00 00 00"));
        assertThat(objectNumber()).isEqualTo(2);
        assertThat(fileNumber()).isEqualTo(1);

        assertGood(host.send("92 08 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
        assertThat(objectNumber()).isZero();
    }

    @Test
    void findsEndOfData() {
        rewind();
        assertGood(host.send("92 18 00 00 00 00 00 00 00 00 00 00 00 00 00 00"));
        assertThat(objectNumber()).isEqualTo(5);
    }

    @Test
    void behindEndOfDataIsABlankCheckThere() {
        rewind();
        assertOutcome(host.send("92 08 00 00 00 00 00 00 00 00 00 03 00 00 00 00"), "08/00/05");
        assertThat(objectNumber()).isEqualTo(5);
        rewind();
        assertOutcome(host.send("92 00 00 00 FF FF FF FF FF FF FF FF 00 00 00 00"), "08/00/05");
        assertThat(objectNumber()).isEqualTo(5);
    }

    @Test
    void changesThePartition() {
        assertGood(host.send("92 02 00 01 00 00 00 00 00 00 00 00 00 00 00 00"));

        assertThat(readPosition().u32(4)).isEqualTo(1);
        assertGood(write(4, 200));
        assertThat(tape.objects(1)).containsExactly(block(4, 200));

        assertGood(rewind());
        assertThat(readPosition().u32(4)).isEqualTo(1);
        assertGood(host.send("92 02 00 00 00 00 00 00 00 00 00 04 00 00 00 00"));
        assertThat(read(100).data()).isEqualTo(block(3, 100));
    }

    @Test
    void refusesAPartitionThatIsNotThere() {
        assertSense(
                host.send("92 02 00 02 00 00 00 00 00 00 00 00 00 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 03");
    }

    @Test
    void refusesTheDestinationThatIsReserved() {
        assertSense(
                host.send("92 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CC 00 01");
    }
}
