package io.capstan.store;

import java.util.Optional;

/**
 * How far the chunks of a disk or pool have been moved.
 *
 * @param remainingChunks copies that are still to be moved
 * @param movedChunks copies moved since the node started
 * @param movedBytes their bytes
 * @param obstacle why it does not go on now, such as no other disk with room; it is tried again
 */
public record MoveStatus(
        State state,
        long remainingChunks,
        long movedChunks,
        long movedBytes,
        Optional<String> obstacle) {

    /** Where it is in its life. */
    public enum State {
        RUNNING,
        /** Nothing is left to be moved. */
        DONE
    }
}
