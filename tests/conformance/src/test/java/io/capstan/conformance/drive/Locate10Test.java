package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** LOCATE(10). */
@Conformance(
        subject = "LOCATE(10)",
        standard = "SSC-4, LOCATE(10) command",
        clients = {"st", "mt", "btape"})
class Locate10Test extends DriveConformance {

    @BeforeEach
    void writeOneFile() {
        write(1, 100);
        write(2, 100);
        writeFilemarks(1);
        write(3, 100);
    }

    @Test
    void movesInFrontOfAnObject() {
        assertGood(host.send("2B 00 00 00 00 00 01 00 00 00"));
        assertThat(read(100).data()).isEqualTo(block(2, 100));
    }

    @Test
    void movesToEndOfData() {
        rewind();
        assertGood(host.send("2B 00 00 00 00 00 04 00 00 00"));
        assertThat(objectNumber()).isEqualTo(4);
    }

    @Test
    void takesDeviceSpecificAddressesForObjectNumbers() {
        assertGood(host.send("2B 04 00 00 00 00 03 00 00 00"));
        assertThat(objectNumber()).isEqualTo(3);
    }

    @Test
    void immediateHasMovedWhenItIsAnswered() {
        assertGood(host.send("2B 01 00 00 00 00 01 00 00 00"));
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void behindEndOfDataIsABlankCheckThere() {
        rewind();
        assertSense(
                host.send("2B 00 00 00 00 00 05 00 00 00"),
                "70 00 08 00 00 00 00 0A 00 00 00 00 00 05 00 00 00 00");
        assertThat(objectNumber()).isEqualTo(4);
    }

    @Test
    void putsTheBufferOnStableStorageFirst() {
        assertThat(tape.hasUnsynchronizedObjects()).isTrue();
        assertGood(locate(0));
        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void ignoresThePartitionUnlessItIsToBeChanged() {
        assertGood(host.send("2B 00 00 00 00 00 01 00 07 00"));
        assertThat(objectNumber()).isEqualTo(1);
    }

    @Test
    void refusesAPartitionThatIsNotThere() {
        assertSense(
                host.send("2B 02 00 00 00 00 01 00 01 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 08");
        assertThat(objectNumber()).isEqualTo(4);
    }

    @Test
    void refusesReservedBits() {
        assertOutcome(host.send("2B 08 00 00 00 00 01 00 00 00"), "05/24/00");
        assertOutcome(host.send("2B 00 01 00 00 00 01 00 00 00"), "05/24/00");
    }
}
