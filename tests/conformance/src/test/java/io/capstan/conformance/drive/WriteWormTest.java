package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.SimpleTape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writing on a WORM cartridge: behind the data, and nowhere else. */
@Conformance(subject = "WORM", standard = "SSC-4, Archive tape and WORM mode")
class WriteWormTest extends DriveConformance {

    private static final String OVERWRITE_ATTEMPTED =
            "70 00 07 00 00 00 00 0A 00 00 00 00 30 0C 00 00 00 00";

    WriteWormTest() {
        exchange(
                new SimpleTape(
                        new VolumeIdentifier("TST001LY"),
                        new MediumDescription(0x8C, 0x5E, CAPACITY_BYTES, true, false),
                        List.of(CAPACITY_BYTES)));
    }

    @Test
    void appends() {
        assertGood(write(1, 512));
        assertGood(writeFilemarks(1));
        rewind();
        assertGood(host.send("11 03 00 00 00 00"));
        assertGood(write(2, 512));

        assertThat(tape.objects(0)).hasSize(3);
    }

    @Test
    void refusesToOverwriteBlocks() {
        write(1, 512);
        write(2, 512);
        locate(1);

        assertSense(write(3, 512), OVERWRITE_ATTEMPTED);
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(tape.objects(0)).containsExactly(block(1, 512), block(2, 512));
    }

    @Test
    void refusesToWriteFilemarksOrEraseOrFormatOverBlocks() {
        write(1, 512);
        rewind();

        assertSense(writeFilemarks(1), OVERWRITE_ATTEMPTED);
        assertSense(host.send("19 00 00 00 00 00"), OVERWRITE_ATTEMPTED);
        assertSense(host.send("04 00 00 00 00 00"), OVERWRITE_ATTEMPTED);
        assertSense(host.send("0B 00 00 FF FF 00"), OVERWRITE_ATTEMPTED);
    }

    @Test
    void goesOnBehindTheFirstOfTheFilemarksAtTheEnd() {
        write(1, 512);
        writeFilemarks(2);
        spaceFilemarks(-1);

        assertGood(write(2, 512));

        assertThat(tape.objects(0))
                .containsExactly(block(1, 512), SimpleTape.FILEMARK, block(2, 512));
    }

    @Test
    void keepsTheFirstOfTheFilemarksAtTheEnd() {
        write(1, 512);
        writeFilemarks(2);
        spaceFilemarks(-2);

        assertSense(write(2, 512), OVERWRITE_ATTEMPTED);
        assertThat(objectNumber()).isEqualTo(1);
        assertThat(tape.objects(0)).hasSize(3);
    }

    @Test
    void formatsWhileBlank() {
        assertGood(host.send("04 00 00 00 00 00"));
    }

    @Test
    void isSeenInTheMediumConfigurationPage() {
        assertData(
                host.receive("1A 08 1D 00 FF 00", 255),
                "23 8C 10 00 1D 1E 01 00 00 02" + " 00".repeat(26));
    }
}
