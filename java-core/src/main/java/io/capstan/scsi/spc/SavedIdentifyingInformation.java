package io.capstan.scsi.spc;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where what SET IDENTIFYING INFORMATION set survives a restart. Called on the owner thread. */
public interface SavedIdentifyingInformation {

    /**
     * What was saved last for a type of information; empty if that was never.
     *
     * @param type INFORMATION TYPE
     */
    Optional<byte[]> load(int type);

    /**
     * Saves information, none if it is empty, and returns once it is on stable storage.
     *
     * @throws RuntimeException if it is not; the command then fails and changes nothing
     */
    void save(int type, byte[] information);

    /** Information that lasts as long as the returned object. */
    static SavedIdentifyingInformation inMemory() {
        Map<Integer, byte[]> saved = new TreeMap<>();
        return new SavedIdentifyingInformation() {
            @Override
            public Optional<byte[]> load(int type) {
                return Optional.ofNullable(saved.get(type));
            }

            @Override
            public void save(int type, byte[] information) {
                saved.put(type, information);
            }
        };
    }
}
