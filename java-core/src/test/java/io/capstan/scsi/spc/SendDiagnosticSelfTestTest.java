package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendDiagnosticSelfTestTest {

    private final SpcBench bench = new SpcBench();

    @ParameterizedTest
    @ValueSource(strings = {"04", "20", "40", "A0", "C0"})
    void runsAndPasses(String selfTest) {
        assertThat(bench.send("1D " + selfTest + " 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void fails() {
        bench.device.selfTest =
                Optional.of(
                        SenseData.of(
                                SenseKey.HARDWARE_ERROR,
                                AdditionalSense.LOGICAL_UNIT_FAILED_SELF_TEST));

        assertThat(bench.send("1D 04 00 00 00 00").outcome()).isEqualTo("04/3E/03");
        assertThat(bench.send("1D 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"60", "80", "E0", "24"})
    void codesThatAreNotSupportedAreRefused(String selfTest) {
        assertThat(bench.send("1D " + selfTest + " 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CF 00 01");
    }

    @Test
    void aParameterListIsRefused() {
        assertThat(bench.send("1D 14 00 00 04 00", "80 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
    }
}
