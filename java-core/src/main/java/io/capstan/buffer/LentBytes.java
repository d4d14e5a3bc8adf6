package io.capstan.buffer;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Bytes that are in memory already, lent to whoever can use them where they are in place of a copy. They do not change until
 * they are given back, which is done once, by {@link #giveBack} or by {@link #abandon}. Any thread.
 */
public interface LentBytes {

    /** The bytes in order; to be read only, and not after they were given back. */
    List<MemorySegment> pieces();

    /** Ends the loan; nobody looks at the bytes any more. */
    void giveBack();

    /** Ends the loan of bytes that somebody may be looking at still, as a kernel that was told to send them. */
    void abandon();
}
