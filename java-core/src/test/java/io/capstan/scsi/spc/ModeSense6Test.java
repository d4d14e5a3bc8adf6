package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSense6Test {

    private final SpcBench bench = new SpcBench();

    @Test
    void pageZeroIsHeaderAndBlockDescriptor() {
        assertThat(bench.receive("1A 00 00 00 0C 00").hex())
                .isEqualTo("0B 88 10 08 5E 00 00 00 00 00 00 00");
    }

    @Test
    void pageZeroWithoutBlockDescriptorsIsTheHeader() {
        assertThat(bench.receive("1A 08 00 00 FF 00").hex()).isEqualTo("03 88 10 00");
    }

    @Test
    void onePage() {
        assertThat(bench.receive("1A 00 0F 00 FF 00").hex())
                .isEqualTo(
                        "1B 88 10 08 5E 00 00 00 00 00 00 00"
                                + " 8F 0E C0 80 00 00 00 01 00 00 00 01 00 00 00 00");
    }

    @Test
    void onePageWithoutBlockDescriptors() {
        assertThat(bench.receive("1A 08 1D 00 FF 00").hex())
                .isEqualTo("09 88 10 00 1D 04 00 01 00 02");
    }

    @Test
    void oneSubpage() {
        assertThat(bench.receive("1A 08 10 01 FF 00").hex())
                .isEqualTo("0B 88 10 00 50 01 00 04 00 00 00 10");
    }

    @Test
    void allPagesLeaveSubpagesOut() {
        assertThat(bench.receive("1A 08 3F 00 FF 00").hex())
                .isEqualTo(
                        "21 88 10 00"
                                + " 8F 0E C0 80 00 00 00 01 00 00 00 01 00 00 00 00"
                                + " 90 06 00 00 50 50 00 00"
                                + " 1D 04 00 01 00 02");
    }

    @Test
    void allPagesAndSubpages() {
        assertThat(bench.receive("1A 08 3F FF FF 00").hex())
                .isEqualTo(
                        "29 88 10 00"
                                + " 8F 0E C0 80 00 00 00 01 00 00 00 01 00 00 00 00"
                                + " 90 06 00 00 50 50 00 00"
                                + " 50 01 00 04 00 00 00 10"
                                + " 1D 04 00 01 00 02");
    }

    @Test
    void allSubpagesOfAPage() {
        assertThat(bench.receive("1A 08 10 FF FF 00").hex())
                .isEqualTo("13 88 10 00 90 06 00 00 50 50 00 00 50 01 00 04 00 00 00 10");
    }
}
