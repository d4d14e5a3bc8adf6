package io.capstan.store;

import io.capstan.format.FileSource;

/** Bounds how fast background work reads, and ends it when it is to stop. */
@FunctionalInterface
public interface Pace {

    /** No bound. */
    Pace NONE = bytes -> {};

    /**
     * Waits until so many bytes may be read.
     *
     * @throws StoreException if the work is to stop
     */
    void await(long bytes) throws StoreException;

    /** A file that is read at this pace; closing it closes {@code file}. */
    default FileSource applyTo(FileSource file) {
        return new PacedSource(file, this);
    }
}
