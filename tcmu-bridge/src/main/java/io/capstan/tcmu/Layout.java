package io.capstan.tcmu;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.List;

/**
 * The structures of {@code native/include/capstan.h} as Java sees them: {@code struct capstan_ring}, {@code struct
 * capstan_command} and {@code struct capstan_iov}.
 */
final class Layout {

    static final int IOV_MAX = 256;
    static final int CDB_MAX_BYTES = 264;
    static final int ABORTED_MAX = 128;
    static final int SENSE_MAX_BYTES = 96;

    static final StructLayout RING =
            MemoryLayout.structLayout(
                    ADDRESS.withName("map"),
                    JAVA_LONG.withName("map_length_bytes"),
                    JAVA_INT.withName("command_ring_offset_bytes"),
                    JAVA_INT.withName("command_ring_length_bytes"),
                    JAVA_INT.withName("drain_position"),
                    JAVA_INT.withName("answer_position"),
                    JAVA_INT.withName("uio_fd"),
                    JAVA_INT.withName("mailbox_flags"));

    static final StructLayout IOV =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("offset_bytes"), JAVA_LONG.withName("length_bytes"));

    static final StructLayout COMMAND =
            MemoryLayout.structLayout(
                    JAVA_INT.withName("kind"),
                    JAVA_INT.withName("fault"),
                    JAVA_INT.withName("ring_position"),
                    JAVA_INT.withName("entry_length_bytes"),
                    JAVA_LONG.withName("data_length_bytes"),
                    JAVA_SHORT.withName("command_id"),
                    JAVA_SHORT.withName("cdb_length_bytes"),
                    JAVA_INT.withName("iov_count"),
                    JAVA_INT.withName("task_management"),
                    JAVA_INT.withName("aborted_count"),
                    MemoryLayout.sequenceLayout(CDB_MAX_BYTES, JAVA_BYTE).withName("cdb"),
                    MemoryLayout.sequenceLayout(ABORTED_MAX, JAVA_SHORT)
                            .withName("aborted_command_ids"),
                    MemoryLayout.sequenceLayout(IOV_MAX, IOV).withName("iov"));

    static final long RING_MAP = offset(RING, "map");
    static final long RING_MAP_LENGTH_BYTES = offset(RING, "map_length_bytes");
    static final long RING_UIO_FD = offset(RING, "uio_fd");

    static final long COMMAND_KIND = offset(COMMAND, "kind");
    static final long COMMAND_FAULT = offset(COMMAND, "fault");
    static final long COMMAND_DATA_LENGTH_BYTES = offset(COMMAND, "data_length_bytes");
    static final long COMMAND_CDB_LENGTH_BYTES = offset(COMMAND, "cdb_length_bytes");
    static final long COMMAND_IOV_COUNT = offset(COMMAND, "iov_count");
    static final long COMMAND_TASK_MANAGEMENT = offset(COMMAND, "task_management");
    static final long COMMAND_CDB = offset(COMMAND, "cdb");
    static final long COMMAND_IOV = offset(COMMAND, "iov");

    static final long IOV_OFFSET_BYTES = offset(IOV, "offset_bytes");
    static final long IOV_LENGTH_BYTES = offset(IOV, "length_bytes");

    /** What {@code capstan_layout} must answer, in the order of {@code enum capstan_layout_item}. */
    private static final List<Long> EXPECTED =
            List.of(
                    RING.byteSize(),
                    RING_MAP,
                    RING_MAP_LENGTH_BYTES,
                    offset(RING, "command_ring_offset_bytes"),
                    offset(RING, "command_ring_length_bytes"),
                    offset(RING, "drain_position"),
                    offset(RING, "answer_position"),
                    RING_UIO_FD,
                    offset(RING, "mailbox_flags"),
                    COMMAND.byteSize(),
                    COMMAND_KIND,
                    COMMAND_FAULT,
                    offset(COMMAND, "ring_position"),
                    offset(COMMAND, "entry_length_bytes"),
                    COMMAND_DATA_LENGTH_BYTES,
                    offset(COMMAND, "command_id"),
                    COMMAND_CDB_LENGTH_BYTES,
                    COMMAND_IOV_COUNT,
                    COMMAND_TASK_MANAGEMENT,
                    offset(COMMAND, "aborted_count"),
                    COMMAND_CDB,
                    offset(COMMAND, "aborted_command_ids"),
                    COMMAND_IOV,
                    IOV.byteSize(),
                    IOV_OFFSET_BYTES,
                    IOV_LENGTH_BYTES,
                    (long) IOV_MAX,
                    (long) CDB_MAX_BYTES,
                    (long) ABORTED_MAX,
                    (long) SENSE_MAX_BYTES);

    private Layout() {}

    /**
     * @throws UnsatisfiedLinkError if the library was built with another layout
     */
    static void verify(Libcapstan library) {
        for (int item = 0; item < EXPECTED.size(); item++) {
            int actual = library.layout(item);
            if (actual != EXPECTED.get(item)) {
                throw new UnsatisfiedLinkError(
                        "libcapstan disagrees about layout item %d: %d, expected %d"
                                .formatted(item, actual, EXPECTED.get(item)));
            }
        }
    }

    private static long offset(StructLayout structure, String field) {
        return structure.byteOffset(groupElement(field));
    }
}
