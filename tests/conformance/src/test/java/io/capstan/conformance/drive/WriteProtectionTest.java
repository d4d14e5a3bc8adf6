package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command that changes the medium, on a cartridge whose switch is set. */
@Conformance(
        subject = "write protection",
        standard = "SSC-4, Write protection",
        clients = "LTFS (replay)")
class WriteProtectionTest extends DriveConformance {

    WriteProtectionTest() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001L8"),
                        new MediumDescription(0x88, 0x5E, CAPACITY_BYTES, false, true),
                        List.of(CAPACITY_BYTES)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10 00 00 00 01 00",
                "10 01 00 00 01 00",
                "19 00 00 00 00 00",
                "19 01 00 00 00 00",
                "04 00 00 00 00 00",
                "0B 00 00 FF FF 00",
                "8D 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
            })
    void refusesCommandsThatChangeTheMedium(String cdb) {
        assertSense(host.send(cdb), "70 00 07 00 00 00 00 0A 00 00 00 00 27 00 00 00 00 00");
    }

    @Test
    void refusesToWrite() {
        assertOutcome(write(1, 512), "07/27/00");
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void lettingTheBufferGoIsNoChange() {
        assertGood(writeFilemarks(0));
    }

    @Test
    void isSeenInTheModeParameterHeader() {
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u8(2)).isEqualTo(0x90);
    }

    @Test
    void softwareWriteProtectDoesTheSame() {
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));
        String page = "10 0E 00 00 00 00 00 00 40 00 1C 00 00 00 01 00";

        assertGood(host.send("15 10 00 00 14 00", "00 00 10 00 " + page));

        assertOutcome(write(1, 512), "07/27/00");
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u8(2)).isEqualTo(0x90);
    }
}
