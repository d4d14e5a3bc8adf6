package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportSupportedOperationCodesEitherKindTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void takesBothKinds() {
        assertThat(bench.receive("A3 0C 03 12 00 00 00 00 10 00 00 00").hex())
                .isEqualTo("00 03 00 06 12 01 FF FF FF 00");
        assertThat(bench.receive("A3 0C 83 8C 00 00 00 00 10 00 00 00").hex())
                .isEqualTo(
                        "00 83 00 10 8C 00 00 00 00 00 00 00 00 00 FF FF FF FF 00 00"
                                + " 00 0A 00 00 00 00 00 01 00 00 00 02");
    }

    @Test
    void saysWhatIsNotSupported() {
        assertThat(bench.receive("A3 0C 03 12 00 01 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
        assertThat(bench.receive("A3 0C 03 8C 00 02 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
        assertThat(bench.receive("A3 0C 03 02 00 00 00 00 10 00 00 00").hex())
                .isEqualTo("00 01 00 00");
    }
}
