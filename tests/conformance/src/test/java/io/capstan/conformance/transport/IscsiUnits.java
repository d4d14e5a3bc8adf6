package io.capstan.conformance.transport;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.scsi.Transport;
import io.capstan.iscsi.AccessRules;
import io.capstan.iscsi.IscsiLimits;
import io.capstan.iscsi.IscsiTarget;
import io.capstan.iscsi.IscsiTargetServer;
import io.capstan.iscsi.TargetLun;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Logical units of one target on loopback; each initiator port has a session for each of them. */
final class IscsiUnits implements ServedUnits {

    private static final IscsiTarget TARGET =
            new IscsiTarget(
                    "iqn.2026-01.io.capstan:conformance",
                    "",
                    List.of(),
                    AccessRules.OPEN,
                    Optional.empty());

    private final IscsiTargetServer server = start();
    private final IdentityHashMap<LogicalUnit, Served> served = new IdentityHashMap<>();
    private long latestIsid;

    private static IscsiTargetServer start() {
        try {
            return IscsiTargetServer.start(
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    List.of(TARGET),
                    AccessRules.OPEN,
                    IscsiLimits.DEFAULTS,
                    new MetricsRegistry(),
                    InstantSource.system());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Transport.Path reach(LogicalUnit unit, LogicalUnitOwner owner, String initiatorPort) {
        Served found = served.get(unit);
        if (found == null) {
            found = new Served(served.size(), unit, owner);
            served.put(unit, found);
        }
        return found.path(initiatorPort);
    }

    @Override
    public void release() {
        try {
            for (Served unit : served.values()) {
                unit.disconnect();
            }
            while (!server.sessions().isEmpty()) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        served.values().forEach(Served::close);
        served.clear();
    }

    /** A session and how its commands are sent. */
    private record Login(IscsiInitiator session, Transport.Path path) {}

    /** A logical unit, the thread that serves it, and the sessions with it. */
    private final class Served {

        private final int lun;
        private final LogicalUnit unit;
        private final LogicalUnitOwner owner;
        private final Semaphore wake = new Semaphore(0);
        private final Thread thread;
        private final Map<String, Login> logins = new HashMap<>();
        private volatile boolean stopping;

        Served(int lun, LogicalUnit unit, LogicalUnitOwner owner) {
            this.lun = lun;
            this.unit = unit;
            this.owner = owner;
            owner.share(wake::release);
            thread = Thread.ofPlatform().daemon().start(this::serve);
            server.addLun(TARGET.name(), new TargetLun(lun, unit, owner));
        }

        private void serve() {
            while (!stopping) {
                wake.acquireUninterruptibly();
                owner.runShared();
            }
            owner.endSharing();
            owner.releaseOwnership();
        }

        Transport.Path path(String initiatorPort) {
            return logins.computeIfAbsent(initiatorPort, this::login).path();
        }

        private Login login(String initiatorPort) {
            String name =
                    "iqn.2026-01.io.capstan.host:" + initiatorPort.replaceAll("[^a-z0-9.:-]", "-");
            long isid = ++latestIsid;
            try {
                IscsiInitiator session = IscsiInitiator.connect(server.portals().getFirst());
                int status = session.login(name, TARGET.name(), isid);
                if (status != 0) {
                    throw new AssertionError("login refused with %04Xh".formatted(status));
                }
                return new Login(
                        session,
                        new Transport.Path(
                                new Remote(
                                        session.unit(
                                                lun, unit.name(), unit.peripheralDeviceType())),
                                new Nexus(
                                        "%s,i,0x%012x".formatted(name, isid), TARGET.portName())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void disconnect() throws IOException {
            for (Login login : logins.values()) {
                login.session().close();
            }
        }

        /** Sends everything but the loss of its own nexus, which is no request of iSCSI. */
        private final class Remote implements LogicalUnit {

            private final LogicalUnit remote;

            Remote(LogicalUnit remote) {
                this.remote = remote;
            }

            @Override
            public String name() {
                return remote.name();
            }

            @Override
            public int peripheralDeviceType() {
                return remote.peripheralDeviceType();
            }

            @Override
            public CommandResult execute(Task task) {
                return remote.execute(task);
            }

            @Override
            public void manage(TaskManagementFunction function, Nexus nexus) {
                if (function != TaskManagementFunction.I_T_NEXUS_RESET) {
                    remote.manage(function, nexus);
                    return;
                }
                owner.submit(
                                () -> {
                                    unit.manage(function, nexus);
                                    return true;
                                })
                        .join();
            }
        }

        void close() {
            server.removeLun(TARGET.name(), lun);
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
