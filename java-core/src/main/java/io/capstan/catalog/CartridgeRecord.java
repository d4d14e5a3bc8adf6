package io.capstan.catalog;

import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import java.util.List;

/**
 * A cartridge: what its label and its medium auxiliary memory say, and the container that holds its data.
 *
 * @param volume what the barcode says; the key
 * @param container its data; a cartridge keeps its container for life
 * @param mediumType medium type code of MODE SENSE, 0 to 255
 * @param densityCode density code its data is in, 0 to 255
 * @param nativeCapacityBytes what it holds without compression
 * @param worm whether what is written can never be overwritten
 * @param writeProtected position of the write-protect tab
 * @param createdEpochMillis when it was made
 * @param loadCount times it was loaded into a drive
 * @param labelRevision rises by one with every change to the label (volume identifier, write-protect tab)
 * @param attributes medium auxiliary memory, at most 65,535 attributes
 * @param state whether it still exists
 */
public record CartridgeRecord(
        VolumeIdentifier volume,
        ContainerId container,
        int mediumType,
        int densityCode,
        long nativeCapacityBytes,
        boolean worm,
        boolean writeProtected,
        long createdEpochMillis,
        long loadCount,
        int labelRevision,
        List<MamAttribute> attributes,
        CartridgeState state) {

    public CartridgeRecord {
        Range.check("medium type", mediumType, 0, 0xFF);
        Range.check("density code", densityCode, 0, 0xFF);
        Range.checkNotNegative("native capacity", nativeCapacityBytes);
        Range.checkNotNegative("load count", loadCount);
        Range.checkNotNegative("label revision", labelRevision);
        Range.check("attribute count", attributes.size(), 0, 0xFFFF);
        attributes = List.copyOf(attributes);
    }

    public CartridgeRecord withLoadCount(long count) {
        return new CartridgeRecord(
                volume,
                container,
                mediumType,
                densityCode,
                nativeCapacityBytes,
                worm,
                writeProtected,
                createdEpochMillis,
                count,
                labelRevision,
                attributes,
                state);
    }

    public CartridgeRecord withAttributes(List<MamAttribute> mam) {
        return new CartridgeRecord(
                volume,
                container,
                mediumType,
                densityCode,
                nativeCapacityBytes,
                worm,
                writeProtected,
                createdEpochMillis,
                loadCount,
                labelRevision,
                mam,
                state);
    }

    /** The same cartridge with another medium type and density, as a drive sets when it formats it. */
    public CartridgeRecord withFormat(
            int medium, int density, long capacityBytes, boolean wormMedium) {
        return new CartridgeRecord(
                volume,
                container,
                medium,
                density,
                capacityBytes,
                wormMedium,
                writeProtected,
                createdEpochMillis,
                loadCount,
                labelRevision,
                attributes,
                state);
    }

    /** The same cartridge with its write-protect tab set or cleared, which is a change to the label. */
    public CartridgeRecord withWriteProtected(boolean isProtected) {
        return new CartridgeRecord(
                volume,
                container,
                mediumType,
                densityCode,
                nativeCapacityBytes,
                worm,
                isProtected,
                createdEpochMillis,
                loadCount,
                labelRevision + 1,
                attributes,
                state);
    }

    CartridgeRecord withState(CartridgeState newState) {
        return new CartridgeRecord(
                volume,
                container,
                mediumType,
                densityCode,
                nativeCapacityBytes,
                worm,
                writeProtected,
                createdEpochMillis,
                loadCount,
                labelRevision,
                attributes,
                newState);
    }
}
