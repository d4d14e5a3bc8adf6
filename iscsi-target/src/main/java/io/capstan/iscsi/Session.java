package io.capstan.iscsi;

import io.capstan.scsi.Nexus;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A session with its one connection. What is final is for any thread.
 *
 * @see "RFC 7143, 4.3.1 Sessions"
 */
final class Session {

    private final int tsih;
    private final Login login;
    private final Nexus nexus;
    private final String peer;
    private final long startedEpochMillis;
    private final Connection connection;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** How often the commands for a logical unit were preempted. */
    private final Map<TargetUnit, Integer> preemptions = new ConcurrentHashMap<>();

    final LongAdder commands = new LongAdder();
    final LongAdder dataOutBytes = new LongAdder();
    final LongAdder dataInBytes = new LongAdder();

    /**
     * @param tsih its number on this node
     * @param peer address of the initiator
     */
    Session(int tsih, Login login, String peer, long startedEpochMillis, Connection connection) {
        this.tsih = tsih;
        this.login = login;
        this.peer = peer;
        this.startedEpochMillis = startedEpochMillis;
        this.connection = connection;
        this.nexus =
                new Nexus(
                        login.initiatorPortName(),
                        login.target().map(target -> target.target().portName()).orElse(""));
    }

    int tsih() {
        return tsih;
    }

    Login login() {
        return login;
    }

    Nexus nexus() {
        return nexus;
    }

    Connection connection() {
        return connection;
    }

    /** Completes once the connection is closed and none of its commands executes any more. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Ends the commands for a logical unit that were received before now and that it has not begun. */
    void preempt(TargetUnit unit) {
        preemptions.merge(unit, 1, Integer::sum);
    }

    /** Tells whether there was a preemption since it was asked before. */
    int preemptions(TargetUnit unit) {
        return preemptions.getOrDefault(unit, 0);
    }

    SessionStatus status() {
        return new SessionStatus(
                tsih,
                login.target().map(target -> target.target().name()).orElse(""),
                login.initiatorName(),
                login.initiatorAlias(),
                "%012x".formatted(login.isid()),
                peer,
                login.userName(),
                startedEpochMillis,
                login.parameters().headerDigest(),
                login.parameters().dataDigest(),
                commands.sum(),
                dataOutBytes.sum(),
                dataInBytes.sum());
    }
}
