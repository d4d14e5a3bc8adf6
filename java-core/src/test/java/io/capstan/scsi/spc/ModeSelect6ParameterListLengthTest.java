package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModeSelect6ParameterListLengthTest {

    private final SpcBench bench = new SpcBench();

    private static final String PAGE = "0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00";

    @Test
    void zeroIsNoError() {
        assertThat(bench.send("15 10 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "03"})
    void lessThanAHeaderIsAnError(String length) {
        assertThat(bench.send("15 10 00 00 " + length + " 00", "00 00 10 00").outcome())
                .isEqualTo("05/1A/00");
    }

    @Test
    void endingInsideTheBlockDescriptorIsAnError() {
        assertThat(bench.send("15 10 00 00 08 00", "00 00 10 08 5E 00 00 00").outcome())
                .isEqualTo("05/1A/00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"05", "06", "13"})
    void endingInsideAPageIsAnError(String length) {
        assertThat(bench.send("15 10 00 00 " + length + " 00", "00 00 10 00 " + PAGE).outcome())
                .isEqualTo("05/1A/00");
        assertThat(bench.compressionChanges).isEmpty();
    }

    @Test
    void moreThanTheTransportDeliveredIsAnError() {
        assertThat(bench.send("15 10 00 00 FF 00", "00 00 10 00 " + PAGE).outcome())
                .isEqualTo("05/1A/00");
    }

    @Test
    void whatTheTransportDeliveredBeyondItDoesNotCount() {
        assertThat(bench.send("15 10 00 00 14 00", "00 00 10 00 " + PAGE + " FF FF FF").outcome())
                .isEqualTo("GOOD");
        assertThat(bench.compressionChanges).hasSize(1);
    }
}
