package io.capstan.catalog;

import static io.capstan.catalog.Samples.CONTAINER;
import static io.capstan.catalog.Samples.PARTITION;
import static io.capstan.catalog.Samples.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.CatalogException.Reason;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and values of version 1 of every database, byte by byte. */
class DescriptorTest {

    private static final String CONTAINER_HEX = "0102030405060708 090a0b0c0d0e0f10";

    /**
     * A record and its bytes, written by hand.
     *
     * @param bodyHex value without its checksum
     */
    record Layout<R>(Descriptor<R> descriptor, R record, String keyHex, String bodyHex) {

        byte[] key() {
            return hex(keyHex);
        }

        byte[] value() {
            return withChecksum(key(), hex(bodyHex));
        }

        @Override
        public String toString() {
            return descriptor.getClass().getSimpleName();
        }
    }

    static Stream<Layout<?>> layouts() {
        return Stream.of(
                new Layout<>(
                        CartridgeDescriptor.INSTANCE,
                        new CartridgeRecord(
                                VOLUME,
                                CONTAINER,
                                0x28,
                                0x5E,
                                12_000_000_000_000L,
                                true,
                                false,
                                0x18BCFE56800L,
                                5,
                                2,
                                List.of(
                                        new MamAttribute(1, 0x0806, 1, new byte[] {0x41, 0x42}),
                                        new MamAttribute(0, 0xFFFF, 0, new byte[0])),
                                CartridgeState.DESTROYED),
                        "43 41 50 30 30 31 4c 38",
                        "01"
                                + CONTAINER_HEX
                                + "28 5e 00000ae9f7bcc000 01 00 0000018bcfe56800 0000000000000005"
                                + "00000002 01 0002 01 0806 01 0002 4142 00 ffff 00 0000"),
                new Layout<>(
                        ElementDescriptor.INSTANCE,
                        new ElementRecord(
                                new ElementLocation("lib0", 1000), VOLUME, OptionalInt.of(0x03E9)),
                        "6c 69 62 30 00 03e8",
                        "01 0008 4341503030314c38 01 03e9"),
                new Layout<>(
                        ElementDescriptor.INSTANCE,
                        new ElementRecord(
                                new ElementLocation("lib0", 0xFFFF), VOLUME, OptionalInt.empty()),
                        "6c 69 62 30 00 ffff",
                        "01 0008 4341503030314c38 00 0000"),
                new Layout<>(
                        CartridgeElementDescriptor.INSTANCE,
                        new CartridgeElementDescriptor.Entry(
                                VOLUME, new ElementLocation("lib0", 0x1000)),
                        "43 41 50 30 30 31 4c 38",
                        "01 0004 6c696230 1000"),
                new Layout<>(
                        ContainerDescriptor.INSTANCE,
                        new ContainerRecord(
                                CONTAINER,
                                3,
                                17,
                                true,
                                List.of(
                                        new PartitionState(0x1000, 10, 2, 0x300),
                                        PartitionState.empty(0x2000))),
                        CONTAINER_HEX,
                        "02 0000000000000003 0000000000000011 01 00020000000000001000"
                                + " 000000000000000a 0000000000000002 00000000000003000000000000002000"
                                + " 0000000000000000 0000000000000000 00000000000000000007"
                                + " 64656661756c74"),
                new Layout<>(
                        RunDescriptor.INSTANCE,
                        new Run(PARTITION, 100, new ChunkId(CONTAINER, 9), 50, 7, 3, 4096, 512),
                        CONTAINER_HEX + "0000000000000003 00 0000000000000064",
                        "01"
                                + CONTAINER_HEX
                                + "0000000000000009 0000000000000032 0000000000000007"
                                + "0000000000000003 0000000000001000 0000000000000200"),
                new Layout<>(
                        FilemarkDescriptor.INSTANCE,
                        new FilemarkDescriptor.Entry(new PartitionId(CONTAINER, 3, 255), 7, 100),
                        CONTAINER_HEX + "0000000000000003 ff 0000000000000007",
                        "01 0000000000000064"),
                new Layout<>(
                        ChunkDescriptor.INSTANCE,
                        new ChunkDescriptor.Entry(
                                new ChunkRecord(
                                        new ChunkId(CONTAINER, 9),
                                        ChunkState.SEALED,
                                        65536,
                                        50,
                                        Optional.of(ChunkDigest.of(hex("ab".repeat(32)))),
                                        List.of(new DiskId(0x0102, 3), new DiskId(4, 5))),
                                2),
                        CONTAINER_HEX + "0000000000000009",
                        "02 01 0000000000010000 0000000000000032 0000000000000002 01"
                                + "ab".repeat(32)
                                + "02 00000000000001020000000000000003"
                                + "00000000000000040000000000000005"),
                new Layout<>(
                        ChunkDescriptor.INSTANCE,
                        new ChunkDescriptor.Entry(
                                ChunkRecord.open(new ChunkId(CONTAINER, 9), List.of(), 1, 0), 0),
                        CONTAINER_HEX + "0000000000000009",
                        "02 00 0000000000000001 0000000000000000 0000000000000000 00 00"),
                new Layout<>(
                        DiskDescriptor.INSTANCE,
                        new DiskRecord(
                                new DiskId(1, 2),
                                "/data/a",
                                "default",
                                DiskRecord.State.REPLACED,
                                true,
                                false,
                                256,
                                Optional.of(new DiskId(3, 4))),
                        "00000000000000010000000000000002",
                        "01 04 01 00 0000000000000100 01 00000000000000030000000000000004"
                                + "0007 2f646174612f61 0007 64656661756c74"),
                new Layout<>(
                        DiskChunkDescriptor.INSTANCE,
                        new DiskChunkDescriptor.Entry(new DiskId(1, 2), new ChunkId(CONTAINER, 9)),
                        "00000000000000010000000000000002" + CONTAINER_HEX + "0000000000000009",
                        "01"),
                new Layout<>(
                        BadCopyDescriptor.INSTANCE,
                        new BadCopyRecord(new ChunkId(CONTAINER, 9), new DiskId(1, 2), 256, "rot"),
                        CONTAINER_HEX + "0000000000000009" + "00000000000000010000000000000002",
                        "01 0000000000000100 0003 726f74"),
                new Layout<>(
                        ChunkStateDescriptor.INSTANCE,
                        new ChunkStateDescriptor.Entry(
                                ChunkState.DELETABLE, new ChunkId(CONTAINER, 9)),
                        "02" + CONTAINER_HEX + "0000000000000009",
                        "01"),
                new Layout<>(
                        TierCopyDescriptor.INSTANCE,
                        Samples.tierCopy(new ChunkId(CONTAINER, 9), "vault", 258)
                                .withFilemarks(Optional.of(List.of(3, 256))),
                        CONTAINER_HEX + "0000000000000009" + "7661756c74",
                        "02 0000000000000102"
                                + "07".repeat(32)
                                + "00000000000003e8 0002 00000003 00000100"),
                new Layout<>(
                        TierCopyDescriptor.INSTANCE,
                        Samples.tierCopy(new ChunkId(CONTAINER, 9), "vault", 258),
                        CONTAINER_HEX + "0000000000000009" + "7661756c74",
                        "02 0000000000000102" + "07".repeat(32) + "00000000000003e8 ffff"),
                new Layout<>(
                        TransitDescriptor.INSTANCE,
                        new TransitRecord(new VolumeIdentifier("V1"), 258),
                        "5631",
                        "01 0000000000000102"),
                new Layout<>(
                        JobDescriptor.INSTANCE,
                        new JobRecord(
                                258,
                                new VolumeIdentifier("V1"),
                                "vault",
                                List.of("active"),
                                Optional.of(new ElementLocation("lib0", 1000)),
                                "active",
                                Optional.empty(),
                                true,
                                false,
                                7,
                                true,
                                JobState.WAITING,
                                3,
                                256,
                                "full",
                                new JobRecord.Progress(4, 3, 2, 1, 5),
                                6,
                                7),
                        "0000000000000102",
                        "01 0002 5631 0005 7661756c74 01 0006 616374697665 01 0004 6c696230 03e8"
                                + "0006 616374697665 00 05 07 02 00000003 0000000000000100"
                                + "0004 66756c6c 0000000000000004 0000000000000003"
                                + "0000000000000002 0000000000000001 0000000000000005"
                                + "0000000000000006 0000000000000007"),
                new Layout<>(
                        GenerationDescriptor.INSTANCE,
                        new GenerationRecord(
                                CONTAINER, 3, 256, List.of(new PartitionState(1, 2, 1, 258))),
                        CONTAINER_HEX + "0000000000000003",
                        "01 0000000000000100 0001 0000000000000001 0000000000000002"
                                + "0000000000000001 0000000000000102"),
                new Layout<>(
                        ShownGenerationDescriptor.INSTANCE,
                        new ShownGeneration(
                                new VolumeIdentifier("V1"),
                                new VolumeIdentifier("V2"),
                                CONTAINER,
                                3),
                        "5631",
                        "01" + CONTAINER_HEX + "0000000000000003 0002 5632"),
                new Layout<>(
                        AuditDescriptor.INSTANCE,
                        new AuditDescriptor.Entry(258, new AuditRecord(1000, "root", "erase", "")),
                        "0000000000000102",
                        "01 00000000000003e8 0004 726f6f74 0005 6572617365 0000"));
    }

    @ParameterizedTest
    @MethodSource("layouts")
    <R> void writesTheBytes(Layout<R> layout) {
        assertThat(layout.descriptor().key(layout.record())).isEqualTo(layout.key());
        assertThat(layout.descriptor().value(layout.record())).isEqualTo(layout.value());
    }

    @ParameterizedTest
    @MethodSource("layouts")
    <R> void readsTheBytes(Layout<R> layout) {
        assertThat(layout.descriptor().decode(layout.key(), layout.value()))
                .isEqualTo(layout.record());
    }

    @Test
    void namedValuesAreTheirNameAndTheirBytes() {
        NamedValueDescriptor descriptor = NamedValueDescriptor.PARAMETERS;
        byte[] key = hex("6c 30 2f 31");
        byte[] value = withChecksum(key, hex("01 0a0b"));

        NamedValueDescriptor.Entry entry = descriptor.decode(key, value);

        assertThat(entry.name()).isEqualTo("l0/1");
        assertThat(entry.value()).containsExactly(0x0A, 0x0B);
        assertThat(descriptor.key(entry)).isEqualTo(key);
        assertThat(descriptor.value(entry)).isEqualTo(value);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    <R> void everyFlippedBitIsNoticed(Layout<R> layout) {
        byte[] value = layout.value();
        for (int bit = 0; bit < value.length * 8; bit++) {
            byte[] damaged = value.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertCorrupt(layout, layout.key(), damaged, "checksum is wrong");
        }
        byte[] otherKey = layout.key();
        otherKey[otherKey.length - 1] ^= 1;
        assertCorrupt(layout, otherKey, value, "checksum is wrong");
    }

    @ParameterizedTest
    @MethodSource("layouts")
    <R> void unknownVersionsAreRefused(Layout<R> layout) {
        byte[] body = hex(layout.bodyHex());
        int written = body[0];
        body[0]++;
        assertCorrupt(
                layout,
                layout.key(),
                withChecksum(layout.key(), body),
                "its version is %d and this software knows 1 to %d"
                        .formatted(written + 1, written));
        body[0] = 0;
        assertCorrupt(layout, layout.key(), withChecksum(layout.key(), body), "its version is 0");
    }

    @ParameterizedTest
    @MethodSource("layouts")
    <R> void everyOtherLengthIsRefused(Layout<R> layout) {
        byte[] body = hex(layout.bodyHex());
        for (int length = 1; length < body.length; length++) {
            byte[] shortened = Arrays.copyOf(body, length);
            assertCorrupt(
                    layout, layout.key(), withChecksum(layout.key(), shortened), "does not decode");
        }
        byte[] longer = Arrays.copyOf(body, body.length + 1);
        assertCorrupt(layout, layout.key(), withChecksum(layout.key(), longer), "it is too long");
        assertCorrupt(layout, layout.key(), new byte[4], "it has only 4 bytes");
    }

    @ParameterizedTest
    @MethodSource("layouts")
    <R> void randomBodiesNeverBreakTheDecoder(Layout<R> layout) {
        long seed = System.nanoTime();
        System.out.println("DescriptorTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] body = hex(layout.bodyHex());
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            body[0] = 1;
            byte[] value = withChecksum(layout.key(), body);
            try {
                R record = layout.descriptor().decode(layout.key(), value);
                assertThat(layout.descriptor().key(record)).isEqualTo(layout.key());
            } catch (CatalogException e) {
                assertThat(e.reason()).isEqualTo(Reason.CORRUPT);
            }
        }
    }

    /** Of schema version 3. */
    @Test
    void aTierCopyOfVersion1DoesNotSayWhereFilemarksAre() {
        TierCopyRecord copy = Samples.tierCopy(new ChunkId(CONTAINER, 9), "vault", 258);
        byte[] key = TierCopyDescriptor.INSTANCE.key(copy);
        byte[] value =
                withChecksum(
                        key, hex("01 0000000000000102" + "07".repeat(32) + "00000000000003e8"));

        assertThat(TierCopyDescriptor.INSTANCE.decode(key, value)).isEqualTo(copy);
    }

    @Test
    void keysSortAsNumbersDo() {
        assertThat(
                        List.of(
                                RunDescriptor.key(PARTITION, 255),
                                RunDescriptor.key(PARTITION, 256),
                                RunDescriptor.key(PARTITION, Long.MAX_VALUE),
                                RunDescriptor.key(new PartitionId(CONTAINER, 3, 200), 0),
                                RunDescriptor.key(new PartitionId(CONTAINER, 256, 0), 0)))
                .isSortedAccordingTo(Arrays::compareUnsigned);
    }

    private static <R> void assertCorrupt(
            Layout<R> layout, byte[] key, byte[] value, String message) {
        assertThatThrownBy(() -> layout.descriptor().decode(key, value))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("'" + layout.descriptor().database() + "'")
                .hasMessageContaining(HexFormat.of().formatHex(key))
                .extracting(e -> ((CatalogException) e).reason())
                .isEqualTo(Reason.CORRUPT);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] withChecksum(byte[] key, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(body);
        return ByteBuffer.allocate(body.length + 4).put(body).putInt((int) crc.getValue()).array();
    }
}
