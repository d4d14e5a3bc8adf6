package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.CommandResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteBufferTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void dataAtAnOffset() {
        assertThat(bench.send("3B 02 00 00 00 02 00 00 03 00", "01 02 03").outcome())
                .isEqualTo("GOOD");
        assertThat(bench.memory).startsWith(0, 0, 1, 2, 3, 0);
    }

    @Test
    void theBuffersOwnRefusalIsPassedOn() {
        assertThat(bench.send("3B 02 00 00 00 00 00 00 03 00", "01 02 03").outcome())
                .isEqualTo("07/27/00");
    }

    @Test
    void whatDoesNotFitIsPointedAt() {
        assertThat(bench.send("3B 02 00 00 01 2D 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 03");
        assertThat(bench.send("3B 02 00 00 01 2B 00 00 02 00", "01 02").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 06");
        assertThat(bench.send("3B 02 07 00 00 00 00 00 01 00", "01").outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 02");
    }

    @Test
    void lessThanTheCommandSaysIsAnError() {
        assertThat(bench.send("3B 02 00 00 00 01 00 00 03 00", "01 02").outcome())
                .isEqualTo("05/1A/00");
        assertThat(bench.memory).containsOnly(0);
    }

    @Test
    void theEchoBufferComesBack() {
        assertThat(bench.receive("3C 0A 00 00 00 00 00 00 FF 00").outcome()).isEqualTo("05/2C/00");
        assertThat(bench.receive("3C 0B 00 00 00 00 00 00 04 00").hex()).isEqualTo("00 00 00 FC");
        assertThat(bench.send("3B 0A 00 00 00 00 00 00 03 00", "0A 0B 0C").outcome())
                .isEqualTo("GOOD");
        assertThat(bench.receive("3C 0A 00 00 00 00 00 00 FF 00").hex()).isEqualTo("0A 0B 0C");
        assertThat(
                        bench.send("3B 0A 00 00 00 00 00 00 FD 00", "00".repeat(253))
                                .outcomeWithPointer())
                .isEqualTo("05/24/00 C0 00 06");
    }

    @Test
    void microcodeIsRefusedUnlessTheDeviceTakesIt() {
        assertThat(bench.send("3B 05 00 00 00 00 00 00 02 00", "01 02").outcomeWithPointer())
                .isEqualTo("05/24/00 CC 00 01");
        List<byte[]> taken = new ArrayList<>();
        DataBuffers buffers =
                new DataBuffers()
                        .microcode((command, data) -> {
                            taken.add(data);
                            return CommandResult.GOOD;
                        });
        bench.logicalUnit =
                SpcDeviceServer.builder(
                                "bench",
                                bench.owner,
                                SpcBench.commands(),
                                bench.device,
                                SpcBench.inquiryData())
                        .unitAttentions(UnitAttentions.afterAdoption())
                        .dataBuffers(buffers)
                        .build();

        assertThat(bench.send("3B 05 00 00 00 00 00 00 02 00", "01 02").outcome())
                .isEqualTo("GOOD");
        assertThat(taken.getFirst()).containsExactly(1, 2);
    }

    @Test
    void anUnknownModeIsRefused() {
        assertThat(bench.send("3B 1F 00 00 00 00 00 00 00 00").outcomeWithPointer())
                .isEqualTo("05/24/00 CC 00 01");
    }
}
