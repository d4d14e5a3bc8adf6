package io.capstan.catalog;

/**
 * The catalog could not do what was asked: storage failed, what it holds does not decode, or it cannot be opened. The
 * message is one sentence for the operator. Breaches of a rule by the caller are {@link IllegalArgumentException} and
 * {@link IllegalStateException} instead.
 */
public final class CatalogException extends RuntimeException {

    /** What kind of failure it is, for those who must react and not only report. */
    public enum Reason {
        /** Written by a newer version of this software; nothing was touched. */
        NEWER_SCHEMA,
        /** Written by an older version of this software, and open for reading only, so that it cannot be migrated. */
        OLDER_SCHEMA,
        /** Another process, or another part of this one, has the catalog open for writing. */
        LOCKED,
        /** Not a directory, or no catalog in it where one is needed. */
        NOT_A_CATALOG,
        /** What is stored is damaged: a value does not decode or the file's structure is broken. */
        CORRUPT,
        /** No space left on the device; the change is undone and may be submitted again once there is space. */
        NO_SPACE,
        /** The operating system reported another error. The change is undone. */
        IO,
        /** The catalog is closed. */
        CLOSED
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public CatalogException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public CatalogException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
