package io.capstan.scsi.flight;

import io.capstan.scsi.Cdb;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One command as the flight recorder has it.
 *
 * @param sequence counts the logical unit's commands from 1, over restarts
 * @param endEpochNanos when it ended
 * @param nexus where it came from; empty where the recorder had no room for the name
 * @param cdb its beginning, where it was longer than 36 bytes
 * @param dataOutBytes how much data came with it
 * @param dataInBytes how much data it returned
 * @param status as SAM encodes it
 * @param position where it left the medium; empty where there is none
 */
public record FlightRecord(
        long sequence,
        long endEpochNanos,
        long durationNanos,
        Optional<Nexus> nexus,
        Cdb cdb,
        long dataOutBytes,
        long dataInBytes,
        int status,
        Optional<Sense> sense,
        Optional<Position> position) {

    /** An I_T nexus by its ports' names. */
    public record Nexus(String initiatorPort, String targetPort) {}

    /** Sense data, but for sense key specific bytes. */
    public record Sense(
            int key,
            int additionalSenseCode,
            int additionalSenseCodeQualifier,
            boolean deferred,
            boolean filemark,
            boolean endOfMedium,
            boolean incorrectLength,
            OptionalLong information) {

        /** For example {@code 05/24/00}. */
        public String code() {
            return "%02X/%02X/%02X"
                    .formatted(key, additionalSenseCode, additionalSenseCodeQualifier);
        }
    }

    public record Position(int partition, long objectNumber) {}

    /** {@code GOOD}, another status' number, or sense in short form. */
    public String outcome() {
        return sense.map(Sense::code)
                .orElseGet(() -> status == 0 ? "GOOD" : "status %02Xh".formatted(status));
    }
}
