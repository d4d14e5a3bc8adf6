package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModeSelectBlockDescriptorTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void aloneNeedsNoPageFormat() {
        assertThat(bench.send("15 00 00 00 0C 00", "00 00 10 08 5E 00 00 00 00 00 02 00").outcome())
                .isEqualTo("GOOD");
        assertThat(bench.receive("1A 00 00 00 0C 00").hex()).endsWith("5E 00 00 00 00 00 02 00");
    }

    @Test
    void aDensityThatTheDeviceRefusesIsPointedAt() {
        assertThat(
                        bench.send("15 10 00 00 0C 00", "00 00 10 08 44 00 00 00 00 00 02 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 04");
        assertThat(bench.header.blockDescriptor[6]).isZero();
    }

    @Test
    void aBlockLengthThatTheDeviceRefusesIsPointedAt() {
        assertThat(
                        bench.send("15 10 00 00 0C 00", "00 00 10 08 5E 00 00 00 00 FF FF FF")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 09");
    }

    @Test
    void aLengthThatIsNotOneDescriptorIsRefused() {
        assertThat(
                        bench.send("15 10 00 00 14 00", "00 00 10 10" + " 00".repeat(16))
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 03");
        assertThat(bench.send("15 10 00 00 08 00", "00 00 10 04 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 03");
    }

    @Test
    void theDeviceSpecificParameterIsTheDevicesToJudge() {
        assertThat(bench.send("15 10 00 00 04 00", "00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.header.bufferedMode).isZero();
        assertThat(bench.send("15 10 00 00 04 00", "00 00 20 00").outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 02");
    }

    @Test
    void aDeviceWithoutBlockDescriptorsRefusesThem() {
        ModePages pages = ModePages.builder().build();
        SpcDeviceServer<TinyCommand> changer =
                SpcDeviceServer.builder(
                                "changer",
                                bench.owner,
                                SpcBench.commands(),
                                bench.device,
                                InquiryData.of(8, "STK", "L700", "0310"))
                        .unitAttentions(UnitAttentions.afterAdoption())
                        .modePages(pages)
                        .build();
        bench.logicalUnit = changer;

        assertThat(
                        bench.send("15 10 00 00 0C 00", "00 00 00 08 00 00 00 00 00 00 00 00")
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 03");
        assertThat(
                        bench.send(
                                        "55 10 00 00 00 00 00 00 10 00",
                                        "00 00 00 00 00 00 00 08" + " 00".repeat(8))
                                .outcomeWithPointer())
                .isEqualTo("05/26/00 80 00 06");
        assertThat(bench.send("15 10 00 00 04 00", "00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.receive("1A 00 00 00 FF 00").hex()).isEqualTo("03 00 00 00");
        assertThat(bench.receive("1A 00 3F 00 FF 00").hex()).isEqualTo("03 00 00 00");
        assertThat(changer.peripheralDeviceType()).isEqualTo(8);
        assertThat(changer.name()).isEqualTo("changer");
    }
}
