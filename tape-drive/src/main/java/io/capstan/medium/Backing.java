package io.capstan.medium;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.DiskRecord;
import io.capstan.store.ChunkStore;
import io.capstan.store.FileIo;
import io.capstan.store.StoreDisks;
import io.capstan.store.StoreException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The storage that the mediums of a node share. Any thread. */
record Backing(Catalog catalog, ChunkStore store, FileIo io) {

    /** Lets the catalog know the disks of the store that nobody told it of. */
    void registerDisks() throws StoreException {
        List<StoreDisks.DiskView> disks = store.disks().views();
        boolean areKnown =
                query(view -> disks.stream().allMatch(disk -> view.disk(disk.disk()).isPresent()));
        if (!areKnown) {
            commit(change -> disks.forEach(disk -> register(change, disk)));
        }
    }

    private static void register(CatalogTransaction change, StoreDisks.DiskView disk) {
        if (change.disk(disk.disk()).isEmpty()) {
            change.putDisk(
                    DiskRecord.added(
                            disk.disk(), StoreDisks.directoryName(disk.directory()), disk.pool()));
        }
    }

    /** Makes a change, and returns once it is on stable storage. See {@link Catalog#submit} for what it may do. */
    void commit(Consumer<? super CatalogTransaction> change) throws StoreException {
        try {
            catalog.commit(change);
        } catch (CatalogException e) {
            throw Faults.ofCommit(e);
        }
    }

    <T extends @Nullable Object> T query(Function<? super CatalogView, T> query)
            throws StoreException {
        try {
            return catalog.read(query);
        } catch (CatalogException e) {
            throw Faults.ofQuery(e);
        }
    }
}
