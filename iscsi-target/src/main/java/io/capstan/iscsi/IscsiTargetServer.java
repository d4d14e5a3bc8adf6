package io.capstan.iscsi;

import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The iSCSI target of a node: its portals, its targets, its sessions. Any thread.
 *
 * <p>Start it when the logical units are served by their owners, and close it before they are not any more.
 *
 * @see "RFC 7143"
 */
public final class IscsiTargetServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IscsiTargetServer.class);

    /** Data-In that waits to be sent before more is read for the same session. */
    private static final WriteBufferWaterMark WRITE_BUFFER =
            new WriteBufferWaterMark(1 << 20, 4 << 20);

    private static final long UNUSED_BUFFERS_MAX_BYTES = 128L << 20;
    private static final long CLOSE_MAX_SECONDS = 10;

    private final TargetContext context;
    private final EventLoopGroup loops;
    private final List<Channel> listeners = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private IscsiTargetServer(TargetContext context, EventLoopGroup loops) {
        this.context = context;
        this.loops = loops;
    }

    /**
     * Starts serving.
     *
     * @param portals addresses to listen on; port 0 takes any that is free
     * @param discovery who may ask for the names of targets
     * @throws IOException with one sentence for the operator: an address is taken or not this host's
     * @throws IllegalArgumentException if targets or logical units have the same name or number
     */
    public static IscsiTargetServer start(
            List<InetSocketAddress> portals,
            List<IscsiTarget> targets,
            AccessRules discovery,
            IscsiLimits limits,
            MetricsRegistry metrics,
            InstantSource clock)
            throws IOException {
        SocketTransport transport = SocketTransport.choose();
        transport.logChoice();
        return start(transport, portals, targets, discovery, limits, metrics, clock);
    }

    static IscsiTargetServer start(
            SocketTransport transport,
            List<InetSocketAddress> portals,
            List<IscsiTarget> targets,
            AccessRules discovery,
            IscsiLimits limits,
            MetricsRegistry metrics,
            InstantSource clock)
            throws IOException {
        TargetContext context =
                new TargetContext(
                        new TargetDirectory(
                                targets.stream().map(ServedTarget::new).toList(), discovery),
                        new SessionRegistry(limits.sessionsMax()),
                        limits,
                        new TransferBufferPool(
                                limits.commandDataMaxBytes(),
                                limits.dataMaxBytes(),
                                UNUSED_BUFFERS_MAX_BYTES,
                                metrics.counter(IscsiCounter.BUFFERS_MADE, Labels.NONE)),
                        metrics,
                        clock,
                        new SecureRandom());
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        IscsiTargetServer server = new IscsiTargetServer(context, transport.newGroup(threads));
        boolean started = false;
        try {
            for (InetSocketAddress portal : portals) {
                server.listen(transport, portal);
            }
            started = true;
            return server;
        } finally {
            if (!started) {
                server.close();
            }
        }
    }

    private void listen(SocketTransport transport, InetSocketAddress portal) throws IOException {
        Semaphore connections = new Semaphore(context.limits().connectionsMax());
        Counters counters = context.counters("");
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(transport.channelClass())
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, 128)
                        .handler(new AcceptFaults())
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accept(channel, connections, counters);
                                    }
                                });
        try {
            listeners.add(bootstrap.bind(portal).syncUninterruptibly().channel());
        } catch (Exception e) {
            throw new IOException(
                    "cannot listen on iSCSI portal %s:%d: %s"
                            .formatted(portal.getHostString(), portal.getPort(), e.getMessage()),
                    e);
        }
    }

    private void accept(Channel channel, Semaphore connections, Counters counters) {
        if (!connections.tryAcquire()) {
            counters.add(IscsiCounter.CONNECTIONS_REFUSED, 1);
            var _ = channel.close();
            return;
        }
        var _ = channel.closeFuture().addListener(done -> connections.release());
        counters.add(IscsiCounter.CONNECTIONS, 1);
        new Connection(context, channel);
    }

    /** What its connections share. */
    TargetContext context() {
        return context;
    }

    /** The addresses it listens on, with the ports it got. */
    public List<InetSocketAddress> portals() {
        return listeners.stream()
                .map(listener -> (InetSocketAddress) listener.localAddress())
                .toList();
    }

    /**
     * Adds a logical unit to a target that is served. It is there for sessions at once; its hosts learn of it from a unit
     * attention that another logical unit raises.
     *
     * @return false if there is no such target
     * @throws IllegalArgumentException if the target has one with its number
     */
    public boolean addLun(String targetName, TargetLun lun) {
        Optional<ServedTarget> target = context.directory().find(targetName);
        target.ifPresent(served -> served.add(lun));
        return target.isPresent();
    }

    /** Takes a logical unit from a target; commands that come for it find none from now on. */
    public void removeLun(String targetName, int lun) {
        context.directory().find(targetName).ifPresent(served -> served.remove(lun));
    }

    /** The names of its targets. */
    public List<String> targetNames() {
        return context.directory().all().stream().map(served -> served.target().name()).toList();
    }

    /** The sessions there are now. */
    public List<SessionStatus> sessions() {
        return context.sessions().all().stream().map(Session::status).toList();
    }

    /**
     * Drops a session; its initiator may log in again.
     *
     * @param id of {@link SessionStatus}
     * @return false if there is no such session
     */
    public boolean drop(int id) {
        var found = context.sessions().find(id);
        found.ifPresent(session -> session.connection().close("an operator asked for it"));
        return found.isPresent();
    }

    /**
     * Stops accepting, ends all sessions and waits until none of their commands executes any more, but not for ever.
     * Idempotent.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        listeners.forEach(listener -> listener.close().syncUninterruptibly());
        List<Session> open = context.sessions().all();
        open.forEach(session -> {
            session.connection().announceEnd();
            session.connection().close("the target stops");
        });
        try {
            CompletableFuture.allOf(
                            open.stream().map(Session::ended).toArray(CompletableFuture[]::new))
                    .get(CLOSE_MAX_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("iSCSI sessions not ended in order");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_MAX_SECONDS, TimeUnit.SECONDS);
    }
}
