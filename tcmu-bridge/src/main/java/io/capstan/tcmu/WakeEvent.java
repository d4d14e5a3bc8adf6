package io.capstan.tcmu;

/** An eventfd with which other threads wake a ring's owner. Signalling a closed event does nothing. */
final class WakeEvent implements AutoCloseable {

    private static final int CLOSED = -1;

    private int fd;

    WakeEvent() throws RingException {
        fd = Ring.checked("capstan_event_open", Libcapstan.get().eventOpen());
    }

    /** For the owner alone, who is also the one to close it. */
    synchronized int fd() {
        return fd;
    }

    synchronized void signal() {
        if (fd != CLOSED) {
            // The only failure is a counter at its maximum, and then the owner is awake anyway.
            Libcapstan.get().eventSignal(fd);
        }
    }

    @Override
    public synchronized void close() {
        if (fd != CLOSED) {
            Libcapstan.get().eventClose(fd);
            fd = CLOSED;
        }
    }
}
