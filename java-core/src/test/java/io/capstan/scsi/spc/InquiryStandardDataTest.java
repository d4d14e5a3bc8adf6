package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InquiryStandardDataTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void isThePersonalitys() {
        String expected =
                "01 80 06 12 5B 00 00 02"
                        + " 49 42 4D 20 20 20 20 20"
                        + " 55 4C 54 33 35 38 30 2D 54 44 38 20 20 20 20 20"
                        + " 48 42 38 31"
                        + " 11 22 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
                        + " 00 00"
                        + " 00 A0 09 60 00 00 00 00 00 00 00 00 00 00 00 00"
                        + " 00".repeat(22);

        assertThat(bench.receive("12 00 00 00 FF 00").hex()).isEqualTo(expected);
    }

    @Test
    void canBeShorterOrLonger() {
        InquiryData data =
                InquiryData.of(0x08, "STK", "L700", "0310")
                        .withVersion(3)
                        .withCapabilities(0x00_90_00);

        byte[] shorter = data.withLengthBytes(56).encode();
        byte[] longer = data.withVendorTail((byte) 7, (byte) 8).withLengthBytes(100).encode();

        assertThat(shorter).hasSize(56).startsWith(0x08, 0x80, 0x03, 0x12, 51, 0x00, 0x90, 0x00);
        assertThat(longer).hasSize(100).endsWith(7, 8, 0, 0);
        assertThat(longer[4]).isEqualTo((byte) 95);
    }

    @Test
    void refusesFieldsThatDoNotFit() {
        InquiryData data = SpcBench.inquiryData();

        assertThatThrownBy(() -> InquiryData.of(1, "NINECHARS", "P", "R"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InquiryData.of(1, "V", "SEVENTEEN-LETTERS", "R"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InquiryData.of(1, "V", "P", "FIVE5"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> data.withVendorSpecific(new byte[21]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> data.withVersionDescriptors(1, 2, 3, 4, 5, 6, 7, 8, 9))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> data.withLengthBytes(35))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> data.withLengthBytes(261))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
