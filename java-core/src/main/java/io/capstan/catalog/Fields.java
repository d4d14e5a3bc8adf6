package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link Bytes} wrote. Every method throws {@link BufferUnderflowException} where the bytes end too soon and
 * {@link IllegalArgumentException} where they make no sense; {@link Descriptor} turns both into one error.
 */
final class Fields {

    private final ByteBuffer buffer;

    Fields(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    Fields(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    int u8() {
        return Byte.toUnsignedInt(buffer.get());
    }

    int u16() {
        return Short.toUnsignedInt(buffer.getShort());
    }

    int u32() {
        return buffer.getInt();
    }

    long u64() {
        return buffer.getLong();
    }

    boolean bool() {
        int value = u8();
        Range.check("flag", value, 0, 1);
        return value == 1;
    }

    byte[] raw(int lengthBytes) {
        if (lengthBytes > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[lengthBytes];
        buffer.get(bytes);
        return bytes;
    }

    String string() {
        return new String(blob(), StandardCharsets.UTF_8);
    }

    byte[] blob() {
        return raw(u16());
    }

    /** Everything that is left, as characters. */
    String asciiToEnd() {
        return new String(raw(buffer.remaining()), StandardCharsets.US_ASCII);
    }

    /** Characters up to a zero byte, which is consumed. */
    String asciiToZero() {
        StringBuilder text = new StringBuilder();
        for (int character = u8(); character != 0; character = u8()) {
            text.append((char) character);
        }
        return text.toString();
    }

    VolumeIdentifier volume() {
        return new VolumeIdentifier(string());
    }

    ContainerId container() {
        return new ContainerId(u64(), u64());
    }

    DiskId disk() {
        return new DiskId(u64(), u64());
    }

    ChunkId chunk() {
        return new ChunkId(container(), u64());
    }

    PartitionId partition() {
        return new PartitionId(container(), u64(), u8());
    }

    <E extends Code> E constant(E[] constants) {
        int code = u8();
        for (E constant : constants) {
            if (constant.code() == code) {
                return constant;
            }
        }
        throw new IllegalArgumentException("code " + code + " is unknown");
    }

    int remaining() {
        return buffer.remaining();
    }
}
