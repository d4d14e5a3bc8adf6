package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreventAllowMediumRemovalTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void eachNexusPreventsForItself() {
        assertThat(bench.send(SpcBench.A, "1E 00 00 00 01 00").outcome()).isEqualTo("GOOD");
        bench.send(SpcBench.B, "1E 00 00 00 01 00");
        bench.send(SpcBench.A, "1E 00 00 00 00 00");
        assertThat(bench.mediumRemoval.isPrevented()).isTrue();
        assertThat(bench.mediumRemoval.isPreventedBy(SpcBench.A)).isFalse();

        bench.send(SpcBench.B, "1E 00 00 00 00 00");

        assertThat(bench.mediumRemoval.isPrevented()).isFalse();
    }

    @Test
    void preventingTwiceIsPreventingOnce() {
        bench.send("1E 00 00 00 01 00");
        bench.send("1E 00 00 00 01 00");
        bench.send("1E 00 00 00 00 00");

        assertThat(bench.mediumRemoval.isPrevented()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"02", "03"})
    void obsoleteValuesAreRefused(String prevent) {
        assertThat(bench.send("1E 00 00 00 " + prevent + " 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C9 00 04");
        assertThat(bench.mediumRemoval.isPrevented()).isFalse();
    }
}
