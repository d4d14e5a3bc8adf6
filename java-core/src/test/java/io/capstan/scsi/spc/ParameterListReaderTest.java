package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.scsi.AdditionalSense;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterListReaderTest {

    private final SpcBench bench = new SpcBench();

    private final ParameterListReader list =
            ParameterListReader.of(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0xF8, 'A', 'B', ' ', 0});

    @Test
    void readsBigEndian() {
        assertThat(list.u8(7)).isEqualTo(0xF8);
        assertThat(list.u16(0)).isEqualTo(0x0102);
        assertThat(list.u24(1)).isEqualTo(0x020304);
        assertThat(list.u32(4)).isEqualTo(0x050607F8L);
        assertThat(list.u64(0)).isEqualTo(0x01020304050607F8L);
        assertThat(list.bit(7, 3)).isTrue();
        assertThat(list.bit(7, 2)).isFalse();
        assertThat(list.bytes(2, 2)).containsExactly(3, 4);
        assertThat(list.ascii(8, 4)).isEqualTo("AB");
        assertThat(list.lengthBytes()).isEqualTo(12);
    }

    @Test
    void aFieldAcrossTheEndIsALengthError() {
        List<Runnable> reads =
                List.of(
                        () -> list.u8(12),
                        () -> list.u8(-1),
                        () -> list.u16(11),
                        () -> list.u24(10),
                        () -> list.u32(9),
                        () -> list.u64(5),
                        () -> list.bytes(0, 13),
                        () -> list.bytes(5, -1),
                        () -> list.ascii(12, 1),
                        () -> list.require(Integer.MAX_VALUE, 1),
                        () -> list.require(1, Integer.MAX_VALUE));
        for (Runnable read : reads) {
            assertThatThrownBy(read::run)
                    .isInstanceOfSatisfying(
                            CheckConditionException.class,
                            refusal ->
                                    assertThat(refusal.sense().additionalSense())
                                            .isEqualTo(
                                                    AdditionalSense.PARAMETER_LIST_LENGTH_ERROR));
        }
    }

    @Test
    void aListLongerThanWhatWasDeliveredIsALengthError() {
        assertThat(
                        bench.send("8D 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00", "00 00 00 00")
                                .outcome())
                .isEqualTo("GOOD");
        assertThat(
                        bench.send("8D 00 00 00 00 00 00 00 00 00 00 00 00 05 00 00", "00 00 00 00")
                                .outcome())
                .isEqualTo("05/1A/00");
        assertThat(
                        bench.send("8D 00 00 00 00 00 00 00 00 00 FF FF FF FF 00 00", "00 00 00 00")
                                .outcome())
                .isEqualTo("05/1A/00");
    }
}
