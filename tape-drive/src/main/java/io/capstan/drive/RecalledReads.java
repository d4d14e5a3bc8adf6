package io.capstan.drive;

import io.capstan.format.ChunkId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.store.StoreException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * READs that have to wait until a chunk has come from its tier. Owner thread only, and it never waits.
 *
 * <p>Design note: what a host is told decides whether a restore goes on by itself. NOT READY, becoming ready (02/04/01) is
 * what SSC has for it, but Linux's {@code st} does not retry a READ: {@code read(2)} fails with EIO at once, and {@code tar}
 * gives up. Status BUSY it does not see at all: the kernel's SCSI layer sends the command again every few milliseconds, until
 * the command's time-out has passed, 900 s for a READ of {@code st}. So a READ is answered BUSY, with nothing transferred and
 * the position where it was, for as long as {@code holdMillis} says, which is to be less than that time-out; the next one
 * after that 02/04/01, so that a host which waits for more than minutes hears it and can do something else. Then TEST UNIT
 * READY says 02/04/01 too, while the chunk is on its way and nobody has moved the medium. A READ that comes after 02/04/01
 * is held anew: it is a new attempt of the host.
 *
 * @see "SAM-6, 5.3.1 Status codes; SPC-6, TEST UNIT READY"
 */
final class RecalledReads {

    private final InstantSource clock;
    private final long holdMillis;

    /** A READ that could not be executed, and where it would have begun. */
    private record Waiting(
            VolumeIdentifier volume,
            MediumPosition at,
            ChunkId chunk,
            long sinceMillis,
            boolean isTold) {}

    private @Nullable Waiting waiting;

    RecalledReads(InstantSource clock, long holdMillis) {
        this.clock = clock;
        this.holdMillis = holdMillis;
    }

    /**
     * What a READ is answered that can only end as it did before; empty if it is to be executed. Spares reading again and
     * again what comes before the chunk.
     */
    Optional<CommandResult> stillWaiting(Medium medium, long residual) throws StoreException {
        Waiting before = waiting;
        if (before == null || !isAt(before, medium)) {
            waiting = null;
            return Optional.empty();
        }
        return medium.isComing(before.chunk())
                ? Optional.of(answer(medium, before.chunk(), residual))
                : Optional.empty();
    }

    private static boolean isAt(Waiting waiting, Medium medium) {
        return waiting.volume().equals(medium.volumeIdentifier())
                && waiting.at().equals(medium.position());
    }

    /**
     * Ends a READ that met a chunk which is not here.
     *
     * @param medium stands where the READ began
     */
    CommandResult answer(Medium medium, ChunkId chunk, long residual) {
        long now = clock.millis();
        Waiting before = waiting;
        long since =
                before != null && !before.isTold() && isAt(before, medium)
                        ? before.sinceMillis()
                        : now;
        boolean isHeld = now - since < holdMillis;
        waiting = new Waiting(medium.volumeIdentifier(), medium.position(), chunk, since, !isHeld);
        return isHeld
                ? CommandResult.of(Status.BUSY)
                : CommandResult.checkCondition(becomingReady().withInformation(residual));
    }

    /** Why the unit is not ready although a medium is loaded: the host knows that its READ waits. */
    Optional<SenseData> notReady(Medium medium) {
        Waiting before = waiting;
        if (before == null || !before.isTold() || !isAt(before, medium)) {
            return Optional.empty();
        }
        try {
            return medium.isComing(before.chunk())
                    ? Optional.of(becomingReady())
                    : Optional.empty();
        } catch (StoreException fault) {
            // The READ will say so.
            return Optional.empty();
        }
    }

    static SenseData becomingReady() {
        return SenseData.of(
                SenseKey.NOT_READY, AdditionalSense.LOGICAL_UNIT_IS_IN_PROCESS_OF_BECOMING_READY);
    }
}
