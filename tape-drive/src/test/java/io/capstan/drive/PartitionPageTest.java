package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionPageTest {

    private static byte[] page(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void takesTheUnitOfPsum() {
        String sizes = " 03 %s 00 00 02 FF FF 00 00 00 00";
        assertThat(layout("03 01 20" + sizes.formatted("09"))).isEqualTo(List.of(2L, 998L));
        assertThat(PartitionPage.layout(page("03 01 28" + sizes.formatted("09")), 10_000))
                .contains(List.of(2_000L, 8_000L));
        assertThat(PartitionPage.layout(page("03 01 30" + sizes.formatted("09")), 10_000_000))
                .contains(List.of(2_000_000L, 8_000_000L));
        assertThat(PartitionPage.layout(page("03 01 38" + sizes.formatted("01")), 1_000))
                .contains(List.of(20L, 980L));
    }

    @Test
    void withoutARestTheMediumNeedNotBeFull() {
        assertThat(layout("03 01 20 03 00 00 00 02 00 03 00 00 00 00")).isEqualTo(List.of(2L, 3L));
    }

    @Test
    void asksForNoMoreThanThereIs() {
        assertThat(PartitionPage.layout(page("03 01 20 03 00 00 02 00 03 00 00 00 00 00"), 1_000))
                .isEmpty();
        assertThat(PartitionPage.layout(page("03 01 20 03 00 00 03 E8 FF FF 00 00 00 00"), 1_000))
                .as("nothing is left for the rest")
                .isEmpty();
        assertThat(layout("03 01 20 03 00 00 03 E7 FF FF 00 00 00 00"))
                .isEqualTo(List.of(999L, 1L));
    }

    @Test
    void largestUnitAndSizesDoNotOverflow() {
        assertThat(
                        PartitionPage.layout(
                                page("03 03 38 03 0C 00 FF FE FF FE FF FE FF FE"),
                                12_000_000_000_000L))
                .isEmpty();
    }

    private static List<Long> layout(String hex) {
        return PartitionPage.layout(page(hex), 1_000).orElseThrow();
    }
}
