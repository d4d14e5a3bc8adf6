package io.capstan.smart.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** D2: numbers and texts in what disks answer, in either byte order. */
class FieldsTest {

    private static final byte[] BYTES = HexFormat.of().parseHex("0102fffefdfc0708ff");

    @Test
    void D2_numbersAreUnsignedInTheStandardsOrder() {
        Fields big = Fields.bigEndian(BYTES);
        Fields little = Fields.littleEndian(BYTES);

        assertThat(big.u8(2)).isEqualTo(0xff);
        assertThat(big.u16(2)).isEqualTo(0xfffe);
        assertThat(little.u16(2)).isEqualTo(0xfeff);
        assertThat(big.u32(2)).isEqualTo(0xfffefdfcL);
        assertThat(little.u32(2)).isEqualTo(0xfcfdfeffL);
        assertThat(big.number(0, 6)).isEqualTo(0x0102fffefdfcL);
        assertThat(little.number(0, 6)).isEqualTo(0xfcfdfeff0201L);
        assertThat(big.number(0, 0)).isZero();
    }

    @Test
    void D2_numberOfMoreThan63BitsIsTheGreatest() {
        byte[] wide = new byte[16];
        wide[0] = 5;
        assertThat(Fields.littleEndian(wide).number(0, 16)).isEqualTo(5);
        wide[7] = 0x7f;
        assertThat(Fields.littleEndian(wide).number(0, 16)).isEqualTo(0x7f00_0000_0000_0005L);
        wide[7] = (byte) 0x80;
        assertThat(Fields.littleEndian(wide).number(0, 16)).isEqualTo(Long.MAX_VALUE);
        wide[7] = 0;
        wide[8] = 1;
        assertThat(Fields.littleEndian(wide).number(0, 16)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void D2_textsAreCutOfTheirBlanks() {
        byte[] text = " DISK 1 \0".getBytes(StandardCharsets.US_ASCII);
        assertThat(Fields.bigEndian(text).text(0, text.length)).isEqualTo("DISK 1");
        byte[] swapped = "IDKS1 ".getBytes(StandardCharsets.US_ASCII);
        assertThat(Fields.littleEndian(swapped).swappedText(0, 6)).isEqualTo("DISK 1");
    }

    @Test
    void D2_partsHaveOffsetsOfTheirOwn() {
        Fields part = Fields.bigEndian(BYTES).from(4).part(1, 2);
        assertThat(part.lengthBytes()).isEqualTo(2);
        assertThat(part.u16(0)).isEqualTo(0xfc07);
        assertThat(part.hex()).isEqualTo("fc07");
        assertThat(part.sum()).isEqualTo(0xfc + 0x07);
        assertThat(part.from(5).lengthBytes()).isZero();
        assertThatThrownBy(() -> part.u16(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> part.u8(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> part.part(1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
