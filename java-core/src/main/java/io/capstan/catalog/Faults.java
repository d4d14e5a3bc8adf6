package io.capstan.catalog;

import io.capstan.catalog.CatalogException.Reason;
import org.lmdbjava.Env;
import org.lmdbjava.LmdbException;
import org.lmdbjava.LmdbNativeException;

/** Turns what LMDB throws into what this room throws. */
final class Faults {

    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;

    private Faults() {}

    static boolean isMapFull(LmdbException e) {
        return e instanceof Env.MapFullException;
    }

    static CatalogException translate(LmdbException e) {
        if (e instanceof LmdbNativeException fault) {
            int code = fault.getResultCode();
            if (code == ENOSPC || code == EDQUOT) {
                return new CatalogException(
                        Reason.NO_SPACE, "no space is left for the catalog on its disk", e);
            }
        }
        if (isDamage(e)) {
            return new CatalogException(
                    Reason.CORRUPT, "the catalog is damaged: " + e.getMessage(), e);
        }
        return new CatalogException(Reason.IO, "the catalog failed: " + e.getMessage(), e);
    }

    private static boolean isDamage(LmdbException e) {
        return e instanceof LmdbNativeException.PageCorruptedException
                || e instanceof LmdbNativeException.PageNotFoundException
                || e instanceof Env.FileInvalidException
                || e instanceof Env.VersionMismatchException;
    }
}
