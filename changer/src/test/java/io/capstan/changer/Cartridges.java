package io.capstan.changer;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.List;

/** Catalogs with cartridges in them. */
final class Cartridges {

    private Cartridges() {}

    /** A catalog that forgets nothing over a close, and does not wait for the disk. */
    static Catalog open(Path directory) {
        return Catalog.open(
                directory,
                CatalogOptions.defaults()
                        .withMapSizeInitialBytes(4 << 20)
                        .withSynchronousCommits(false));
    }

    static VolumeIdentifier volume(int number) {
        return new VolumeIdentifier("CAP%03dL8".formatted(number));
    }

    /** Creates cartridges outside every library. */
    static void create(Catalog catalog, VolumeIdentifier... volumes) {
        catalog.commit(change -> {
            for (VolumeIdentifier volume : volumes) {
                change.putCartridge(cartridge(volume, false));
            }
        });
    }

    static CartridgeRecord cartridge(VolumeIdentifier volume, boolean worm) {
        return new CartridgeRecord(
                volume,
                new ContainerId(0x1234L, volume.text().hashCode()),
                0x88,
                0x5E,
                12_000_000_000_000L,
                worm,
                false,
                1_700_000_000_000L,
                0,
                0,
                List.of(),
                CartridgeState.PRESENT);
    }
}
