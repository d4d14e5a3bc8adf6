package io.capstan.iscsi;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How sockets are driven: io_uring where the kernel allows it, else epoll, else the JDK's NIO. */
enum SocketTransport {
    IO_URING(IoUringServerSocketChannel.class) {
        @Override
        boolean isAvailable() {
            return IoUring.isAvailable();
        }

        @Override
        IoHandlerFactory factory() {
            return IoUringIoHandler.newFactory();
        }
    },
    EPOLL(EpollServerSocketChannel.class) {
        @Override
        boolean isAvailable() {
            return Epoll.isAvailable();
        }

        @Override
        IoHandlerFactory factory() {
            return EpollIoHandler.newFactory();
        }
    },
    NIO(NioServerSocketChannel.class) {
        @Override
        boolean isAvailable() {
            return true;
        }

        @Override
        IoHandlerFactory factory() {
            return NioIoHandler.newFactory();
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(SocketTransport.class);

    private final Class<? extends ServerChannel> channelClass;

    SocketTransport(Class<? extends ServerChannel> channelClass) {
        this.channelClass = channelClass;
    }

    abstract boolean isAvailable();

    abstract IoHandlerFactory factory();

    Class<? extends ServerChannel> channelClass() {
        return channelClass;
    }

    EventLoopGroup newGroup(int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("iscsi", true), factory());
    }

    /** The best one that works here. */
    static SocketTransport choose() {
        for (SocketTransport transport : values()) {
            if (transport.isAvailable()) {
                return transport;
            }
        }
        throw new IllegalStateException("NIO is always there");
    }

    /** Says in the log which was chosen and why better ones were not. */
    void logChoice() {
        if (this == IO_URING) {
            LOG.info("iSCSI over io_uring");
        } else {
            LOG.info(
                    "iSCSI over {}: no io_uring: {}",
                    this == EPOLL ? "epoll" : "NIO",
                    rootMessage(IoUring.unavailabilityCause()));
        }
    }

    private static String rootMessage(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
