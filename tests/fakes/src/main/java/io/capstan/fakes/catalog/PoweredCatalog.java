package io.capstan.fakes.catalog;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogFinding;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.NodeIdentity;
import io.capstan.fakes.store.SimulatedDisk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A catalog whose machine has no power when the disk has none. Each commit counts as two changes of the disk: the power may
 * go ahead of it, or after it and before anybody is told.
 *
 * <p>Changes are done when {@link #submit} returns, so that with one thread everything happens in one order.
 */
public record PoweredCatalog(Catalog catalog, SimulatedDisk disk) implements Catalog {

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
        try {
            commit(change);
            return CompletableFuture.completedFuture(null);
        } catch (CatalogException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void commit(Consumer<? super CatalogTransaction> change) {
        needPower();
        catalog.commit(transaction -> {
            requirePower();
            change.accept(transaction);
        });
        needPower();
    }

    private void needPower() {
        try {
            disk.changeElsewhere();
        } catch (IOException e) {
            throw lost();
        }
    }

    private void requirePower() {
        if (disk.isPowerLost()) {
            throw lost();
        }
    }

    private static CatalogException lost() {
        return new CatalogException(CatalogException.Reason.IO, "power lost");
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
