package io.capstan.scsi.spc;

import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Errors of commands that were already answered GOOD, waiting to be told with response code 71h.
 *
 * <p>An error goes to the nexus whose command failed, or, where that cannot be said any more, to whichever comes first.
 * When {@link #PENDING_MAX} are waiting, a further one is dropped: the initiator already learns that its data is not on
 * the medium, and from which of them does not change what it must do.
 *
 * @see "SPC-4, Deferred errors"
 */
public final class DeferredErrors {

    /** Errors kept; one is the usual case. */
    public static final int PENDING_MAX = 16;

    private record Pending(Optional<Nexus> nexus, SenseData sense) {}

    private final List<Pending> pending = new ArrayList<>();

    /** Posts an error of a command that came from {@code nexus}. */
    public void post(Nexus nexus, SenseData sense) {
        post(new Pending(Optional.of(nexus), sense.withDeferred()));
    }

    /** Posts an error that no nexus in particular caused. */
    public void post(SenseData sense) {
        post(new Pending(Optional.empty(), sense.withDeferred()));
    }

    public boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Takes the oldest error that concerns {@code nexus}. */
    public Optional<SenseData> take(Nexus nexus) {
        Iterator<Pending> oldestFirst = pending.iterator();
        while (oldestFirst.hasNext()) {
            Pending next = oldestFirst.next();
            if (next.nexus().isEmpty() || next.nexus().get().equals(nexus)) {
                oldestFirst.remove();
                return Optional.of(next.sense());
            }
        }
        return Optional.empty();
    }

    /** Forgets everything, as a reset does. */
    public void clear() {
        pending.clear();
    }

    private void post(Pending error) {
        if (pending.size() < PENDING_MAX) {
            pending.add(error);
        }
    }
}
