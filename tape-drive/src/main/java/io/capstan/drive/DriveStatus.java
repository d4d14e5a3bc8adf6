package io.capstan.drive;

import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.SenseData;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator wants to know of a drive, as of one moment.
 *
 * @param volumeIdentifier of the cartridge in the drive, loaded or not
 * @param position of a loaded cartridge
 * @param remainingBytes what can still be written from there; 0 without a loaded cartridge
 * @param blockLengthBytes of fixed block mode; 0 is variable
 * @param removalPrevented whether a host prevents removal
 * @param tapeAlerts flag 1 is the most significant bit
 * @param lastSense of the latest command that ended with CHECK CONDITION
 * @param internalTargetFailures commands that met a bug
 * @param counters over the drive's life; to be given back to the builder after a restart
 */
public record DriveStatus(
        String name,
        String personality,
        String serialNumber,
        LoadState state,
        Optional<VolumeIdentifier> volumeIdentifier,
        Optional<MediumPosition> position,
        long remainingBytes,
        boolean writeProtected,
        int blockLengthBytes,
        boolean compression,
        boolean removalPrevented,
        long tapeAlerts,
        Optional<SenseData> lastSense,
        long internalTargetFailures,
        Map<DriveCounter, Long> counters) {}
