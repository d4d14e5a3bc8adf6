package io.capstan.scsi.spc;

import java.util.Map;
import java.util.Optional;

/** Where saved mode pages survive a restart. Called on the owner thread. */
public interface SavedParameters {

    /** The parameter bytes saved for a page, or empty if it was never saved. */
    Optional<byte[]> load(ModePageCode code);

    /**
     * Saves the parameter bytes of pages, all or none, and returns once they are on stable storage.
     *
     * @throws RuntimeException if they are not; the MODE SELECT then fails and changes nothing
     */
    void save(Map<ModePageCode, byte[]> pages);
}
