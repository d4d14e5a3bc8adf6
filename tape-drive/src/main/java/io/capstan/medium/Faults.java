package io.capstan.medium;

import io.capstan.catalog.CatalogException;
import io.capstan.store.StoreException;

/** What a fault of the catalog means for a medium. */
final class Faults {

    private Faults() {}

    /** A commit failed; no trace of it is left. */
    static StoreException ofCommit(CatalogException fault) {
        String message = "catalog commit: " + fault.getMessage();
        return fault.reason() == CatalogException.Reason.NO_SPACE
                ? new StoreException.NoSpace(message, fault)
                : new StoreException.WriteFailed(message, fault);
    }

    /** A query failed. */
    static StoreException ofQuery(CatalogException fault) {
        return new StoreException.ReadFailed("catalog query: " + fault.getMessage(), fault);
    }
}
