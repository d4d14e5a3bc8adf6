package io.capstan.iscsi;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** A target on loopback with logical units that threads of their own serve. */
final class TestTarget implements AutoCloseable {

    static final String NAME = "iqn.2026-01.io.capstan:test";
    static final String HOST = "iqn.2026-01.io.capstan:host";
    static final IscsiLimits LIMITS =
            new IscsiLimits(
                    64 << 10, 128 << 10, 256 << 10, 4, false, true, 4 << 20, 8, 16, 32, 64L << 20,
                    15, 30, 30);

    private final MetricsRegistry metrics = new MetricsRegistry();
    private final IscsiTargetServer server;
    private final List<Served> served = new ArrayList<>();

    TestTarget(LogicalUnit... units) throws IOException {
        this(LIMITS, AccessRules.OPEN, Optional.empty(), units);
    }

    TestTarget(
            IscsiLimits limits,
            AccessRules access,
            Optional<String> redirection,
            LogicalUnit... units)
            throws IOException {
        this(
                SocketTransport.choose(),
                InetAddress.getLoopbackAddress(),
                limits,
                access,
                redirection,
                units);
    }

    TestTarget(
            SocketTransport transport,
            InetAddress address,
            IscsiLimits limits,
            AccessRules access,
            Optional<String> redirection,
            LogicalUnit... units)
            throws IOException {
        List<TargetLun> luns = new ArrayList<>();
        for (LogicalUnit unit : units) {
            Served one = new Served(new LogicalUnitOwner());
            served.add(one);
            luns.add(new TargetLun(luns.size(), unit, one.owner));
        }
        server =
                IscsiTargetServer.start(
                        transport,
                        List.of(new InetSocketAddress(address, 0)),
                        List.of(new IscsiTarget(NAME, "test", luns, access, redirection)),
                        access,
                        limits,
                        metrics,
                        InstantSource.system());
    }

    IscsiTargetServer server() {
        return server;
    }

    InetSocketAddress portal() {
        return server.portals().getFirst();
    }

    /** What the target has counted for itself. */
    long count(IscsiCounter counter) {
        return metrics.counter(counter, Labels.NONE).sum();
    }

    /** A connection that is not logged in. */
    IscsiInitiator connect() throws IOException {
        return IscsiInitiator.connect(portal());
    }

    /** A session of an initiator port. */
    IscsiInitiator login(long isid, String... keysAndValues) throws IOException {
        IscsiInitiator initiator = connect();
        int status = initiator.login(HOST, NAME, isid, keysAndValues);
        if (status != 0) {
            throw new AssertionError("login refused with %04Xh".formatted(status));
        }
        return initiator;
    }

    /** Waits until the event loops of all sessions have done what they were asked to do before. */
    void settle() {
        for (Session session : server.context().sessions().all()) {
            CompletableFuture<?> reached = new CompletableFuture<>();
            session.connection().execute(() -> reached.complete(null));
            reached.join();
        }
    }

    /** Runs on the owner of a logical unit. */
    <T> T onOwner(int lun, Callable<T> work) {
        return served.get(lun).owner.submit(work).join();
    }

    @Override
    public void close() {
        server.close();
        served.forEach(Served::close);
    }

    /** A thread that serves a logical unit. */
    private static final class Served {

        private final LogicalUnitOwner owner;
        private final Semaphore wake = new Semaphore(0);
        private final Thread thread;
        private volatile boolean stopping;

        Served(LogicalUnitOwner owner) {
            this.owner = owner;
            owner.share(wake::release);
            thread = Thread.ofPlatform().daemon().start(this::run);
        }

        private void run() {
            while (!stopping) {
                wake.acquireUninterruptibly();
                owner.runShared();
            }
            owner.endSharing();
            owner.releaseOwnership();
        }

        void close() {
            stopping = true;
            wake.release();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
