package io.capstan.changer;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.PlaceOutcome;
import io.capstan.changer.TransportRefusal.LoadFailed;
import io.capstan.changer.TransportRefusal.RemovalPrevented;
import io.capstan.changer.TransportRefusal.UnloadFailed;
import io.capstan.changer.TransportStatistics.Counter;
import io.capstan.format.VolumeIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The picker: carries cartridges between elements, all of one command or none, in the order of drive and catalog that {@link
 * Library} explains.
 */
final class MediumTransport {

    private static final Logger LOG = LoggerFactory.getLogger(MediumTransport.class);

    /**
     * One cartridge on its way.
     *
     * @param cartridge where it is now
     * @param destination element it goes to
     * @param sourceToReport what that element is to report as source
     */
    record Leg(ElementRecord cartridge, int destination, OptionalInt sourceToReport) {

        int source() {
            return cartridge.location().address();
        }

        VolumeIdentifier volume() {
            return cartridge.volume();
        }
    }

    private final String library;
    private final Catalog catalog;
    private final IntFunction<Optional<DataTransferElement>> driveAt;
    private final TransportStatistics statistics;

    MediumTransport(
            String library,
            Catalog catalog,
            IntFunction<Optional<DataTransferElement>> driveAt,
            TransportStatistics statistics) {
        this.library = library;
        this.catalog = catalog;
        this.driveAt = driveAt;
        this.statistics = statistics;
    }

    /**
     * Carries one or two cartridges.
     *
     * @param legs checked before: sources are full, destinations empty once all have left
     * @param change makes the new places in the catalog; false if it found the inventory otherwise
     * @throws CatalogException if the change could not be committed; every cartridge is where it was
     */
    TransportOutcome carry(List<Leg> legs, Predicate<CatalogTransaction> change) {
        List<Leg> ejected = new ArrayList<>();
        for (Leg leg : legs) {
            Optional<TransportRefusal> refusal = eject(leg.source());
            if (refusal.isPresent()) {
                loadAgain(ejected);
                return refusal.get();
            }
            ejected.add(leg);
        }
        for (int carried = 0; carried < legs.size(); carried++) {
            statistics.count(Counter.MOVES);
            statistics.count(Counter.PICKS);
            statistics.count(Counter.PLACES);
        }
        commitOrLoadAgain(ejected, change);
        return loadOrCarryBack(legs);
    }

    /** Has the drive in an element, if it is one, load a cartridge that the catalog places there. */
    Optional<TransportRefusal> load(int address, VolumeIdentifier volume) {
        Optional<DataTransferElement> drive = driveAt.apply(address);
        if (drive.isEmpty()) {
            return Optional.empty();
        }
        return switch (loadGuarded(drive.get(), volume)) {
            case LoadOutcome.Loaded() -> Optional.empty();
            case LoadOutcome.BecomingReady() -> Optional.empty();
            case LoadOutcome.Failed(String reason) -> {
                statistics.count(Counter.MEDIUM_TRANSPORT_UNRECOVERED_ERRORS);
                LOG.error(
                        "library {}: the drive in element {} did not load cartridge {}: {}",
                        library,
                        address,
                        volume,
                        reason);
                yield Optional.of(new LoadFailed(address, reason));
            }
        };
    }

    private Optional<TransportRefusal> eject(int address) {
        Optional<DataTransferElement> drive = driveAt.apply(address);
        if (drive.isEmpty()) {
            return Optional.empty();
        }
        return switch (ejectGuarded(drive.get())) {
            case EjectOutcome.Ejected() -> Optional.empty();
            case EjectOutcome.Prevented() -> Optional.of(new RemovalPrevented(address));
            case EjectOutcome.Failed(String reason) -> {
                statistics.count(Counter.MEDIUM_TRANSPORT_UNRECOVERED_ERRORS);
                LOG.error(
                        "library {}: the drive in element {} did not unload: {}",
                        library,
                        address,
                        reason);
                yield Optional.of(new UnloadFailed(address, reason));
            }
        };
    }

    /** A drive that throws has a bug; the library works on with it as with any drive that fails. */
    private static LoadOutcome loadGuarded(DataTransferElement drive, VolumeIdentifier volume) {
        try {
            return drive.load(volume);
        } catch (RuntimeException fault) {
            LOG.error("a drive failed while loading {}", volume, fault);
            return new LoadOutcome.Failed(fault.toString());
        }
    }

    private static EjectOutcome ejectGuarded(DataTransferElement drive) {
        try {
            return drive.eject();
        } catch (RuntimeException fault) {
            LOG.error("a drive failed while ejecting", fault);
            return new EjectOutcome.Failed(fault.toString());
        }
    }

    private void commitOrLoadAgain(List<Leg> ejected, Predicate<CatalogTransaction> change) {
        try {
            catalog.commit(transaction -> {
                if (!change.test(transaction)) {
                    throw new IllegalStateException(
                            "the inventory of library %s changed during a move".formatted(library));
                }
                statistics.save(transaction);
            });
        } catch (RuntimeException fault) {
            loadAgain(ejected);
            throw fault;
        }
    }

    private TransportOutcome loadOrCarryBack(List<Leg> legs) {
        List<Leg> loaded = new ArrayList<>();
        for (Leg leg : legs) {
            Optional<TransportRefusal> refusal = load(leg.destination(), leg.volume());
            if (refusal.isPresent()) {
                carryBack(legs, loaded);
                return refusal.get();
            }
            loaded.add(leg);
        }
        return new Transported();
    }

    /**
     * Undoes a committed move. Where that fails too, the committed inventory stands and drives load what they can of it.
     *
     * @param loaded legs whose destination drive has loaded and must give its cartridge back first
     */
    private void carryBack(List<Leg> legs, List<Leg> loaded) {
        List<Leg> ejected = new ArrayList<>();
        for (Leg leg : loaded) {
            if (eject(leg.destination()).isPresent()) {
                ejected.forEach(again -> load(again.destination(), again.volume()));
                return;
            }
            ejected.add(leg);
        }
        try {
            catalog.commit(transaction -> restore(transaction, legs));
        } catch (RuntimeException fault) {
            LOG.error(
                    "library {}: could not carry cartridges back after a failed load",
                    library,
                    fault);
            ejected.forEach(again -> load(again.destination(), again.volume()));
            return;
        }
        loadAgain(legs);
    }

    private static void restore(CatalogTransaction transaction, List<Leg> legs) {
        for (Leg leg : legs) {
            ElementLocation destination =
                    new ElementLocation(leg.cartridge().location().library(), leg.destination());
            transaction.clearElement(destination);
        }
        for (Leg leg : legs) {
            PlaceOutcome outcome = transaction.putElement(leg.cartridge());
            if (outcome != PlaceOutcome.PLACED) {
                throw new IllegalStateException(leg.cartridge() + " is " + outcome);
            }
        }
    }

    private void loadAgain(List<Leg> legs) {
        legs.forEach(leg -> load(leg.source(), leg.volume()));
    }
}
