package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadBufferTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void descriptorTellsTheCapacity() {
        assertThat(bench.receive("3C 03 00 00 00 00 00 00 04 00").hex()).isEqualTo("00 00 01 2C");
    }

    @Test
    void descriptorOfABufferThatIsNotThereTellsNone() {
        assertThat(bench.receive("3C 03 07 00 00 00 00 00 04 00").hex()).isEqualTo("00 00 00 00");
    }

    @Test
    void dataFromAnOffset() {
        bench.memory[298] = 7;
        bench.memory[299] = 8;

        assertThat(bench.receive("3C 02 00 00 01 29 00 00 02 00").hex()).isEqualTo("00 07");
        assertThat(bench.receive("3C 02 00 00 01 2A 00 01 00 00").hex()).isEqualTo("07 08");
        assertThat(bench.receive("3C 02 00 00 01 2C 00 01 00 00").data()).isEmpty();
    }

    @Test
    void combinedHasAHeader() {
        bench.memory[0] = 9;

        assertThat(bench.receive("3C 00 00 00 00 00 00 00 06 00").hex())
                .isEqualTo("00 00 01 2C 09 00");
        assertThat(bench.receive("3C 00 00 00 00 00 00 00 02 00").hex()).isEqualTo("00 00");
        assertThat(bench.receive("3C 00 00 00 00 00 00 10 00 00").data()).hasSize(304);
    }

    @Test
    void whatIsNotSupportedIsPointedAt() {
        assertThat(bench.receive("3C 02 07 00 00 00 00 00 02 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 02");
        assertThat(bench.receive("3C 02 00 00 01 2D 00 00 02 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
        assertThat(bench.receive("3C 00 00 00 00 01 00 00 08 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
        assertThat(bench.receive("3C 1C 00 00 00 00 00 00 08 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CC 00 01");
    }
}
