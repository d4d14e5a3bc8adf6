package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CartridgeLabelDescriptorTest {

    private static final String BY_HAND =
            """
            43 50 53 54 4e 4c 42 4c  01 00 07 00 dd 00 00 00
            00 11 22 33 44 55 66 77  88 99 aa bb cc dd ee ff
            02 00 00 00 00 00 00 00  05 00 00 00 00 00 00 00
            00 68 e5 cf 8b 01 00 00  00 c0 bc f7 e9 0a 00 00
            43 41 50 30 30 31 4c 38  00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            88 5e 02 04 e9 03 02 00  e8 03 00 00 00 00 00 00
            d0 07 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00  65 61 73 74 00 00 00 00
            00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00
            00 01 03 08 05 00 4c 61 62 65 6c
            01 00 20 02 00 00
            c3 72 81 fc
            """;

    private static final MediumDescription MEDIUM =
            new MediumDescription(
                    new VolumeIdentifier("CAP001L8"), 0x88, 0x5E, 12_000_000_000_000L, 2, true);

    private static final CartridgeLabel LABEL =
            new CartridgeLabel(
                    ChunkBuilder.CONTAINER,
                    MEDIUM,
                    List.of(1000L, 2000L),
                    2,
                    true,
                    "east",
                    OptionalInt.of(1001),
                    List.of(
                            new MamAttribute(
                                    0, 0x0803, 1, "Label".getBytes(StandardCharsets.US_ASCII)),
                            new MamAttribute(1, 0x0220, 0, new byte[0])),
                    5,
                    1_700_000_000_000L);

    @Test
    void labelByHand() throws FormatException {
        assertThat(CartridgeLabelDescriptor.encode(LABEL)).isEqualTo(Hex.bytes(BY_HAND));
        assertThat(CartridgeLabelDescriptor.decode(Hex.bytes(BY_HAND), "f")).isEqualTo(LABEL);
    }

    @Test
    void plainestLabelComesBack() throws FormatException {
        CartridgeLabel label =
                new CartridgeLabel(
                        ChunkBuilder.CONTAINER,
                        new MediumDescription(new VolumeIdentifier("A"), 0, 0, 0, 1, false),
                        List.of(0L),
                        0,
                        false,
                        "",
                        OptionalInt.empty(),
                        List.of(),
                        0,
                        0);
        byte[] bytes = CartridgeLabelDescriptor.encode(label);
        assertThat(bytes).hasSize(204);
        assertThat(CartridgeLabelDescriptor.decode(bytes, "f")).isEqualTo(label);
    }

    /** The tab, the place and retention are those of the cartridge now, all else that of then. */
    @Test
    void aLabelIsKeptBesideEarlierContent() {
        MamAttribute lock =
                new MamAttribute(0, CartridgeLabel.RETENTION_ATTRIBUTE, 0, new byte[17]);
        CartridgeLabel now =
                new CartridgeLabel(
                        LABEL.container(),
                        new MediumDescription(
                                MEDIUM.volumeIdentifier(), 0x78, 0x5C, 6_000L, 1, true),
                        List.of(6_000L),
                        7,
                        false,
                        "west",
                        OptionalInt.of(1002),
                        List.of(new MamAttribute(0, 0x0801, 1, new byte[] {'x'}), lock),
                        9,
                        LABEL.createdEpochMillis());

        CartridgeLabel merged = now.besideContentOf(LABEL);
        assertThat(merged)
                .isEqualTo(
                        new CartridgeLabel(
                                LABEL.container(),
                                MEDIUM,
                                LABEL.partitionSizesBytes(),
                                2,
                                false,
                                "west",
                                OptionalInt.of(1002),
                                List.of(
                                        LABEL.attributes().getFirst(),
                                        LABEL.attributes().getLast(),
                                        lock),
                                9,
                                LABEL.createdEpochMillis()));
        assertThat(LABEL.besideContentOf(merged).attributes())
                .as("a lock that is no more")
                .isEqualTo(LABEL.attributes());
    }

    @Test
    void labelIsBounded() throws FormatException {
        MamAttribute large = new MamAttribute(0, 1, 0, new byte[65_536 - 204 - 6]);
        CartridgeLabel label = with("east", List.of(large));
        byte[] bytes = CartridgeLabelDescriptor.encode(label);
        assertThat(bytes).hasSize(65_536);
        assertThat(CartridgeLabelDescriptor.decode(bytes, "f")).isEqualTo(label);
        assertThatThrownBy(
                        () -> with("east", List.of(large, new MamAttribute(0, 2, 0, new byte[0]))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 KiB");
    }

    @Test
    void libraryNameIsMeasuredInBytes() throws FormatException {
        CartridgeLabel label = with("\u00e4".repeat(32), List.of());
        assertThat(CartridgeLabelDescriptor.decode(CartridgeLabelDescriptor.encode(label), "f"))
                .isEqualTo(label);
        assertThatThrownBy(() -> with("\u00e4".repeat(33), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyFlippedBitIsFound() {
        byte[] whole = Hex.bytes(BY_HAND);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] bytes = whole.clone();
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> CartridgeLabelDescriptor.decode(bytes, "f"))
                    .as("bit %d", bit)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void cutAtEveryLengthIsFound() {
        byte[] whole = Hex.bytes(BY_HAND);
        for (int length = 0; length < whole.length; length++) {
            byte[] bytes = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> CartridgeLabelDescriptor.decode(bytes, "f"))
                    .isInstanceOf(FormatException.class);
        }
        assertThatThrownBy(() ->
                        CartridgeLabelDescriptor.decode(
                                Arrays.copyOf(whole, whole.length + 1), "f"))
                .isInstanceOf(FormatException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "8, 2, version",
        "10, 8, flags",
        "10, 3, element address",
        "39, 128, generation",
        "47, 128, revision",
        "63, 128, native capacity",
        "64, 0, volume identifier",
        "98, 0, partition count",
        "98, 5, partition count",
        "98, 1, sizes of partitions",
        "99, 65, library name length",
        "99, 3, zeros behind the library name",
        "99, 5, library name",
        "102, 1, attributes",
        "102, 3, attribute",
        "103, 255, attribute",
        "111, 128, size of partition 0",
        "135, 1, sizes of partitions",
        "136, 255, library name",
        "200, 4, attribute",
        "201, 4, attribute",
        "204, 16, attribute",
        "205, 255, attribute value length",
    })
    void impossibleFieldIsRefused(int offset, int value, String field) {
        byte[] bytes = Hex.bytes(BY_HAND);
        bytes[offset] = (byte) value;
        seal(bytes);
        assertThatThrownBy(() -> CartridgeLabelDescriptor.decode(bytes, "f"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining(field);
    }

    /** Whatever stands in a label with a right checksum, it is a label or a format fault, never anything else. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyContentIsALabelOrAFault(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = Arrays.copyOf(Hex.bytes(BY_HAND), 204 + random.nextInt(60));
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[12 + random.nextInt(bytes.length - 16)] = (byte) random.nextInt();
            }
            LittleEndian.putU32(MemorySegment.ofArray(bytes), 12, bytes.length);
            seal(bytes);
            try {
                CartridgeLabel label = CartridgeLabelDescriptor.decode(bytes, "f");
                assertThat(CartridgeLabelDescriptor.encode(label))
                        .as("seed %d round %d", seed, round)
                        .isEqualTo(bytes);
            } catch (FormatException expected) {
                assertThat(expected.source()).isEqualTo("f");
            }
        }
    }

    private static void seal(byte[] bytes) {
        MemorySegment segment = MemorySegment.ofArray(bytes);
        LittleEndian.putU32(segment, bytes.length - 4, Crc32c.of(segment, 0, bytes.length - 4L));
    }

    private static CartridgeLabel with(String library, List<MamAttribute> attributes) {
        return new CartridgeLabel(
                ChunkBuilder.CONTAINER,
                MEDIUM,
                List.of(1L, 2L),
                0,
                false,
                library,
                OptionalInt.empty(),
                attributes,
                1,
                0);
    }
}
