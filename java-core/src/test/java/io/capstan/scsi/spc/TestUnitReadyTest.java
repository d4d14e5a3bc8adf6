package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TestUnitReadyTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void isGoodWhenTheDeviceIsReady() {
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void saysWhyTheDeviceIsNotReady() {
        bench.device.notReady =
                Optional.of(SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT));

        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("02/3A/00");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("02/3A/00");
    }
}
