package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.changer.ElementStatus;
import io.capstan.changer.ElementType;
import io.capstan.changer.InventoryOutcome;
import io.capstan.changer.Library;
import io.capstan.changer.LibraryConfiguration;
import io.capstan.changer.MediumChanger;
import io.capstan.changer.TransportOutcome;
import io.capstan.changer.Transported;
import io.capstan.drive.DriveIdentity;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.spc.UnitAttentions;
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

    private final Library library;
    private final LogicalUnitOwner owner;
    private final LogicalUnit changer;
    private final List<DriveUnit> drives;
    private final LabelFollower labels;
    private final Consumer<VolumeIdentifier> moved;

    LibraryUnit(
            LibraryPlan plan,
            SerialNumbers serialNumbers,
            boolean kernelOnly,
            Catalog catalog,
            DriveElement.Mounter mounter,
            Consumer<VolumeIdentifier> moved,
            InstantSource clock) {
        String serialNumber = serialNumbers.of("library/" + plan.name(), plan.serialNumber());
        LibraryConfiguration configuration =
                new LibraryConfiguration(
                        plan.name(),
                        plan.personality(),
                        serialNumber,
                        plan.storageCount(),
                        plan.importExportCount());
        List<DriveUnit> units = new ArrayList<>();
        for (int number = 0; number < plan.drives().size(); number++) {
            LibraryPlan.Drive drive = plan.drives().get(number);
            DriveIdentity identity =
                    new DriveIdentity(
                            serialNumbers.of(
                                    "library/" + plan.name() + "/drive/" + number,
                                    drive.serialNumber()),
                            serialNumber,
                            OptionalInt.of(plan.personality().firstDataTransferAddress() + number));
            units.add(
                    new DriveUnit(
                            plan.name(),
                            number,
                            drive.personality(),
                            identity,
                            kernelOnly,
                            catalog,
                            mounter));
        }
        this.drives = List.copyOf(units);
        this.owner = new LogicalUnitOwner();
        this.library =
                new Library(
                        configuration,
                        catalog,
                        drives.stream()
                                .<io.capstan.changer.DataTransferElement>map(DriveUnit::element)
                                .toList());
        this.labels = new LabelFollower(plan.name(), catalog, moved);
        this.moved = moved;
        this.changer =
                MediumChanger.logicalUnit(
                        library,
                        owner,
                        UnitAttentions.afterPowerOn(
                                AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED),
                        clock,
                        labels);
    }

    public String name() {
        return library.configuration().name();
    }

    public LibraryConfiguration configuration() {
        return library.configuration();
    }

    public List<DriveUnit> drives() {
        return drives;
    }

    /** The changer, which is a logical unit of its own. */
    public LogicalUnit changer() {
        return changer;
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

    public InventoryOutcome importCartridge(VolumeIdentifier volume, int address) {
        return call(() -> changed(library.importCartridge(volume, address)));
    }

    public InventoryOutcome exportCartridge(int address) {
        return call(() -> changed(library.exportCartridge(address)));
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
