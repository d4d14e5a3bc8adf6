package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DiskLabelDescriptorTest {

    private static final DiskLabel LABEL =
            new DiskLabel(
                    new DiskId(0x0123456789ABCDEFL, 0xFEDCBA9876543210L),
                    "default",
                    1_700_000_000_000L);

    @Test
    void writesTheBytesOfTheSpecification() throws Exception {
        byte[] bytes = DiskLabelDescriptor.encode(LABEL);

        assertThat(bytes).hasSize(128);
        assertThat(new String(bytes, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("CPSTNDSK");
        assertThat(Arrays.copyOfRange(bytes, 8, 16)).containsExactly(1, 0, 7, 0, 128, 0, 0, 0);
        assertThat(Arrays.copyOfRange(bytes, 16, 32))
                .containsExactly(
                        0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xFE, 0xDC, 0xBA, 0x98,
                        0x76, 0x54, 0x32, 0x10);
        assertThat(Arrays.copyOfRange(bytes, 32, 40))
                .containsExactly(0x00, 0x68, 0xE5, 0xCF, 0x8B, 0x01, 0x00, 0x00);
        assertThat(new String(bytes, 40, 7, StandardCharsets.US_ASCII)).isEqualTo("default");
        assertThat(Arrays.copyOfRange(bytes, 47, 124)).containsOnly(0);
        assertThat(DiskLabelDescriptor.decode(bytes, "disk")).isEqualTo(LABEL);
    }

    @Test
    void refusesEveryFlippedBit() {
        byte[] bytes = DiskLabelDescriptor.encode(LABEL);
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> DiskLabelDescriptor.decode(damaged, "disk"))
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void refusesAnotherLengthAndANewerVersion() {
        byte[] bytes = DiskLabelDescriptor.encode(LABEL);
        assertThatThrownBy(() -> DiskLabelDescriptor.decode(Arrays.copyOf(bytes, 127), "disk"))
                .isInstanceOf(FormatException.class);
        bytes[8] = 2;
        MemorySegment segment = MemorySegment.ofArray(bytes);
        LittleEndian.putU32(segment, 124, Crc32c.of(segment, 0, 124));
        assertThatThrownBy(() -> DiskLabelDescriptor.decode(bytes, "disk"))
                .hasMessageContaining("version");
    }
}
