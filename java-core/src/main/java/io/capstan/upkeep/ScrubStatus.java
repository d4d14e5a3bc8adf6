package io.capstan.upkeep;

import java.util.Optional;

/**
 * How far scrubbing is.
 *
 * @param startedEpochMillis when the scrub under way, or else the last one, began; 0 if there was none
 * @param finishedEpochMillis when the last one that came to its end did; 0 if none did
 * @param copies verified by it
 * @param bytes of these
 * @param bad copies among them that were not what was written
 * @param at the container and chunk it has come to
 */
public record ScrubStatus(
        State state,
        long startedEpochMillis,
        long finishedEpochMillis,
        long copies,
        long bytes,
        long bad,
        Optional<String> at) {

    /** Whether it goes on. */
    public enum State {
        IDLE,
        RUNNING,
        PAUSED
    }
}
