package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeSense10Test {

    private final SpcBench bench = new SpcBench();

    @Test
    void hasAHeaderOfEightBytes() {
        assertThat(bench.receive("5A 00 0F 00 00 00 00 00 FF 00").hex())
                .isEqualTo(
                        "00 1E 88 10 00 00 00 08 5E 00 00 00 00 00 00 00"
                                + " 8F 0E C0 80 00 00 00 01 00 00 00 01 00 00 00 00");
    }

    @Test
    void pageZeroIsHeaderAndBlockDescriptor() {
        assertThat(bench.receive("5A 00 00 00 00 00 00 00 FF 00").hex())
                .isEqualTo("00 0E 88 10 00 00 00 08 5E 00 00 00 00 00 00 00");
    }

    @Test
    void llbaaChangesNothing() {
        assertThat(bench.receive("5A 18 1D 00 00 00 00 00 FF 00").hex())
                .isEqualTo("00 0C 88 10 00 00 00 00 1D 04 00 01 00 02");
    }

    @ParameterizedTest
    @CsvSource({"00 00, 0", "00 04, 4", "00 20, 32", "FF FF, 32"})
    void isCutOffAtTheAllocationLength(String allocationLength, int lengthBytes) {
        SpcBench.Reply reply = bench.receive("5A 00 0F 00 00 00 00 " + allocationLength + " 00");

        assertThat(reply.data()).hasSize(lengthBytes);
        if (lengthBytes > 0) {
            assertThat(reply.hex()).startsWith("00 1E");
        }
    }
}
