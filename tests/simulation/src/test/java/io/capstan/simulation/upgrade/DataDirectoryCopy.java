package io.capstan.simulation.upgrade;

import io.capstan.appliance.node.DataDirectory;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** The storage of a node on a data directory of a test's own, opened as the daemon opens it. */
final class DataDirectoryCopy implements AutoCloseable {

    static final int CHUNK_SIZE_BYTES = 32 * 1024;
    static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final DataDirectory directory;
    private final DiskFileIo io = new DiskFileIo();
    private final Catalog catalog;
    private final ChunkStore store;
    private final Cartridges cartridges;

    DataDirectoryCopy(Path path) throws Exception {
        Random identities = new Random(1);
        directory = DataDirectory.open(path);
        UUID nodeId = directory.nodeIdOrElse(() -> new UUID(1, 1));
        catalog = openCatalog(directory.catalog(), nodeId);
        store =
                ChunkStore.open(
                        List.of(directory.store()), new StoreOptions(CHUNK_SIZE_BYTES, 0), io);
        cartridges =
                Cartridges.open(
                        catalog,
                        store,
                        io,
                        InstantSource.fixed(NOW),
                        () -> new UUID(identities.nextLong(), identities.nextLong()));
    }

    static Catalog openCatalog(Path path, UUID nodeId) {
        return Catalog.open(
                path,
                CatalogOptions.defaults()
                        .withMapSizeInitialBytes(1 << 20)
                        .withClock(InstantSource.fixed(NOW))
                        .withNodeIds(() -> nodeId));
    }

    Catalog catalog() {
        return catalog;
    }

    ChunkStore store() {
        return store;
    }

    DiskFileIo io() {
        return io;
    }

    Cartridges cartridges() {
        return cartridges;
    }

    Medium mount(String volume) throws StoreException {
        if (cartridges.mount(new VolumeIdentifier(volume))
                instanceof MountOutcome.Mounted(Medium medium)) {
            return medium;
        }
        throw new AssertionError(volume + " cannot be mounted");
    }

    /** Everything on all cartridges, as text. */
    List<String> listing() throws StoreException {
        List<String> lines = new java.util.ArrayList<>();
        for (var cartridge :
                catalog.read(view -> view.cartridges("", java.util.Optional.empty(), 100))) {
            Medium medium = mount(cartridge.volume().text());
            lines.addAll(TapeListing.of(medium));
            lines.add("write protected " + medium.description().writeProtected());
            lines.add("WORM " + medium.description().worm());
            medium.close();
            catalog.read(view -> view.elementOf(cartridge.volume()))
                    .ifPresent(element ->
                            lines.add(
                                    "element %s %d"
                                            .formatted(element.library(), element.address())));
        }
        return lines;
    }

    @Override
    public void close() {
        cartridges.close();
        catalog.close();
        directory.close();
    }
}
