package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.List;

/**
 * READ END OF WRAP POSITION: the last object of each wrap, by which backup software guesses where on tape an object is.
 *
 * <p>A cartridge here has as many wraps as one of its generation, each an equal part of the stored bytes of its partition;
 * partitions have wraps in proportion to their capacities, one at least. What is told follows from where objects really are
 * among the stored bytes: it says what a tape with this content would. Wraps that hold nothing are not told, and the last
 * one that does ends at the last object there is.
 *
 * @see "IBM LTO Ultrium SCSI Reference (LTO-5 to LTO-9), 5.2.20 READ END OF WRAP POSITION"
 */
final class WrapPositions {

    private static final int WRAP_NUMBER_AT = 4;

    private final Loader loader;
    private final StoreFaults storeFaults;

    private record Wrap(int number, int partition, long lastObject) {}

    WrapPositions(Loader loader, StoreFaults storeFaults) {
        this.loader = loader;
        this.storeFaults = storeFaults;
    }

    /**
     * <pre>
     *   short form                        long form
     *   0 length (8)                      0 length
     *   2 reserved                        2 reserved
     *   4 LOGICAL OBJECT IDENTIFIER       4 descriptors, each WRAP NUMBER (2), PARTITION (2), reserved (2),
     *     (6 bytes)                         LOGICAL OBJECT IDENTIFIER (6)
     * </pre>
     */
    CommandResult read(SscCommand.ReadEndOfWrapPosition command, Task task) {
        Mount mount = loader.ready();
        try {
            List<Wrap> wraps = wraps(mount.medium(), mount.type().wraps());
            byte[] data =
                    command.reportAll() ? longForm(wraps) : shortForm(wraps, command.wrapNumber());
            task.dataIn().put(data, command.allocationLengthBytes());
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    private static byte[] shortForm(List<Wrap> wraps, int number) {
        Wrap wanted =
                wraps.stream()
                        .filter(wrap -> wrap.number() == number)
                        .findFirst()
                        .orElseThrow(
                                () -> CheckConditionException.invalidFieldInCdb(WRAP_NUMBER_AT));
        return new ResponseBuilder()
                .u16(0)
                .u16(0)
                .u48(wanted.lastObject())
                .putLengthU16(0)
                .toByteArray();
    }

    private static byte[] longForm(List<Wrap> wraps) {
        ResponseBuilder data = new ResponseBuilder().u16(0).u16(0);
        for (Wrap wrap : wraps) {
            data.u16(wrap.number()).u16(wrap.partition()).u16(0).u48(wrap.lastObject());
        }
        return data.putLengthU16(0).toByteArray();
    }

    private static List<Wrap> wraps(Medium medium, int wrapsOfMedium) throws StoreException {
        List<Wrap> wraps = new ArrayList<>();
        int first = 0;
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            int count = wrapsOf(medium, partition, wrapsOfMedium);
            addWraps(wraps, medium, partition, first, count);
            first += count;
        }
        return wraps;
    }

    /** Rounded down, but one at least. */
    private static int wrapsOf(Medium medium, int partition, int wrapsOfMedium) {
        double total = 0;
        for (int each = 0; each < medium.partitionCount(); each++) {
            total += medium.capacityBytes(each);
        }
        return Math.max(1, (int) (medium.capacityBytes(partition) / total * wrapsOfMedium));
    }

    private static void addWraps(
            List<Wrap> wraps, Medium medium, int partition, int first, int count)
            throws StoreException {
        long endOfData = medium.endOfData(partition);
        long usedBytes = medium.usedBytes(partition);
        double wrapBytes = (double) medium.capacityBytes(partition) / count;
        for (int i = 0; i < count && endOfData > 0; i++) {
            long endByte = (long) Math.ceil((i + 1) * wrapBytes);
            if (endByte >= usedBytes) {
                wraps.add(new Wrap(first + i, partition, endOfData - 1));
                return;
            }
            wraps.add(new Wrap(first + i, partition, medium.objectHolding(partition, endByte - 1)));
        }
    }
}
