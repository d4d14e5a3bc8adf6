package io.capstan.appliance.node;

import io.capstan.appliance.accounting.Accounting;
import io.capstan.catalog.CatalogException;
import io.capstan.changer.ElementsOutcome;
import io.capstan.config.KernelSettings;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.tcmu.ExportedUnit;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One appliance host at work.
 *
 * <p>Design note: the order of start. The data directory is taken first, so that nothing is read while another process
 * writes it; then catalog, store and cartridges are brought to the state that the last synchronize left; then libraries load
 * what is in their drives, while no host can see them; then transports. A host that comes back finds the power-on unit
 * attention (29h/00h) on every logical unit, because a position it had before is lost. The order of stop is the reverse,
 * and nothing is unloaded: a cartridge in a drive is there again after the next start.
 *
 * <p>{@link #start} and {@link #close} are called by one thread; everything else by any.
 */
public final class Node implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodePlan plan;
    private final InstantSource clock;
    private final long startedEpochMillis;
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final List<LibraryUnit> libraries = new CopyOnWriteArrayList<>();
    private final List<OwnerThread> ownerThreads = new ArrayList<>();
    private final Optional<String> kernelUnavailable;

    /** One drive is added or removed at a time. */
    private final Object driveChanges = new Object();

    private @Nullable KernelExport kernel;
    private @Nullable Storage storage;
    private @Nullable IscsiExport iscsi;
    private @Nullable TierUnit tiers;
    private @Nullable Accounting accounting;
    private @Nullable BlankCartridges blankCartridges;
    private @Nullable TombstoneExpiry tombstones;
    private @Nullable DiskClearing diskClearing;
    private @Nullable Tenants tenants;

    private Node(NodePlan plan, InstantSource clock, Optional<String> kernelUnavailable) {
        this.plan = plan;
        this.clock = clock;
        this.startedEpochMillis = clock.millis();
        this.kernelUnavailable = kernelUnavailable;
    }

    /**
     * Starts a node; when this returns, hosts are served.
     *
     * @param nodeIds where a new node draws its identity from
     * @throws StartException if it cannot; everything that was taken is given back
     */
    public static Node start(NodePlan plan, InstantSource clock, Supplier<UUID> nodeIds)
            throws StartException, InterruptedException {
        Optional<String> unavailable =
                plan.kernel().enabled() == KernelSettings.Enabled.OFF
                        ? Optional.of("kernel devices are turned off")
                        : KernelExport.unavailable();
        if (plan.kernel().enabled() == KernelSettings.Enabled.ON && unavailable.isPresent()) {
            throw new StartException(unavailable.get());
        }
        if (plan.kernel().enabled() == KernelSettings.Enabled.AUTO) {
            unavailable.ifPresent(reason -> LOG.warn("no kernel devices: {}", reason));
        }
        Node node = new Node(plan, clock, unavailable);
        boolean started = false;
        try {
            node.start(nodeIds);
            started = true;
            return node;
        } catch (IOException e) {
            throw new StartException("cannot start: " + e.getMessage(), e);
        } catch (CatalogException | IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!started) {
                node.close();
            }
        }
    }

    private void start(Supplier<UUID> nodeIds)
            throws StartException, IOException, InterruptedException {
        Storage opened = Storage.open(plan, clock, nodeIds, metrics);
        storage = opened;
        FlightRecorders flightRecorders = new FlightRecorders(opened.flightDirectory());
        LibraryShapes shapes = new LibraryShapes(opened.catalog(), plan.equipment());
        SerialNumbers serialNumbers = new SerialNumbers(opened.catalog(), opened.nodeId());
        TierUnit tierUnit = new TierUnit(plan, opened, this::library, clock, metrics);
        tiers = tierUnit;
        for (LibraryPlan library : plan.libraries()) {
            LibraryUnit unit =
                    new LibraryUnit(
                            library,
                            shapes,
                            serialNumbers,
                            kernelUnavailable.isEmpty() && plan.iscsi().portals().isEmpty(),
                            1000L * plan.recall().holdSeconds(),
                            opened.catalog(),
                            flightRecorders,
                            opened::mount,
                            opened.cartridges()::moved,
                            tierUnit.linksOf(library),
                            clock);
            libraries.add(unit);
            FirstStart.provide(
                    unit, library.firstCartridges(), opened.catalog(), opened.cartridges());
            unit.start();
        }
        Tenants owners = new Tenants(opened.catalog(), plan.tenants());
        tenants = owners;
        owners.adopt(libraries);
        owners.adoptTravelling(tierUnit.jobs().list(job -> !job.state().isFinal()));
        if (kernelUnavailable.isEmpty()) {
            exportToKernel(opened.nodeId());
        } else {
            serveWithoutTransport();
        }
        if (!plan.iscsi().portals().isEmpty()) {
            iscsi =
                    IscsiExport.start(
                            plan.iscsi(),
                            plan.tenants(),
                            opened.nodeId(),
                            libraries,
                            metrics,
                            clock);
        }
        Accounting costs =
                Accounting.open(
                        opened.dataDirectory().resolve("accounting"),
                        opened.catalog(),
                        plan.accounting(),
                        clock);
        accounting = costs;
        tierUnit.jobs().tellWhatIsFetched(costs::fetched);
        tierUnit.jobs().start();
        startManagement(opened, costs, owners);
    }

    private void startManagement(Storage opened, Accounting costs, Tenants owners) {
        costs.start();
        BlankCartridges blank =
                new BlankCartridges(
                        plan.blankCartridges(),
                        opened.catalog(),
                        opened.cartridges(),
                        owners,
                        plan.equipment(),
                        this::library);
        blankCartridges = blank;
        blank.start();
        TombstoneExpiry expiry =
                new TombstoneExpiry(plan.tombstones(), opened, tiers().jobs(), owners, clock);
        tombstones = expiry;
        expiry.start();
        DiskClearing clearing = new DiskClearing(opened, this::libraries);
        diskClearing = clearing;
        clearing.start();
    }

    private void exportToKernel(UUID nodeId) throws IOException, InterruptedException {
        KernelExport export =
                new KernelExport(
                        nodeId, plan.kernel().spinCount(), plan.kernel().maxDataAreaMib(), metrics);
        kernel = export;
        for (LibraryUnit library : libraries) {
            export.export(library);
        }
    }

    private void serveWithoutTransport() throws InterruptedException {
        for (LibraryUnit library : libraries) {
            serve(new OwnerThread(library.changer().name(), library.owner()));
            for (DriveUnit drive : library.drives()) {
                serve(new OwnerThread(drive.name(), drive.owner()));
            }
        }
    }

    private void serve(OwnerThread thread) throws InterruptedException {
        ownerThreads.add(thread);
        thread.start();
    }

    /**
     * Adds a drive to a running library, in a bay behind the last one: a logical unit first, then an element of the changer.
     * It is there after restarts too.
     *
     * @throws IllegalArgumentException if it cannot have that serial number
     * @throws IOException if the kernel makes no device for it
     */
    public ElementsOutcome addDrive(LibraryUnit library, LibraryPlan.Drive drive)
            throws IOException, InterruptedException {
        synchronized (driveChanges) {
            DriveUnit unit = library.nextDrive(drive);
            refuseSerialNumberInUse(unit);
            boolean added = false;
            try {
                serve(library, unit);
                ElementsOutcome outcome = library.add(unit, drive);
                added = outcome instanceof ElementsOutcome.Changed;
                return outcome;
            } finally {
                if (!added) {
                    withdraw(library, unit);
                }
            }
        }
    }

    /**
     * Removes the last drive, which must be empty, of a running library. The kernel waits for its commands in flight.
     */
    public ElementsOutcome removeDrive(LibraryUnit library, DriveUnit drive) {
        synchronized (driveChanges) {
            List<DriveUnit> drives = library.drives();
            if (drives.isEmpty() || !drives.getLast().equals(drive)) {
                return new ElementsOutcome.NoRoom(
                        "only the last drive of a library can be removed, and %s is not that"
                                .formatted(drive.name()));
            }
            ElementsOutcome outcome = library.removeLastDrive();
            if (outcome instanceof ElementsOutcome.Changed) {
                withdraw(library, drive);
            }
            return outcome;
        }
    }

    private void refuseSerialNumberInUse(DriveUnit unit) {
        for (LibraryUnit library : libraries) {
            for (DriveUnit other : library.drives()) {
                if (other.serialNumber().equals(unit.serialNumber())) {
                    throw new IllegalArgumentException(
                            "%s has serial number %s already"
                                    .formatted(other.name(), unit.serialNumber()));
                }
            }
        }
    }

    private void serve(LibraryUnit library, DriveUnit drive)
            throws IOException, InterruptedException {
        KernelExport export = kernel;
        if (export == null) {
            serve(new OwnerThread(drive.name(), drive.owner()));
        } else {
            export.add(library, drive);
        }
        iscsi().ifPresent(target -> target.add(library, drive));
    }

    /** Takes a drive from hosts and closes it. A device that stays all the same is removed by the next start. */
    private void withdraw(LibraryUnit library, DriveUnit drive) {
        iscsi().ifPresent(target -> target.remove(library, drive));
        KernelExport export = kernel;
        if (export != null) {
            try {
                export.remove(library, drive);
            } catch (IOException e) {
                LOG.error("{}: its device is not removed: {}", drive.name(), e.getMessage());
                return;
            }
        }
        for (OwnerThread thread : List.copyOf(ownerThreads)) {
            if (thread.unitName().equals(drive.name())) {
                thread.close();
                ownerThreads.remove(thread);
            }
        }
        drive.close();
    }

    public NodePlan plan() {
        return plan;
    }

    public InstantSource clock() {
        return clock;
    }

    public long startedEpochMillis() {
        return startedEpochMillis;
    }

    public MetricsRegistry metrics() {
        return metrics;
    }

    public List<LibraryUnit> libraries() {
        return List.copyOf(libraries);
    }

    public Optional<LibraryUnit> library(String name) {
        return libraries.stream().filter(library -> library.name().equals(name)).findFirst();
    }

    /** Catalog, chunks and cartridges. */
    public Storage storage() {
        Storage open = storage;
        if (open == null) {
            throw new IllegalStateException("the node is not running");
        }
        return open;
    }

    /** Tiers, their jobs, and links between libraries. */
    public TierUnit tiers() {
        TierUnit running = tiers;
        if (running == null) {
            throw new IllegalStateException("the node is not running");
        }
        return running;
    }

    /** What data takes up and costs. */
    public Accounting accounting() {
        return running(accounting);
    }

    /** Who owns what. */
    public Tenants tenants() {
        return running(tenants);
    }

    /** What keeps libraries' numbers of blank cartridges. */
    public BlankCartridges blankCartridges() {
        return running(blankCartridges);
    }

    /** What gives up the barcodes of destroyed cartridges. */
    public TombstoneExpiry tombstones() {
        return running(tombstones);
    }

    private static <T> T running(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the node is not running");
        }
        return part;
    }

    /** Why there are no kernel devices; empty if there are. */
    public Optional<String> kernelUnavailable() {
        return kernelUnavailable;
    }

    /** The iSCSI target; empty if there are no portals. */
    public Optional<IscsiExport> iscsi() {
        return Optional.ofNullable(iscsi);
    }

    /** The kernel devices, as the kernel shows them now. */
    public List<ExportedUnit> kernelDevices() {
        KernelExport export = kernel;
        return export == null ? List.of() : export.devices();
    }

    /**
     * Stops serving but leaves kernel devices in place, with commands held back, for a process that starts soon: a planned
     * restart. Call {@link #close} next.
     */
    public void releaseKernelDevices() {
        closeManagement();
        closeIscsi();
        KernelExport export = kernel;
        kernel = null;
        if (export != null) {
            try {
                export.release();
            } catch (IOException e) {
                LOG.error("kernel devices not left in order: {}", e.getMessage());
            }
        }
    }

    /** Stops serving, takes kernel devices down, synchronizes and closes everything. Idempotent. */
    @Override
    public void close() {
        closeManagement();
        closeIscsi();
        takeKernelDevicesDown();
        ownerThreads.reversed().forEach(OwnerThread::close);
        ownerThreads.clear();
        for (LibraryUnit library : libraries.reversed()) {
            library.close();
        }
        libraries.clear();
        Storage open = storage;
        storage = null;
        if (open != null) {
            open.close();
        }
    }

    /** While libraries are served, because what runs may wait for one. */
    private void closeManagement() {
        DiskClearing clearing = diskClearing;
        diskClearing = null;
        if (clearing != null) {
            clearing.close();
        }
        TombstoneExpiry expiry = tombstones;
        tombstones = null;
        if (expiry != null) {
            expiry.close();
        }
        BlankCartridges blank = blankCartridges;
        blankCartridges = null;
        if (blank != null) {
            blank.close();
        }
        TierUnit running = tiers;
        tiers = null;
        if (running != null) {
            running.close();
        }
        // Behind the jobs, which tell it what they fetch.
        Accounting costs = accounting;
        accounting = null;
        if (costs != null) {
            costs.close();
        }
    }

    private void closeIscsi() {
        IscsiExport export = iscsi;
        iscsi = null;
        if (export != null) {
            export.close();
        }
    }

    private void takeKernelDevicesDown() {
        KernelExport export = kernel;
        kernel = null;
        if (export != null) {
            try {
                export.close();
            } catch (IOException e) {
                LOG.error("kernel devices not taken down in order: {}", e.getMessage());
            }
        }
    }
}
