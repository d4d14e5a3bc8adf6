package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes keys and values: big-endian throughout, so that keys sort by LMDB's byte order as their numbers do. Strings in
 * values are preceded by their length, 16 bits.
 */
final class Bytes {

    private ByteBuffer buffer = ByteBuffer.allocate(128);

    private ByteBuffer room(int lengthBytes) {
        if (buffer.remaining() < lengthBytes) {
            int wanted = Math.max(buffer.capacity() * 2, buffer.position() + lengthBytes);
            buffer = ByteBuffer.allocate(wanted).put(buffer.flip());
        }
        return buffer;
    }

    Bytes u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    Bytes u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    Bytes u32(int value) {
        room(4).putInt(value);
        return this;
    }

    Bytes u64(long value) {
        room(8).putLong(value);
        return this;
    }

    Bytes bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    Bytes raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    /** The characters alone, as keys have them; those that are not last need a terminator or a fixed length. */
    Bytes ascii(String text) {
        return raw(text.getBytes(StandardCharsets.US_ASCII));
    }

    Bytes string(String text) {
        return blob(text.getBytes(StandardCharsets.UTF_8));
    }

    Bytes blob(byte[] bytes) {
        Range.check("length of a field", bytes.length, 0, 0xFFFF);
        return u16(bytes.length).raw(bytes);
    }

    Bytes container(ContainerId container) {
        return u64(container.mostSignificantBits()).u64(container.leastSignificantBits());
    }

    Bytes disk(DiskId disk) {
        return u64(disk.mostSignificantBits()).u64(disk.leastSignificantBits());
    }

    Bytes chunk(ChunkId chunk) {
        return container(chunk.container()).u64(chunk.sequence());
    }

    Bytes partition(PartitionId partition) {
        return container(partition.container())
                .u64(partition.generation())
                .u8(partition.partition());
    }

    byte[] toArray() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
