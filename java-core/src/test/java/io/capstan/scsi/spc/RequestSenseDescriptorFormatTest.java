package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import org.junit.jupiter.api.Test;

class RequestSenseDescriptorFormatTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void isGivenWhenAskedFor() {
        assertThat(bench.receive("03 01 00 00 FF 00").hex()).isEqualTo("72 00 00 00 00 00 00 00");
    }

    @Test
    void tellsTheSameAsFixedFormat() {
        bench.deferredErrors.post(
                SenseData.of(
                                SenseKey.VOLUME_OVERFLOW,
                                AdditionalSense.END_OF_PARTITION_MEDIUM_DETECTED)
                        .withEndOfMedium()
                        .withInformation(3));

        assertThat(bench.receive("03 01 00 00 FF 00").hex())
                .isEqualTo(
                        "73 0D 00 02 00 00 00 10"
                                + " 00 0A 80 00 00 00 00 00 00 00 00 03"
                                + " 04 02 00 40");
    }
}
