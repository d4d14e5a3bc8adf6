package io.capstan.iscsi;

import io.capstan.scsi.Nexus;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * Aborts commands that wait for a logical unit, in any session of a target. Any thread.
 *
 * <p>Each session's commands belong to its event loop, which is asked and not waited for.
 */
final class TaskAborter {

    private final SessionRegistry sessions;
    private final ServedTarget target;

    TaskAborter(SessionRegistry sessions, ServedTarget target) {
        this.sessions = sessions;
        this.target = target;
    }

    /** The sessions with the target. */
    List<Session> sessions() {
        return sessions.with(target);
    }

    /**
     * Aborts the commands of {@code affected} that the logical unit has not begun.
     *
     * @return the nexuses that lost any, once all are aborted
     */
    CompletableFuture<Set<Nexus>> abort(TargetUnit unit, List<Session> affected) {
        Set<Nexus> losers = ConcurrentHashMap.newKeySet();
        return CompletableFuture.allOf(
                        affected.stream()
                                .map(session -> abort(unit, session, losers))
                                .toArray(CompletableFuture[]::new))
                .thenApply(done -> losers);
    }

    private static CompletableFuture<?> abort(TargetUnit unit, Session session, Set<Nexus> losers) {
        CompletableFuture<?> done = new CompletableFuture<>();
        try {
            session.connection()
                    .execute(() -> {
                        ScsiTasks tasks = session.connection().tasks();
                        if (tasks != null && tasks.abortAll(unit)) {
                            losers.add(session.nexus());
                        }
                        done.complete(null);
                    });
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and with it the session.
            done.complete(null);
        }
        return done;
    }

    /** The sessions of an I_T nexus: one, unless it is just being replaced. */
    List<Session> sessionsOf(Nexus nexus) {
        return sessions().stream().filter(session -> session.nexus().equals(nexus)).toList();
    }

    /** Aborts the commands of nexuses that were preempted, and lets those that lost any know. */
    CompletableFuture<?> preempt(TargetUnit unit, Set<Nexus> preempted) {
        List<Session> affected =
                sessions().stream().filter(session -> preempted.contains(session.nexus())).toList();
        return abort(unit, affected)
                .thenCompose(losers ->
                        unit.submit(() -> {
                            losers.forEach(unit.unit()::commandsCleared);
                            return true;
                        }));
    }
}
