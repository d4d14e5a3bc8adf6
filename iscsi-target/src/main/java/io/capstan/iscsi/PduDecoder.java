package io.capstan.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a connection's byte stream into PDUs.
 *
 * <pre>
 *  | BHS 48 | AHS 0..1020 | header digest 0 or 4 | data segment | 0..3 pad | data digest 0 or 4 |
 *    staging buffer ------------------------------ the command's  staging ------------------------
 * </pre>
 *
 * <p>Once a header is complete, the {@link Receiver} says where the data segment goes, and what is missing of it is read
 * from the socket right into that buffer: {@link #receiveAllocator} hands Netty the command's memory to read into. What
 * arrived behind the header in the staging buffer is copied, which is a few KiB at most.
 *
 * <p>Design note: a buffer handed out for a read is recognised by identity when it comes back, so bytes that arrive in
 * any other buffer (a test channel's, for example) are copied and all is well.
 *
 * @see "RFC 7143, 11.2 iSCSI PDU Template"
 */
final class PduDecoder extends ChannelInboundHandlerAdapter {

    /** Room for headers, small PDUs and the head of a data segment. */
    private static final int STAGING_BYTES = 8 << 10;

    /** What a connection does with PDUs. */
    interface Receiver {

        /**
         * A header is complete and, if digests are on, right.
         *
         * @param pdu valid until the next header
         * @return where {@code pdu.dataSegmentBytes()} bytes go: a buffer whose writer index is at the place of the first
         *     and that has room for all, given to the decoder, which releases it; or null to drop them
         * @throws ProtocolException if the connection cannot go on
         */
        @Nullable ByteBuf headerReceived(RequestPdu pdu) throws ProtocolException;

        /**
         * The PDU is complete; {@link RequestPdu#dataDigestFailed} says whether its data can be trusted.
         *
         * @throws ProtocolException if the connection cannot go on
         */
        void pduReceived(RequestPdu pdu) throws ProtocolException;

        /** What arrived with one wake-up was given out. */
        void receiveCompleted();

        /** The stream makes no sense any more. */
        void streamBroken(ProtocolException reason);
    }

    private enum Stage {
        HEADER,
        DATA,
        TRAILER,
        BROKEN
    }

    private final Receiver receiver;
    private final int dataSegmentMaxBytes;
    private final RequestPdu pdu = new RequestPdu();
    private final CRC32C crc = new CRC32C();
    private final byte[] trailer = new byte[7];

    private Stage stage = Stage.HEADER;
    private boolean headerDigest;
    private boolean dataDigest;
    private int filledBytes;
    private int wantedBytes = BasicHeader.LENGTH_BYTES;
    private @Nullable ByteBuf sink;
    private int dataRemainingBytes;
    private @Nullable ByteBuf directRead;

    /**
     * @param dataSegmentMaxBytes longest data segment of a PDU; a longer one breaks the stream
     */
    PduDecoder(Receiver receiver, int dataSegmentMaxBytes) {
        this.receiver = receiver;
        this.dataSegmentMaxBytes = dataSegmentMaxBytes;
    }

    /** Digests of the PDUs that follow the one being received. */
    void digests(boolean header, boolean data) {
        headerDigest = header;
        dataDigest = data;
    }

    /** What to set as the channel's {@code RECVBUF_ALLOCATOR}. */
    DefaultMaxMessagesRecvByteBufAllocator receiveAllocator() {
        return new ReceiveAllocator();
    }

    /** Whether part of a PDU has been received. */
    boolean isInsidePdu() {
        return stage != Stage.HEADER || filledBytes > 0;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // this very buffer, not one with the same bytes
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf received = (ByteBuf) message;
        boolean inPlace = received == directRead;
        try {
            if (inPlace) {
                directRead = null;
                receivedInPlace(released(received));
            } else {
                consume(received);
            }
        } catch (ProtocolException reason) {
            stage = Stage.BROKEN;
            dropSink();
            receiver.streamBroken(reason);
        } finally {
            if (!inPlace) {
                received.release();
            }
        }
    }

    /** Lets go of a place read into before its PDU is given out: the command may be done then, its buffer another's. */
    private static int released(ByteBuf place) {
        int lengthBytes = place.readableBytes();
        place.release();
        return lengthBytes;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        receiver.receiveCompleted();
        context.fireChannelReadComplete();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stage = Stage.BROKEN;
        dropSink();
    }

    private void receivedInPlace(int lengthBytes) throws ProtocolException {
        ByteBuf target = sink;
        if (stage != Stage.DATA || target == null) {
            return;
        }
        int at = target.writerIndex();
        target.writerIndex(at + lengthBytes);
        dataArrived(target, at, lengthBytes);
    }

    private void consume(ByteBuf received) throws ProtocolException {
        while (received.isReadable()) {
            switch (stage) {
                case HEADER -> consumeHeader(received);
                case DATA -> consumeData(received);
                case TRAILER -> consumeTrailer(received);
                case BROKEN -> received.skipBytes(received.readableBytes());
            }
        }
    }

    private void consumeHeader(ByteBuf received) throws ProtocolException {
        fill(received, pdu.bytes());
        if (filledBytes < wantedBytes) {
            return;
        }
        if (filledBytes == BasicHeader.LENGTH_BYTES) {
            wantedBytes += pdu.additionalHeaderBytes() + (headerDigest ? 4 : 0);
            if (filledBytes < wantedBytes) {
                return;
            }
        }
        headerComplete();
    }

    private void fill(ByteBuf received, byte[] target) {
        int lengthBytes = Math.min(received.readableBytes(), wantedBytes - filledBytes);
        received.readBytes(target, filledBytes, lengthBytes);
        filledBytes += lengthBytes;
    }

    private void headerComplete() throws ProtocolException {
        int headerBytes = BasicHeader.LENGTH_BYTES + pdu.additionalHeaderBytes();
        if (headerDigest) {
            crc.reset();
            crc.update(pdu.bytes(), 0, headerBytes);
            if ((int) crc.getValue() != Integer.reverseBytes(pdu.i32(headerBytes))) {
                throw new ProtocolException("wrong header digest");
            }
        }
        int lengthBytes = pdu.dataSegmentBytes();
        if (lengthBytes > dataSegmentMaxBytes) {
            throw new ProtocolException(
                    "data segment of %d bytes, at most %d were declared"
                            .formatted(lengthBytes, dataSegmentMaxBytes));
        }
        pdu.dataDigestFailed(false);
        crc.reset();
        filledBytes = 0;
        dataRemainingBytes = lengthBytes;
        sink = receiver.headerReceived(pdu);
        stage = Stage.DATA;
        if (lengthBytes == 0) {
            dataComplete();
        }
    }

    private void consumeData(ByteBuf received) throws ProtocolException {
        int lengthBytes = Math.min(received.readableBytes(), dataRemainingBytes);
        int at = received.readerIndex();
        received.skipBytes(lengthBytes);
        ByteBuf target = sink;
        if (target != null) {
            target.writeBytes(received, at, lengthBytes);
        }
        dataArrived(received, at, lengthBytes);
    }

    private void dataArrived(ByteBuf bytes, int offsetBytes, int lengthBytes)
            throws ProtocolException {
        if (dataDigest) {
            crc.update(bytes.nioBuffer(offsetBytes, lengthBytes));
        }
        dataRemainingBytes -= lengthBytes;
        if (dataRemainingBytes == 0) {
            dataComplete();
        }
    }

    private void dataComplete() throws ProtocolException {
        dropSink();
        int lengthBytes = pdu.dataSegmentBytes();
        int padBytes = -lengthBytes & 3;
        filledBytes = 0;
        wantedBytes = padBytes + (dataDigest && lengthBytes > 0 ? 4 : 0);
        stage = Stage.TRAILER;
        if (wantedBytes == 0) {
            pduComplete();
        }
    }

    private void consumeTrailer(ByteBuf received) throws ProtocolException {
        fill(received, trailer);
        if (filledBytes < wantedBytes) {
            return;
        }
        if (dataDigest) {
            int padBytes = wantedBytes - 4;
            crc.update(trailer, 0, padBytes);
            int digest =
                    (trailer[padBytes] & 0xFF)
                            | ((trailer[padBytes + 1] & 0xFF) << 8)
                            | ((trailer[padBytes + 2] & 0xFF) << 16)
                            | ((trailer[padBytes + 3] & 0xFF) << 24);
            pdu.dataDigestFailed((int) crc.getValue() != digest);
        }
        pduComplete();
    }

    private void pduComplete() throws ProtocolException {
        filledBytes = 0;
        wantedBytes = BasicHeader.LENGTH_BYTES;
        stage = Stage.HEADER;
        receiver.pduReceived(pdu);
    }

    private void dropSink() {
        ByteBuf target = sink;
        sink = null;
        if (target != null) {
            target.release();
        }
    }

    /** Hands out the rest of a data segment's place where there is one, else a staging buffer. */
    private final class ReceiveAllocator extends DefaultMaxMessagesRecvByteBufAllocator {

        @Override
        @SuppressWarnings(
                "deprecation") // there is no other way to choose the memory a channel reads into
        public Handle newHandle() {
            return new MaxMessageHandle() {

                @Override
                public ByteBuf allocate(ByteBufAllocator allocator) {
                    ByteBuf target = sink;
                    if (stage == Stage.DATA && target != null) {
                        ByteBuf place =
                                target.retainedSlice(target.writerIndex(), dataRemainingBytes);
                        place.clear();
                        directRead = place;
                        return place;
                    }
                    return allocator.directBuffer(STAGING_BYTES, STAGING_BYTES);
                }

                @Override
                public int guess() {
                    return stage == Stage.DATA && sink != null ? dataRemainingBytes : STAGING_BYTES;
                }
            };
        }
    }
}
