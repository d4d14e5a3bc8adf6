package io.capstan.drive;

import io.capstan.medium.AttributeStore.Attribute;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.store.StoreException;
import java.util.List;

/**
 * FORMAT MEDIUM, SET CAPACITY and ERASE. The work is done when the command ends, IMMED or not: it takes constant time.
 *
 * <p>ERASE with LONG one ends the data as it does with LONG zero; what was there cannot be read through the drive, and
 * the storage behind the medium is reclaimed in the background.
 *
 * @see "SSC-5, FORMAT MEDIUM, SET CAPACITY, ERASE(6)"
 */
final class MediumLayout {

    private static final int PROPORTION_AT = 3;
    private static final int PROPORTION_ALL = 0xFFFF;

    private final Loader loader;
    private final WriteProtection protection;
    private final DriveModePages modePages;
    private final StoreFaults storeFaults;

    MediumLayout(
            Loader loader,
            WriteProtection protection,
            DriveModePages modePages,
            StoreFaults storeFaults) {
        this.loader = loader;
        this.protection = protection;
        this.modePages = modePages;
        this.storeFaults = storeFaults;
    }

    CommandResult formatMedium(SscCommand.FormatMedium command) {
        Mount mount = loader.ready();
        checkAtBeginning(mount);
        protection.checkLayout(mount);
        int proportion = mount.memory().capacityProportion();
        long totalBytes = totalBytes(mount, proportion);
        List<Long> layout =
                switch (command.kind()) {
                    case DEFAULT -> List.of(totalBytes);
                    case PARTITION, DEFAULT_THEN_PARTITION ->
                            PartitionPage.layout(modePages.partitionParameters(), totalBytes)
                                    .orElseThrow(MediumLayout::tooLarge);
                };
        return format(mount, layout, proportion);
    }

    CommandResult setCapacity(SscCommand.SetCapacity command) {
        Mount mount = loader.ready();
        if (command.proportion() == 0) {
            throw CheckConditionException.invalidFieldInCdb(PROPORTION_AT);
        }
        checkAtBeginning(mount);
        protection.checkLayout(mount);
        int proportion = command.proportion() % PROPORTION_ALL;
        return format(mount, List.of(totalBytes(mount, proportion)), proportion);
    }

    /** Ends the data at the current position. */
    CommandResult erase() {
        Mount mount = loader.ready();
        protection.checkAppend(mount);
        try {
            mount.memory().noteModification();
            mount.medium().erase();
            MediumPosition here = mount.medium().position();
            mount.memory().encryptedObjects().endData(here.partition(), here.objectNumber());
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            mount.memory().encryptedObjects().forget(mount.medium().position().partition());
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    private CommandResult format(Mount mount, List<Long> layout, int proportion) {
        try {
            mount.medium().format(layout);
            modePages.forgetPartitionRequest();
            forgetPartitionsFrom(layout.size(), mount);
            mount.memory().noteInitialization(proportion);
            mount.medium().synchronize();
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    /** Attributes of partitions that are no more would come back with the next layout. */
    private static void forgetPartitionsFrom(int count, Mount mount) {
        for (int partition = count; partition < Medium.PARTITION_COUNT_MAX; partition++) {
            for (Attribute attribute : mount.memory().attributes().list(partition)) {
                mount.memory().attributes().remove(partition, attribute.identifier());
            }
        }
    }

    /**
     * Capacity of the whole medium.
     *
     * @param proportion of SET CAPACITY, in 65,535ths; 0 stands for all
     */
    private static long totalBytes(Mount mount, int proportion) {
        long nativeBytes = mount.medium().description().nativeCapacityBytes();
        return proportion == 0
                ? nativeBytes
                : Math.max(1, (long) ((double) nativeBytes * proportion / PROPORTION_ALL));
    }

    private static void checkAtBeginning(Mount mount) {
        if (!mount.isAtBeginningOfMedium()) {
            throw CheckConditionException.of(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.POSITION_PAST_BEGINNING_OF_MEDIUM);
        }
    }

    private static CheckConditionException tooLarge() {
        return CheckConditionException.of(
                SenseKey.ILLEGAL_REQUEST, AdditionalSense.PARAMETER_VALUE_INVALID);
    }
}
