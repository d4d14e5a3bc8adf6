package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.changer.ElementLinks;
import io.capstan.changer.ElementStatus;
import io.capstan.changer.ElementType;
import io.capstan.changer.ElementsOutcome;
import io.capstan.changer.InventoryOutcome;
import io.capstan.changer.Library;
import io.capstan.changer.LibraryConfiguration;
import io.capstan.changer.MediumChanger;
import io.capstan.changer.TransportOutcome;
import io.capstan.changer.TransportRefusal;
import io.capstan.changer.Transported;
import io.capstan.drive.DriveIdentity;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.flight.FlightLog;
import io.capstan.scsi.flight.FlightRecorder;
import io.capstan.scsi.spc.UnitAttentions;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A library of this node with its drives.
 *
 * <p>What operators ask for is done on the changer's owner thread, in line with what hosts ask for. It throws {@link
 * java.util.concurrent.RejectedExecutionException} when the library is not in service.
 */
public final class LibraryUnit {

    private final LibraryPlan configured;
    private final Library library;
    private final LogicalUnitOwner owner;
    private final LogicalUnit changer;
    private final DriveFactory driveFactory;
    private final LibraryShapes shapes;
    private final FlightRecorders flightRecorders;
    private final LabelFollower labels;
    private final Consumer<VolumeIdentifier> moved;
    private volatile LibraryPlan plan;
    private volatile List<DriveUnit> drives;

    /** Makes the drives of this library. */
    private interface DriveFactory {

        DriveUnit make(int number, LibraryPlan.Drive drive);
    }

    LibraryUnit(
            LibraryPlan configured,
            LibraryShapes shapes,
            SerialNumbers serialNumbers,
            boolean kernelOnly,
            long recallHoldMillis,
            Catalog catalog,
            FlightRecorders flightRecorders,
            DriveElement.Mounter mounter,
            Consumer<VolumeIdentifier> moved,
            ElementLinks links,
            InstantSource clock) {
        this.configured = configured;
        this.shapes = shapes;
        this.flightRecorders = flightRecorders;
        this.plan = shapes.current(configured);
        String serialNumber = serialNumbers.of("library/" + plan.name(), plan.serialNumber());
        LibraryConfiguration configuration =
                new LibraryConfiguration(
                        plan.name(),
                        plan.personality(),
                        serialNumber,
                        plan.storageCount(),
                        plan.importExportCount());
        this.driveFactory =
                (number, drive) ->
                        new DriveUnit(
                                configured.name(),
                                number,
                                drive.personality(),
                                new DriveIdentity(
                                        serialNumbers.of(
                                                "library/" + configured.name() + "/drive/" + number,
                                                drive.serialNumber()),
                                        serialNumber,
                                        OptionalInt.of(
                                                configured.personality().firstDataTransferAddress()
                                                        + number)),
                                kernelOnly,
                                recallHoldMillis,
                                catalog,
                                flightRecorders,
                                mounter);
        List<DriveUnit> units = new ArrayList<>();
        for (LibraryPlan.Drive drive : plan.drives()) {
            units.add(driveFactory.make(units.size(), drive));
        }
        this.drives = List.copyOf(units);
        this.owner = new LogicalUnitOwner();
        this.library =
                new Library(
                        configuration,
                        catalog,
                        drives.stream()
                                .<io.capstan.changer.DataTransferElement>map(DriveUnit::element)
                                .toList(),
                        links);
        this.labels = new LabelFollower(plan.name(), catalog, moved);
        this.moved = moved;
        this.changer =
                MediumChanger.logicalUnit(
                        library,
                        owner,
                        UnitAttentions.afterPowerOn(
                                AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED),
                        clock,
                        flightRecorders
                                .recorder(
                                        plan.name() + "/changer",
                                        FlightRecorder.PositionSource.NONE)
                                .andThen(labels),
                        Optional.of(new SavedReservations(catalog, plan.name() + "/changer")));
    }

    public String name() {
        return library.configuration().name();
    }

    public LibraryConfiguration configuration() {
        return library.configuration();
    }

    /** By number, as they are now. */
    public List<DriveUnit> drives() {
        return drives;
    }

    /** The changer, which is a logical unit of its own. */
    public LogicalUnit changer() {
        return changer;
    }

    /**
     * What the changer was asked last.
     *
     * @throws IOException if that is not recorded
     */
    public FlightLog flightLog() throws IOException {
        return flightRecorders.log(changer.name());
    }

    public LogicalUnitOwner owner() {
        return owner;
    }

    /** The status of all elements at one moment. */
    public List<ElementStatus> inventory() {
        return call(library::inventory);
    }

    /** The type of an element; empty if there is no such element. */
    public Optional<ElementType> typeOf(int address) {
        return library.addresses().typeOf(address);
    }

    public TransportOutcome move(int source, int destination) {
        return call(() -> moveNow(source, destination));
    }

    public InventoryOutcome importCartridge(VolumeIdentifier volume, ElementType type) {
        return call(() -> changed(library.importCartridge(volume, type)));
    }

    /** As {@link Library#importCartridges}. */
    List<InventoryOutcome> importCartridges(List<VolumeIdentifier> volumes) {
        return call(() -> library.importCartridges(volumes).stream().map(this::changed).toList());
    }

    public InventoryOutcome importCartridge(VolumeIdentifier volume, int address) {
        return call(() -> changed(library.importCartridge(volume, address)));
    }

    public InventoryOutcome exportCartridge(int address) {
        return call(() -> changed(library.exportCartridge(address)));
    }

    /**
     * Puts a cartridge that arrives from elsewhere into an element, or into the lowest empty storage element.
     *
     * @param alongWith made in the same transaction before
     */
    InventoryOutcome deliver(
            VolumeIdentifier volume,
            Optional<Integer> address,
            Consumer<CatalogTransaction> alongWith) {
        return call(() ->
                changed(
                        address.isPresent()
                                ? library.deliver(volume, address.get(), alongWith)
                                : library.deliver(volume, ElementType.STORAGE, alongWith)));
    }

    /**
     * Takes a cartridge out of its storage or import/export element for a journey.
     *
     * @param alongWith made in the same transaction, behind
     */
    InventoryOutcome sendOff(
            int address, VolumeIdentifier volume, Consumer<CatalogTransaction> alongWith) {
        return call(() -> library.sendOff(address, volume, alongWith));
    }

    /** Opens the import/export station and closes it again: what waits in elements that lead elsewhere goes there. */
    public Optional<TransportRefusal> eject() {
        return call(() -> {
            Optional<TransportRefusal> refusal = library.openStation();
            library.closeStation();
            return refusal;
        });
    }

    /** Whether hosts prevent removal from the library. */
    public boolean removalPrevented() {
        return call(library::removalPrevented);
    }

    /** Overrules hosts that prevent removal from the library. */
    public void allowRemoval() {
        call(() -> {
            library.allowRemoval();
            return true;
        });
    }

    /**
     * Unloads a drive and puts its cartridge back where it came from, or into the lowest empty storage element.
     *
     * @param force whether hosts that prevent removal are overruled
     * @return why not, or where it went
     */
    public TransportOutcome unload(DriveUnit drive, Optional<Integer> destination, boolean force) {
        return call(() -> {
            if (force) {
                drive.element().eject(true);
            }
            int address = drive.elementAddress();
            return moveNow(address, destination.orElseGet(() -> homeOf(address).orElse(address)));
        });
    }

    /** Changes how many storage and import/export elements there are, from now on and after restarts. */
    public ElementsOutcome resize(int storageCount, int importExportCount) {
        return call(() -> {
            LibraryPlan changed = plan.withCounts(storageCount, importExportCount);
            return kept(
                    library.resize(storageCount, importExportCount, () -> keep(changed)), changed);
        });
    }

    /**
     * A drive that could be {@link #add}ed next, in a bay of its own behind the last one.
     *
     * @throws IllegalArgumentException if it cannot have that serial number
     */
    DriveUnit nextDrive(LibraryPlan.Drive drive) {
        return driveFactory.make(drives.size(), drive);
    }

    /** Gives the changer a drive from {@link #nextDrive} that hosts can reach by now. */
    ElementsOutcome add(DriveUnit unit, LibraryPlan.Drive drive) {
        return call(() -> {
            List<LibraryPlan.Drive> all = new ArrayList<>(plan.drives());
            all.add(drive);
            LibraryPlan changed = plan.withDrives(all);
            ElementsOutcome outcome = library.addDrive(unit.element(), () -> keep(changed));
            if (outcome instanceof ElementsOutcome.Changed) {
                List<DriveUnit> units = new ArrayList<>(drives);
                units.add(unit);
                drives = List.copyOf(units);
            }
            return kept(outcome, changed);
        });
    }

    /** Takes the last drive from the changer; hosts can still reach it. */
    ElementsOutcome removeLastDrive() {
        return call(() -> {
            int left = Math.max(0, drives.size() - 1);
            LibraryPlan changed = plan.withDrives(plan.drives().subList(0, left));
            ElementsOutcome outcome = library.removeLastDrive(() -> keep(changed));
            if (outcome instanceof ElementsOutcome.Changed) {
                drives = List.copyOf(drives.subList(0, left));
            }
            return kept(outcome, changed);
        });
    }

    private void keep(LibraryPlan changed) {
        shapes.keep(configured, changed);
    }

    private ElementsOutcome kept(ElementsOutcome outcome, LibraryPlan changed) {
        if (outcome instanceof ElementsOutcome.Changed) {
            plan = changed;
        }
        return outcome;
    }

    /** Loads what is in drive elements. Before transports are there, on the thread that made this. */
    void start() {
        library.start();
    }

    /** Closes the cartridges in drives. No transport serves this library any more. */
    void close() {
        owner.takeOwnership(() -> {});
        drives.forEach(DriveUnit::close);
        owner.releaseOwnership();
    }

    private TransportOutcome moveNow(int source, int destination) {
        TransportOutcome outcome = library.moveByOperator(source, destination);
        if (outcome instanceof Transported) {
            labels.follow(destination);
        }
        return outcome;
    }

    private InventoryOutcome changed(InventoryOutcome outcome) {
        if (outcome instanceof InventoryOutcome.Changed(VolumeIdentifier volume, int address)) {
            moved.accept(volume);
        }
        return outcome;
    }

    private Optional<Integer> homeOf(int driveAddress) {
        List<ElementStatus> all = library.inventory();
        Optional<Integer> source =
                all.stream()
                        .filter(element -> element.address() == driveAddress)
                        .flatMap(element -> element.content().stream())
                        .flatMapToInt(content -> content.sourceElementAddress().stream())
                        .boxed()
                        .filter(address -> isEmptyStorage(all, address))
                        .findFirst();
        return source.or(() ->
                all.stream()
                        .map(ElementStatus::address)
                        .filter(address -> isEmptyStorage(all, address))
                        .findFirst());
    }

    private static boolean isEmptyStorage(List<ElementStatus> all, int address) {
        return all.stream()
                .anyMatch(element ->
                        element.address() == address
                                && element.type() == ElementType.STORAGE
                                && !element.full());
    }

    private <T> T call(Callable<T> work) {
        try {
            return owner.submit(work).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
