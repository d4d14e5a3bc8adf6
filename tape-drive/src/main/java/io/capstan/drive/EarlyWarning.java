package io.capstan.drive;

import io.capstan.medium.Medium;

/**
 * Where early-warning and programmable early-warning lie, by what can still be written.
 *
 * <p>On a cartridge of native capacity the early-warning zone is as large as the personality says. A smaller cartridge
 * or partition has a zone smaller in proportion, but room for two blocks of the largest size, unless that were more than
 * a quarter of it: an initiator that is warned must be able to write its trailer labels. The storage behind the medium
 * may be fuller than the medium: a disk that is nearly full warns as the end of tape does, but in a zone of its own, small
 * whatever the cartridge's size, for behind it the store still has its reserve.
 *
 * @see "SSC-5, 4.2.4 Early-warning; 4.2.6 Programmable early-warning"
 */
final class EarlyWarning {

    /** Where a position lies. */
    enum Zone {
        BEFORE,
        PROGRAMMABLE_EARLY_WARNING,
        EARLY_WARNING
    }

    /** Enough for the last blocks and labels of the drives that write at the same time. */
    private static final long STORAGE_ZONE_BYTES = 64L << 20;

    private static final long LABEL_ROOM_BYTES = 2L * Medium.BLOCK_LENGTH_MAX_BYTES;

    private EarlyWarning() {}

    /**
     * @param programmableZoneBytes PEWS in bytes, 0 for none
     */
    static Zone zone(
            long partitionRestBytes,
            long storageFreeBytes,
            long earlyWarningZoneBytes,
            long programmableZoneBytes) {
        if (partitionRestBytes <= earlyWarningZoneBytes || storageFreeBytes <= STORAGE_ZONE_BYTES) {
            return Zone.EARLY_WARNING;
        }
        if (programmableZoneBytes > 0
                && partitionRestBytes - earlyWarningZoneBytes <= programmableZoneBytes) {
            return Zone.PROGRAMMABLE_EARLY_WARNING;
        }
        return Zone.BEFORE;
    }

    /** Size of the early-warning zone of a partition. */
    static long zoneBytes(
            long zoneAtNativeCapacityBytes, long nativeCapacityBytes, long partitionCapacityBytes) {
        double scale = (double) partitionCapacityBytes / nativeCapacityBytes;
        long inProportion = (long) (zoneAtNativeCapacityBytes * Math.min(scale, 1));
        long labelRoomBytes = Math.min(LABEL_ROOM_BYTES, partitionCapacityBytes / 4);
        return Math.max(inProportion, labelRoomBytes);
    }
}
