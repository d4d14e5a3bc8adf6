package io.capstan.tcmu;

import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's LIO target with this node's logical units: makes devices, serves their rings, takes them down.
 *
 * <p>What the kernel already has under our names, left by a process that died or stopped with {@link #release}, is taken
 * over as it is, so that {@code /dev} names do not change and hosts see a reset, not a removal.
 *
 * <p>Called by one thread, which must not be the owner of any logical unit.
 */
public final class KernelTarget implements AutoCloseable {

    /** Initiator port of the nexus of every command from the kernel, which does not say who sent it. */
    public static final String INITIATOR_PORT = "tcmu";

    private static final Logger LOG = LoggerFactory.getLogger(KernelTarget.class);
    private static final Path CORE = Path.of("/sys/kernel/config/target/core");
    private static final long OVERDUE_SECONDS = 60;

    private final TargetFiles files;
    private final RingOpener ringOpener;
    private final String nodeId;
    private final int spinCount;
    private final MetricsRegistry metrics;
    private final Map<String, ExportedLibrary> libraries = new LinkedHashMap<>();
    private final List<RingServer> servers = new CopyOnWriteArrayList<>();
    private final Watchdog watchdog;

    /** Opens the ring of an enabled backstore. */
    interface RingOpener {
        Ring open(Path uioDevice, long mapLengthBytes) throws IOException;
    }

    private record ExportedLibrary(Path hba, List<Unit> units) {}

    private record Unit(LoopbackTarget target, TcmuBackstore backstore, RingServer server) {

        String name() {
            return server.unit().name();
        }
    }

    /**
     * @param nodeId stable for ever: SCSI names are made from it
     * @param spinCount how often a ring's owner looks at it before it sleeps, 0 where processors are scarce
     */
    public KernelTarget(String nodeId, int spinCount, MetricsRegistry metrics) {
        this(new KernelFiles(), Ring::open, nodeId, spinCount, metrics);
    }

    KernelTarget(
            TargetFiles files,
            RingOpener ringOpener,
            String nodeId,
            int spinCount,
            MetricsRegistry metrics) {
        this.files = files;
        this.ringOpener = ringOpener;
        this.nodeId = nodeId;
        this.spinCount = spinCount;
        this.metrics = metrics;
        this.watchdog = new Watchdog(servers, OVERDUE_SECONDS, metrics);
        watchdog.start();
    }

    /**
     * Loads kernel modules if need be.
     *
     * @return why there can be no kernel devices here, in one sentence; empty if there can
     */
    public static Optional<String> unavailable() throws IOException, InterruptedException {
        return new KernelModules(new KernelFiles()).load();
    }

    /**
     * Makes a library's logical units kernel devices, or takes over those that are there. When this returns, commands
     * are being served.
     *
     * @param library its name, unique on this node
     */
    public void export(String library, List<UnitExport> units)
            throws IOException, InterruptedException {
        String hba = hbaOf(library);
        ExportedLibrary exported = new ExportedLibrary(CORE.resolve(hba), new ArrayList<>());
        libraries.put(library, exported);
        removeSurplus(exported, units);
        for (UnitExport unit : units) {
            exported.units().add(serve(hba, unit));
        }
        removeCommonTarget(library);
        for (Unit unit : exported.units()) {
            unit.target().ensureLun(unit.backstore().directory());
        }
    }

    /**
     * Makes one more logical unit of a library that is exported a kernel device. When this returns, its commands are being
     * served; when it throws, no host can see it.
     */
    public void add(String library, UnitExport unit) throws IOException, InterruptedException {
        ExportedLibrary exported = exported(library);
        Unit served = serve(String.valueOf(exported.hba().getFileName()), unit);
        exported.units().add(served);
        boolean linked = false;
        try {
            served.target().ensureLun(served.backstore().directory());
            linked = true;
        } finally {
            if (!linked) {
                exported.units().remove(served);
                served.target().remove();
                stop(served.server());
                served.backstore().remove();
            }
        }
    }

    /**
     * Takes one logical unit's device away, in the order the kernel needs. The kernel waits for its commands in flight. When
     * this throws, the device may be left, and is served.
     */
    public void remove(String library, String unitName) throws IOException {
        ExportedLibrary exported = exported(library);
        for (Unit unit : List.copyOf(exported.units())) {
            if (unit.name().equals(unitName)) {
                unit.target().remove();
                exported.units().remove(unit);
                stop(unit.server());
                unit.backstore().remove();
            }
        }
    }

    private ExportedLibrary exported(String library) {
        ExportedLibrary exported = libraries.get(library);
        if (exported == null) {
            throw new IllegalStateException("library " + library + " is not exported");
        }
        return exported;
    }

    /** All exported logical units, as the kernel shows them now. */
    public List<ExportedUnit> exportedUnits() {
        List<ExportedUnit> all = new ArrayList<>();
        for (ExportedLibrary library : libraries.values()) {
            for (Unit unit : library.units()) {
                all.add(describe(unit));
            }
        }
        return all;
    }

    /**
     * Stops serving but leaves the devices, with commands held back (BUSY), for a process that starts soon and takes them
     * over: a planned restart.
     */
    public void release() throws IOException {
        for (ExportedLibrary library : libraries.values()) {
            for (Unit unit : library.units()) {
                unit.backstore().block(true);
                stop(unit.server());
            }
        }
        libraries.clear();
        watchdog.close();
    }

    /** Takes all devices down, in the order the kernel needs: targets while their rings are served, then the rest. */
    @Override
    public void close() throws IOException {
        List<IOException> faults = new ArrayList<>();
        for (String name : List.copyOf(libraries.keySet())) {
            try {
                takeDown(Objects.requireNonNull(libraries.get(name)));
            } catch (IOException e) {
                LOG.error("{}: cannot take kernel devices down", name, e);
                faults.add(e);
            }
            libraries.remove(name);
        }
        watchdog.close();
        if (!faults.isEmpty()) {
            throw faults.getFirst();
        }
    }

    private Unit serve(String hba, UnitExport export) throws IOException, InterruptedException {
        LoopbackTarget target = targetOf(export.unit().name());
        target.ensure();
        TcmuBackstore backstore = new TcmuBackstore(files, hba, deviceName(export.unit()));
        backstore.ensure(export.unit().name(), export.unitSerialNumber(), export.dataAreaMib());
        RingServer server = ring(backstore, export.unit(), export.owner());
        server.start();
        servers.add(server);
        // A process that stopped in a planned way left it blocked.
        backstore.block(false);
        LOG.info("{}: served", export.unit().name());
        return new Unit(target, backstore, server);
    }

    private RingServer ring(TcmuBackstore backstore, LogicalUnit unit, LogicalUnitOwner owner)
            throws IOException, InterruptedException {
        Path device = backstore.awaitUioDevice();
        Ring ring = ringOpener.open(device, backstore.mapLengthBytes(device));
        return new RingServer(ring, unit, owner, backstore::resetRing, spinCount, metrics);
    }

    private LoopbackTarget targetOf(String unitName) {
        return new LoopbackTarget(files, LoopbackTarget.nameOf(nodeId, unitName));
    }

    private static String deviceName(LogicalUnit unit) {
        return unit.name().replace('/', '-');
    }

    private void takeDown(ExportedLibrary library) throws IOException {
        for (Unit unit : List.copyOf(library.units()).reversed()) {
            unit.target().remove();
            library.units().remove(unit);
            stop(unit.server());
            unit.backstore().remove();
        }
        files.removeDirectory(library.hba());
    }

    private void stop(RingServer server) {
        servers.remove(server);
        server.close();
    }

    /**
     * Removes what an earlier configuration had and this one has not. Each is served while it goes, by a unit that
     * refuses everything, because the kernel waits for commands in flight.
     */
    private void removeSurplus(ExportedLibrary library, List<UnitExport> wanted)
            throws IOException, InterruptedException {
        List<String> names = wanted.stream().map(unit -> deviceName(unit.unit())).toList();
        for (String device : files.list(library.hba())) {
            Path directory = library.hba().resolve(device);
            if (files.exists(directory.resolve("enable")) && !names.contains(device)) {
                LOG.info("{}: no longer configured, removed", device);
                removeUnit(library, device);
            }
        }
    }

    private void removeUnit(ExportedLibrary library, String device)
            throws IOException, InterruptedException {
        String hba = String.valueOf(library.hba().getFileName());
        TcmuBackstore backstore = new TcmuBackstore(files, hba, device);
        if (!backstore.isEnabled()) {
            backstore.remove();
            return;
        }
        LogicalUnit leaving = new LeavingUnit(device);
        try (RingServer server = ring(backstore, leaving, new LogicalUnitOwner())) {
            server.start();
            backstore.block(false);
            targetOf(backstore.unitName()).remove();
        }
        backstore.remove();
    }

    /**
     * Removes the target in which earlier versions had all logical units of a library. They are served by now, as the kernel
     * needs it; they come back in targets of their own, and hosts see them go and come.
     */
    private void removeCommonTarget(String library) throws IOException {
        targetOf(library).remove();
    }

    /**
     * The HBA directory of a library: the one that already has it, else a new number. Numbers of other users of TCMU
     * are left alone.
     */
    private String hbaOf(String library) throws IOException {
        int next = 0;
        for (String hba : files.list(CORE)) {
            if (hba.matches("user_\\d+")) {
                if (isOurs(hba, library)) {
                    return hba;
                }
                next = Math.max(next, Integer.parseInt(hba.substring("user_".length())) + 1);
            }
        }
        return "user_" + next;
    }

    private boolean isOurs(String hba, String library) throws IOException {
        for (String device : files.list(CORE.resolve(hba))) {
            Path config = CORE.resolve(hba).resolve(device).resolve("attrib/dev_config");
            if (files.exists(config)) {
                String value = files.read(config);
                boolean neverConfigured = value.isEmpty() && device.startsWith(library + "-");
                if (neverConfigured || value.startsWith(TcmuBackstore.devConfig(library + "/"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private ExportedUnit describe(Unit unit) {
        try {
            return new ExportedUnit(
                    unit.name(),
                    unit.target().scsiAddress(),
                    unit.target().deviceNodes(),
                    unit.server().isServing());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
