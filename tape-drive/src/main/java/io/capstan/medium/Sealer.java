package io.capstan.medium;

import io.capstan.format.ChunkTrailer;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Seals full chunks of one medium off its owner thread, so that the next chunk is written while this one goes to stable
 * storage. At most {@link #UNDER_WAY_MAX} are under way; whoever adds one more waits for the oldest.
 *
 * <p>Owner thread, but for the sealing itself, which owns the chunk's writer until it is done.
 */
final class Sealer {

    /** One being forced and one waiting for it keep the disk busy; more would only take memory. */
    static final int UNDER_WAY_MAX = 2;

    private final Executor executor;
    private final List<Seal> seals = new ArrayList<>();

    /** So many from the first on are known to be sealed. */
    private int sealedCount;

    /** A chunk that is being sealed, or was. */
    static final class Seal {
        private final WrittenChunk chunk;
        private Attempt attempt;

        private Seal(WrittenChunk chunk, Attempt attempt) {
            this.chunk = chunk;
            this.attempt = attempt;
        }

        WrittenChunk chunk() {
            return chunk;
        }
    }

    /** One try to seal a chunk, made by whoever comes to it first: a thread of the executor, or the owner who needs it. */
    private static final class Attempt implements Runnable {
        private final WrittenChunk chunk;
        private final AtomicBoolean begun = new AtomicBoolean();
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        Attempt(WrittenChunk chunk) {
            this.chunk = chunk;
        }

        @Override
        public void run() {
            if (!begun.compareAndSet(false, true)) {
                return;
            }
            try {
                outcome.complete(seal(chunk));
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        }

        boolean isDone() {
            return outcome.isDone();
        }

        /** The outcome. A chunk that still stands in line behind those of other mediums is sealed here and now. */
        Outcome await() {
            run();
            return outcome.join();
        }
    }

    private sealed interface Outcome {
        record Sealed(ChunkTrailer trailer) implements Outcome {}

        record Failed(StoreException fault) implements Outcome {}
    }

    Sealer(Executor executor) {
        this.executor = executor;
    }

    boolean isEmpty() {
        return seals.isEmpty();
    }

    /** Chunks added since {@link #clear}. */
    int count() {
        return seals.size();
    }

    /** Chunks added since {@link #clear}, in order. */
    List<Seal> seals() {
        return List.copyOf(seals);
    }

    /** Gives a chunk away to be sealed. */
    void add(WrittenChunk chunk) {
        List<Seal> underWay = seals.stream().filter(seal -> !seal.attempt.isDone()).toList();
        if (underWay.size() >= UNDER_WAY_MAX) {
            underWay.getFirst().attempt.await();
        }
        seals.add(new Seal(chunk, start(chunk)));
    }

    private Attempt start(WrittenChunk chunk) {
        Attempt attempt = new Attempt(chunk);
        executor.execute(attempt);
        return attempt;
    }

    private static Outcome seal(WrittenChunk chunk) {
        try {
            return new Outcome.Sealed(chunk.writer().seal());
        } catch (StoreException e) {
            return new Outcome.Failed(e);
        }
    }

    /** Throws the first fault there is so far; waits for nothing but chunks that are tried again. */
    void throwFault() throws StoreException {
        while (sealedCount < seals.size() && seals.get(sealedCount).attempt.isDone()) {
            await(seals.get(sealedCount));
            sealedCount++;
        }
    }

    /**
     * Waits until a chunk is sealed. One that found no space is tried once more first: there may be some by now.
     *
     * @throws StoreException.NoSpace if there is still none; the next call tries again
     */
    ChunkTrailer await(Seal seal) throws StoreException {
        if (seal.attempt.await() instanceof Outcome.Failed(StoreException.NoSpace _)) {
            seal.attempt = start(seal.chunk);
        }
        return switch (seal.attempt.await()) {
            case Outcome.Sealed(ChunkTrailer trailer) -> trailer;
            case Outcome.Failed(StoreException fault) -> throw fault;
        };
    }

    /** Waits until nothing is under way any more, whatever became of it. */
    void quiesce() {
        seals.forEach(seal -> seal.attempt.await());
    }

    /** Forgets all chunks; none may be under way. */
    void clear() {
        seals.clear();
        sealedCount = 0;
    }
}
