package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TEST UNIT READY, REQUEST SENSE, diagnostics, and what a changer does not have. */
@Conformance(
        subject = "TEST UNIT READY, REQUEST SENSE, diagnostics, MOVE MEDIUM ATTACHED",
        standard = "SPC-4, the commands of that name",
        supported = Conformance.Support.PARTLY)
final class OtherCommandsTest extends ChangerConformance {

    @Test
    void testUnitReady() {
        assertThat(host.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(host.send("00 00 00 00 01 00").outcome()).isEqualTo("05/24/00");
    }

    @Test
    void requestSense() {
        assertThat(host.receive("03 00 00 00 FF 00", 255).hex())
                .isEqualTo("70 00 00 00 00 00 00 0A 00 00 00 00 00 00 00 00 00 00");
        assertThat(host.receive("03 01 00 00 FF 00", 255).hex())
                .isEqualTo("72 00 00 00 00 00 00 00");
    }

    @Test
    void selfTestAndDiagnosticPages() {
        assertThat(host.send("1D 04 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(host.send("1D 10 00 00 04 00", "00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(host.receive("1C 01 00 00 FF 00", 255).hex()).isEqualTo("00 00 00 01 00");
        assertThat(host.receive("1C 01 80 00 FF 00", 255).outcome()).isEqualTo("05/24/00");
    }

    /** Commands of tapes and disks, and those for a changer that is attached to another device. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "01 00 00 00 00 00",
                "08 00 00 00 01 00",
                "0A 00 00 00 01 00",
                "25 00 00 00 00 00 00 00 00 00",
                "A7 00 0001 03E8 03E9 0000 00 00",
                "B4 00 0000 FFFF 00 00FFFF 00 00",
                "FF 00 00 00 00 00",
            })
    void invalidOperationCodes(String cdb) {
        assertThat(host.receive(cdb, 64).outcome()).isEqualTo("05/20/00");
    }

    /** Transports answer it for all their logical units. */
    @Test
    @Tag("direct")
    void reportLunsIsTheTransports() {
        assertThat(host.receive("A0 00 00 00 00 00 00 00 10 00 00 00", 64).outcome())
                .isEqualTo("05/20/00");
    }

    @Test
    void unknownServiceActionsPointAtTheServiceAction() {
        assertThat(host.receive("A3 1F 00 00 00 00 00 00 01 00 00 00", 64).outcome())
                .isEqualTo("05/24/00");
    }
}
