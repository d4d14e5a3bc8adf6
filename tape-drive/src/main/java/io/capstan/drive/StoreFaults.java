package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.store.StoreException;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a host is told when storage failed: the one table from {@link StoreException} to sense data. Logs the first fault
 * of each kind on a cartridge with what the operator can do, and counts the rest.
 *
 * @see "SSC-5, table of error conditions and sense keys"
 */
final class StoreFaults {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFaults.class);

    private enum Kind {
        NO_SPACE("free space on the disks, or move the data to another cartridge"),
        CORRUPT("restore the block from a copy; its neighbours can still be read"),
        MISSING("bring the chunk file back, or restore the cartridge from a copy"),
        IN_TIER("wait, it is on its way; 'capstan job list' and the tier's state say more"),
        READ_FAILED("look at the disk's health"),
        WRITE_FAILED("look at the disk's health; what was not synchronized must be written again");

        private final String advice;

        Kind(String advice) {
            this.advice = advice;
        }
    }

    private final String driveName;
    private final DriveCounters counters;
    private final TapeAlerts tapeAlerts;
    private long correctedReadsNoted;
    private long failedRecallsNoted;
    private final Set<Kind> logged = EnumSet.noneOf(Kind.class);

    StoreFaults(String driveName, DriveCounters counters, TapeAlerts tapeAlerts) {
        this.driveName = driveName;
        this.counters = counters;
        this.tapeAlerts = tapeAlerts;
    }

    /** Another cartridge came: its first faults are worth a line again. */
    void startOver() {
        logged.clear();
        correctedReadsNoted = 0;
        failedRecallsNoted = 0;
    }

    /** What costs no data, of which hosts are told by TapeAlert alone: reads that only another copy could give, tiers that fail. */
    void noteTroubledReads(Medium medium) {
        noteCorrectedReads(medium);
        long failedRecalls = medium.failedRecalls();
        if (failedRecalls > failedRecallsNoted) {
            failedRecallsNoted = failedRecalls;
            tapeAlerts.raise(TapeAlert.READ_WARNING);
        }
    }

    private void noteCorrectedReads(Medium medium) {
        long correctedReads = medium.correctedReads();
        if (correctedReads > correctedReadsNoted) {
            counters.add(DriveCounter.CORRECTED_READ_ERRORS, correctedReads - correctedReadsNoted);
            correctedReadsNoted = correctedReads;
            tapeAlerts.raise(TapeAlert.READ_WARNING);
        }
    }

    /** Counts and logs {@code fault}, and gives what the host is told. */
    SenseData sense(StoreException fault) {
        Kind kind = kind(fault);
        if (kind == Kind.IN_TIER) {
            LOG.debug("{}: {} ({})", driveName, fault.getMessage(), kind.advice);
        } else if (logged.add(kind)) {
            LOG.error("{}: {} ({})", driveName, fault.getMessage(), kind.advice, fault);
        }
        return switch (kind) {
            case NO_SPACE -> volumeOverflow();
            case IN_TIER -> RecalledReads.becomingReady();
            case CORRUPT, MISSING, READ_FAILED -> {
                counters.add(DriveCounter.UNRECOVERED_READ_ERRORS, 1);
                tapeAlerts.raise(TapeAlert.HARD_ERROR);
                tapeAlerts.raise(TapeAlert.READ_FAILURE);
                if (kind != Kind.READ_FAILED) {
                    tapeAlerts.raise(TapeAlert.MEDIA);
                }
                yield SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.UNRECOVERED_READ_ERROR);
            }
            case WRITE_FAILED -> {
                counters.add(DriveCounter.UNRECOVERED_WRITE_ERRORS, 1);
                tapeAlerts.raise(TapeAlert.HARD_ERROR);
                tapeAlerts.raise(TapeAlert.WRITE_FAILURE);
                yield SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.WRITE_ERROR);
            }
        };
    }

    /** The storage behind the medium is full, or as full as early-warning is for, before the medium is. */
    void noteFullStorage(Medium medium) {
        if (logged.add(Kind.NO_SPACE)) {
            LOG.warn(
                    "{}: {} ends early: its disks have {} bytes left ({})",
                    driveName,
                    medium.volumeIdentifier(),
                    medium.storageFreeBytes(),
                    Kind.NO_SPACE.advice);
        }
    }

    /** End of partition, or of storage: what was asked for is not on the medium. */
    static SenseData volumeOverflow() {
        return SenseData.of(
                        SenseKey.VOLUME_OVERFLOW, AdditionalSense.END_OF_PARTITION_MEDIUM_DETECTED)
                .withEndOfMedium();
    }

    private static Kind kind(StoreException fault) {
        return switch (fault) {
            case StoreException.NoSpace _ -> Kind.NO_SPACE;
            case StoreException.Corrupt _ -> Kind.CORRUPT;
            case StoreException.Missing _ -> Kind.MISSING;
            case StoreException.InTier _ -> Kind.IN_TIER;
            case StoreException.ReadFailed _ -> Kind.READ_FAILED;
            case StoreException.WriteFailed _ -> Kind.WRITE_FAILED;
        };
    }
}
