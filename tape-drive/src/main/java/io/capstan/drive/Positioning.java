package io.capstan.drive;

import io.capstan.drive.EarlyWarning.Zone;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.medium.SpaceOutcome;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.store.StoreException;

/**
 * REWIND, SPACE, LOCATE and READ POSITION. The buffer is on stable storage before any of the first three gets here.
 *
 * @see "SSC-5, REWIND, SPACE(6) and (16), LOCATE(10) and (16), READ POSITION"
 */
final class Positioning {

    private static final int BEGINNING_OF_PARTITION = 0x80;
    private static final int END_OF_PARTITION = 0x40;
    private static final int POSITION_ERROR = 0x02;
    private static final int BEYOND_PROGRAMMABLE_EARLY_WARNING = 0x01;
    private static final int EXTENDED_ADDITIONAL_BYTES = 0x1C;
    private static final long OBJECTS_MAX_24_BITS = 0xFF_FFFF;
    private static final long MAX_32_BITS = 0xFFFF_FFFFL;

    private final Loader loader;
    private final DriveParameters parameters;
    private final StoreFaults storeFaults;
    private final DriveCounters counters;

    Positioning(
            Loader loader,
            DriveParameters parameters,
            StoreFaults storeFaults,
            DriveCounters counters) {
        this.loader = loader;
        this.parameters = parameters;
        this.storeFaults = storeFaults;
        this.counters = counters;
    }

    CommandResult rewind() {
        Medium medium = loader.ready().medium();
        counters.add(DriveCounter.REWINDS, 1);
        try {
            medium.locate(medium.position().partition(), 0);
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    CommandResult space(SscCommand.Space command) {
        Medium medium = loader.ready().medium();
        counters.add(DriveCounter.SPACES, 1);
        try {
            return switch (command.unit()) {
                case BLOCKS -> result(medium.spaceBlocks(command.count()));
                case FILEMARKS -> result(medium.spaceFilemarks(command.count()));
                case END_OF_DATA -> {
                    medium.spaceToEndOfData();
                    yield CommandResult.GOOD;
                }
            };
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    private static CommandResult result(SpaceOutcome outcome) {
        return switch (outcome.stop()) {
            case COMPLETE -> CommandResult.GOOD;
            case FILEMARK -> ReadWrite.filemark(outcome.residual());
            case END_OF_DATA -> ReadWrite.endOfData(outcome.residual());
            case BEGINNING_OF_PARTITION ->
                    CommandResult.checkCondition(
                            SenseData.of(
                                            SenseKey.NO_SENSE,
                                            AdditionalSense.BEGINNING_OF_PARTITION_MEDIUM_DETECTED)
                                    .withEndOfMedium()
                                    .withInformation(outcome.residual()));
        };
    }

    /** A destination behind end-of-data leaves the medium there and ends with BLANK CHECK. */
    CommandResult locate(SscCommand.Locate command) {
        Medium medium = loader.ready().medium();
        int partition =
                command.changePartition() ? command.partition() : medium.position().partition();
        if (partition >= medium.partitionCount()) {
            throw CheckConditionException.invalidFieldInCdb(command.partitionAt());
        }
        counters.add(DriveCounter.LOCATES, 1);
        try {
            return locate(medium, command, partition)
                    ? CommandResult.GOOD
                    : CommandResult.checkCondition(
                            SenseKey.BLANK_CHECK, AdditionalSense.END_OF_DATA_DETECTED);
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    /** An identifier of 64 bits may look negative: it is behind everything then. */
    private static boolean locate(Medium medium, SscCommand.Locate command, int partition)
            throws StoreException {
        long identifier = command.identifier() < 0 ? Long.MAX_VALUE : command.identifier();
        return switch (command.destination()) {
            case OBJECT -> medium.locate(partition, identifier);
            case FILE -> medium.locateFile(partition, identifier);
            case END_OF_DATA -> medium.locate(partition, medium.endOfData(partition));
        };
    }

    // ---- READ POSITION

    CommandResult readPosition(SscCommand.ReadPosition command, Task task) {
        Mount mount = loader.ready();
        byte[] data =
                switch (command.form()) {
                    case SHORT -> shortForm(mount);
                    case LONG -> longForm(mount);
                    case EXTENDED -> extendedForm(mount);
                };
        long allocationLength =
                command.form() == SscCommand.PositionForm.EXTENDED
                        ? command.allocationLengthBytes()
                        : data.length;
        task.dataIn().put(data, allocationLength);
        return CommandResult.GOOD;
    }

    /**
     * <pre>
     *  0 BOP EOP LOCU BYCU - LOLU PERR BPEW     8 LAST LOGICAL OBJECT LOCATION
     *  1 PARTITION NUMBER                      13 LOGICAL OBJECTS IN OBJECT BUFFER (3 bytes)
     *  4 FIRST LOGICAL OBJECT LOCATION         16 BYTES IN OBJECT BUFFER
     * </pre>
     *
     * Positions that need more than 32 bits set PERR.
     */
    private byte[] shortForm(Mount mount) {
        Medium medium = mount.medium();
        MediumPosition position = medium.position();
        boolean fits = position.objectNumber() <= MAX_32_BITS;
        return new ResponseBuilder()
                .u8(flags(mount) | (fits ? 0 : POSITION_ERROR))
                .u8(position.partition())
                .u16(0)
                .u32(fits ? position.objectNumber() : 0)
                .u32(fits ? lastObject(medium) : 0)
                .u8(0)
                .u24((int) Math.min(medium.unsynchronizedObjects(), OBJECTS_MAX_24_BITS))
                .u32(Math.min(medium.unsynchronizedBytes(), MAX_32_BITS))
                .toByteArray();
    }

    /**
     * <pre>
     *  0 BOP EOP - - MPU LONU - BPEW           8 LOGICAL OBJECT NUMBER
     *  4 PARTITION NUMBER                     16 LOGICAL FILE IDENTIFIER
     *                                         24 obsolete
     * </pre>
     */
    private byte[] longForm(Mount mount) {
        MediumPosition position = mount.medium().position();
        return new ResponseBuilder()
                .u8(flags(mount))
                .u24(0)
                .u32(position.partition())
                .u64(position.objectNumber())
                .u64(position.fileNumber())
                .u64(0)
                .toByteArray();
    }

    /**
     * <pre>
     *  0 as in short form                      8 FIRST LOGICAL OBJECT LOCATION
     *  1 PARTITION NUMBER                     16 LAST LOGICAL OBJECT LOCATION
     *  2 ADDITIONAL LENGTH                    24 BYTES IN OBJECT BUFFER
     *  5 LOGICAL OBJECTS IN OBJECT BUFFER
     * </pre>
     */
    private byte[] extendedForm(Mount mount) {
        Medium medium = mount.medium();
        MediumPosition position = medium.position();
        return new ResponseBuilder()
                .u8(flags(mount))
                .u8(position.partition())
                .u16(EXTENDED_ADDITIONAL_BYTES)
                .u8(0)
                .u24((int) Math.min(medium.unsynchronizedObjects(), OBJECTS_MAX_24_BITS))
                .u64(position.objectNumber())
                .u64(lastObject(medium))
                .u64(medium.unsynchronizedBytes())
                .toByteArray();
    }

    /** The next object to go from the buffer to the medium. */
    private static long lastObject(Medium medium) {
        return medium.position().objectNumber() - medium.unsynchronizedObjects();
    }

    private int flags(Mount mount) {
        Zone zone = mount.zone(parameters.programmableEarlyWarningBytes());
        boolean programmed = parameters.programmableEarlyWarningBytes() > 0;
        return (mount.medium().position().isBeginningOfPartition() ? BEGINNING_OF_PARTITION : 0)
                | (zone == Zone.EARLY_WARNING ? END_OF_PARTITION : 0)
                | (programmed && zone != Zone.BEFORE ? BEYOND_PROGRAMMABLE_EARLY_WARNING : 0);
    }
}
