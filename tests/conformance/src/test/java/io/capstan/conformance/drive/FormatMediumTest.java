package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** FORMAT MEDIUM: layouts by default and by mode page 11h. */
@Conformance(
        subject = "FORMAT MEDIUM",
        standard = "SSC-4, FORMAT MEDIUM command",
        clients = {"LTFS (replay)", "Proxmox (replay)"})
class FormatMediumTest extends DriveConformance {

    /** MODE SELECT(10) of page 11h: additional partitions, flags, units, and four sizes. */
    private String selectPartitions(int additional, int flags, int units, String sizesHex) {
        String page =
                "11 0E 03 %02X %02X 03 %02X 00 %s".formatted(additional, flags, units, sizesHex);
        return host.send("55 10 00 00 00 00 00 00 18 00", "00 00 00 10 00 00 00 00" + page)
                .outcome();
    }

    private void assertLayout(long... capacitiesBytes) {
        assertThat(tape.partitionCount()).isEqualTo(capacitiesBytes.length);
        for (int partition = 0; partition < capacitiesBytes.length; partition++) {
            assertThat(tape.capacityBytes(partition)).isEqualTo(capacitiesBytes[partition]);
        }
    }

    @Test
    void defaultFormatDropsAllContentIntoOnePartition() {
        write(1, 100);
        rewind();

        assertGood(host.send("04 00 00 00 00 00"));

        assertLayout(CAPACITY_BYTES);
        assertThat(tape.objects(0)).isEmpty();
        assertThat(objectNumber()).isZero();
    }

    @Test
    void individualSizesWithTheRestInTheOther() {
        assertThat(selectPartitions(1, 0x3C, 6, "FFFF 0064 0000 0000")).isEqualTo("GOOD");
        assertLayout(CAPACITY_BYTES);

        assertGood(host.send("04 00 01 00 00 00"));

        assertLayout(CAPACITY_BYTES - 100_000_000, 100_000_000);
    }

    @Test
    void formatTwoDoesBoth() {
        selectPartitions(1, 0x3C, 6, "0064 FFFF 0000 0000");

        assertGood(host.send("04 01 02 00 00 00"));

        assertLayout(100_000_000, CAPACITY_BYTES - 100_000_000);
    }

    @Test
    void megabytesByPsum() {
        selectPartitions(2, 0x34, 0, "0064 FFFF 00C8 0000");

        assertGood(host.send("04 00 01 00 00 00"));

        assertLayout(100_000_000, CAPACITY_BYTES - 300_000_000, 200_000_000);
    }

    @Test
    void fourEvenPartitionsWhenTheDriveDecides() {
        assertThat(selectPartitions(3, 0x5C, 9, "0000 0000 0000 0000")).isEqualTo("GOOD");

        assertGood(host.send("04 00 01 00 00 00"));

        long quarter = CAPACITY_BYTES / 4;
        assertLayout(quarter, quarter, quarter, quarter);
    }

    @Test
    void backToOnePartition() {
        selectPartitions(1, 0x5C, 9, "0000 0000 0000 0000");
        host.send("04 00 01 00 00 00");
        assertThat(selectPartitions(0, 0x1C, 6, "FFFF 0000 0000 0000")).isEqualTo("GOOD");

        assertGood(host.send("04 00 01 00 00 00"));

        assertLayout(CAPACITY_BYTES);
    }

    @Test
    void withoutARequestTheLayoutStaysAndTheContentGoes() {
        selectPartitions(1, 0x3C, 6, "FFFF 0064 0000 0000");
        host.send("04 00 01 00 00 00");
        write(1, 100);
        rewind();

        assertGood(host.send("04 00 01 00 00 00"));

        assertThat(tape.partitionCount()).isEqualTo(2);
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void happensOnlyAtTheBeginningOfTheFirstPartition() {
        write(1, 100);

        assertSense(
                host.send("04 00 00 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 3B 0C 00 00 00 00");
        assertThat(tape.objects(0)).hasSize(1);
    }

    @Test
    void refusesALayoutLargerThanTheMedium() {
        selectPartitions(1, 0x3C, 6, "FFFE FFFF 0000 0000");

        assertOutcome(host.send("04 00 01 00 00 00"), "05/26/02");
        assertLayout(CAPACITY_BYTES);
    }

    @Test
    void refusesFormatsThatAreNotThere() {
        assertSense(
                host.send("04 00 03 00 00 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 CB 00 02");
    }

    @Test
    void requestDoesNotOutliveTheCartridge() {
        selectPartitions(1, 0x3C, 6, "FFFF 0064 0000 0000");
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));

        host.send("04 00 01 00 00 00");

        assertLayout(CAPACITY_BYTES);
    }
}
