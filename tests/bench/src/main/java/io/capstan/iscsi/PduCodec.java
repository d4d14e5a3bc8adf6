package io.capstan.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One PDU from bytes to a command with its data, and one from data to bytes, with and without digests. The channel is in
 * memory and the socket is not part of it, so a received data segment is copied once, which a socket's is not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls open() first
public class PduCodec {

    @Param({"0", "65536", "262144"})
    int dataBytes;

    @Param({"false", "true"})
    boolean digests;

    private final Sink sink = new Sink();
    private EmbeddedChannel receiving;
    private EmbeddedChannel sending;
    private PduEncoder encoder;
    private ByteBuf pdu;
    private ByteBuf data;

    /** Puts data segments into one buffer, again and again. */
    private static final class Sink implements PduDecoder.Receiver {

        private final ByteBuf place = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 20);
        private long received;

        @Override
        public ByteBuf headerReceived(RequestPdu pdu) {
            return place.clear().retain();
        }

        @Override
        public void pduReceived(RequestPdu pdu) {
            if (pdu.dataDigestFailed()) {
                throw new IllegalStateException("wrong digest");
            }
            received++;
        }

        @Override
        public void receiveCompleted() {}

        @Override
        public void streamBroken(ProtocolException reason) {
            throw new IllegalStateException(reason);
        }
    }

    @Setup(Level.Trial)
    public void open() {
        PduDecoder decoder = new PduDecoder(sink, 1 << 20);
        decoder.digests(digests, digests);
        receiving = new EmbeddedChannel(decoder);
        sending = new EmbeddedChannel();
        encoder = new PduEncoder(sending);
        encoder.digests(digests, digests);
        data = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, dataBytes));
        data.writeZero(dataBytes);
        pdu = PooledByteBufAllocator.DEFAULT.directBuffer(dataBytes + 64);
        pdu.writeZero(BasicHeader.LENGTH_BYTES);
        pdu.setByte(BasicHeader.OPCODE, 0x01);
        pdu.setMedium(BasicHeader.DATA_SEGMENT_LENGTH, dataBytes);
        writeDigest(0, BasicHeader.LENGTH_BYTES);
        pdu.writeBytes(data, 0, dataBytes);
        if (dataBytes > 0) {
            writeDigest(pdu.writerIndex() - dataBytes, dataBytes);
        }
    }

    private void writeDigest(int at, int lengthBytes) {
        if (digests) {
            CRC32C crc = new CRC32C();
            crc.update(pdu.nioBuffer(at, lengthBytes));
            pdu.writeIntLE((int) crc.getValue());
        }
    }

    @Benchmark
    public long decode() {
        receiving.writeInbound(pdu.retainedDuplicate());
        return sink.received;
    }

    @Benchmark
    public int encode() {
        ByteBuf header = encoder.header(0x25, BasicHeader.FINAL);
        encoder.write(header, data.retainedDuplicate(), sending.voidPromise());
        sending.flush();
        int pieces = 0;
        for (@Nullable ByteBuf sent = sending.readOutbound(); sent != null; ) {
            sent.release();
            pieces++;
            sent = sending.readOutbound();
        }
        return pieces;
    }

    @TearDown(Level.Trial)
    public void close() {
        receiving.finishAndReleaseAll();
        sending.finishAndReleaseAll();
        pdu.release();
        data.release();
        sink.place.release();
    }
}
