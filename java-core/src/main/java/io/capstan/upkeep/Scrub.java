package io.capstan.upkeep;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.Bandwidth;
import io.capstan.store.ChunkStore;
import io.capstan.store.StoreException;
import io.capstan.store.VerifiedCopy;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies every copy of every sealed chunk, from beginning to end, again and again: bits rot where nobody looks. What it
 * finds is noted as a bad copy, and repaired by the next pass of {@link Upkeep}.
 *
 * <p>Where it is is kept in the catalog, so that it goes on there after a restart. Any thread may ask; one scrubs.
 */
public final class Scrub {

    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

    /** Name of the catalog's parameters that hold its state. */
    private static final String PARAMETERS = "store/scrub";

    private static final int STATE_LENGTH_BYTES = 1 + 5 * Long.BYTES + 3 * Long.BYTES;

    /** Progress is kept at least this often; a restart scrubs at most so much again. */
    private static final int CHUNKS_PER_COMMIT = 16;

    private final Catalog catalog;
    private final ChunkStore store;
    private final UpkeepOptions options;
    private final InstantSource clock;
    private final MetricsRegistry metrics;
    private final Runnable wake;
    private final Bandwidth pace;
    private State state;
    private volatile boolean closed;

    /**
     * As the catalog keeps it.
     *
     * @param finished before the first one has begun, when waiting for it did
     */
    private record State(
            ScrubStatus.State state,
            long started,
            long finished,
            long copies,
            long bytes,
            long bad,
            Optional<ChunkId> at) {

        static final State NEVER =
                new State(ScrubStatus.State.IDLE, 0, 0, 0, 0, 0, Optional.empty());

        State with(ScrubStatus.State newState) {
            return new State(newState, started, finished, copies, bytes, bad, at);
        }

        State waitingSince(long epochMillis) {
            return new State(state, started, epochMillis, copies, bytes, bad, at);
        }

        /** When the last one came to its end; 0 if none did. */
        long lastFinished() {
            return started == 0 ? 0 : finished;
        }

        byte[] encode() {
            ByteBuffer out = ByteBuffer.allocate(STATE_LENGTH_BYTES);
            out.put(codeOf(state));
            out.putLong(started).putLong(finished).putLong(copies).putLong(bytes).putLong(bad);
            out.putLong(at.map(chunk -> chunk.container().mostSignificantBits()).orElse(0L));
            out.putLong(at.map(chunk -> chunk.container().leastSignificantBits()).orElse(0L));
            out.putLong(at.map(ChunkId::sequence).orElse(0L));
            return out.array();
        }

        private static byte codeOf(ScrubStatus.State state) {
            return switch (state) {
                case IDLE -> 0;
                case RUNNING -> 1;
                case PAUSED -> 2;
            };
        }

        private static ScrubStatus.State stateOf(byte code) {
            return switch (code) {
                case 1 -> ScrubStatus.State.RUNNING;
                case 2 -> ScrubStatus.State.PAUSED;
                default -> ScrubStatus.State.IDLE;
            };
        }

        static State decode(byte[] bytes) {
            if (bytes.length != STATE_LENGTH_BYTES || bytes[0] < 0 || bytes[0] > 2) {
                return NEVER;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes);
            ScrubStatus.State state = stateOf(in.get());
            long started = in.getLong();
            long finished = in.getLong();
            long copies = in.getLong();
            long count = in.getLong();
            long bad = in.getLong();
            ContainerId container = new ContainerId(in.getLong(), in.getLong());
            long sequence = in.getLong();
            return new State(
                    state,
                    started,
                    finished,
                    copies,
                    count,
                    bad,
                    sequence < 1
                            ? Optional.empty()
                            : Optional.of(new ChunkId(container, sequence)));
        }
    }

    Scrub(
            Catalog catalog,
            ChunkStore store,
            UpkeepOptions options,
            InstantSource clock,
            MetricsRegistry metrics,
            Runnable wake) {
        this.catalog = catalog;
        this.store = store;
        this.options = options;
        this.clock = clock;
        this.metrics = metrics;
        this.wake = wake;
        this.pace = new Bandwidth(options::scrubBytesPerSecondMax, System::nanoTime);
        this.state =
                catalog.read(view -> view.parameters(PARAMETERS))
                        .map(State::decode)
                        .orElse(State.NEVER);
    }

    /** Begins a scrub, or goes on with one that is paused; does nothing while one runs. */
    public synchronized ScrubStatus start() {
        if (state.state() == ScrubStatus.State.PAUSED) {
            keep(state.with(ScrubStatus.State.RUNNING));
        } else if (state.state() == ScrubStatus.State.IDLE) {
            keep(begun());
        }
        wake.run();
        return status();
    }

    /** Lets the scrub under way rest until {@link #start}; does nothing where there is none. */
    public synchronized ScrubStatus pause() {
        if (state.state() == ScrubStatus.State.RUNNING) {
            keep(state.with(ScrubStatus.State.PAUSED));
        }
        return status();
    }

    public synchronized ScrubStatus status() {
        return new ScrubStatus(
                state.state(),
                state.started(),
                state.lastFinished(),
                state.copies(),
                state.bytes(),
                state.bad(),
                state.at().map(ChunkId::toString));
    }

    private State begun() {
        return new State(
                ScrubStatus.State.RUNNING,
                clock.millis(),
                state.lastFinished(),
                0,
                0,
                0,
                Optional.empty());
    }

    private synchronized void keep(State next) {
        state = next;
        byte[] encoded = next.encode();
        catalog.commit(change -> change.putParameters(PARAMETERS, encoded));
    }

    private synchronized State now() {
        return state;
    }

    /** Scrubs some chunks, if that is what is to be done, and asks to be called again. */
    void step() throws StoreException {
        beginIfDue();
        State before = now();
        if (closed || before.state() != ScrubStatus.State.RUNNING) {
            return;
        }
        List<ChunkRecord> page = catalog.read(view -> view.chunks(before.at(), CHUNKS_PER_COMMIT));
        long copies = 0;
        long bytes = 0;
        long bad = 0;
        for (ChunkRecord chunk : page) {
            for (DiskId disk : chunk.disks()) {
                long verified = chunk.state() == ChunkState.SEALED ? verify(chunk, disk) : 0;
                copies += verified == 0 ? 0 : 1;
                bytes += Math.max(0, verified);
                bad += verified < 0 ? 1 : 0;
            }
        }
        metrics.counter(UpkeepCounter.SCRUB_CHUNKS).add(copies);
        metrics.counter(UpkeepCounter.SCRUB_BYTES).add(bytes);
        progress(before, page, copies, bytes, bad);
        wake.run();
    }

    private synchronized void beginIfDue() {
        if (options.scrubIntervalMillis() <= 0 || state.state() != ScrubStatus.State.IDLE) {
            return;
        }
        if (state.finished() == 0) {
            // The first one comes an interval after the store was made.
            keep(state.waitingSince(clock.millis()));
        } else if (clock.millis() >= state.finished() + options.scrubIntervalMillis()) {
            keep(begun());
        }
    }

    private synchronized void progress(
            State before, List<ChunkRecord> page, long copies, long bytes, long bad) {
        if (state.started() != before.started()) {
            return;
        }
        boolean isDone = page.isEmpty();
        keep(
                new State(
                        isDone ? ScrubStatus.State.IDLE : state.state(),
                        state.started(),
                        isDone ? clock.millis() : state.finished(),
                        state.copies() + copies,
                        state.bytes() + bytes,
                        state.bad() + bad,
                        isDone ? Optional.empty() : Optional.of(page.getLast().chunk())));
        if (isDone) {
            metrics.counter(UpkeepCounter.SCRUBS).increment();
            LOG.info(
                    "scrub finished: {} copies, {} MiB, {} bad",
                    state.copies(),
                    state.bytes() >> 20,
                    state.bad());
        }
    }

    /** Bytes verified; -1 if the copy is bad, 0 if it cannot be looked at. */
    private long verify(ChunkRecord chunk, DiskId disk) throws StoreException {
        boolean canBe = store.disks().isUsable(disk);
        if (!canBe) {
            return 0;
        }
        try {
            VerifiedCopy copy =
                    store.verify(
                            chunk.chunk(), disk, chunk.digest().map(ChunkDigest::toBytes), pace);
            return copy.lengthBytes();
        } catch (StoreException e) {
            if (closed) {
                throw e;
            }
            return note(chunk.chunk(), disk, e) ? -1 : 0;
        }
    }

    /** False if the chunk is gone since, or the disk out of use. */
    private boolean note(ChunkId chunk, DiskId disk, StoreException fault) {
        boolean isStill =
                catalog.read(view -> view.chunk(chunk))
                                .filter(c -> c.state() == ChunkState.SEALED)
                                .filter(c -> c.disks().contains(disk))
                                .isPresent()
                        && store.disks().isUsable(disk);
        if (!isStill) {
            return false;
        }
        LOG.warn(
                "scrub: the copy of chunk {} on disk {} is bad: {}",
                chunk,
                disk,
                fault.getMessage());
        String reason = String.valueOf(fault.getMessage());
        catalog.commit(change -> Copies.noteBad(change, chunk, disk, reason, clock.millis()));
        return true;
    }

    void close() {
        closed = true;
        pace.close();
    }
}
