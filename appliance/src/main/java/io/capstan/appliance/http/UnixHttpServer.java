package io.capstan.appliance.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves HTTP/1.1 on a Unix domain socket that owner and group may use (mode 0660). One request a connection: a local
 * connection costs less than keeping one.
 */
public final class UnixHttpServer implements AutoCloseable {

    /** {@code sun_path} of {@code struct sockaddr_un} less its terminating zero. */
    private static final int PATH_BYTES_MAX = 107;

    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final Path socket;
    private final HttpLimits limits;
    private final EventLoopGroup loop;
    private final ExecutorService handlers;
    private final Semaphore requests;
    private final Channel listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixHttpServer(
            Path socket,
            HttpLimits limits,
            EventLoopGroup loop,
            ExecutorService handlers,
            Semaphore requests,
            Channel listener) {
        this.socket = socket;
        this.limits = limits;
        this.loop = loop;
        this.handlers = handlers;
        this.requests = requests;
        this.listener = listener;
    }

    /**
     * Starts serving. Makes the socket's directory if it is missing, and takes the place of a socket nobody listens on.
     *
     * @throws IOException with one sentence for the operator: the path is too long, taken, or cannot be made
     */
    public static UnixHttpServer start(Path socket, HttpLimits limits, HttpHandler handler)
            throws IOException {
        return start(socket, limits, handler, "rw-rw----");
    }

    /** As {@link #start(Path, HttpLimits, HttpHandler)}, for every user of this host. */
    public static UnixHttpServer startForAll(Path socket, HttpLimits limits, HttpHandler handler)
            throws IOException {
        return start(socket, limits, handler, "rw-rw-rw-");
    }

    private static UnixHttpServer start(
            Path socket, HttpLimits limits, HttpHandler handler, String permissions)
            throws IOException {
        Path temporary = prepare(socket);
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ExecutorService handlers =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("api-", 0).factory());
        Semaphore requests = new Semaphore(limits.requestsMax());
        Semaphore connections = new Semaphore(limits.connectionsMax());
        try {
            Channel listener =
                    new ServerBootstrap()
                            .group(loop)
                            .channel(NioServerDomainSocketChannel.class)
                            .childHandler(
                                    new ChannelInitializer<>() {
                                        @Override
                                        protected void initChannel(Channel channel) {
                                            pipeline(
                                                    channel,
                                                    connections,
                                                    limits,
                                                    new RequestHandler(
                                                            limits, handler, handlers, requests));
                                        }
                                    })
                            .bind(UnixDomainSocketAddress.of(temporary))
                            .syncUninterruptibly()
                            .channel();
            // Nobody can connect before the permissions are right: the socket gets its name last.
            Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
            Files.move(temporary, socket, StandardCopyOption.ATOMIC_MOVE);
            return new UnixHttpServer(socket, limits, loop, handlers, requests, listener);
        } catch (Exception e) {
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            handlers.shutdown();
            Files.deleteIfExists(temporary);
            throw e instanceof IOException io
                    ? io
                    : new IOException("cannot listen on " + socket + ": " + e.getMessage(), e);
        }
    }

    /** Whether this process could make that socket, or take the place of one nobody listens on. */
    public static boolean isFree(Path socket) {
        try {
            Files.deleteIfExists(prepare(socket));
            Path directory = socket.toAbsolutePath().getParent();
            return directory != null && Files.isWritable(directory);
        } catch (IOException e) {
            return false;
        }
    }

    public Path socket() {
        return socket;
    }

    /**
     * Stops accepting, waits for requests that are being handled and for their responses, but not for ever. Idempotent.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        listener.close().syncUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            // The next start replaces it.
        }
        boolean interrupted = false;
        try {
            if (requests.tryAcquire(
                    limits.requestsMax(), CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                requests.release(limits.requestsMax());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        handlers.shutdownNow();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pipeline(
            Channel channel, Semaphore connections, HttpLimits limits, RequestHandler handler) {
        if (!connections.tryAcquire()) {
            var _ = channel.close();
            return;
        }
        var _ = channel.closeFuture().addListener(closed -> connections.release());
        HttpDecoderConfig decoder =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.headerBytesMax())
                        .setMaxHeaderSize(limits.headerBytesMax());
        long idleMillis = limits.idleTimeout().toMillis();
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(idleMillis, TimeUnit.MILLISECONDS))
                .addLast(new WriteTimeoutHandler(idleMillis, TimeUnit.MILLISECONDS))
                .addLast(new HttpServerCodec(decoder))
                .addLast(handler);
    }

    /** Checks the path and returns the name to listen under until the permissions are right. */
    private static Path prepare(Path socket) throws IOException {
        Path absolute = socket.toAbsolutePath();
        Path temporary = absolute.resolveSibling(absolute.getFileName() + ".new");
        if (temporary.toString().getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
            throw new IOException(
                    "the path of the API socket is longer than the %d bytes a Unix socket can have: %s"
                            .formatted(PATH_BYTES_MAX - ".new".length(), absolute));
        }
        Path directory = absolute.getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        refuseIfServed(absolute);
        Files.deleteIfExists(temporary);
        return temporary;
    }

    private static void refuseIfServed(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
            throw new IOException("the path of the API socket is taken by a file: " + socket);
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return;
        }
        throw new IOException("another daemon serves the API socket " + socket);
    }
}
