package io.capstan.tier;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.FileSource;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A place for objects that are written once. What can be expected to happen is a value; a tier that fails throws {@link
 * TierException}, and then the same call can be made again.
 *
 * <p>Calls wait for the far end. Any thread, any number at once, but one at a time for each key.
 */
public interface TierProvider extends AutoCloseable {

    /**
     * Takes a place to be this tier: done once, when the node first knows the tier.
     *
     * @throws TierException if it is another one's, or cannot be used
     */
    void begin() throws TierException;

    /** What the tier's mark says it is; empty where there is none. */
    Optional<String> mark() throws TierException;

    /** Whether objects have to be recalled before they can be read, which takes hours. */
    boolean isAsynchronous();

    /** How long it usually takes from asking for an object to when it can be read. */
    default long recallDelayMillis() {
        return 0;
    }

    /**
     * Stores an object. When this returns it is there for good, and the far end has found its digest to be the right one:
     * the near copy may go.
     *
     * @param content borrowed; may be read more than once. What it throws is thrown on
     * @param sha256 of all of {@code content}
     * @return bytes that had to be sent; 0 if the object was there and is the same
     */
    long put(ObjectKey key, FileSource content, ChunkDigest sha256) throws IOException;

    /**
     * Sees to it that an object which is there already is kept as one is that is stored now, such as by a lock that was not
     * asked for then. Does nothing where a tier has no such thing.
     */
    default void keep(ObjectKey key) throws TierException {}

    /**
     * Objects that were begun to be stored before a certain time, and are not there: what is kept of them takes up space, and
     * is of use only to who stores them again.
     */
    List<ObjectKey> unfinished(long begunBeforeEpochMillis) throws TierException;

    /** Gives up what is kept of an object that is {@link #unfinished}. Who is storing it now has to begin anew. */
    void giveUp(ObjectKey key) throws TierException;

    /** What is known of an object. */
    ObjectState head(ObjectKey key) throws TierException;

    /** Compares an object with what it should be, as far as the tier can without recalling it. */
    VerifyOutcome verify(ObjectKey key, long lengthBytes, ChunkDigest sha256) throws TierException;

    /**
     * Reads a part of an object, or all of it.
     *
     * @param lengthBytes 1 or more; the object has as many from {@code offsetBytes} on
     */
    GetOutcome get(ObjectKey key, long offsetBytes, long lengthBytes) throws TierException;

    /** Deletes an object, so that it stays deleted; does nothing if there is none. */
    void delete(ObjectKey key) throws TierException;

    /**
     * Objects in order of their keys.
     *
     * @param prefix what their keys begin with; may be empty
     * @param after the last one of the page before
     * @param limit most to return, 1 or more
     */
    List<ListedObject> list(String prefix, Optional<ObjectKey> after, int limit)
            throws TierException;

    /**
     * An object that is there.
     *
     * @param storedEpochMillis when, by the clock of whoever keeps it
     */
    record ListedObject(ObjectKey key, long lengthBytes, long storedEpochMillis) {}

    /**
     * Asks for archived objects, all as one request where the tier knows such. Those that can be read, are on their way or
     * do not exist are passed over; asking again does no harm, nor do many who ask for the same objects at once. {@link
     * #head} says when they are there.
     */
    void recall(Collection<ObjectKey> keys) throws TierException;

    /** Calls that wait for a far end are given up. */
    @Override
    void close();
}
