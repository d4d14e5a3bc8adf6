package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.SavedNumber;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * What the catalog keeps of cartridges that were destroyed, so that nobody is given their barcodes again. When that was is
 * saved parameter {@code container/ID/destroyed}: milliseconds since 1970, a {@link SavedNumber}.
 *
 * <p>Any thread.
 */
final class Tombstones {

    private final Backing backing;
    private final InstantSource clock;

    Tombstones(Backing backing, InstantSource clock) {
        this.backing = backing;
        this.clock = clock;
    }

    private static SavedNumber millis(ContainerId container) {
        return new SavedNumber(
                "container/" + container + "/destroyed",
                "when container " + container + " was destroyed");
    }

    /** Notes when a cartridge is destroyed, in the transaction that does so. */
    static void put(CatalogTransaction change, ContainerId container, Instant when) {
        millis(container).put(change, when.toEpochMilli());
    }

    static void remove(CatalogTransaction change, ContainerId container) {
        millis(container).remove(change);
    }

    /** When a cartridge was destroyed, where that is known: software before this did not note it. */
    static Optional<Instant> since(CatalogView view, ContainerId container) {
        OptionalLong millis = millis(container).in(view);
        return millis.isPresent()
                ? Optional.of(Instant.ofEpochMilli(millis.getAsLong()))
                : Optional.empty();
    }

    /** As {@link Cartridges#giveUpTombstones}. */
    List<VolumeIdentifier> giveUp(
            Instant deletedBefore,
            Predicate<CartridgeRecord> which,
            BiConsumer<CatalogTransaction, CartridgeRecord> alongWith)
            throws StoreException {
        noteThoseOfEarlierSoftware();
        List<VolumeIdentifier> givenUp = new ArrayList<>();
        for (CartridgeRecord tombstone : all()) {
            if (which.test(tombstone)) {
                boolean[] isDone = {false};
                backing.commit(change -> {
                    isDone[0] = isOver(change, tombstone, deletedBefore);
                    if (isDone[0]) {
                        change.removeCartridge(tombstone.volume());
                        remove(change, tombstone.container());
                        alongWith.accept(change, tombstone);
                    }
                });
                if (isDone[0]) {
                    givenUp.add(tombstone.volume());
                }
            }
        }
        return givenUp;
    }

    private List<CartridgeRecord> all() throws StoreException {
        return backing.query(view -> {
            List<CartridgeRecord> found = new ArrayList<>();
            view.forEachCartridge(cartridge -> {
                if (cartridge.state() == CartridgeState.DESTROYED) {
                    found.add(cartridge);
                }
            });
            return found;
        });
    }

    /** It is still this one, and nothing of its data is on the node. */
    private static boolean isOver(
            CatalogView view, CartridgeRecord tombstone, Instant deletedBefore) {
        return view.cartridge(tombstone.volume())
                        .filter(found -> found.state() == CartridgeState.DESTROYED)
                        .filter(found -> found.container().equals(tombstone.container()))
                        .isPresent()
                && view.container(tombstone.container()).isEmpty()
                && since(view, tombstone.container()).filter(deletedBefore::isAfter).isPresent();
    }

    /** Their time begins now, since nobody knows when it did. */
    private void noteThoseOfEarlierSoftware() throws StoreException {
        List<ContainerId> unknown =
                backing.query(view -> {
                    List<ContainerId> found = new ArrayList<>();
                    view.forEachCartridge(cartridge -> {
                        if (cartridge.state() == CartridgeState.DESTROYED
                                && since(view, cartridge.container()).isEmpty()) {
                            found.add(cartridge.container());
                        }
                    });
                    return found;
                });
        if (!unknown.isEmpty()) {
            Instant now = clock.instant();
            backing.commit(change -> unknown.forEach(container -> put(change, container, now)));
        }
    }
}
