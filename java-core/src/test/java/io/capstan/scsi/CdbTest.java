package io.capstan.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CdbTest {

    private final Cdb cdb = Cdb.parse("8C E5 80 FF 01 02 03 04 05 06 07 08 FE DC BA 98");

    @Test
    void readsFieldsBigEndian() {
        assertThat(cdb.operationCode()).isEqualTo(0x8C);
        assertThat(cdb.u8(3)).isEqualTo(0xFF);
        assertThat(cdb.u16(2)).isEqualTo(0x80FF);
        assertThat(cdb.u24(3)).isEqualTo(0xFF0102);
        assertThat(cdb.u32(2)).isEqualTo(0x80FF0102L);
        assertThat(cdb.u32(12)).isEqualTo(0xFEDCBA98L);
        assertThat(cdb.u64(4)).isEqualTo(0x0102030405060708L);
        assertThat(cdb.u64(2)).isEqualTo(0x80FF010203040506L);
    }

    @Test
    void extendsTheSignOfATwentyFourBitField() {
        assertThat(Cdb.parse("11 00 FF FF FF 00").s24(2)).isEqualTo(-1);
        assertThat(Cdb.parse("11 00 80 00 00 00").s24(2)).isEqualTo(-0x800000);
        assertThat(Cdb.parse("11 00 7F FF FF 00").s24(2)).isEqualTo(0x7FFFFF);
        assertThat(Cdb.parse("11 00 00 00 05 00").s24(2)).isEqualTo(5);
    }

    @Test
    void numbersBitsFromTheLeastSignificant() {
        Cdb bits = Cdb.of((byte) 0x12, (byte) 0x81);

        assertThat(bits.bit(1, 0)).isTrue();
        assertThat(bits.bit(1, 1)).isFalse();
        assertThat(bits.bit(1, 7)).isTrue();
    }

    @Test
    void takesTheServiceActionFromByteOne() {
        assertThat(cdb.serviceAction()).isEqualTo(0x05);
        assertThat(Cdb.parse("A3 0C 00").serviceAction()).isEqualTo(0x0C);
    }

    @Test
    void takesTheServiceActionOfAVariableLengthCdbFromBytesEightAndNine() {
        assertThat(Cdb.parse("7F 00 00 00 00 00 00 18 88 12").serviceAction()).isEqualTo(0x8812);
    }

    @Test
    void readsZeroBehindTheEnd() {
        Cdb six = Cdb.parse("12 00 00 00 FF 00");

        assertThat(six.u8(6)).isZero();
        assertThat(six.u16(5)).isZero();
        assertThat(six.u32(4)).isEqualTo(0xFF000000L);
        assertThat(six.u64(4)).isEqualTo(0xFF00000000000000L);
        assertThat(six.bit(200, 3)).isFalse();
    }

    @Test
    void keepsACopy() {
        byte[] bytes = {0x12, 0, 0, 0, 1, 0};
        Cdb copy = Cdb.of(bytes);
        bytes[4] = 9;
        copy.toByteArray()[4] = 9;

        assertThat(copy.u8(4)).isEqualTo(1);
        assertThat(copy.lengthBytes()).isEqualTo(6);
    }

    @Test
    void equalsByItsBytes() {
        assertThat(Cdb.parse("00 01")).isEqualTo(Cdb.of((byte) 0, (byte) 1));
        assertThat(Cdb.parse("00 01")).hasSameHashCodeAs(Cdb.of((byte) 0, (byte) 1));
        assertThat(Cdb.parse("00 01")).isNotEqualTo(Cdb.parse("00 01 00"));
        assertThat(Cdb.parse("8c0001")).hasToString("8c 00 01");
    }

    @Test
    void refusesWhatIsNoCdb() {
        assertThatThrownBy(Cdb::of).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Cdb.of(new byte[Cdb.LENGTH_MAX_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Cdb.of(new byte[Cdb.LENGTH_MAX_BYTES]).lengthBytes()).isEqualTo(263);
    }
}
