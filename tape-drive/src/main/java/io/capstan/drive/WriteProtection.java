package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.store.StoreException;

/** Whether the drive may write where it stands. */
final class WriteProtection {

    private final DriveParameters parameters;
    private final TapeAlerts tapeAlerts;

    WriteProtection(DriveParameters parameters, TapeAlerts tapeAlerts) {
        this.parameters = parameters;
        this.tapeAlerts = tapeAlerts;
    }

    /** Whether the WP bit is set: the cartridge's switch, software, or a generation that is only read. */
    boolean isProtected(Mount mount) {
        return mount.medium().description().writeProtected()
                || parameters.softwareWriteProtected()
                || !mount.isWritableGeneration();
    }

    /**
     * @throws CheckConditionException DATA PROTECT if the medium must not be written
     */
    void check(Mount mount) {
        if (!mount.isWritableGeneration()) {
            throw CheckConditionException.of(
                    SenseKey.DATA_PROTECT, AdditionalSense.CANNOT_WRITE_MEDIUM_INCOMPATIBLE_FORMAT);
        }
        if (isProtected(mount)) {
            tapeAlerts.raise(TapeAlert.WRITE_PROTECT);
            throw CheckConditionException.of(
                    SenseKey.DATA_PROTECT, AdditionalSense.WRITE_PROTECTED);
        }
    }

    /**
     * Checks for a command that ends the data at the current position. A WORM medium allows that at end-of-data, and
     * inside the run of filemarks before it: an application that ended with two of them goes on behind the first.
     *
     * @throws CheckConditionException DATA PROTECT if it must not
     */
    void checkAppend(Mount mount) {
        check(mount);
        Medium medium = mount.medium();
        if (medium.description().worm()
                && !isAtEndOfData(medium)
                && !isInTrailingFilemarks(medium)) {
            throw overwriteOfWorm();
        }
    }

    /**
     * Checks for a command that drops all content.
     *
     * @throws CheckConditionException DATA PROTECT if it must not
     */
    void checkLayout(Mount mount) {
        check(mount);
        Medium medium = mount.medium();
        if (!medium.description().worm()) {
            return;
        }
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            if (medium.endOfData(partition) > 0) {
                throw overwriteOfWorm();
            }
        }
    }

    /** Looks at what is behind the position and at the object in front of it, and comes back. */
    private static boolean isInTrailingFilemarks(Medium medium) {
        MediumPosition here = medium.position();
        long objectsBehind = medium.endOfData(here.partition()) - here.objectNumber();
        if (here.isBeginningOfPartition()) {
            return false;
        }
        try {
            medium.spaceToEndOfData();
            long filemarksBehind = medium.position().fileNumber() - here.fileNumber();
            medium.locate(here.partition(), here.objectNumber() - 1);
            boolean behindFilemark = medium.position().fileNumber() == here.fileNumber() - 1;
            medium.locate(here.partition(), here.objectNumber());
            return filemarksBehind == objectsBehind && behindFilemark;
        } catch (StoreException unknown) {
            return false;
        }
    }

    private static boolean isAtEndOfData(Medium medium) {
        return medium.position().objectNumber() == medium.endOfData(medium.position().partition());
    }

    private CheckConditionException overwriteOfWorm() {
        tapeAlerts.raise(TapeAlert.WORM_OVERWRITE_ATTEMPTED);
        return CheckConditionException.of(
                SenseKey.DATA_PROTECT, AdditionalSense.WORM_MEDIUM_OVERWRITE_ATTEMPTED);
    }
}
