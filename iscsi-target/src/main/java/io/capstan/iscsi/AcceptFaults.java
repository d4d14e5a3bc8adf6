package io.capstan.iscsi;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that cannot be accepted, as when the process has no more file descriptors: waits a little before the next, and
 * says so once until one is accepted again. Event loop only.
 */
final class AcceptFaults extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptFaults.class);
    private static final long PAUSE_MILLIS = 500;

    private boolean isTold;

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        isTold = false;
        context.fireChannelRead(accepted);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!isTold) {
            isTold = true;
            LOG.warn(
                    "{}: connections cannot be accepted: {} (those there are go on; raise LimitNOFILE, or end sessions)",
                    context.channel().localAddress(),
                    cause.toString());
        }
        context.channel().config().setAutoRead(false);
        var _ =
                context.channel()
                        .eventLoop()
                        .schedule(
                                () -> context.channel().config().setAutoRead(true),
                                PAUSE_MILLIS,
                                TimeUnit.MILLISECONDS);
    }
}
