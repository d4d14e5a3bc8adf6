package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.FormatException;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.CartridgeIndex.Entry;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CartridgeIndexDescriptorTest {

    private static final ContainerId CONTAINER =
            new ContainerId(0x0123456789abcdefL, 0x02468ace13579bdfL);

    private static final CartridgeIndex INDEX =
            new CartridgeIndex(
                    new VolumeIdentifier("CAP001L8"),
                    CONTAINER,
                    3,
                    9,
                    List.of(1000L, 2000L),
                    List.of(
                            new Entry(
                                    0,
                                    new ChunkId(CONTAINER, 5),
                                    4096,
                                    12,
                                    Optional.of(digest(0xAA)),
                                    digest(0xBB),
                                    10,
                                    2,
                                    640,
                                    Optional.of(List.of(4, 7))),
                            new Entry(
                                    1,
                                    new ChunkId(new ContainerId(1, 2), 8),
                                    512,
                                    1,
                                    Optional.empty(),
                                    digest(0xCC),
                                    1,
                                    0,
                                    64,
                                    Optional.empty())));

    private static ChunkDigest digest(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return ChunkDigest.of(bytes);
    }

    @Test
    void comesBackAsItWas() throws Exception {
        byte[] bytes = CartridgeIndexDescriptor.encode(INDEX);
        assertThat(CartridgeIndexDescriptor.decode(bytes, "test")).isEqualTo(INDEX);
    }

    @Test
    void hasTheBytesThatTheFormatSays() {
        String written =
                "4350 53544e494458 0100 0200 02000000 9401000000000000"
                        + "0123456789abcdef02468ace13579bdf 0300000000000000 0900000000000000"
                        + "4341503030314c38"
                        + "00".repeat(24)
                        + "e803000000000000 d007000000000000"
                        + "00".repeat(16)
                        + "0000 0300 02000000 0123456789abcdef02468ace13579bdf 0500000000000000"
                        + "0010000000000000 0c00000000000000 0a00000000000000 0200000000000000"
                        + "8002000000000000"
                        + "bb".repeat(32)
                        + "aa".repeat(32)
                        + "04000000 07000000"
                        + "0100 0000 00000000 00000000000000010000000000000002 0800000000000000"
                        + "0002000000000000 0100000000000000 0100000000000000 0000000000000000"
                        + "4000000000000000"
                        + "cc".repeat(32)
                        + "00".repeat(32);
        byte[] bytes = CartridgeIndexDescriptor.encode(INDEX);

        assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 4))
                .isEqualTo(written.replace(" ", ""));
    }

    @Test
    void anyByteThatIsWrongIsFound() {
        byte[] bytes = CartridgeIndexDescriptor.encode(INDEX);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            assertThatThrownBy(() -> CartridgeIndexDescriptor.decode(damaged, "test"))
                    .isInstanceOf(FormatException.class);
            byte[] shorter = Arrays.copyOf(bytes, i);
            assertThatThrownBy(() -> CartridgeIndexDescriptor.decode(shorter, "test"))
                    .isInstanceOf(FormatException.class);
        }
    }
}
