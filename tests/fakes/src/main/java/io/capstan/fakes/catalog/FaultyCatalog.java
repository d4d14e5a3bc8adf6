package io.capstan.fakes.catalog;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogFinding;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.NodeIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A catalog that fails when it is told to, and otherwise is the one behind it. Any thread may set faults and call it.
 *
 * <p>Closing it closes the catalog behind it.
 */
public final class FaultyCatalog implements Catalog {

    /** A change that waits to be released. */
    private record Held(
            Consumer<? super CatalogTransaction> change, CompletableFuture<@Nullable Void> done) {}

    private final Catalog behind;
    private final List<Held> held = new ArrayList<>();
    private boolean isHolding;
    private int readsToFail;
    private int changesToFail;
    private int acknowledgementsToLose;
    private CatalogException.Reason reason = CatalogException.Reason.IO;

    public FaultyCatalog(Catalog behind) {
        this.behind = behind;
    }

    /** The next reads fail. */
    public synchronized void failReads(int count, CatalogException.Reason why) {
        readsToFail = count;
        reason = why;
    }

    /** The next changes fail and leave no trace, as when the disk is full. */
    public synchronized void failChanges(int count, CatalogException.Reason why) {
        changesToFail = count;
        reason = why;
    }

    /** The next changes are committed and reported as failed, as when synchronizing reports an error too late. */
    public synchronized void loseAcknowledgements(int count, CatalogException.Reason why) {
        acknowledgementsToLose = count;
        reason = why;
    }

    /** Changes wait from now on, as behind a slow disk. */
    public synchronized void hold() {
        isHolding = true;
    }

    /** How many changes wait. */
    public synchronized int heldCount() {
        return held.size();
    }

    /** Lets the changes go that wait, in order, and those to come. */
    public void release() {
        takeHeld().forEach(waiting -> forward(waiting.change(), waiting.done()));
    }

    /** The process dies: changes that wait are lost, and nothing can be done any more. */
    public void crash() {
        CatalogException dead = fault(CatalogException.Reason.CLOSED);
        takeHeld().forEach(waiting -> waiting.done().completeExceptionally(dead));
        behind.close();
    }

    private synchronized List<Held> takeHeld() {
        isHolding = false;
        List<Held> taken = List.copyOf(held);
        held.clear();
        return taken;
    }

    @Override
    public NodeIdentity node() {
        return behind.node();
    }

    @Override
    public <T extends @Nullable Object> T read(Function<? super CatalogView, T> query) {
        synchronized (this) {
            if (readsToFail > 0) {
                readsToFail--;
                throw fault(reason);
            }
        }
        return behind.read(query);
    }

    @Override
    public CompletableFuture<@Nullable Void> submit(Consumer<? super CatalogTransaction> change) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        synchronized (this) {
            if (changesToFail > 0) {
                changesToFail--;
                done.completeExceptionally(fault(reason));
                return done;
            }
            if (isHolding) {
                held.add(new Held(change, done));
                return done;
            }
        }
        forward(change, done);
        return done;
    }

    private void forward(
            Consumer<? super CatalogTransaction> change, CompletableFuture<@Nullable Void> done) {
        var _ =
                behind.submit(change)
                        .whenComplete((nothing, failure) -> {
                            @Nullable Throwable reported =
                                    failure == null ? lostAcknowledgement() : failure;
                            if (reported == null) {
                                done.complete(null);
                            } else {
                                done.completeExceptionally(reported);
                            }
                        });
    }

    private synchronized @Nullable Throwable lostAcknowledgement() {
        if (acknowledgementsToLose == 0) {
            return null;
        }
        acknowledgementsToLose--;
        return fault(reason);
    }

    @Override
    public void commit(Consumer<? super CatalogTransaction> change) {
        try {
            submit(change).join();
        } catch (CompletionException e) {
            throw switch (e.getCause()) {
                case RuntimeException failure -> failure;
                case Error failure -> throw failure;
                case null, default -> e;
            };
        }
    }

    @Override
    public List<CatalogFinding> check(ChunkPresence presence) {
        return behind.check(presence);
    }

    @Override
    public void close() {
        release();
        behind.close();
    }

    private static CatalogException fault(CatalogException.Reason why) {
        return new CatalogException(why, "fault on purpose");
    }
}
