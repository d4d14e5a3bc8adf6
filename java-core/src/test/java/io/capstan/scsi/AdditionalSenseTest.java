package io.capstan.scsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AdditionalSenseTest {

    @Test
    void noCodeHasTwoNames() {
        assertThat(
                        Arrays.stream(AdditionalSense.values())
                                .map(each -> each.code() << 8 | each.qualifier()))
                .doesNotHaveDuplicates()
                .allSatisfy(code -> assertThat(code).isBetween(0, 0xFFFF));
    }

    @Test
    void senseKeysHaveDistinctNibbles() {
        assertThat(Arrays.stream(SenseKey.values()).map(SenseKey::code))
                .doesNotHaveDuplicates()
                .allSatisfy(code -> assertThat(code).isBetween(0, 0xF));
    }
}
