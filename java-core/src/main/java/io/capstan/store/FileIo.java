package io.capstan.store;

import io.capstan.format.FileSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All disk I/O of the store, and no more of it than the store needs, so that a twin can play a disk that fails, lies and
 * loses power.
 *
 * <p>Any thread. What was written, created, renamed or deleted is on stable storage only after {@link OpenFile#force()}
 * of the file and {@link #forceDirectory} of the directory that names it.
 */
public interface FileIo {

    /** What memory and disk agree on: the unit of writes past the page cache. */
    int PAGE_BYTES = 4096;

    /** An open file. One owner at a time, but that several threads may read at once; positions are bytes from its beginning. */
    interface OpenFile extends FileSource {

        /**
         * Writes all of {@code source}, extending the file if need be.
         *
         * @param source borrowed until return
         * @throws OutOfSpaceException if the disk is full; any part may have been written
         */
        void write(long position, MemorySegment source) throws IOException;

        /**
         * Begins to write all of {@code source}, extending the file if need be. The write may be done when this returns
         * or at any time until it is awaited, before or after others that are under way; their ranges do not overlap.
         *
         * @param source lent: it may not change until {@link #awaitWrites} has returned for it, or thrown
         * @throws IOException if it could not be begun; it may have been written in part
         */
        default void submit(long position, MemorySegment source) throws IOException {
            write(position, source);
        }

        /**
         * Waits until at most {@code underWayMax} submitted writes are under way; those submitted first are done first.
         *
         * <p>A fault of any submitted write is thrown here, once, when none is under way any more. Which of the writes
         * that no earlier call returned for were written is not known then.
         *
         * @throws OutOfSpaceException if writes failed for want of space alone
         */
        default void awaitWrites(int underWayMax) throws IOException {}

        /** Puts content and length on stable storage; writes that are under way are not part of it. */
        void force() throws IOException;

        void truncate(long lengthBytes) throws IOException;
    }

    /** The disk is full, or a quota is used up. */
    final class OutOfSpaceException extends IOException {
        public OutOfSpaceException(String message, Throwable cause) {
            super(message, cause);
        }

        public OutOfSpaceException(String message) {
            super(message);
        }
    }

    /**
     * Creates a file for reading and writing.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it is there
     */
    OpenFile create(Path file) throws IOException;

    /**
     * As {@link #create}, for a file that is written once, mostly in whole pages, and not read soon: they go past the page
     * cache where the file system can do that. Memory, position and length of a write have to be multiples of {@link
     * #PAGE_BYTES} for that; others are written all the same.
     */
    default OpenFile createUncached(Path file) throws IOException {
        return create(file);
    }

    /**
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    OpenFile openToRead(Path file) throws IOException;

    /** As {@link #openToRead}; reads of whole pages go past the page cache, as {@link #createUncached} says of writes. */
    default OpenFile openToReadUncached(Path file) throws IOException {
        return openToRead(file);
    }

    /** As {@link #openToRead}, for writing too. */
    OpenFile openToWrite(Path file) throws IOException;

    boolean exists(Path path);

    /** Names in a directory, sorted; empty if there is no such directory. */
    List<String> list(Path directory) throws IOException;

    /** Makes a directory and those above it, as far as they are missing, each durably named by the one above. */
    void makeDirectories(Path directory) throws IOException;

    /** Deletes a file or an empty directory; does nothing if it is not there. */
    void delete(Path path) throws IOException;

    /** Renames a file, replacing what has the new name, at once for every observer. */
    void rename(Path from, Path to) throws IOException;

    /** Puts a directory's names on stable storage. */
    void forceDirectory(Path directory) throws IOException;

    /** Bytes that can still be written on the file system of a directory. */
    long freeBytes(Path directory) throws IOException;

    /** Bytes of the file system of a directory; 0 where that is not known. */
    default long sizeBytes(Path directory) throws IOException {
        return 0;
    }

    /** What the file system of a directory is mounted from, such as {@code /dev/sdb1}, where that is known. */
    default Optional<String> device(Path directory) throws IOException {
        return Optional.empty();
    }

    /** A name that directories of one file system share, and with it their free space; that of the directory itself by default. */
    default String fileSystem(Path directory) throws IOException {
        return directory.toString();
    }

    /**
     * Names of the physical disks that the data of a directory is on: two directories that share one are lost together. Empty where
     * that is not known, and a directory is taken to be a disk of its own.
     */
    default SortedSet<String> physicalDisks(Path directory) throws IOException {
        return new TreeSet<>();
    }
}
