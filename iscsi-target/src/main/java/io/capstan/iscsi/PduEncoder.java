package io.capstan.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Puts PDUs on a connection, with padding and digests. Event loop only. */
final class PduEncoder {

    private static final int DIGEST_BYTES = 4;
    private static final ByteBuf PADDING =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(3).writeZero(3).asReadOnly());

    private final Channel channel;
    private final CRC32C crc = new CRC32C();
    private boolean headerDigest;
    private boolean dataDigest;

    PduEncoder(Channel channel) {
        this.channel = channel;
    }

    /** Digests of the PDUs that follow. */
    void digests(boolean header, boolean data) {
        headerDigest = header;
        dataDigest = data;
    }

    /** A header of zeros but for opcode and flags, to be filled with {@code set} methods. */
    ByteBuf header(int opcode, int flags) {
        ByteBuf header = channel.alloc().directBuffer(BasicHeader.LENGTH_BYTES + DIGEST_BYTES);
        header.writeZero(BasicHeader.LENGTH_BYTES);
        header.setByte(BasicHeader.OPCODE, opcode);
        header.setByte(BasicHeader.FLAGS, flags);
        return header;
    }

    /** Writes a PDU without data. */
    void write(ByteBuf header) {
        write(header, null, channel.voidPromise());
    }

    /**
     * Writes a PDU, which leaves with the next flush.
     *
     * @param header given
     * @param data given; its readable bytes are the data segment
     * @param promise told once all of it was sent
     */
    void write(ByteBuf header, @Nullable ByteBuf data, ChannelPromise promise) {
        int dataBytes = data == null ? 0 : data.readableBytes();
        header.setMedium(BasicHeader.DATA_SEGMENT_LENGTH, dataBytes);
        if (headerDigest) {
            crc.reset();
            crc.update(header.nioBuffer());
            header.writeIntLE((int) crc.getValue());
        }
        if (data == null || dataBytes == 0) {
            if (data != null) {
                data.release();
            }
            send(header, promise);
            return;
        }
        send(header, channel.voidPromise());
        int padBytes = -dataBytes & 3;
        if (!dataDigest && padBytes == 0) {
            send(data, promise);
            return;
        }
        ByteBuf trailer = dataDigest ? digest(data, padBytes) : PADDING.slice(0, padBytes);
        send(data, channel.voidPromise());
        send(trailer, promise);
    }

    private ByteBuf digest(ByteBuf data, int padBytes) {
        crc.reset();
        crc.update(data.nioBuffer());
        ByteBuf trailer = channel.alloc().directBuffer(padBytes + DIGEST_BYTES);
        trailer.writeZero(padBytes);
        crc.update(trailer.nioBuffer());
        return trailer.writeIntLE((int) crc.getValue());
    }

    private void send(ByteBuf bytes, ChannelPromise promise) {
        var _ = channel.write(bytes, promise);
    }
}
