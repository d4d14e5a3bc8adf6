package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InquiryVpdPagesTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void supportedPagesAreListedInOrder() {
        assertThat(bench.receive("12 01 00 00 FF 00").hex())
                .isEqualTo("01 00 00 09 00 80 83 86 B0 B1 B2 B3 B4");
    }

    @Test
    void aPageIsCutOffAtTheAllocationLengthAndItsLengthIsNot() {
        assertThat(bench.receive("12 01 80 00 05 00").hex()).isEqualTo("01 80 00 0A 30");
    }

    @Test
    void unitSerialNumber() {
        assertThat(bench.receive("12 01 80 00 FF 00").hex())
                .isEqualTo("01 80 00 0A 30 30 30 37 38 30 30 30 30 31");
    }

    @Test
    void extendedInquiryData() {
        assertThat(bench.receive("12 01 86 00 FF 00").hex())
                .isEqualTo("01 86 00 3C 11 07" + " 00".repeat(58));
    }

    @Test
    void sequentialAccessCapabilities() {
        assertThat(bench.receive("12 01 B0 00 FF 00").hex()).isEqualTo("01 B0 00 02 01 00");
    }

    @Test
    void manufacturerSerialNumber() {
        assertThat(bench.receive("12 01 B1 00 FF 00").hex())
                .isEqualTo("01 B1 00 0A 31 33 41 30 30 30 30 30 30 31");
    }

    @Test
    void tapeAlertSupportedFlags() {
        assertThat(bench.receive("12 01 B2 00 FF 00").hex())
                .isEqualTo("01 B2 00 08 FF FF FF FF FF FF FF FF");
    }

    @Test
    void automationSerialNumber() {
        assertThat(bench.receive("12 01 B3 00 FF 00").hex()).isEqualTo("01 B3 00 04 4C 49 42 30");
    }

    @Test
    void dataTransferElementAddress() {
        assertThat(bench.receive("12 01 B4 00 FF 00").hex()).isEqualTo("01 B4 00 04 00 00 01 01");
    }

    @Test
    void aPageOfTheDevicesOwn() {
        VpdPages pages = VpdPages.builder().add(0xC0, new byte[] {1, 2}).build();

        assertThat(pages.page(8, 0xC0)).contains(new byte[] {8, (byte) 0xC0, 0, 2, 1, 2});
        assertThat(pages.page(8, 0x00)).contains(new byte[] {8, 0, 0, 2, 0, (byte) 0xC0});
        assertThat(pages.page(8, 0x80)).isEmpty();
    }

    @Test
    void pageZeroIsNotTheDevices() {
        assertThatThrownBy(() -> VpdPages.builder().add(0, new byte[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VpdPages.builder().add(0x100, new byte[1]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
