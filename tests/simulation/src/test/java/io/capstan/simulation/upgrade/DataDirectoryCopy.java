package io.capstan.simulation.upgrade;

import io.capstan.appliance.node.DataDirectory;
import io.capstan.catalog.BadCopyRecord;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.GenerationRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.BackgroundThreads;
import io.capstan.medium.Cartridges;
import io.capstan.medium.KeepGenerations;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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
                        () -> new UUID(identities.nextLong(), identities.nextLong()),
                        BackgroundThreads.start(),
                        KeepGenerations.of(Duration.ofDays(36_500)));
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
            if (medium.isLocked()) {
                lines.add("locked");
            }
            medium.close();
            catalog.read(view -> view.elementOf(cartridge.volume()))
                    .ifPresent(element ->
                            lines.add(
                                    "element %s %d"
                                            .formatted(element.library(), element.address())));
            addContainer(cartridge, lines);
        }
        catalog.read(view -> view.jobs(1, 100))
                .forEach(job ->
                        lines.add(
                                "job %d of %s to %s %s"
                                        .formatted(
                                                job.job(), job.volume(), job.tier(), job.state())));
        return lines;
    }

    /** What only later versions know of: nothing of it, nothing said. */
    private void addContainer(CartridgeRecord cartridge, List<String> lines) {
        ContainerId container = cartridge.container();
        for (GenerationRecord kept : catalog.read(view -> view.generations(container))) {
            lines.add("kept generation " + kept.generation());
        }
        for (ChunkRecord chunk : catalog.read(view -> view.chunksOf(container, 1, 100))) {
            for (TierCopyRecord copy : catalog.read(view -> view.tierCopies(chunk.chunk()))) {
                lines.add(
                        "chunk %d in %s: %d bytes, %s, filemarks %s"
                                .formatted(
                                        chunk.chunk().sequence(),
                                        copy.tier(),
                                        copy.lengthBytes(),
                                        HexFormat.of().formatHex(copy.fileDigest().toBytes()),
                                        copy.filemarks().orElse(List.of())));
            }
        }
        for (BadCopyRecord bad : catalog.read(view -> view.badCopies(Optional.empty(), 100))) {
            if (bad.chunk().container().equals(container)) {
                lines.add("bad chunk %d: %s".formatted(bad.chunk().sequence(), bad.reason()));
            }
        }
    }

    @Override
    public void close() {
        cartridges.close();
        catalog.close();
        directory.close();
    }
}
