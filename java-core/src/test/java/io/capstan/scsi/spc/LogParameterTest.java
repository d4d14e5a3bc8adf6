package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogParameterTest {

    @Test
    void aCounterIsBigEndianAndStopsAtItsEnd() {
        assertThat(LogParameter.counter(1, 0x0102, 4).value()).containsExactly(0, 0, 1, 2);
        assertThat(LogParameter.counter(1, 0x1_0000, 2).value()).containsExactly(-1, -1);
        assertThat(LogParameter.counter(1, -5, 2).value()).containsExactly(0, 0);
        assertThat(LogParameter.counter(1, Long.MAX_VALUE, 8).value())
                .containsExactly(0x7F, -1, -1, -1, -1, -1, -1, -1);
        assertThat(LogParameter.counter(1, 5, 10).value())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 5);
    }

    @Test
    void codesAndValuesHaveLimits() {
        assertThatThrownBy(() -> LogParameter.binary(0x10000, new byte[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogParameter.binary(1, new byte[256]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogPage.of(0, List::of))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LogPage.of(0x3F, List::of))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        LogPages.builder()
                                .add(LogPage.of(2, List::of))
                                .add(LogPage.of(2, List::of)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
