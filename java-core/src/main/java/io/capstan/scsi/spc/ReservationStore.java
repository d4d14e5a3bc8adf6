package io.capstan.scsi.spc;

import java.util.Optional;

/** Where registrations survive a loss of power when an initiator asks for it (APTPL). Called on the owner thread. */
public interface ReservationStore {

    /** Forgets everything at a loss of power. */
    ReservationStore NONE =
            new ReservationStore() {
                @Override
                public Optional<byte[]> load() {
                    return Optional.empty();
                }

                @Override
                public void save(byte[] state) {
                    throw CheckConditionException.invalidFieldInParameterList(20, 0);
                }

                @Override
                public void clear() {}
            };

    /** What was saved last; empty if nothing was, or it was cleared. */
    Optional<byte[]> load();

    /**
     * Saves the state and returns once it is on stable storage.
     *
     * @throws RuntimeException if it is not; the command then fails and changes nothing
     */
    void save(byte[] state);

    /** Forgets what was saved. */
    void clear();
}
