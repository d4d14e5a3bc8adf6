package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperationCodeUnknownTest {

    private final SpcBench bench = new SpcBench();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02 00 00 00 00 00",
                "FF 00 00 00 00 00",
                "A0 00 00 00 00 00 00 00 00 10 00 00"
            })
    void isRefusedAsSuch(String cdb) {
        assertThat(bench.receive(cdb).outcomeWithPointer()).isEqualTo("05/20/00 00 00 00");
    }

    @Test
    void isRefusedWhateverTheOtherBytesHold() {
        assertThat(bench.send("C1 FF FF FF FF FF FF FF FF FF").outcome()).isEqualTo("05/20/00");
    }
}
