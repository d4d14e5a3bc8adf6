package io.capstan.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Status;
import io.capstan.store.StoreException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** V21: how long a READ that waits for a tier is BUSY, and what comes then. */
class RecalledReadsTest {

    private static final ChunkId CHUNK = new ChunkId(ContainerId.of(new UUID(1, 2)), 3);
    private static final long HOLD_MILLIS = 1000;

    private long nowMillis = 5_000_000;
    private MediumPosition position = new MediumPosition(0, 7, 1);
    private boolean isComing = true;

    private final Medium medium =
            (Medium)
                    Proxy.newProxyInstance(
                            Medium.class.getClassLoader(),
                            new Class<?>[] {Medium.class},
                            (proxy, method, arguments) ->
                                    switch (method.getName()) {
                                        case "position" -> position;
                                        case "isComing" -> isComing;
                                        case "volumeIdentifier" -> new VolumeIdentifier("A00001L8");
                                        default ->
                                                throw new UnsupportedOperationException(
                                                        method.getName());
                                    });

    private final RecalledReads reads =
            new RecalledReads(() -> Instant.ofEpochMilli(nowMillis), HOLD_MILLIS);

    /** As a READ does: first whether it can only end as before, else it meets the chunk. */
    private CommandResult read() throws StoreException {
        return reads.stillWaiting(medium, 1).orElseGet(() -> reads.answer(medium, CHUNK, 1));
    }

    private static boolean isBecomingReady(CommandResult result) {
        return result.sense().filter(RecalledReadsTest::isBecomingReady).isPresent();
    }

    private static boolean isBecomingReady(io.capstan.scsi.SenseData sense) {
        return sense.key().code() == 2
                && sense.additionalSense().code() == 4
                && sense.additionalSense().qualifier() == 1;
    }

    @Test
    void itIsBusyForAWhileThenBecomingReadyThenHeldAnew() throws StoreException {
        assertThat(read().status()).isEqualTo(Status.BUSY);
        nowMillis += HOLD_MILLIS - 1;
        assertThat(read().status()).isEqualTo(Status.BUSY);
        assertThat(reads.notReady(medium)).as("TEST UNIT READY while it is held").isEmpty();

        nowMillis += 1;
        assertThat(isBecomingReady(read())).isTrue();
        assertThat(reads.notReady(medium)).hasValueSatisfying(RecalledReadsTest::check);

        assertThat(read().status()).as("a new attempt").isEqualTo(Status.BUSY);
        nowMillis += HOLD_MILLIS;
        assertThat(isBecomingReady(read())).isTrue();
    }

    private static void check(io.capstan.scsi.SenseData sense) {
        assertThat(isBecomingReady(sense)).isTrue();
    }

    @Test
    void whatHasArrivedIsReadAndTheUnitReady() throws StoreException {
        assertThat(read().status()).isEqualTo(Status.BUSY);
        nowMillis += HOLD_MILLIS;
        assertThat(isBecomingReady(read())).isTrue();
        isComing = false;

        assertThat(reads.stillWaiting(medium, 1)).isEmpty();
        assertThat(reads.notReady(medium)).isEmpty();
    }

    @Test
    void elsewhereItIsAnotherRead() throws StoreException {
        assertThat(read().status()).isEqualTo(Status.BUSY);
        nowMillis += HOLD_MILLIS;
        position = new MediumPosition(0, 8, 1);

        assertThat(reads.stillWaiting(medium, 1)).isEmpty();
        assertThat(read().status()).as("held from its own beginning").isEqualTo(Status.BUSY);
    }

    @Test
    void withoutHoldingItIsBecomingReadyAtOnce() {
        RecalledReads impatient = new RecalledReads(() -> Instant.ofEpochMilli(nowMillis), 0);

        assertThat(isBecomingReady(impatient.answer(medium, CHUNK, 1))).isTrue();
        assertThat(isBecomingReady(impatient.answer(medium, CHUNK, 1))).isTrue();
    }
}
