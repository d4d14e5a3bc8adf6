package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SendDiagnosticPageTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void goesToWhoTakesIt() {
        assertThat(bench.send("1D 10 00 00 08 00", "80 00 00 04 01 60 00 00").outcome())
                .isEqualTo("GOOD");
        assertThat(bench.diagnosticsSent).hasSize(1);
        assertThat(bench.diagnosticsSent.getFirst()).containsExactly(1, 0x60, 0, 0);
    }

    @Test
    void nobodyTakesAnUnknownPage() {
        assertThat(bench.send("1D 10 00 00 04 00", "90 00 00 00").outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 00");
        assertThat(bench.send("1D 10 00 00 04 00", "81 00 00 00").outcomeWithPointer())
                .as("can be received only")
                .isEqualTo("05/26/00 80 00 00");
    }

    @Test
    void withoutPageFormatIsRefused() {
        assertThat(bench.send("1D 00 00 00 04 00", "80 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CC 00 01");
    }

    @Test
    void aListThatEndsTooEarlyIsAnError() {
        assertThat(bench.send("1D 10 00 00 03 00", "80 00 00").outcome()).isEqualTo("05/1A/00");
        assertThat(bench.send("1D 10 00 00 06 00", "80 00 00 04 01 60").outcome())
                .isEqualTo("05/1A/00");
        assertThat(bench.send("1D 10 00 00 08 00", "80 00 00 04").outcome()).isEqualTo("05/1A/00");
        assertThat(bench.diagnosticsSent).isEmpty();
    }
}
