package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** WRITE and READ with data that compress: what the host sees does not change, what the medium takes does. */
@Conformance(subject = "WRITE(6), data compression", standard = "SSC-4, Data compression")
class WriteCompressedTest extends DriveConformance {

    private static final int LENGTH_BYTES = 200_000;

    private static byte[] compressible(int seed) {
        byte[] block = block(seed, LENGTH_BYTES);
        Arrays.fill(block, 1_000, LENGTH_BYTES, (byte) seed);
        return block;
    }

    private void write(byte[] block) {
        assertGood(host.send("0A 00 " + u24(block.length) + " 00", block));
    }

    private void compression(boolean on) {
        assertGood(
                host.send(
                        "15 10 00 00 14 00",
                        "00 00 10 00 0F 0E "
                                + (on ? "C0" : "40")
                                + " 80 00 00 00 01 00 00 00 01 00 00 00 00"));
    }

    @Test
    void comesBackAsItWas() {
        write(compressible(1));
        write(2, 5_000);
        write(compressible(3));
        rewind();
        assertThat(read(LENGTH_BYTES).data()).isEqualTo(compressible(1));
        assertThat(read(5_000).data()).isEqualTo(block(2, 5_000));
        assertThat(read(LENGTH_BYTES).data()).isEqualTo(compressible(3));
    }

    @Test
    void takesLessOfTheMedium() {
        write(compressible(1));
        assertThat(tape.usedBytes(0)).isLessThan(2_000);
        write(2, 5_000);
        assertGood(writeFilemarks(0));
        assertThat(tape.usedBytes(0)).isBetween(5_000L, 7_000L);
    }

    @Test
    void takesAllOfItWhenSwitchedOff() {
        compression(false);
        write(compressible(1));
        assertThat(tape.usedBytes(0)).isEqualTo(LENGTH_BYTES);
        compression(true);
        write(compressible(1));
        assertThat(tape.usedBytes(0)).isLessThan(LENGTH_BYTES + 2_000);
        compression(false);
        rewind();
        assertThat(read(LENGTH_BYTES).data()).isEqualTo(compressible(1));
        assertThat(read(LENGTH_BYTES).data()).isEqualTo(compressible(1));
    }

    @Test
    void incorrectLengthCountsTheHostsBytes() {
        write(compressible(1));
        rewind();
        assertThat(read(LENGTH_BYTES + 7).sense().information()).hasValue(7);
        rewind();
        assertThat(read(1_500).sense().information()).hasValue(1_500 - LENGTH_BYTES);
    }

    @Test
    void moreThanNativeCapacityFits() {
        use(builder().build(), SimpleTape.blank("TST009L8", 100_000));
        for (int i = 0; i < 4; i++) {
            write(compressible(i));
        }
        assertThat(tape.endOfData(0)).isEqualTo(4);
    }

    @Test
    void deviceConfigurationPageSwitchesItToo() {
        String page = host.receive("1A 08 10 00 FF 00", 255).hex().substring(12);
        assertThat(page.substring(3 * 14, 3 * 14 + 2)).isEqualTo("01");
        String off = page.substring(0, 3 * 14) + "00" + page.substring(3 * 14 + 2);
        assertGood(host.send("15 10 00 00 14 00", "00 00 10 00" + off));
        assertThat(drive.status().join().compression()).isFalse();
        assertThat(host.receive("1A 08 0F 00 FF 00", 255).hex()).contains("0F 0E 40 80");
        compression(true);
        assertThat(host.receive("1A 08 10 00 FF 00", 255).hex().substring(12)).isEqualTo(page);
    }
}
