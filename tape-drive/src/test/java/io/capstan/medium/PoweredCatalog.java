package io.capstan.medium;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogFinding;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.NodeIdentity;
import io.capstan.fakes.store.SimulatedDisk;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A catalog whose machine has no power when the disk has none. */
record PoweredCatalog(Catalog catalog, SimulatedDisk disk) implements Catalog {

    @Override
    public NodeIdentity node() {
        return catalog.node();
    }

    @Override
    public <T extends @Nullable Object> T read(Function<? super CatalogView, T> query) {
        return catalog.read(query);
    }

    @Override
    public CompletableFuture<@Nullable Void> submit(Consumer<? super CatalogTransaction> change) {
        return catalog.submit(transaction -> {
            requirePower();
            change.accept(transaction);
        });
    }

    @Override
    public void commit(Consumer<? super CatalogTransaction> change) {
        catalog.commit(transaction -> {
            requirePower();
            change.accept(transaction);
        });
    }

    private void requirePower() {
        if (disk.isPowerLost()) {
            throw new CatalogException(CatalogException.Reason.IO, "power lost");
        }
    }

    @Override
    public List<CatalogFinding> check(ChunkPresence presence) {
        return catalog.check(presence);
    }

    @Override
    public void close() {
        catalog.close();
    }
}
