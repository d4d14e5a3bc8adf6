package io.capstan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelDescriptor;
import io.capstan.format.ContainerId;
import io.capstan.format.FormatException;
import io.capstan.format.MamAttribute;
import io.capstan.format.MediumDescription;
import io.capstan.format.VolumeIdentifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** Signed label files. What is read says the same when it is written, so nothing hides in a label. */
class LabelFuzzTest {

    private static final byte[] LABEL =
            CartridgeLabelDescriptor.encode(
                    new CartridgeLabel(
                            new ContainerId(1, 2),
                            new MediumDescription(
                                    new VolumeIdentifier("FUZ001L8"), 0x88, 0x5E, 1000, 2, false),
                            List.of(600L, 400L),
                            3,
                            false,
                            "lib0",
                            OptionalInt.of(1001),
                            List.of(
                                    new MamAttribute(
                                            0,
                                            0x0803,
                                            2,
                                            "text".getBytes(StandardCharsets.US_ASCII))),
                            9,
                            77));

    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(FuzzedDataProvider input) {
        byte[] bytes = Bytes.edited(LABEL, input);
        Bytes.sign(bytes, 0, bytes.length - 4);
        try {
            CartridgeLabel label = CartridgeLabelDescriptor.decode(bytes, "fuzz");

            assertThat(CartridgeLabelDescriptor.encode(label)).isEqualTo(bytes);
        } catch (FormatException refused) {
            assertThat(refused.getMessage()).contains("fuzz");
        }
    }
}
