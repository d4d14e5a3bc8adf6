package io.capstan.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the transport alone allows: a blocking client sends a block to a bare Netty server and waits for 48 bytes, or sends 48
 * bytes and waits for a block.
 */
final class TransportLimit implements Contender {

    private static final int HEADER_BYTES = 48;

    private final int blockBytes;
    private final long bytes;
    private final boolean isWrite;
    private @Nullable EventLoopGroup loops;
    private @Nullable Channel server;

    TransportLimit(int blockBytes, long bytes, boolean isWrite) {
        this.blockBytes = blockBytes;
        this.bytes = bytes;
        this.isWrite = isWrite;
    }

    @Override
    public String name() {
        return isWrite ? "netty sink" : "netty source";
    }

    @Override
    public void start() {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        loops = group;
        int requestBytes = isWrite ? HEADER_BYTES + blockBytes : HEADER_BYTES;
        int responseBytes = isWrite ? HEADER_BYTES : HEADER_BYTES + blockBytes;
        server =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new Answerer(requestBytes, responseBytes));
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .syncUninterruptibly()
                        .channel();
    }

    private static final class Answerer extends ChannelInboundHandlerAdapter {
        private final int requestBytes;
        private final int responseBytes;
        private int received;

        Answerer(int requestBytes, int responseBytes) {
            this.requestBytes = requestBytes;
            this.responseBytes = responseBytes;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            received += ((ByteBuf) message).readableBytes();
            ReferenceCountUtil.release(message);
            while (received >= requestBytes) {
                received -= requestBytes;
                ByteBuf response = context.alloc().directBuffer(responseBytes);
                var _ = context.writeAndFlush(response.writerIndex(responseBytes));
            }
        }
    }

    @Override
    public Duration warmUp() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Sample turn() throws IOException {
        Channel listening = server;
        if (listening == null) {
            throw new IllegalStateException("not started");
        }
        ByteBuffer request =
                ByteBuffer.allocateDirect(isWrite ? HEADER_BYTES + blockBytes : HEADER_BYTES);
        ByteBuffer response =
                ByteBuffer.allocateDirect(isWrite ? HEADER_BYTES : HEADER_BYTES + blockBytes);
        try (SocketChannel client = SocketChannel.open(listening.localAddress())) {
            long begin = System.nanoTime();
            for (long done = 0; done < bytes; done += blockBytes) {
                request.clear();
                while (request.hasRemaining()) {
                    client.write(request);
                }
                response.clear();
                while (response.hasRemaining()) {
                    client.read(response);
                }
            }
            return Sample.throughput(bytes, System.nanoTime() - begin, Double.NaN);
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close().syncUninterruptibly();
        }
        if (loops != null) {
            var _ = loops.shutdownGracefully();
        }
    }
}
