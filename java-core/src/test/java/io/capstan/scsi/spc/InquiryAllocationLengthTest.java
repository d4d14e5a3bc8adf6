package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InquiryAllocationLengthTest {

    private final SpcBench bench = new SpcBench();

    @ParameterizedTest
    @CsvSource({
        "00 00, 0",
        "00 05, 5",
        "00 24, 36",
        "00 60, 96",
        "00 FF, 96",
        "01 00, 96",
        "FF FF, 96"
    })
    void hasSixteenBits(String allocationLength, int lengthBytes) {
        SpcBench.Reply reply = bench.receive("12 00 00 " + allocationLength + " 00");

        assertThat(reply.outcome()).isEqualTo("GOOD");
        assertThat(reply.data()).hasSize(lengthBytes);
    }

    @Test
    void additionalLengthIsThatOfTheWholeData() {
        assertThat(bench.receive("12 00 00 00 05 00").hex()).isEqualTo("01 80 06 12 5B");
    }

    @Test
    void aSmallerBufferOfTheTransportCutsOffToo() {
        assertThat(bench.receive("12 00 00 00 60 00", 10).data()).hasSize(10);
    }
}
