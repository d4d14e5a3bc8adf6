package io.capstan.appliance.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON documents of the API. A component that is null is left out of a response, and may be left out of a request.
 * Renaming a component is a breaking change.
 */
final class Documents {

    private Documents() {}

    record ProblemDocument(String type, String title, int status, String detail, String reason) {}

    // ---- node

    record Status(
            String version,
            String nodeId,
            String started,
            long uptimeSeconds,
            String dataDirectory,
            String kernelDevices,
            Storage storage,
            Cartridges cartridges,
            List<LibrarySummary> libraries,
            List<Device> devices,
            List<String> findings) {}

    record Storage(List<String> directories, long freeBytes) {}

    record Cartridges(long present, long destroyed) {}

    record Device(String unit, String scsiAddress, List<String> nodes, boolean serving) {}

    record StopRequest(@Nullable Boolean keepDevices) {}

    record Accepted(String outcome) {}

    record Audit(List<AuditEntry> entries) {}

    record AuditEntry(String time, String who, String what, String outcome) {}

    // ---- iSCSI

    record Iscsi(List<String> portals, List<String> targets, List<IscsiSession> sessions) {}

    record IscsiSession(
            int id,
            String target,
            String initiator,
            String initiatorAlias,
            String isid,
            String peer,
            String userName,
            String since,
            boolean headerDigest,
            boolean dataDigest,
            long commandCount,
            long dataOutBytes,
            long dataInBytes) {}

    // ---- libraries

    record Libraries(List<LibrarySummary> libraries) {}

    record LibrarySummary(
            String name,
            String personality,
            String serialNumber,
            int driveCount,
            int storageCount,
            int importExportCount,
            int cartridgeCount) {}

    record Library(
            String name,
            String personality,
            String serialNumber,
            boolean removalPrevented,
            List<Element> elements) {}

    /**
     * An element.
     *
     * @param identifier what hosts know it by, of one that leads to another library: connected elements have the same
     * @param leadsTo where a cartridge that is put here appears, {@code library:element}
     */
    record Element(
            int address,
            String type,
            boolean full,
            boolean accessible,
            @Nullable String barcode,
            @Nullable Integer source,
            @Nullable String drive,
            @Nullable String identifier,
            @Nullable String leadsTo,
            @Nullable String exception) {}

    record MoveRequest(@Nullable Integer source, @Nullable Integer destination) {}

    record ImportRequest(
            @Nullable String barcode, @Nullable Integer element, @Nullable String elementType) {}

    record ExportRequest(
            @Nullable String barcode, @Nullable Integer element, @Nullable Boolean force) {}

    record ResizeRequest(
            @Nullable Integer storageElements, @Nullable Integer importExportElements) {}

    record AddDriveRequest(@Nullable String personality, @Nullable String serialNumber) {}

    /**
     * Where a cartridge is now.
     *
     * @param job that has it in its care, if it is in transit
     */
    record Place(
            String barcode,
            @Nullable String library,
            @Nullable Integer element,
            @Nullable Long job) {

        Place(String barcode, @Nullable String library, @Nullable Integer element) {
            this(barcode, library, element, null);
        }
    }

    // ---- cartridges

    record CartridgePage(List<Cartridge> cartridges, @Nullable String next) {}

    /**
     * A cartridge, or what is known of one that was destroyed.
     *
     * @param destroyed when it was
     * @param knownUntil when its barcode will be free at the earliest; never without
     */
    record Cartridge(
            String barcode,
            String state,
            @Nullable String type,
            int densityCode,
            int mediumType,
            long capacityBytes,
            long usedBytes,
            boolean worm,
            boolean writeProtected,
            boolean mounted,
            long loadCount,
            String created,
            @Nullable String library,
            @Nullable Integer element,
            String container,
            @Nullable String generationOf,
            @Nullable Long generation,
            @Nullable Long keepGenerationsDays,
            @Nullable String lockedUntil,
            @Nullable String destroyed,
            @Nullable String knownUntil,
            List<Partition> partitions,
            @Nullable List<Attribute> attributes) {}

    record Partition(long capacityBytes, long usedBytes, long objectCount, long filemarkCount) {}

    record Attribute(
            int partition, String id, String format, String value, @Nullable String text) {}

    /**
     * Cartridges to make.
     *
     * @param pool that their data goes to
     * @param keepGenerationsDays for which what is overwritten or erased is kept; else what pool or node say
     * @param lockDays from when they are made, for which nothing on them is overwritten or erased
     */
    record CreateRequest(
            @Nullable String barcode,
            @Nullable String prefix,
            @Nullable Integer count,
            @Nullable String type,
            @Nullable Long capacityBytes,
            @Nullable Boolean worm,
            @Nullable String library,
            @Nullable Integer element,
            @Nullable String elementType,
            @Nullable String pool,
            @Nullable Integer keepGenerationsDays,
            @Nullable Integer lockDays,
            @Nullable String clientToken) {}

    record Created(List<Place> cartridges) {}

    /**
     * What is to change of a cartridge; the rest stays as it is.
     *
     * @param lockedUntil a time as in ISO 8601; a lock that is in force is only ever extended
     */
    record ChangeRequest(
            @Nullable Boolean writeProtected,
            @Nullable Integer keepGenerationsDays,
            @Nullable String lockedUntil) {}

    // ---- drives

    record Drives(List<Drive> drives) {}

    record Drive(
            String name,
            String library,
            int number,
            int element,
            String personality,
            String serialNumber,
            String state,
            boolean busy,
            @Nullable String barcode,
            @Nullable Position position,
            @Nullable Long remainingBytes,
            @Nullable Boolean writeProtected,
            @Nullable Integer blockLengthBytes,
            @Nullable Boolean compression,
            boolean removalPrevented,
            @Nullable String tapeAlerts,
            @Nullable Sense lastSense,
            @Nullable Long internalTargetFailures,
            @Nullable Map<String, Long> counters,
            List<String> devices) {}

    record Position(int partition, long object, long file) {}

    record Sense(String key, String additionalSense, String code) {}

    record LoadRequest(@Nullable String barcode) {}

    record UnloadRequest(@Nullable Integer element, @Nullable Boolean force) {}

    // ---- flight recorders

    record Trace(String unit, List<TracedCommand> commands) {}

    /** A command; its CDB in hexadecimal, its outcome GOOD, another status, or sense as KEY/ASC/ASCQ. */
    record TracedCommand(
            long sequence,
            String ended,
            long durationNanos,
            @Nullable String initiator,
            @Nullable String target,
            String command,
            String cdb,
            long dataOutBytes,
            long dataInBytes,
            int status,
            String outcome,
            @Nullable Boolean deferred,
            @Nullable Boolean filemark,
            @Nullable Boolean endOfMedium,
            @Nullable Boolean incorrectLength,
            @Nullable Long information,
            @Nullable Integer partition,
            @Nullable Long object) {}

    // ---- catalog

    record CatalogStatistics(
            String nodeId,
            int schemaVersion,
            String created,
            long mapSizeBytes,
            long usedBytes,
            Map<String, Long> entries) {}

    record CatalogFindings(List<Finding> findings) {}

    record Finding(String severity, String subject, String text) {}
}
