package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InquiryVpdDeviceIdentificationTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void holdsTheDesignatorsInOrder() {
        assertThat(bench.receive("12 01 83 00 FF 00").hex())
                .isEqualTo(
                        "01 83 00 46"
                                + " 02 01 00 22 49 42 4D 20 20 20 20 20"
                                + " 55 4C 54 33 35 38 30 2D 54 44 38 20 20 20 20 20"
                                + " 30 30 30 37 38 30 30 30 30 31"
                                + " 01 03 00 08 50 05 07 63 12 34 56 78"
                                + " 01 14 00 04 00 00 00 01"
                                + " 01 13 00 08 50 05 07 63 12 34 56 79");
    }

    @Test
    void aTargetPortNamesItsProtocol() {
        ResponseBuilder page = new ResponseBuilder();
        Designator.iscsiTargetPort("iqn.x,t,0x1").encode(page);
        Designator.targetPortGroup(2).encode(page);

        assertThat(page.toByteArray())
                .containsExactly(
                        0x53, 0x98, 0, 12, 'i', 'q', 'n', '.', 'x', ',', 't', ',', '0', 'x', '1', 0,
                        0x01, 0x15, 0, 4, 0, 0, 0, 2);
    }

    @Test
    void aDesignatorIsNeitherEmptyNorTooLong() {
        assertThatThrownBy(() -> new Designator(0, 1, 0, 3, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Designator(0, 1, 0, 3, new byte[256]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
