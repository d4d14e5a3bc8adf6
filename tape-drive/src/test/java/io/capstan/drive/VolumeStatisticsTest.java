package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.drive.VolumeStatistics.Word;
import io.capstan.medium.AttributeStore;
import io.capstan.medium.AttributeStore.Attribute;
import io.capstan.medium.AttributeStore.Format;
import io.capstan.medium.SimpleTape;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class VolumeStatisticsTest {

    private final AttributeStore attributes = SimpleTape.blank("TST001L8", 1000).attributes();

    private void put(String hex) {
        attributes.put(
                new Attribute(
                        0,
                        VolumeStatistics.IDENTIFIER,
                        Format.BINARY,
                        HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @Test
    void wordsHaveTheirPlaces() {
        VolumeStatistics statistics = new VolumeStatistics();
        for (Word word : Word.values()) {
            statistics.set(word, word.name().length());
        }
        statistics.store(attributes);

        byte[] bytes = attributes.get(0, VolumeStatistics.IDENTIFIER).orElseThrow().value();

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "0000000000000005" // LOADS
                                + "000000000000000d" // BYTES_WRITTEN
                                + "000000000000000a" // BYTES_READ
                                + "0000000000000017" // LAST_LOAD_BYTES_WRITTEN
                                + "0000000000000014" // LAST_LOAD_BYTES_READ
                                + "0000000000000018" // UNRECOVERED_WRITE_ERRORS
                                + "0000000000000017" // UNRECOVERED_READ_ERRORS
                                + "000000000000000e" // LOADED_SECONDS
                                + "000000000000000f" // INITIALIZATIONS
                                + "0000000000000013"); // CAPACITY_PROPORTION
    }

    @Test
    void wordsOfAnEarlierVersionAreZero() {
        put("0000000000000007 0000000000000100");

        VolumeStatistics statistics = VolumeStatistics.load(attributes);

        assertThat(statistics.get(Word.LOADS)).isEqualTo(7);
        assertThat(statistics.get(Word.BYTES_WRITTEN)).isEqualTo(256);
        assertThat(statistics.get(Word.BYTES_READ)).isZero();
    }

    @Test
    void aFreshCartridgeHasNone() {
        assertThat(VolumeStatistics.load(attributes).get(Word.LOADS)).isZero();
    }
}
