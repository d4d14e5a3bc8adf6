package io.capstan.drive;

import io.capstan.drive.EarlyWarning.Zone;
import io.capstan.medium.Medium;

/**
 * A cartridge that the drive can read, while it is in the drive: its medium with what the drive knows about it. Owner
 * thread only.
 */
final class Mount {

    private final Medium medium;
    private final CartridgeType type;
    private final boolean writableGeneration;
    private final long zoneAtNativeCapacityBytes;
    private final MediumMemory memory;

    /**
     * @param writableGeneration whether the drive writes cartridges of this generation
     */
    Mount(
            Medium medium,
            CartridgeType type,
            boolean writableGeneration,
            long zoneAtNativeCapacityBytes,
            MediumMemory memory) {
        this.medium = medium;
        this.type = type;
        this.writableGeneration = writableGeneration;
        this.zoneAtNativeCapacityBytes = zoneAtNativeCapacityBytes;
        this.memory = memory;
    }

    Medium medium() {
        return medium;
    }

    CartridgeType type() {
        return type;
    }

    MediumMemory memory() {
        return memory;
    }

    boolean isWritableGeneration() {
        return writableGeneration;
    }

    /** Whether the current position is beginning of partition 0, where layouts may change. */
    boolean isAtBeginningOfMedium() {
        return medium.position().partition() == 0 && medium.position().isBeginningOfPartition();
    }

    /** Size of the early-warning zone of a partition. */
    long earlyWarningZoneBytes(int partition) {
        return EarlyWarning.zoneBytes(
                zoneAtNativeCapacityBytes,
                type.nativeCapacityBytes(),
                medium.capacityBytes(partition));
    }

    /**
     * Where the current position lies.
     *
     * @param programmableZoneBytes PEWS in bytes, 0 for none
     */
    Zone zone(long programmableZoneBytes) {
        return zone(programmableZoneBytes, 0);
    }

    /**
     * Where the position will lie once so much more is stored.
     *
     * @param programmableZoneBytes PEWS in bytes, 0 for none
     */
    Zone zone(long programmableZoneBytes, long aheadBytes) {
        return EarlyWarning.zone(
                medium.partitionRestBytes() - aheadBytes,
                medium.storageFreeBytes() - aheadBytes,
                earlyWarningZoneBytes(medium.position().partition()),
                programmableZoneBytes);
    }
}
