package io.capstan.appliance.node;

import io.capstan.config.IscsiSettings;
import io.capstan.config.PortalAddress;
import io.capstan.config.TenantSettings;
import io.capstan.iscsi.AccessRules;
import io.capstan.iscsi.ChapUser;
import io.capstan.iscsi.IscsiLimits;
import io.capstan.iscsi.IscsiTarget;
import io.capstan.iscsi.IscsiTargetServer;
import io.capstan.iscsi.SessionStatus;
import io.capstan.iscsi.TargetLun;
import io.capstan.metrics.MetricsRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's logical units for hosts on the network. Any thread that owns no logical unit. */
public final class IscsiExport implements AutoCloseable {

    private static final String NAMING_AUTHORITY = "iqn.2026-01.io.capstan";

    private static final Logger LOG = LoggerFactory.getLogger(IscsiExport.class);

    private final IscsiTargetServer server;
    private final IscsiSettings settings;
    private final String baseName;

    private IscsiExport(IscsiTargetServer server, IscsiSettings settings, String baseName) {
        this.server = server;
        this.settings = settings;
        this.baseName = baseName;
    }

    /**
     * Starts serving.
     *
     * @throws StartException with one sentence for the operator
     */
    static IscsiExport start(
            IscsiSettings settings,
            List<TenantSettings> tenants,
            UUID nodeId,
            List<LibraryUnit> libraries,
            MetricsRegistry metrics,
            InstantSource clock)
            throws StartException {
        List<InetSocketAddress> portals = new ArrayList<>();
        for (PortalAddress portal : settings.portals()) {
            portals.add(resolve(portal));
        }
        Access access = new Access(settings);
        List<IscsiTarget> targets = new ArrayList<>();
        for (LibraryUnit library : libraries) {
            Optional<TenantSettings> tenant =
                    tenants.stream()
                            .filter(found -> found.libraries().contains(library.name()))
                            .findFirst();
            targets.addAll(targets(settings, baseName(settings, nodeId), library, tenant, access));
        }
        AccessRules discovery = access.rules(discovery(settings, tenants), false);
        refuseOpenPortals(settings, portals, targets);
        try {
            return new IscsiExport(
                    IscsiTargetServer.start(
                            portals, targets, discovery, IscsiLimits.DEFAULTS, metrics, clock),
                    settings,
                    baseName(settings, nodeId));
        } catch (IOException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static InetSocketAddress resolve(PortalAddress portal) throws StartException {
        InetSocketAddress address = new InetSocketAddress(portal.host(), portal.port());
        if (address.isUnresolved()) {
            throw new StartException("iSCSI portal " + portal + ": there is no such host");
        }
        return address;
    }

    private static String baseName(IscsiSettings settings, UUID nodeId) {
        return settings.baseName()
                .orElseGet(() -> NAMING_AUTHORITY + ":" + nodeId.toString().substring(0, 8));
    }

    /** Who shares the node with tenants has to say who it is before it learns which targets there are. */
    private static IscsiSettings.Access discovery(
            IscsiSettings settings, List<TenantSettings> tenants) {
        IscsiSettings.Access common = settings.access();
        List<String> initiators = new ArrayList<>(common.initiators());
        List<String> users = new ArrayList<>(common.users());
        for (TenantSettings tenant : tenants) {
            users.addAll(tenant.access().users());
            if (!common.initiators().isEmpty()) {
                initiators.addAll(tenant.access().initiators());
            }
        }
        return new IscsiSettings.Access(initiators, users, common.mutualUser());
    }

    private static List<IscsiTarget> targets(
            IscsiSettings settings,
            String baseName,
            LibraryUnit library,
            Optional<TenantSettings> tenant,
            Access access)
            throws StartException {
        Optional<IscsiSettings.Target> own = settings.target(library.name());
        AccessRules rules =
                access.rules(
                        own.flatMap(IscsiSettings.Target::access)
                                .or(() -> tenant.map(TenantSettings::access))
                                .orElse(settings.access()),
                        tenant.isPresent());
        Optional<String> redirection =
                own.flatMap(IscsiSettings.Target::redirection).map(PortalAddress::toString);
        List<TargetLun> luns = new ArrayList<>();
        luns.add(new TargetLun(0, library.changer(), library.owner()));
        for (DriveUnit drive : library.drives()) {
            luns.add(lun(drive));
        }
        String name = baseName + ":" + library.name();
        return switch (settings.targetPer()) {
            case LIBRARY ->
                    List.of(new IscsiTarget(name, library.name(), luns, rules, redirection));
            case DEVICE ->
                    luns.stream()
                            .map(lun ->
                                    new IscsiTarget(
                                            name + deviceName(lun),
                                            lun.unit().name(),
                                            List.of(new TargetLun(0, lun.unit(), lun.owner())),
                                            rules,
                                            redirection))
                            .toList();
        };
    }

    private static String deviceName(TargetLun lun) {
        return lun.lun() == 0 ? ".changer" : ".drive" + (lun.lun() - 1);
    }

    /** Whoever reaches a drive can erase what is in it, so the network gets nothing without authentication unasked. */
    private static void refuseOpenPortals(
            IscsiSettings settings, List<InetSocketAddress> portals, List<IscsiTarget> targets)
            throws StartException {
        if (settings.allowUnauthenticated()) {
            return;
        }
        Set<String> open = new HashSet<>();
        for (IscsiTarget target : targets) {
            if (target.access().users().isEmpty() && target.redirection().isEmpty()) {
                open.add(target.name());
            }
        }
        for (InetSocketAddress portal : portals) {
            if (!open.isEmpty() && !portal.getAddress().isLoopbackAddress()) {
                throw new StartException(
                        "iSCSI portal %s:%d is not on this host alone, and %s lets anybody in: give it users, or set iscsi.allow-unauthenticated: true"
                                .formatted(
                                        portal.getAddress().getHostAddress(),
                                        portal.getPort(),
                                        open.iterator().next()));
            }
        }
    }

    /** Settings with the secrets that belong to them; the file is read when the first user is. */
    private static final class Access {

        private final IscsiSettings settings;
        private Optional<IscsiSecrets> secrets = Optional.empty();

        Access(IscsiSettings settings) {
            this.settings = settings;
        }

        AccessRules rules(IscsiSettings.Access access, boolean isHidden) throws StartException {
            List<ChapUser> users = new ArrayList<>();
            for (String name : access.users()) {
                users.add(user(name));
            }
            Optional<ChapUser> mutual = Optional.empty();
            if (access.mutualUser().isPresent()) {
                mutual = Optional.of(user(access.mutualUser().get()));
            }
            return new AccessRules(Set.copyOf(access.initiators()), users, mutual, isHidden);
        }

        private ChapUser user(String name) throws StartException {
            if (secrets.isEmpty()) {
                secrets = Optional.of(IscsiSecrets.read(settings.secretsFile()));
            }
            return secrets.get().user(name);
        }
    }

    /**
     * Makes a drive that a running library gets a LUN of the library's target. Where each device has a target of its own,
     * targets do not come while the node runs.
     */
    void add(LibraryUnit library, DriveUnit drive) {
        boolean added =
                settings.targetPer() == IscsiSettings.TargetPer.LIBRARY
                        && server.addLun(targetName(library), lun(drive));
        if (!added) {
            LOG.warn("{}: there for iSCSI hosts after the next start", drive.name());
        }
    }

    /** Takes a drive from iSCSI hosts. */
    void remove(LibraryUnit library, DriveUnit drive) {
        TargetLun lun = lun(drive);
        switch (settings.targetPer()) {
            case LIBRARY -> server.removeLun(targetName(library), lun.lun());
            case DEVICE -> server.removeLun(targetName(library) + deviceName(lun), 0);
        }
    }

    private String targetName(LibraryUnit library) {
        return baseName + ":" + library.name();
    }

    private static TargetLun lun(DriveUnit drive) {
        return new TargetLun(drive.number() + 1, drive.logicalUnit(), drive.owner());
    }

    /** The addresses it listens on. */
    public List<InetSocketAddress> portals() {
        return server.portals();
    }

    /** Whether a target, by its name, is one of a library's. */
    public boolean isTargetOf(String targetName, String library) {
        String ofLibrary = baseName + ":" + library;
        return targetName.equals(ofLibrary) || targetName.startsWith(ofLibrary + ".");
    }

    /** The names of the targets. */
    public List<String> targetNames() {
        return server.targetNames();
    }

    /** The sessions there are now. */
    public List<SessionStatus> sessions() {
        return server.sessions();
    }

    /** Drops a session; false if there is none with this number. */
    public boolean drop(int id) {
        return server.drop(id);
    }

    @Override
    public void close() {
        server.close();
    }
}
