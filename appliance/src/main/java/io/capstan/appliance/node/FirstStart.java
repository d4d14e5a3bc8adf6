package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.changer.ElementType;
import io.capstan.changer.InventoryOutcome;
import io.capstan.drive.CartridgeType;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.NewCartridge;
import io.capstan.store.StoreException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a new library the cartridges that configuration wants it to come with, once. */
final class FirstStart {

    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);

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
        for (VolumeIdentifier volume : wanted.volumes()) {
            cartridges.create(describe(volume, wanted.type(), wanted.capacityBytes()));
            InventoryOutcome outcome = library.importCartridge(volume, ElementType.STORAGE);
            if (outcome instanceof InventoryOutcome.NoEmptyElement full) {
                LOG.warn(
                        "{}: cartridge {} is on the shelf: {}",
                        library.name(),
                        volume,
                        full.reason());
            }
        }
        LOG.info("{}: {} cartridges made", library.name(), wanted.volumes().size());
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
