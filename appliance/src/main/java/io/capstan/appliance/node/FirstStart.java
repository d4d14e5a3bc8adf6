package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.changer.InventoryOutcome;
import io.capstan.drive.CartridgeType;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.CreateOutcome;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.NewCartridge;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a new library the cartridges that configuration wants it to come with, once. */
final class FirstStart {

    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);

    /** So many at once share what makes them durable. */
    private static final int MAKERS = 16;

    private FirstStart() {}

    /** Does nothing for a library that has had its cartridges. A crash on the way is made good by the next start. */
    static void provide(
            LibraryUnit library,
            List<LibraryPlan.FirstCartridges> wanted,
            Catalog catalog,
            Cartridges cartridges)
            throws StoreException {
        String done = doneName(library.name());
        if (wanted.isEmpty() || catalog.read(view -> view.identity(done)).isPresent()) {
            return;
        }
        // A catalog that was rebuilt from its cartridges has forgotten which of them are gone.
        if (!isRebuilt(catalog, library)) {
            for (LibraryPlan.FirstCartridges some : wanted) {
                provide(library, some, cartridges);
            }
        }
        catalog.commit(change -> change.putIdentityIfAbsent(done, "done"));
    }

    /** The identity that is there once a library has had its cartridges. */
    static String doneName(String library) {
        return "library/" + library + "/first-cartridges";
    }

    private static boolean isRebuilt(Catalog catalog, LibraryUnit library) {
        return catalog.read(view ->
                view.identity(Storage.REBUILT).isPresent()
                        && !view.elements(library.name()).isEmpty());
    }

    private static void provide(
            LibraryUnit library, LibraryPlan.FirstCartridges wanted, Cartridges cartridges)
            throws StoreException {
        make(wanted, cartridges);
        List<InventoryOutcome> outcomes = library.importCartridges(wanted.volumes());
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof InventoryOutcome.NoEmptyElement full) {
                LOG.warn(
                        "{}: cartridge {} is on the shelf: {}",
                        library.name(),
                        wanted.volumes().get(i),
                        full.reason());
            }
        }
        LOG.info("{}: {} cartridges made", library.name(), wanted.volumes().size());
    }

    private static void make(LibraryPlan.FirstCartridges wanted, Cartridges cartridges)
            throws StoreException {
        List<Future<CreateOutcome>> made = new ArrayList<>();
        try (ExecutorService makers = Executors.newFixedThreadPool(MAKERS)) {
            for (VolumeIdentifier volume : wanted.volumes()) {
                NewCartridge cartridge = describe(volume, wanted.type(), wanted.capacityBytes());
                made.add(makers.submit(() -> cartridges.create(cartridge)));
            }
        }
        for (Future<CreateOutcome> each : made) {
            if (each.state() == Future.State.FAILED) {
                Throwable fault = each.exceptionNow();
                if (fault instanceof StoreException expected) {
                    throw expected;
                }
                throw new IllegalStateException(fault);
            }
        }
    }

    private static NewCartridge describe(
            VolumeIdentifier volume, CartridgeType type, long capacityBytes) {
        boolean worm = type.isWormLabel(volume);
        MediumDescription description = type.describe(capacityBytes, worm, false);
        return new NewCartridge(
                volume,
                description.mediumType(),
                description.densityCode(),
                List.of(capacityBytes),
                worm);
    }
}
