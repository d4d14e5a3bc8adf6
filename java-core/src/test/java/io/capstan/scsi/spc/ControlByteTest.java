package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlByteTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void nacaIsRefused() {
        assertThat(bench.send("01 00 00 00 00 04").outcomeWithPointer())
                .isEqualTo("05/24/00 CA 00 05");
        assertThat(
                        bench.receive("8C 00 00 00 00 00 00 00 00 00 00 00 00 04 00 04")
                                .outcomeWithPointer())
                .isEqualTo("05/24/00 CA 00 0F");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0", "80", "40", "03", "01", "C3"})
    void vendorSpecificAndObsoleteBitsAreIgnored(String control) {
        assertThat(bench.send("01 00 00 00 00 " + control).outcome()).isEqualTo("GOOD");
    }

    @ParameterizedTest
    @CsvSource({"08, CB", "10, CC", "20, CD", "38, CD", "FF, CD"})
    void reservedBitsAreRefused(String control, String pointer) {
        assertThat(bench.send("01 00 00 00 00 " + control).outcomeWithPointer())
                .isEqualTo("05/24/00 " + pointer + " 00 05");
    }

    @Test
    void bytesBehindTheCdbAreTheTransportsPadding() {
        assertThat(bench.send("01 00 00 00 00 00 FF FF FF FF FF FF FF FF FF FF").outcome())
                .isEqualTo("GOOD");
    }
}
