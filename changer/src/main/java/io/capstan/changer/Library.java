package io.capstan.changer;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.ExchangeOutcome;
import io.capstan.catalog.MoveOutcome;
import io.capstan.changer.MediumTransport.Leg;
import io.capstan.changer.TransportRefusal.DestinationFull;
import io.capstan.changer.TransportRefusal.InvalidElementAddress;
import io.capstan.changer.TransportRefusal.NotUnloaded;
import io.capstan.changer.TransportRefusal.RemovalPrevented;
import io.capstan.changer.TransportRefusal.SourceEmpty;
import io.capstan.changer.TransportRefusal.StationOpen;
import io.capstan.changer.TransportStatistics.Counter;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.spc.MediumRemoval;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A library: its elements, what is in them, and the moves between them.
 *
 * <p>Where a cartridge is, is an entry of the catalog and nothing else; this class keeps no inventory of its own. Every
 * change is one catalog transaction, which is on stable storage before the method returns. Methods are called on the owner
 * thread of the changer's logical unit: by the device server for hosts, and through the {@code LogicalUnitOwner} for
 * operators.
 *
 * <p>Design note: the order of drive and catalog. A move or an exchange
 *
 * <ol>
 *   <li>has every drive that gives up a cartridge eject it,
 *   <li>commits all the new places in one transaction,
 *   <li>has every drive that gets a cartridge load it.
 * </ol>
 *
 * So whenever a drive holds a cartridge, the catalog places it in that drive, and two drives can never write to one
 * container. A crash before the end of step 2 leaves the old inventory, a crash after it the new one, and {@link #start}
 * loads again whatever is in a drive element then. Where a step fails, the steps before it are taken back: drives load what
 * they ejected, and a transaction restores the places. If even that fails, what the catalog says still holds: each cartridge
 * is in one element, and a drive that has not loaded what its element contains is reported as an exception and can be
 * emptied by the next move.
 *
 * <p>When storage fails, a method throws {@link CatalogException}, and the inventory is what it was.
 */
public final class Library {

    /** Some milliseconds of the catalog's writer thread. */
    private static final int IMPORTED_PER_COMMIT = 500;

    private volatile LibraryConfiguration configuration;
    private volatile ElementAddressMap addresses;
    private final Catalog catalog;
    private final List<DataTransferElement> drives;
    private final ElementLinks links;
    private final Inventory inventory;
    private final MediumTransport transport;
    private final TransportStatistics statistics;
    private final MediumRemoval mediumRemoval = new MediumRemoval();
    private Consumer<AdditionalSense> operatorAccess = condition -> {};
    private boolean stationOpen;
    private boolean started;

    /**
     * @param drives in order of element address; none for an archival library
     * @throws IllegalArgumentException if the personality has no room for the elements, or a cartridge is in an element that
     *     this configuration does not have, which the message names
     */
    public Library(
            LibraryConfiguration configuration, Catalog catalog, List<DataTransferElement> drives) {
        this(configuration, catalog, drives, ElementLinks.NONE);
    }

    /** As the other constructor, with import/export elements that lead to other libraries. */
    public Library(
            LibraryConfiguration configuration,
            Catalog catalog,
            List<DataTransferElement> drives,
            ElementLinks links) {
        this.configuration = configuration;
        this.links = links;
        this.catalog = catalog;
        this.drives = new ArrayList<>(drives);
        this.addresses = configuration.addressMap(drives.size());
        this.inventory = new Inventory(configuration.name(), this::addresses, catalog);
        this.statistics = new TransportStatistics(configuration.name(), catalog);
        this.transport =
                new MediumTransport(configuration.name(), catalog, this::drive, statistics);
        refuseStrandedCartridges();
    }

    /**
     * Loads every cartridge that is in a drive element into its drive. Call once the drives are there; until then the changer
     * tells hosts that it is becoming ready. A drive that cannot load is reported as an exception of its element and does
     * not keep the library from working.
     */
    public void start() {
        loadWhatDrivesLack(addresses.addresses(ElementType.DATA_TRANSFER));
        started = true;
    }

    /** As it is now; readable from any thread. */
    public LibraryConfiguration configuration() {
        return configuration;
    }

    /** As they are now; readable from any thread. */
    public ElementAddressMap addresses() {
        return addresses;
    }

    /** The drive of a data transfer element. */
    public Optional<DataTransferElement> drive(int address) {
        ElementRange range = addresses.range(ElementType.DATA_TRANSFER);
        return range.contains(address)
                ? Optional.of(drives.get(address - range.firstAddress()))
                : Optional.empty();
    }

    /** The status of all elements at one moment, by rising address. */
    public List<ElementStatus> inventory() {
        return status(addresses.addresses());
    }

    /** Whether the import/export station is open. */
    public boolean stationOpen() {
        return stationOpen;
    }

    /** Moves a cartridge from one element to another. */
    public TransportOutcome move(int source, int destination) {
        Optional<TransportRefusal> refusal =
                inventory
                        .checkMove(source, destination)
                        .or(() ->
                                checkAccess(
                                        IntStream.of(source), IntStream.of(source, destination)));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Leg leg = leg(source, destination);
        return departed(
                transport.carry(
                        List.of(leg),
                        change ->
                                change.moveElement(
                                                        inventory.location(source),
                                                        inventory.location(destination),
                                                        leg.sourceToReport())
                                                == MoveOutcome.MOVED
                                        && departOnMove(change, leg)));
    }

    /** In the transaction of a move, a cartridge that has come to an element that leads on goes on. */
    private boolean departOnMove(CatalogTransaction change, Leg leg) {
        if (links.departs(leg.destination()) == ElementLinks.Departs.ON_MOVE) {
            change.clearElement(inventory.location(leg.destination()));
            links.depart(change, leg.volume(), leg.source(), leg.destination());
        }
        return true;
    }

    private TransportOutcome departed(TransportOutcome outcome) {
        if (outcome instanceof Transported) {
            links.departed();
        }
        return outcome;
    }

    /**
     * Moves the cartridge in {@code source} to {@code firstDestination} and the one that was there to {@code
     * secondDestination}, which may be {@code source}: both, or none.
     */
    public TransportOutcome exchange(int source, int firstDestination, int secondDestination) {
        Optional<TransportRefusal> refusal =
                inventory
                        .checkExchange(source, firstDestination, secondDestination)
                        .or(() ->
                                checkAccess(
                                        IntStream.of(source, firstDestination),
                                        IntStream.of(source, firstDestination, secondDestination)));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Leg first = leg(source, firstDestination);
        Leg second = leg(firstDestination, secondDestination);
        return departed(
                transport.carry(
                        List.of(first, second),
                        change ->
                                change.exchangeElements(
                                                        inventory.location(source),
                                                        inventory.location(firstDestination),
                                                        inventory.location(secondDestination),
                                                        first.sourceToReport(),
                                                        second.sourceToReport())
                                                == ExchangeOutcome.EXCHANGED
                                        && departOnMove(change, first)
                                        && departOnMove(change, second)));
    }

    // What follows is for operators. Hosts learn of it by a unit attention.

    /**
     * Moves a cartridge as an operator does. Hosts are told: IMPORT OR EXPORT ELEMENT ACCESSED where such an element was
     * involved, else that the medium may have changed.
     */
    public TransportOutcome moveByOperator(int source, int destination) {
        TransportOutcome outcome = move(source, destination);
        if (outcome instanceof Transported) {
            tellHosts(
                    isImportExport(source) || isImportExport(destination)
                            ? ElementType.IMPORT_EXPORT
                            : ElementType.STORAGE);
        }
        return outcome;
    }

    /**
     * Brings a cartridge that is outside every library into the lowest empty element of a type.
     *
     * @param type {@link ElementType#IMPORT_EXPORT} or {@link ElementType#STORAGE}
     */
    public InventoryOutcome importCartridge(VolumeIdentifier volume, ElementType type) {
        Optional<Integer> address =
                type == ElementType.IMPORT_EXPORT || type == ElementType.STORAGE
                        ? inventory.firstEmpty(type)
                        : Optional.empty();
        return address.isPresent()
                ? importCartridge(volume, address.get())
                : new InventoryOutcome.NoEmptyElement(type);
    }

    /**
     * Brings a cartridge that is outside every library into an import/export or a storage element. A host that prevents
     * medium removal keeps operators from the import/export elements, but not from adding to storage, which takes nothing
     * away from it.
     */
    public InventoryOutcome importCartridge(VolumeIdentifier volume, int address) {
        Optional<ElementType> type = operatorElement(address);
        if (type.isEmpty()) {
            return new InvalidElementAddress(address);
        }
        if (type.get() == ElementType.IMPORT_EXPORT && mediumRemoval.isPrevented()) {
            return new RemovalPrevented(address);
        }
        ElementRecord element = element(volume, address);
        return change(type.get(), transaction -> place(transaction, element));
    }

    /**
     * Brings cartridges that are outside every library into empty storage elements, the lowest first: many in one
     * transaction, each of which is made or not.
     *
     * @return what became of each, in order
     */
    public List<InventoryOutcome> importCartridges(List<VolumeIdentifier> volumes) {
        List<Integer> empty = inventory.empty(ElementType.STORAGE);
        List<InventoryOutcome> outcomes = new ArrayList<>();
        int taken = 0;
        for (int from = 0; from < volumes.size(); from += IMPORTED_PER_COMMIT) {
            List<InventoryOutcome> some =
                    importSome(
                            volumes.subList(
                                    from, Math.min(volumes.size(), from + IMPORTED_PER_COMMIT)),
                            empty.subList(taken, empty.size()));
            taken += (int) some.stream().filter(InventoryOutcome.Changed.class::isInstance).count();
            outcomes.addAll(some);
        }
        return outcomes;
    }

    private List<InventoryOutcome> importSome(List<VolumeIdentifier> volumes, List<Integer> empty) {
        List<InventoryOutcome> outcomes = new ArrayList<>();
        catalog.commit(transaction -> {
            outcomes.clear();
            Iterator<Integer> addresses = empty.iterator();
            Optional<Integer> address = next(addresses);
            for (VolumeIdentifier volume : volumes) {
                InventoryOutcome outcome =
                        address.isPresent()
                                ? place(transaction, element(volume, address.get()))
                                : new InventoryOutcome.NoEmptyElement(ElementType.STORAGE);
                outcomes.add(outcome);
                if (outcome instanceof InventoryOutcome.Changed) {
                    address = next(addresses);
                }
            }
        });
        if (outcomes.stream().anyMatch(InventoryOutcome.Changed.class::isInstance)) {
            tellHosts(ElementType.STORAGE);
        }
        return outcomes;
    }

    private static Optional<Integer> next(Iterator<Integer> addresses) {
        return addresses.hasNext() ? Optional.of(addresses.next()) : Optional.empty();
    }

    private ElementRecord element(VolumeIdentifier volume, int address) {
        return new ElementRecord(inventory.location(address), volume, OptionalInt.empty());
    }

    /**
     * Puts a cartridge that arrives from elsewhere into an element. Hosts that prevent medium removal are no obstacle:
     * nothing is taken from them.
     *
     * @param alongWith made in the same transaction before, such as ending the cartridge's transit; what it throws is thrown
     */
    public InventoryOutcome deliver(
            VolumeIdentifier volume, int address, Consumer<CatalogTransaction> alongWith) {
        Optional<ElementType> type = operatorElement(address);
        if (type.isEmpty()) {
            return new InvalidElementAddress(address);
        }
        if (type.get() == ElementType.IMPORT_EXPORT && stationOpen) {
            return new StationOpen(address);
        }
        ElementRecord element = element(volume, address);
        if (inventory.at(address).isPresent()) {
            return new DestinationFull(address);
        }
        return change(
                type.get(),
                transaction -> {
                    alongWith.accept(transaction);
                    InventoryOutcome outcome = place(transaction, element);
                    if (!(outcome instanceof InventoryOutcome.Changed)) {
                        throw new IllegalStateException(
                                "cartridge %s cannot be put into element %d: %s"
                                        .formatted(volume, address, outcome));
                    }
                    return outcome;
                });
    }

    /**
     * Takes a cartridge out of a storage or import/export element for a journey to elsewhere.
     *
     * @param volume what has to be there
     * @param alongWith made in the same transaction behind, such as giving it into a job's care
     */
    public InventoryOutcome sendOff(
            int address, VolumeIdentifier volume, Consumer<CatalogTransaction> alongWith) {
        Optional<ElementType> type = operatorElement(address);
        if (type.isEmpty()) {
            return new InvalidElementAddress(address);
        }
        if (mediumRemoval.isPrevented()) {
            return new RemovalPrevented(address);
        }
        return change(
                type.get(),
                transaction -> {
                    Optional<ElementRecord> there =
                            transaction
                                    .element(inventory.location(address))
                                    .filter(element -> element.volume().equals(volume));
                    if (there.isEmpty()) {
                        return new SourceEmpty(address);
                    }
                    transaction.clearElement(inventory.location(address));
                    alongWith.accept(transaction);
                    return new InventoryOutcome.Changed(volume, address);
                });
    }

    /** As {@link #deliver(VolumeIdentifier, int, Consumer)}, into the lowest empty element of a type. */
    public InventoryOutcome deliver(
            VolumeIdentifier volume, ElementType type, Consumer<CatalogTransaction> alongWith) {
        Optional<Integer> address = inventory.firstEmpty(type);
        return address.isPresent()
                ? deliver(volume, address.get(), alongWith)
                : new InventoryOutcome.NoEmptyElement(type);
    }

    /**
     * Takes a cartridge out of an import/export or a storage element, to outside every library. Refused while a host
     * prevents medium removal.
     */
    public InventoryOutcome exportCartridge(int address) {
        Optional<ElementType> type = operatorElement(address);
        if (type.isEmpty()) {
            return new InvalidElementAddress(address);
        }
        if (mediumRemoval.isPrevented()) {
            return new RemovalPrevented(address);
        }
        InventoryOutcome outcome = change(type.get(), transaction -> take(transaction, address));
        links.departed();
        return outcome;
    }

    /**
     * Opens the import/export station, so that the medium transport cannot get at its elements until it is closed.
     *
     * @return empty once it is open; why not while a host prevents medium removal
     */
    public Optional<TransportRefusal> openStation() {
        if (!stationOpen && mediumRemoval.isPrevented()) {
            return Optional.of(
                    new RemovalPrevented(
                            addresses.range(ElementType.IMPORT_EXPORT).firstAddress()));
        }
        if (!stationOpen) {
            statistics.count(Counter.IMPORT_EXPORT_DOOR_OPENS);
            ejectLinked();
        }
        stationOpen = true;
        return Optional.empty();
    }

    /**
     * What was moved into elements that lead elsewhere is taken out of the open station. A cartridge that has no source came
     * from there.
     */
    private void ejectLinked() {
        List<Integer> leading =
                addresses
                        .addresses(ElementType.IMPORT_EXPORT)
                        .filter(address -> links.departs(address) == ElementLinks.Departs.ON_EJECT)
                        .filter(address ->
                                inventory
                                        .at(address)
                                        .filter(in -> in.sourceElementAddress().isPresent())
                                        .isPresent())
                        .boxed()
                        .toList();
        if (leading.isEmpty()) {
            return;
        }
        catalog.commit(transaction -> leading.forEach(address -> take(transaction, address)));
        links.departed();
    }

    /** Closes the import/export station. */
    public void closeStation() {
        stationOpen = false;
    }

    /** Whether a host prevents medium removal from the library. */
    public boolean removalPrevented() {
        return mediumRemoval.isPrevented();
    }

    /** Overrides every host that prevents medium removal, for one that is gone and cannot allow it any more. */
    public void allowRemoval() {
        mediumRemoval.allowAll();
    }

    // What follows changes which elements there are. Hosts that know the library learn of it by
    // MODE PARAMETERS CHANGED, because
    // mode page 1Dh tells how many there are. Elements come and go at the end of the range of their
    // type.

    /**
     * Changes how many storage and import/export elements there are.
     *
     * @param keep keeps the new numbers for the next start, before they count; what it throws leaves all as it was
     */
    public ElementsOutcome resize(int storageCount, int importExportCount, Runnable keep) {
        LibraryConfiguration resized;
        ElementAddressMap resizedAddresses;
        try {
            resized = configuration.withCounts(storageCount, importExportCount);
            resizedAddresses = resized.addressMap(drives.size());
        } catch (IllegalArgumentException noRoom) {
            return new ElementsOutcome.NoRoom(String.valueOf(noRoom.getMessage()));
        }
        Optional<ElementsOutcome> occupied = inventory.firstOutside(resizedAddresses);
        if (occupied.isPresent()) {
            return occupied.get();
        }
        keep.run();
        configuration = resized;
        addresses = resizedAddresses;
        operatorAccess.accept(AdditionalSense.MODE_PARAMETERS_CHANGED);
        return new ElementsOutcome.Changed();
    }

    /**
     * Adds a drive behind the last one, once hosts can reach it. They also learn that there is another logical unit.
     *
     * @param keep as for {@link #resize}
     */
    public ElementsOutcome addDrive(DataTransferElement drive, Runnable keep) {
        ElementAddressMap grown;
        try {
            grown = configuration.addressMap(drives.size() + 1);
        } catch (IllegalArgumentException noRoom) {
            return new ElementsOutcome.NoRoom(String.valueOf(noRoom.getMessage()));
        }
        keep.run();
        drives.add(drive);
        addresses = grown;
        tellHostsOfLogicalUnits();
        return new ElementsOutcome.Changed();
    }

    /**
     * Removes the last drive, which must be empty; from now on the changer does not use it, and it can be taken away.
     *
     * @param keep as for {@link #resize}
     */
    public ElementsOutcome removeLastDrive(Runnable keep) {
        if (drives.isEmpty()) {
            return new ElementsOutcome.NoRoom("library " + configuration.name() + " has no drive");
        }
        ElementAddressMap shrunk = configuration.addressMap(drives.size() - 1);
        Optional<ElementsOutcome> occupied = inventory.firstOutside(shrunk);
        if (occupied.isPresent()) {
            return occupied.get();
        }
        keep.run();
        drives.removeLast();
        addresses = shrunk;
        tellHostsOfLogicalUnits();
        return new ElementsOutcome.Changed();
    }

    /**
     * Raised at the changer alone, though the standard has it for all logical units of a target: a unit attention at a drive
     * in the middle of a backup costs that backup its position.
     */
    private void tellHostsOfLogicalUnits() {
        operatorAccess.accept(AdditionalSense.REPORTED_LUNS_DATA_HAS_CHANGED);
        operatorAccess.accept(AdditionalSense.MODE_PARAMETERS_CHANGED);
    }

    // What follows is for the device server.

    /** Sets who is told what hosts have to learn from a unit attention. */
    void onOperatorAccess(Consumer<AdditionalSense> listener) {
        operatorAccess = listener;
    }

    /** Whether {@link #start} is done. */
    boolean started() {
        return started;
    }

    MediumRemoval mediumRemoval() {
        return mediumRemoval;
    }

    TransportStatistics statistics() {
        return statistics;
    }

    /** What INITIALIZE ELEMENT STATUS asks for: has a look at some elements, and has drives load what they lack. */
    void scan(IntStream wanted) {
        statistics.count(Counter.PHYSICAL_INVENTORY_SCANS);
        loadWhatDrivesLack(wanted);
    }

    /** The status of some elements of this library, all at one moment. */
    List<ElementStatus> status(IntStream wanted) {
        return inventory.map(wanted, this::status);
    }

    /**
     * Has drives that do not hold what their element contains load it.
     *
     * @param wanted addresses, of which those that are no drive's are of no interest
     */
    private void loadWhatDrivesLack(IntStream wanted) {
        wanted.forEach(address ->
                drive(address)
                        .filter(drive -> drive.state() instanceof DriveState.Empty)
                        .flatMap(empty -> inventory.at(address))
                        .ifPresent(element -> transport.load(address, element.volume())));
    }

    private ElementStatus status(int address, Optional<ElementStatus.Content> content) {
        ElementType type = addresses.typeOf(address).orElseThrow();
        Optional<DataTransferElement> drive = drive(address);
        Optional<DriveState> state = drive.map(DataTransferElement::state);
        return new ElementStatus(
                address,
                type,
                content,
                accessible(type, state),
                content.flatMap(cartridge -> exception(cartridge.volume(), state)),
                drive.map(DataTransferElement::identity),
                type == ElementType.IMPORT_EXPORT ? links.identifier(address) : Optional.empty());
    }

    private boolean accessible(ElementType type, Optional<DriveState> state) {
        return switch (type) {
            case MEDIUM_TRANSPORT, STORAGE -> true;
            case IMPORT_EXPORT -> !stationOpen;
            case DATA_TRANSFER ->
                    state.filter(now -> !(now instanceof DriveState.Loaded))
                            .filter(now -> !(now instanceof DriveState.BecomingReady))
                            .isPresent();
        };
    }

    private static Optional<String> exception(VolumeIdentifier volume, Optional<DriveState> state) {
        return state.filter(now -> now instanceof DriveState.Empty)
                .map(empty -> "the drive has not loaded cartridge " + volume);
    }

    /**
     * @param emptied elements that give up a cartridge
     * @param used elements the picker has to get at
     */
    private Optional<TransportRefusal> checkAccess(IntStream emptied, IntStream used) {
        Optional<TransportRefusal> station =
                used.filter(address -> stationOpen && isImportExport(address))
                        .<TransportRefusal>mapToObj(StationOpen::new)
                        .findFirst();
        return station.or(
                () -> emptied.mapToObj(this::checkRemoval).flatMap(Optional::stream).findFirst());
    }

    private Optional<TransportRefusal> checkRemoval(int address) {
        Optional<DataTransferElement> drive = drive(address);
        if (drive.filter(DataTransferElement::removalPrevented).isPresent()) {
            return Optional.of(new RemovalPrevented(address));
        }
        boolean mustWait =
                configuration.personality().unloadByHostRequired()
                        && drive.filter(element -> element.state() instanceof DriveState.Loaded)
                                .isPresent();
        return mustWait ? Optional.of(new NotUnloaded(address)) : Optional.empty();
    }

    /** A cartridge that leaves a drive keeps as its source the storage element it came from, so that it can go back. */
    private Leg leg(int source, int destination) {
        ElementRecord cartridge = inventory.at(source).orElseThrow();
        OptionalInt sourceToReport =
                drive(source).isPresent()
                        ? cartridge.sourceElementAddress()
                        : OptionalInt.of(source);
        return new Leg(cartridge, destination, sourceToReport);
    }

    private static InventoryOutcome place(CatalogTransaction transaction, ElementRecord element) {
        VolumeIdentifier volume = element.volume();
        int address = element.location().address();
        if (transaction.transit(volume).isPresent()) {
            return new InventoryOutcome.InTransit(volume);
        }
        Optional<ElementLocation> elsewhere = transaction.elementOf(volume);
        if (elsewhere.isPresent()) {
            return new InventoryOutcome.VolumeElsewhere(volume, elsewhere.get());
        }
        return switch (transaction.putElement(element)) {
            case PLACED -> new InventoryOutcome.Changed(volume, address);
            case DESTINATION_FULL -> new DestinationFull(address);
            case VOLUME_UNKNOWN -> new InventoryOutcome.VolumeUnknown(volume);
            case VOLUME_ELSEWHERE -> throw new IllegalStateException(volume + " is in no element");
        };
    }

    private InventoryOutcome take(CatalogTransaction transaction, int address) {
        Optional<ElementRecord> taken = transaction.clearElement(inventory.location(address));
        if (taken.isPresent()
                && links.departs(address) == ElementLinks.Departs.ON_EJECT
                && taken.get().sourceElementAddress().isPresent()) {
            links.depart(
                    transaction,
                    taken.get().volume(),
                    taken.get().sourceElementAddress().getAsInt(),
                    address);
        } else {
            taken.ifPresent(element -> links.shelve(transaction, element.volume(), address));
        }
        return taken.isPresent()
                ? new InventoryOutcome.Changed(taken.get().volume(), address)
                : new SourceEmpty(address);
    }

    private InventoryOutcome change(
            ElementType type, Function<CatalogTransaction, InventoryOutcome> change) {
        AtomicReference<@Nullable InventoryOutcome> outcome = new AtomicReference<>();
        catalog.commit(transaction -> outcome.set(change.apply(transaction)));
        InventoryOutcome happened = Objects.requireNonNull(outcome.get());
        if (happened instanceof InventoryOutcome.Changed) {
            tellHosts(type);
        }
        return happened;
    }

    private void tellHosts(ElementType accessed) {
        operatorAccess.accept(
                accessed == ElementType.IMPORT_EXPORT
                        ? AdditionalSense.IMPORT_OR_EXPORT_ELEMENT_ACCESSED
                        : AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
    }

    private boolean isImportExport(int address) {
        return addresses.range(ElementType.IMPORT_EXPORT).contains(address);
    }

    /** The type of an element that operators can reach with their hands. */
    private Optional<ElementType> operatorElement(int address) {
        return addresses
                .typeOf(address)
                .filter(type -> type == ElementType.IMPORT_EXPORT || type == ElementType.STORAGE);
    }

    private void refuseStrandedCartridges() {
        List<ElementRecord> stranded = inventory.stranded();
        if (!stranded.isEmpty()) {
            throw new IllegalArgumentException(
                    "library %s has no element for %d cartridges, such as %s in element %d: give it as many elements as before, and move them first"
                            .formatted(
                                    configuration.name(),
                                    stranded.size(),
                                    stranded.getFirst().volume(),
                                    stranded.getFirst().location().address()));
        }
    }
}
