package io.capstan.smart.policy;

import io.capstan.format.DiskId;
import java.util.Optional;

/**
 * Where the workflow is with one disk. A disk without a case is well.
 *
 * @param action what is to be done with it, in the end
 * @param reason why, for people
 * @param byHand whether a person asked for it: what is predicted does not end it
 * @param held whether a person stopped it; it goes no further until released
 * @param obstacle why it does not go on now
 * @param sinceSeconds when this step began, in seconds since 1970
 */
public record DiskCase(
        DiskId disk,
        String pool,
        Step step,
        Policy.Action action,
        String reason,
        boolean byHand,
        boolean held,
        Optional<String> obstacle,
        long sinceSeconds) {

    /** Steps in the order in which they come. Names are part of the file. */
    public enum Step {
        /** A person is told; nothing else is done. */
        ALERTED,
        /** To be evacuated as soon as that is safe. */
        FIRED,
        /** No new chunks are placed on it, and those it has move away. */
        EVACUATING,
        /** Nothing is on it. It stays in service, closed, until a person decides. */
        EMPTY,
        /** Out of service. A replacement is asked for. */
        AWAITING_REPLACEMENT,
        /** Another disk has its place; chunks are being evened out. */
        REBALANCING,
        DONE
    }

    DiskCase at(Step next, long nowSeconds) {
        return new DiskCase(
                disk, pool, next, action, reason, byHand, held, Optional.empty(), nowSeconds);
    }

    DiskCase with(Policy.Action stronger, String why) {
        return new DiskCase(disk, pool, step, stronger, why, byHand, held, obstacle, sinceSeconds);
    }

    DiskCase blocked(String why) {
        return new DiskCase(
                disk, pool, step, action, reason, byHand, held, Optional.of(why), sinceSeconds);
    }

    DiskCase held(boolean hold) {
        return new DiskCase(disk, pool, step, action, reason, byHand, hold, obstacle, sinceSeconds);
    }

    /** Whether the disk counts as out: redundancy has to do without it, or soon will. */
    boolean isOut() {
        return switch (step) {
            case EVACUATING, EMPTY, AWAITING_REPLACEMENT -> true;
            case ALERTED, FIRED, REBALANCING, DONE -> false;
        };
    }
}
