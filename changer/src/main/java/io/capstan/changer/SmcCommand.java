package io.capstan.changer;

import java.util.Optional;

/**
 * The commands of SMC that the changer executes, and the two of SPC that need its clock.
 *
 * <p>A medium transport address of 0 means the default one, which is the only one.
 */
sealed interface SmcCommand {

    /**
     * INITIALIZE ELEMENT STATUS and INITIALIZE ELEMENT STATUS WITH RANGE.
     *
     * @param range which elements; empty for all
     */
    record InitializeElementStatus(Optional<Range> range) implements SmcCommand {

        /**
         * @param elementCount 0 for all from {@code startingAddress} on
         */
        record Range(int startingAddress, int elementCount) {}
    }

    /**
     * @param action whether the station is to be opened or closed
     */
    record OpenCloseImportExport(int elementAddress, StationAction action) implements SmcCommand {}

    record PositionToElement(int transportAddress, int destinationAddress) implements SmcCommand {}

    /**
     * @param station what the vendor-specific bits 7 and 6 of CONTROL want done with the import/export station; only where
     *     source and destination are one import/export element
     */
    record MoveMedium(
            int transportAddress,
            int sourceAddress,
            int destinationAddress,
            Optional<StationAction> station)
            implements SmcCommand {}

    record ExchangeMedium(
            int transportAddress,
            int sourceAddress,
            int firstDestinationAddress,
            int secondDestinationAddress)
            implements SmcCommand {}

    /**
     * @param type empty for all types
     * @param volumeTags VOLTAG
     * @param deviceIdentifiers DVCID
     */
    record ReadElementStatus(
            Optional<ElementType> type,
            int startingAddress,
            int elementCountMax,
            boolean volumeTags,
            boolean deviceIdentifiers,
            int allocationLengthBytes)
            implements SmcCommand {}

    /**
     * @param type empty for all types
     * @param volumeTags VOLTAG
     */
    record RequestVolumeElementAddress(
            Optional<ElementType> type,
            int startingAddress,
            int elementCountMax,
            boolean volumeTags,
            int allocationLengthBytes)
            implements SmcCommand {}

    /**
     * @param type empty for all types
     * @param sendActionCode one of the translate actions
     */
    record SendVolumeTag(
            Optional<ElementType> type,
            int startingAddress,
            int sendActionCode,
            int parameterListLengthBytes)
            implements SmcCommand {}

    /** What can be done with the import/export station. */
    enum StationAction {
        OPEN,
        CLOSE
    }
}
