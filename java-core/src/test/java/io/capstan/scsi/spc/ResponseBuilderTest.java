package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ResponseBuilderTest {

    @Test
    void writesBigEndian() {
        assertThat(
                        new ResponseBuilder()
                                .u8(0x1FF)
                                .u16(0x0102)
                                .u24(0x030405)
                                .u32(0xFFFEFDFCL)
                                .u48(0x060708090A0BL)
                                .u64(0x8001020304050607L)
                                .toByteArray())
                .containsExactly(
                        0xFF, 1, 2, 3, 4, 5, 0xFF, 0xFE, 0xFD, 0xFC, 6, 7, 8, 9, 0x0A, 0x0B, 0x80,
                        1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void fillsTextWithBlanksAndCutsItOff() {
        assertThat(new ResponseBuilder().ascii("AB", 4).ascii("CDEF", 2).ascii("", 1).toByteArray())
                .containsExactly('A', 'B', ' ', ' ', 'C', 'D', ' ');
    }

    @Test
    void fillsInLengthsLater() {
        ResponseBuilder response =
                new ResponseBuilder().u16(0).u32(0).u8(1).bytes(new byte[] {2, 3});

        assertThat(response.putLengthU32(2).putLengthU16(0).toByteArray())
                .containsExactly(0, 7, 0, 0, 0, 3, 1, 2, 3);
        assertThat(response.putU24(6, 0x0A0B0C).putU8(0, 9).toByteArray())
                .containsExactly(9, 7, 0, 0, 0, 3, 0x0A, 0x0B, 0x0C);
    }

    @Test
    void growsAndKeepsWhatItHas() {
        ResponseBuilder response = new ResponseBuilder();
        for (int each = 0; each < 1000; each++) {
            response.u8(each).zeros(1);
        }

        byte[] bytes = response.toByteArray();

        assertThat(bytes).hasSize(2000);
        assertThat(response.lengthBytes()).isEqualTo(2000);
        for (int each = 0; each < 1000; each++) {
            assertThat(bytes[2 * each]).isEqualTo((byte) each);
            assertThat(bytes[2 * each + 1]).isZero();
        }
    }

    @Test
    void overwritesOnlyWhatIsThere() {
        ResponseBuilder response = new ResponseBuilder().u16(0);

        assertThatThrownBy(() -> response.putU16(1, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> response.putU8(-1, 5))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
