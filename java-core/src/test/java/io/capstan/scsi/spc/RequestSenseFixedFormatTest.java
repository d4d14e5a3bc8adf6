package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestSenseFixedFormatTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void isNoSenseWhenThereIsNothingToTell() {
        assertThat(bench.receive("03 00 00 00 FF 00").hex())
                .isEqualTo("70 00 00 00 00 00 00 0A 00 00 00 00 00 00 00 00 00 00");
    }

    @Test
    void tellsWhatTheDeviceIsDoing() {
        bench.device.currentSense =
                Optional.of(
                        SenseData.of(SenseKey.NO_SENSE, AdditionalSense.ERASE_OPERATION_IN_PROGRESS)
                                .withProgress(0x4000));

        assertThat(bench.receive("03 00 00 00 FF 00").hex())
                .isEqualTo("70 00 00 00 00 00 00 0A 00 00 00 00 00 18 00 80 40 00");
    }

    @ParameterizedTest
    @CsvSource({"00, 0", "04, 4", "12, 18", "FF, 18"})
    void isCutOffAtTheAllocationLength(String allocationLength, int lengthBytes) {
        assertThat(bench.receive("03 00 00 00 " + allocationLength + " 00").data())
                .hasSize(lengthBytes);
    }
}
