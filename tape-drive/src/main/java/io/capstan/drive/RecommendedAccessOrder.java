package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.ParameterListReader;
import io.capstan.scsi.spc.ResponseBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * GENERATE and RECEIVE RECOMMENDED ACCESS ORDER: in which order to read many segments of a cartridge.
 *
 * <p>The order is the one in which this drive reads fastest. Chunks are files in the order of the objects in them, and are read
 * ahead: so segments are read in the order of their first objects, those of the partition the medium stands in first, and
 * no chunk is opened twice.
 *
 * <p>Each I_T nexus has a list of its own. It is good for the medium it was made for, and goes with that, with a new layout,
 * a reset, and the nexus. Owner thread only.
 *
 * <p>Design note: the layouts are those of LTO-9 drives, as CERN's Tape Archive sends and reads them: process 2, segments
 * without geometry. Other processes and types of segments are refused.
 *
 * @see "SSC-5, GENERATE RECOMMENDED ACCESS ORDER command, RECEIVE RECOMMENDED ACCESS ORDER command"
 */
final class RecommendedAccessOrder {

    /** The process in which the drive orders from where the medium stands. */
    static final int PROCESS = 2;

    /** Segments in one list. */
    static final int SEGMENTS_MAX = 2700;

    private static final int HEADER_BYTES = 8;
    private static final int SEGMENT_BYTES = 32;
    private static final int SEGMENT_LENGTH_BYTES = SEGMENT_BYTES - 2;
    private static final int LIST_LENGTH_AT = 4;
    private static final int PARTITION_AT = 15;
    private static final int FIRST_OBJECT_AT = 16;
    private static final int LAST_OBJECT_AT = 24;
    private static final int LIST_OFFSET_AT = 2;

    private final Loader loader;
    private final Map<Nexus, byte[]> lists = new HashMap<>();

    /**
     * A user data segment.
     *
     * @param descriptor as the initiator sent it, and gets it back
     */
    private record Segment(int partition, long firstObject, long lastObject, byte[] descriptor) {}

    RecommendedAccessOrder(Loader loader) {
        this.loader = loader;
    }

    /**
     * <pre>
     *   0 reserved                  8 user data segments, each
     *   4 LIST LENGTH                 0 DESCRIPTOR LENGTH (1Eh)  15 PARTITION NUMBER
     *                                 2 reserved                 16 BEGINNING LOGICAL OBJECT IDENTIFIER
     *                                 5 NAME (10 bytes)          24 ENDING LOGICAL OBJECT IDENTIFIER
     * </pre>
     *
     * @throws CheckConditionException for a list of which any segment is not on the medium; the former list stays
     */
    CommandResult generate(SscCommand.GenerateAccessOrder command, Task task) {
        Medium medium = loader.ready().medium();
        if (command.parameterListLengthBytes() == 0) {
            return CommandResult.GOOD;
        }
        ParameterListReader list = ParameterListReader.of(task, command.parameterListLengthBytes());
        List<Segment> segments = segments(list, medium);
        int here = medium.position().partition();
        segments.sort(
                Comparator.comparing((Segment segment) -> segment.partition() != here)
                        .thenComparingInt(Segment::partition)
                        .thenComparingLong(Segment::firstObject)
                        .thenComparingLong(Segment::lastObject));
        lists.put(task.nexus(), encode(segments));
        return CommandResult.GOOD;
    }

    private static List<Segment> segments(ParameterListReader list, Medium medium) {
        long lengthBytes = list.u32(LIST_LENGTH_AT);
        if (lengthBytes % SEGMENT_BYTES != 0 || lengthBytes / SEGMENT_BYTES > SEGMENTS_MAX) {
            throw CheckConditionException.invalidFieldInParameterList(LIST_LENGTH_AT);
        }
        int endAt = HEADER_BYTES + (int) lengthBytes;
        list.require(0, endAt);
        List<Segment> segments = new ArrayList<>();
        for (int at = HEADER_BYTES; at < endAt; at += SEGMENT_BYTES) {
            segments.add(segment(list, at, medium));
        }
        return segments;
    }

    private static Segment segment(ParameterListReader list, int at, Medium medium) {
        if (list.u16(at) != SEGMENT_LENGTH_BYTES) {
            throw CheckConditionException.invalidFieldInParameterList(at);
        }
        int partition = list.u8(at + PARTITION_AT);
        if (partition >= medium.partitionCount()) {
            throw CheckConditionException.invalidFieldInParameterList(at + PARTITION_AT);
        }
        long firstObject = list.u64(at + FIRST_OBJECT_AT);
        long lastObject = list.u64(at + LAST_OBJECT_AT);
        long endOfData = medium.endOfData(partition);
        if (firstObject < 0 || firstObject >= endOfData) {
            throw CheckConditionException.invalidFieldInParameterList(at + FIRST_OBJECT_AT);
        }
        if (lastObject < firstObject || lastObject > endOfData) {
            throw CheckConditionException.invalidFieldInParameterList(at + LAST_OBJECT_AT);
        }
        return new Segment(partition, firstObject, lastObject, list.bytes(at, SEGMENT_BYTES));
    }

    /** RAO PROCESS, STATUS (0), LIST LENGTH, the segments. */
    private static byte[] encode(List<Segment> segments) {
        ResponseBuilder list =
                new ResponseBuilder()
                        .u8(PROCESS)
                        .u8(0)
                        .u16(0)
                        .u32((long) segments.size() * SEGMENT_BYTES);
        segments.forEach(segment -> list.bytes(segment.descriptor()));
        return list.toByteArray();
    }

    /**
     * The limits, which need no medium, or the list from an offset on.
     *
     * @throws CheckConditionException COMMAND SEQUENCE ERROR if this nexus has no list
     */
    CommandResult receive(SscCommand.ReceiveAccessOrder command, Task task) {
        byte[] data =
                command.limits()
                        ? new ResponseBuilder().u16(SEGMENTS_MAX).u16(SEGMENT_BYTES).toByteArray()
                        : list(command, task.nexus());
        task.dataIn().put(data, command.allocationLengthBytes());
        return CommandResult.GOOD;
    }

    private byte[] list(SscCommand.ReceiveAccessOrder command, Nexus nexus) {
        loader.ready();
        byte[] list = lists.get(nexus);
        if (list == null) {
            throw CheckConditionException.of(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.COMMAND_SEQUENCE_ERROR);
        }
        if (command.listOffsetBytes() >= list.length) {
            throw CheckConditionException.invalidFieldInCdb(LIST_OFFSET_AT);
        }
        return Arrays.copyOfRange(list, (int) command.listOffsetBytes(), list.length);
    }

    /** The medium, or what is on it, is not what lists were made for. */
    void forget() {
        lists.clear();
    }

    void forget(Nexus nexus) {
        lists.remove(nexus);
    }
}
