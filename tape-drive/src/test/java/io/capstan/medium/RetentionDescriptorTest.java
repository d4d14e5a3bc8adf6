package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.CatalogException;
import io.capstan.format.ContainerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetentionDescriptorTest {

    private static final ContainerId CONTAINER = new ContainerId(1, 2);

    @Test
    void writesAndReadsWhatItsGrammarSays() {
        roundTrip(
                new Retention(
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.of(Instant.ofEpochMilli(0x1_0203_0405L))),
                "01 00000000000003E8 0000000102030405");
        roundTrip(
                new Retention(Optional.of(Duration.ZERO), Optional.empty()),
                "01 0000000000000000 FFFFFFFFFFFFFFFF");
        roundTrip(
                new Retention(Optional.empty(), Optional.of(Instant.EPOCH)),
                "01 FFFFFFFFFFFFFFFF 0000000000000000");
    }

    private static void roundTrip(Retention retention, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThat(RetentionDescriptor.encode(retention)).isEqualTo(bytes);
        assertThat(RetentionDescriptor.decode(bytes, CONTAINER)).isEqualTo(retention);
    }

    @Test
    void refusesWhatItIsNot() {
        byte[] negative = new byte[17];
        Arrays.fill(negative, (byte) 0xFE);
        negative[0] = 1;
        for (byte[] bytes : new byte[][] {{}, {1}, new byte[17], new byte[18], negative}) {
            assertThatThrownBy(() -> RetentionDescriptor.decode(bytes, CONTAINER))
                    .isInstanceOf(CatalogException.class)
                    .hasMessageContaining("retention of container");
        }
    }
}
