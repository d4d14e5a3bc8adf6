package io.capstan.drive;

/**
 * The commands of SSC that the drive executes, decoded. What SPC defines for all devices is not among them.
 *
 * <p>{@code immediate} is IMMED: the initiator does not want to wait. Except for filemarks, which then stay in the buffer,
 * the drive does the work first and answers then.
 *
 * @see "SSC-5, clause 5 to 7; SPC-4, clause 6 for attributes and medium serial number"
 */
sealed interface SscCommand {

    record ReadBlockLimits(boolean maximumLogicalObjectIdentifier) implements SscCommand {}

    /**
     * @param transferLength blocks if {@code fixed}, else bytes
     */
    record Read(boolean fixed, boolean suppressIncorrectLength, int transferLength)
            implements SscCommand {}

    /**
     * @param transferLength blocks if {@code fixed}, else bytes
     */
    record Write(boolean fixed, int transferLength) implements SscCommand {}

    /**
     * @param protectionMethodMatches VLBPM: blocks must have been written with the protection method in force
     * @param verificationLength blocks if {@code fixed}, filemarks if {@code byFilemarks}, else bytes
     */
    record Verify(
            boolean toEndOfData,
            boolean protectionMethodMatches,
            boolean byFilemarks,
            boolean immediate,
            boolean fixed,
            int verificationLength)
            implements SscCommand {}

    record WriteFilemarks(boolean immediate, int count) implements SscCommand {}

    /** What SPACE counts. */
    enum SpaceUnit {
        BLOCKS,
        FILEMARKS,
        END_OF_DATA
    }

    /**
     * @param count negative for backwards; no meaning with {@link SpaceUnit#END_OF_DATA}
     */
    record Space(SpaceUnit unit, long count) implements SscCommand {}

    /** What LOCATE looks for. */
    enum Destination {
        OBJECT,
        FILE,
        END_OF_DATA
    }

    /**
     * @param changePartition CP: {@code partition} has a meaning
     * @param partitionAt where in the CDB the partition stands
     * @param identifier object number or file number
     */
    record Locate(
            Destination destination,
            boolean changePartition,
            boolean immediate,
            int partition,
            int partitionAt,
            long identifier)
            implements SscCommand {}

    record Rewind(boolean immediate) implements SscCommand {}

    record Erase(boolean longErase, boolean immediate) implements SscCommand {}

    /**
     * @param load LOAD: the medium is to be loaded, else unloaded
     * @param retension RETEN
     * @param hold HOLD: the medium is to stay in the drive, not threaded
     */
    record LoadUnload(boolean immediate, boolean load, boolean retension, boolean hold)
            implements SscCommand {}

    /** What ALLOW OVERWRITE allows in append-only mode. */
    enum Extent {
        NOTHING,
        FROM_HERE_ON,
        FORMAT
    }

    /**
     * @param objectNumber where the initiator believes the medium to stand, as {@code partition}
     */
    record AllowOverwrite(Extent extent, int partition, long objectNumber) implements SscCommand {}

    /** How FORMAT MEDIUM lays out. */
    enum FormatKind {
        /** One partition. */
        DEFAULT,
        /** As the medium partition mode page says. */
        PARTITION,
        /** The first, then the second. */
        DEFAULT_THEN_PARTITION
    }

    record FormatMedium(boolean immediate, FormatKind kind) implements SscCommand {}

    /**
     * @param proportion of the cartridge's capacity, in 65,535ths
     */
    record SetCapacity(boolean immediate, int proportion) implements SscCommand {}

    /** The form of READ POSITION's answer. */
    enum PositionForm {
        SHORT,
        LONG,
        EXTENDED
    }

    record ReadPosition(PositionForm form, int allocationLengthBytes) implements SscCommand {}

    /**
     * @param mediumType whether medium types are asked for instead of densities
     * @param media whether what the loaded medium supports is asked for instead of what the drive does
     */
    record ReportDensitySupport(boolean mediumType, boolean media, int allocationLengthBytes)
            implements SscCommand {}

    /** What READ ATTRIBUTE returns. */
    enum AttributeAction {
        VALUES,
        LIST,
        VOLUME_LIST,
        PARTITION_LIST,
        SUPPORTED
    }

    record ReadAttribute(
            AttributeAction action,
            int volumeNumber,
            int partition,
            int firstAttribute,
            long allocationLengthBytes)
            implements SscCommand {}

    /**
     * @param writeThroughCache WTC: the values are to be on the cartridge when the command ends
     */
    record WriteAttribute(
            boolean writeThroughCache,
            int volumeNumber,
            int partition,
            long parameterListLengthBytes)
            implements SscCommand {}

    record GenerateAccessOrder(long parameterListLengthBytes) implements SscCommand {}

    /**
     * @param limits UDS_LIMITS: how long lists can be is asked for instead of the list
     */
    record ReceiveAccessOrder(boolean limits, long listOffsetBytes, long allocationLengthBytes)
            implements SscCommand {}

    /**
     * @param reportAll RA: the ends of all wraps are asked for instead of one
     */
    record ReadEndOfWrapPosition(boolean reportAll, int wrapNumber, long allocationLengthBytes)
            implements SscCommand {}

    record ReadMediaSerialNumber(long allocationLengthBytes) implements SscCommand {}

    /**
     * @param specific SECURITY PROTOCOL SPECIFIC, which names the page
     */
    record SecurityProtocolIn(int protocol, int specific, long allocationLengthBytes)
            implements SscCommand {}

    /**
     * @param specific SECURITY PROTOCOL SPECIFIC, which names the page
     */
    record SecurityProtocolOut(int protocol, int specific, long transferLengthBytes)
            implements SscCommand {}
}
