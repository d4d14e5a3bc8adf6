package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that are compressed beside their owner: what comes out is what went in, in its order. */
class CompressionQueueTest {

    private final BlockEncoder encoder = new BlockEncoder();
    private final PendingBlocks stock = new PendingBlocks(64L << 20);
    private final CompressionQueue queue = new CompressionQueue(encoder, stock);

    private static byte[] noise(Random random, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] half(Random random, int lengthBytes) {
        byte[] bytes = noise(random, lengthBytes);
        Arrays.fill(bytes, lengthBytes / 2, lengthBytes, (byte) lengthBytes);
        return bytes;
    }

    private boolean offer(byte[] block) {
        MemorySegment whole = MemorySegment.ofArray(block);
        long third = block.length / 3;
        return queue.offer(List.of(whole.asSlice(0, third), whole.asSlice(third)), block.length, 1);
    }

    private static byte[] undone(EncodedBlock block) throws BlockDecompressor.BadDataException {
        byte[] stored = block.stored().toArray(ValueLayout.JAVA_BYTE);
        if (block.compression() == RecordDescriptor.COMPRESSION_NONE) {
            return stored;
        }
        byte[] back = new byte[block.logicalLengthBytes()];
        try (BlockDecompressor undo = new BlockDecompressor()) {
            undo.decompress(stored, 0, stored.length, back, back.length);
        }
        return back;
    }

    private void takeOut(byte[] expected) throws BlockDecompressor.BadDataException {
        EncodedBlock block = queue.first();
        assertThat(undone(block)).isEqualTo(expected);
        assertThat(block.logicalLengthBytes()).isEqualTo(expected.length);
        assertThat(block.logicalCrc32c())
                .isEqualTo(Crc32c.of(MemorySegment.ofArray(expected), 0, expected.length));
        assertThat(block.protection()).isEqualTo(1);
        assertThat(queue.faultOfFirst()).isEmpty();
        queue.removeFirst();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(ints = {1, 2, 3})
    void whatGoesInComesOutInItsOrder(int seed) throws Exception {
        Random random = new Random(seed);
        List<byte[]> inside = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            if (queue.isFull() || (!inside.isEmpty() && random.nextInt(8) == 0)) {
                takeOut(inside.removeFirst());
            }
            int lengthBytes = 1 + random.nextInt(random.nextBoolean() ? 2_000 : 1 << 20);
            byte[] block =
                    random.nextInt(5) == 0 ? noise(random, lengthBytes) : half(random, lengthBytes);
            assertThat(offer(block)).isTrue();
            inside.add(block.clone());
            Arrays.fill(block, (byte) 0);
            assertThat(queue.count()).isEqualTo(inside.size());
            assertThat(queue.lengthBytes())
                    .isEqualTo(inside.stream().mapToLong(each -> each.length).sum());
        }
        while (!inside.isEmpty()) {
            takeOut(inside.removeFirst());
        }
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.lengthBytes()).isZero();
    }

    @Test
    void blockIsStoredAsTheEncoderWouldStoreIt() {
        byte[] block = half(new Random(1), 300_000);
        offer(block);
        EncodedBlock one = queue.first().copy();
        EncodedBlock other =
                encoder.compress(List.of(MemorySegment.ofArray(block)), block.length, 1)
                        .orElseThrow()
                        .copy();
        assertThat(one.compression()).isEqualTo(other.compression());
        assertThat(one.stored().mismatch(other.stored())).isEqualTo(-1);
        assertThat(one.logicalCrc32c()).isEqualTo(other.logicalCrc32c());
        assertThat(one.extension().byteSize()).isZero();
    }

    @Test
    void encoderLearnsFromBlocksThatGetNoSmaller() {
        Random random = new Random(2);
        assertThat(queue.isPromising()).isTrue();
        offer(noise(random, 50_000));
        queue.first();
        queue.removeFirst();
        assertThat(queue.isPromising()).isFalse();
        byte[] block = half(random, 50_000);
        while (encoder.compress(List.of(MemorySegment.ofArray(block)), block.length, 0).isEmpty()) {
            assertThat(queue.isPromising()).isFalse();
        }
        assertThat(queue.isPromising()).isTrue();
    }

    @Test
    void takesNoMoreMemoryThanItMay() {
        byte[] block = half(new Random(3), 1_000);
        CompressionQueue small =
                new CompressionQueue(
                        encoder, new PendingBlocks(2 * PendingBlock.memoryBytes(256 << 10)));
        List<MemorySegment> pieces = List.of(MemorySegment.ofArray(block));
        assertThat(small.offer(pieces, block.length, 0)).isTrue();
        assertThat(small.offer(pieces, block.length, 0)).isTrue();
        assertThat(small.offer(pieces, block.length, 0)).isFalse();
        assertThat(small.count()).isEqualTo(2);
        small.first();
        small.removeFirst();
        assertThat(small.offer(pieces, block.length, 0)).isTrue();
        small.clear();
        assertThat(small.isEmpty()).isTrue();
        assertThat(small.offer(pieces, block.length, 0)).isTrue();
        assertThat(small.offer(pieces, block.length, 0)).isTrue();
    }

    @Test
    void blockOfMoreThanOneMebibyteIsNotTaken() {
        assertThat(offer(new byte[(1 << 20) + 1])).isFalse();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(offer(new byte[1 << 20])).isTrue();
    }

    @Test
    @SuppressWarnings("NullAway") // a compressor that fails
    void blockThatCannotBeCompressedIsKeptAsItIs() throws Exception {
        byte[] block = half(new Random(4), 1_000);
        PendingBlock pending = new PendingBlock(1_000);
        pending.fill(List.of(MemorySegment.ofArray(block)), block.length, 0);
        pending.compress(null);
        assertThat(pending.fault()).isPresent();
        assertThat(undone(pending.encoded())).isEqualTo(block);
        assertThat(pending.encoded().compression()).isEqualTo(RecordDescriptor.COMPRESSION_NONE);
    }
}
