package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.FileIo;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** What a node keeps: its data directory, catalog, chunks and cartridges. Any thread. */
public final class Storage implements AutoCloseable {

    private final DataDirectory directory;
    private final UUID nodeId;
    private final Catalog catalog;
    private final ChunkStore chunks;
    private final Cartridges cartridges;

    private Storage(
            DataDirectory directory,
            UUID nodeId,
            Catalog catalog,
            ChunkStore chunks,
            Cartridges cartridges) {
        this.directory = directory;
        this.nodeId = nodeId;
        this.catalog = catalog;
        this.chunks = chunks;
        this.cartridges = cartridges;
    }

    /**
     * Takes the data directory and opens what is in it.
     *
     * @throws StartException if the directory cannot be taken
     * @throws io.capstan.catalog.CatalogException if the catalog cannot be opened
     * @throws StoreException if a store directory cannot be made
     */
    static Storage open(
            NodePlan plan, InstantSource clock, Supplier<UUID> nodeIds, MetricsRegistry metrics)
            throws StartException, StoreException {
        DataDirectory directory = DataDirectory.open(plan.dataDirectory());
        Catalog catalog = null;
        boolean opened = false;
        try {
            UUID drawn = directory.nodeId().orElseGet(nodeIds);
            catalog =
                    Catalog.open(
                            directory.catalog(),
                            CatalogOptions.defaults()
                                    .withMapSizeInitialBytes(plan.catalogMapBytes())
                                    .withClock(clock)
                                    .withNodeIds(() -> drawn)
                                    .withMetrics(metrics));
            UUID nodeId = catalog.node().nodeId();
            if (!directory.nodeId().equals(java.util.Optional.of(nodeId))) {
                directory.recordNodeId(nodeId);
            }
            FileIo io = new DiskFileIo();
            ChunkStore chunks =
                    ChunkStore.open(directories(plan, directory), plan.storeOptions(), io);
            Cartridges cartridges = Cartridges.open(catalog, chunks, io, clock, UUID::randomUUID);
            opened = true;
            return new Storage(directory, nodeId, catalog, chunks, cartridges);
        } finally {
            if (!opened) {
                if (catalog != null) {
                    catalog.close();
                }
                directory.close();
            }
        }
    }

    private static List<Path> directories(NodePlan plan, DataDirectory directory) {
        return plan.storeDirectories().isEmpty()
                ? List.of(directory.store())
                : plan.storeDirectories();
    }

    public Path dataDirectory() {
        return directory.path();
    }

    /** The node's identity, the same for ever. */
    public UUID nodeId() {
        return nodeId;
    }

    public Catalog catalog() {
        return catalog;
    }

    public ChunkStore chunks() {
        return chunks;
    }

    public Cartridges cartridges() {
        return cartridges;
    }

    /** The medium of a cartridge, at its beginning. */
    Medium mount(VolumeIdentifier volume) throws StoreException {
        return switch (cartridges.mount(volume)) {
            case MountOutcome.Mounted(Medium medium) -> medium;
            case MountOutcome.Unknown() ->
                    throw new StoreException.ReadFailed("there is no cartridge " + volume, null);
            case MountOutcome.InUse() ->
                    throw new StoreException.ReadFailed(
                            "cartridge " + volume + " is mounted already", null);
        };
    }

    @Override
    public void close() {
        cartridges.close();
        catalog.close();
        directory.close();
    }
}
