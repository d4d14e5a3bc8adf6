package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.store.StoreException;

/** Whether the drive may write where it stands. */
final class WriteProtection {

    private enum Overwrite {
        NOT_ALLOWED,
        FROM_HERE_ON,
        FORMAT
    }

    private final DriveParameters parameters;
    private final TapeAlerts tapeAlerts;
    private Overwrite overwrite = Overwrite.NOT_ALLOWED;

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
     * inside the run of filemarks before it: an application that ended with two of them goes on behind the first. So does
     * append-only mode, and where ALLOW OVERWRITE allows it once; and a cartridge that is locked, where it does not.
     *
     * @throws CheckConditionException DATA PROTECT if it must not
     */
    void checkAppend(Mount mount) {
        check(mount);
        Medium medium = mount.medium();
        boolean worm = medium.description().worm();
        boolean mayAppendAlone =
                worm || (parameters.appendOnly() && overwrite != Overwrite.FROM_HERE_ON);
        if (!isAtEndOfData(medium)
                && (mayAppendAlone || medium.isLocked())
                && !isInTrailingFilemarks(medium)) {
            throw worm ? overwriteOfWorm() : overwriteWhereOnlyAppended();
        }
        overwrite = Overwrite.NOT_ALLOWED;
    }

    // ---- append-only mode

    /**
     * ALLOW OVERWRITE: until the medium moves.
     *
     * @throws CheckConditionException if the drive is not in append-only mode, or the medium stands elsewhere
     */
    void allowOverwrite(SscCommand.AllowOverwrite command, Medium medium) {
        if (!parameters.appendOnly()) {
            throw CheckConditionException.of(
                    SenseKey.ILLEGAL_REQUEST,
                    AdditionalSense.ILLEGAL_COMMAND_WHEN_NOT_IN_APPEND_ONLY_MODE);
        }
        MediumPosition here = medium.position();
        boolean isHere =
                here.partition() == command.partition()
                        && here.objectNumber() == command.objectNumber();
        overwrite =
                switch (command.extent()) {
                    case NOTHING -> Overwrite.NOT_ALLOWED;
                    case FROM_HERE_ON -> {
                        if (!isHere) {
                            throw elsewhere();
                        }
                        yield Overwrite.FROM_HERE_ON;
                    }
                    case FORMAT -> {
                        if (here.partition() != 0 || !here.isBeginningOfPartition()) {
                            throw elsewhere();
                        }
                        yield Overwrite.FORMAT;
                    }
                };
    }

    private static CheckConditionException elsewhere() {
        return CheckConditionException.of(
                SenseKey.ILLEGAL_REQUEST, AdditionalSense.SEQUENTIAL_POSITIONING_ERROR);
    }

    /** The medium moved, or another one came: what ALLOW OVERWRITE allowed is allowed no more. */
    void forgetOverwrite() {
        overwrite = Overwrite.NOT_ALLOWED;
    }

    private static CheckConditionException overwriteWhereOnlyAppended() {
        return CheckConditionException.of(
                SenseKey.DATA_PROTECT, AdditionalSense.WORM_MEDIUM_OVERWRITE_ATTEMPTED);
    }

    /**
     * Checks for a command that drops all content.
     *
     * @throws CheckConditionException DATA PROTECT if it must not
     */
    void checkLayout(Mount mount) {
        check(mount);
        Medium medium = mount.medium();
        boolean worm = medium.description().worm();
        boolean formatAllowed = overwrite == Overwrite.FORMAT;
        overwrite = Overwrite.NOT_ALLOWED;
        boolean mayLayout = !parameters.appendOnly() || formatAllowed;
        if (!worm && mayLayout && !medium.isLocked()) {
            return;
        }
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            if (medium.endOfData(partition) > 0) {
                throw worm ? overwriteOfWorm() : overwriteWhereOnlyAppended();
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
