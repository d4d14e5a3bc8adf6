package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeSense6AllocationLengthTest {

    private final SpcBench bench = new SpcBench();

    @ParameterizedTest
    @CsvSource({"00, 0", "01, 1", "04, 4", "0C, 12", "1C, 28", "FF, 28"})
    void cutsOffAndTheModeDataLengthDoesNot(String allocationLength, int lengthBytes) {
        SpcBench.Reply reply = bench.receive("1A 00 0F 00 " + allocationLength + " 00");

        assertThat(reply.outcome()).isEqualTo("GOOD");
        assertThat(reply.data()).hasSize(lengthBytes);
        if (lengthBytes > 0) {
            assertThat(reply.data()[0]).isEqualTo((byte) 0x1B);
        }
    }

    @Test
    void pagesThatDoNotFitIntoTheModeDataLengthAreLeftOut() {
        ModePages pages =
                ModePages.builder()
                        .add(ModePage.fixed(ModePageCode.of(1), new byte[200]))
                        .add(ModePage.fixed(ModePageCode.of(2), new byte[60]))
                        .add(ModePage.fixed(ModePageCode.of(3), new byte[48]))
                        .build();

        byte[] six = pages.sense(allPages(false), SpcBench.A);
        byte[] ten = pages.sense(allPages(true), SpcBench.A);

        assertThat(six).hasSize(4 + 202 + 50);
        assertThat(six[0]).isEqualTo((byte) 255);
        assertThat(ten).hasSize(8 + 202 + 62 + 50).startsWith(1, 320 - 256);
    }

    private static SpcCommand.ModeSense allPages(boolean tenByte) {
        return new SpcCommand.ModeSense(tenByte, true, PageControl.CURRENT, 0x3F, 0, 65535);
    }
}
