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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a new library the cartridges that configuration wants it to come with, once. */
final class FirstStart {

    private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);

    private FirstStart() {}

    /** Does nothing for a library that has had its cartridges. A crash on the way is made good by the next start. */
    static void provide(
            LibraryUnit library,
            LibraryPlan.FirstCartridges wanted,
            Catalog catalog,
            Cartridges cartridges)
            throws StoreException {
        String done = "library/" + library.name() + "/first-cartridges";
        if (catalog.read(view -> view.identity(done)).isPresent()) {
            return;
        }
        for (int number = 1; number <= wanted.count(); number++) {
            VolumeIdentifier volume = volume(wanted, number);
            cartridges.create(describe(volume, wanted.type(), wanted.capacityBytes()));
            InventoryOutcome outcome = library.importCartridge(volume, ElementType.STORAGE);
            if (outcome instanceof InventoryOutcome.NoEmptyElement full) {
                LOG.warn(
                        "{}: cartridge {} is on the shelf: {}",
                        library.name(),
                        volume,
                        full.reason());
            }
            cartridges.moved(volume);
        }
        catalog.commit(
                change -> change.putIdentityIfAbsent(done, Integer.toString(wanted.count())));
        LOG.info("{}: {} cartridges made", library.name(), wanted.count());
    }

    private static VolumeIdentifier volume(LibraryPlan.FirstCartridges wanted, int number) {
        return new VolumeIdentifier(
                "%s%03d%s".formatted(wanted.prefix(), number, wanted.type().barcodeSuffixData()));
    }

    private static NewCartridge describe(
            VolumeIdentifier volume, CartridgeType type, long capacityBytes) {
        MediumDescription description = type.describe(capacityBytes, false, false);
        return NewCartridge.of(
                volume, description.mediumType(), description.densityCode(), capacityBytes);
    }
}
