package io.capstan.iscsi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sessions of this node. Any thread. */
final class SessionRegistry {

    private static final int TSIH_MAX = 0xFFFF;

    private final int sessionsMax;
    private final Map<Integer, Session> sessions = new LinkedHashMap<>();
    private int latestTsih;

    SessionRegistry(int sessionsMax) {
        this.sessionsMax = sessionsMax;
    }

    /** Makes a session of a login. */
    interface Maker {
        Session make(int tsih);
    }

    /** Adds a session under a number of its own; empty if there are as many as are allowed. */
    synchronized Optional<Session> add(Maker maker) {
        if (sessions.size() >= sessionsMax) {
            return Optional.empty();
        }
        do {
            latestTsih = latestTsih % TSIH_MAX + 1;
        } while (sessions.containsKey(latestTsih));
        Session session = maker.make(latestTsih);
        sessions.put(latestTsih, session);
        return Optional.of(session);
    }

    synchronized void remove(Session session) {
        sessions.remove(session.tsih(), session);
    }

    /**
     * The session that a login replaces: of the same initiator port with the same target port.
     *
     * @see "RFC 7143, 6.3.5 Session Reinstatement, Closure, and Timeout"
     */
    synchronized Optional<Session> replacedBy(Login login) {
        if (login.target().isEmpty()) {
            return Optional.empty();
        }
        return sessions.values().stream()
                .filter(session -> session.login().target().equals(login.target()))
                .filter(session -> session.login().isid() == login.isid())
                .filter(session -> session.login().initiatorName().equals(login.initiatorName()))
                .findFirst();
    }

    /** The sessions with a target. */
    synchronized List<Session> with(ServedTarget target) {
        return sessions.values().stream()
                .filter(session -> session.login().target().filter(target::equals).isPresent())
                .toList();
    }

    synchronized Optional<Session> find(int tsih) {
        return Optional.ofNullable(sessions.get(tsih));
    }

    synchronized List<Session> all() {
        return new ArrayList<>(sessions.values());
    }
}
