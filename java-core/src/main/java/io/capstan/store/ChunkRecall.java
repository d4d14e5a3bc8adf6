package io.capstan.store;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings chunks from tiers onto this node's disks, one by one: those that are only in a tier, for whoever reads a cartridge
 * that was not brought back as a whole; and those of which the copies here are bad.
 *
 * <p>No call waits: what is asked for comes in the background, and the caller asks again. Any thread.
 */
public interface ChunkRecall {

    /** What can be said of a chunk that was asked for. */
    sealed interface Outcome {

        /**
         * It is on its way, or will be once the tier answers.
         *
         * @param expectedEpochMillis when it can be fetched from the tier, where that is known
         * @param failedAttempts how often the tier could not be asked, or not give it, since it was asked for
         */
        record Coming(OptionalLong expectedEpochMillis, int failedAttempts) implements Outcome {}

        /**
         * No tier has it as it was written. Asking again has it looked for again.
         *
         * @param reason one sentence
         */
        record Failed(String reason) implements Outcome {}
    }

    /** Asks for a chunk that somebody waits for. Ask only for one that is on no disk. */
    Outcome want(ChunkId chunk);

    /** Asks for chunks that may be needed soon. Where too much is asked for already, nothing happens. */
    void wantSoon(Collection<ChunkId> chunks);

    /** Bytes of chunks behind the one that is read which should be asked for with it. */
    long readAheadBytes();

    /**
     * Asks for a whole copy of a sealed chunk that has copies here, of which none can be read as it was written. What comes
     * takes the place of a bad one, or of all of them on another disk where that cannot be; until then they stay. Nothing
     * is fetched if one of them turns out to be whole.
     *
     * @param isWaitedFor by somebody who reads
     * @return empty if no tier has the chunk. A failure is told for as long as it makes no sense to look again
     */
    Optional<Outcome> repair(ChunkId chunk, boolean isWaitedFor);

    /** Whether a chunk that {@link #repair} was asked for is still on its way. */
    boolean isRepairing(ChunkId chunk);

    /** Nobody reads that container any more: what is not on its way yet need not come. */
    void forget(ContainerId container);
}
