package io.capstan.appliance.node;

import io.capstan.appliance.NowAndThen;
import io.capstan.format.DiskId;
import io.capstan.store.DiskState;
import io.capstan.store.StoreDisks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has drives let go of disks that are to get empty, or have failed. A chunk is moved, and copied anew, once it is sealed, which
 * hosts that leave a cartridge in a drive and do nothing would put off for as long as they like; and a file that is open keeps a
 * disk from being unmounted.
 *
 * <p>Drives do it between two commands, as long as it takes to synchronize; one that is busy is not asked twice.
 */
final class DiskClearing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiskClearing.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Storage storage;
    private final Supplier<List<LibraryUnit>> libraries;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Map<String, String> logged = new ConcurrentHashMap<>();

    /** Owned by the look under way. */
    private Map<DiskId, DiskState> leavingBefore = Map.of();

    private final NowAndThen looks = new NowAndThen("capstan-disk-clearing", PAUSE, this::look);

    DiskClearing(Storage storage, Supplier<List<LibraryUnit>> libraries) {
        this.storage = storage;
        this.libraries = libraries;
    }

    void start() {
        looks.start();
    }

    private void look() {
        Map<DiskId, DiskState> now = leaving();
        boolean isWritten =
                storage.chunks().beingWritten().values().stream()
                        .anyMatch(storage.chunks().disks()::isToLeave);
        boolean isNews = !leavingBefore.entrySet().containsAll(now.entrySet());
        leavingBefore = now;
        if (isWritten || isNews) {
            libraries.get().stream()
                    .flatMap(library -> library.drives().stream())
                    .filter(drive -> asked.add(drive.name()))
                    .forEach(this::ask);
        }
    }

    private Map<DiskId, DiskState> leaving() {
        return storage.chunks().disks().views().stream()
                .filter(disk -> disk.state().isLeaving())
                .collect(Collectors.toMap(StoreDisks.DiskView::disk, StoreDisks.DiskView::state));
    }

    private void ask(DriveUnit drive) {
        CompletableFuture<Void> answer;
        try {
            answer = drive.leaveDisks();
        } catch (RejectedExecutionException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> _ =
                answer.whenComplete((_, fault) -> {
                    note(drive, fault);
                    asked.remove(drive.name());
                    storage.upkeep().wake();
                });
    }

    /** A drive that is not in service now has no cartridge that counts, or comes back. */
    private void note(DriveUnit drive, @Nullable Throwable fault) {
        Throwable cause = fault instanceof CompletionException ? fault.getCause() : fault;
        if (cause == null || cause instanceof RejectedExecutionException) {
            logged.remove(drive.name());
            return;
        }
        String reason = String.valueOf(cause.getMessage());
        if (!reason.equals(logged.put(drive.name(), reason))) {
            LOG.warn("{} still writes on a disk that is to get empty: {}", drive.name(), reason);
        }
    }

    @Override
    public void close() {
        boolean _ = looks.stop();
    }
}
