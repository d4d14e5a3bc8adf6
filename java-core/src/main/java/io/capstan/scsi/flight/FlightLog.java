package io.capstan.scsi.flight;

import static io.capstan.scsi.flight.FlightRecordDescriptor.*;

import io.capstan.scsi.Cdb;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * Reads what a {@link FlightRecorder} records, while it records or after its process has ended. Any one thread.
 *
 * <p>Commands that are overwritten while they are read, and those that a crash has torn, are left out.
 */
public final class FlightLog {

    private final ByteBuffer buffer;
    private final int slotCount;
    private final String unit;

    private FlightLog(ByteBuffer buffer, int slotCount, String unit) {
        this.buffer = buffer;
        this.slotCount = slotCount;
        this.unit = unit;
    }

    /**
     * @throws IOException if it cannot be read, or is no flight record
     */
    public static FlightLog open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long sizeBytes = channel.size();
            if (sizeBytes < SLOTS_AT || sizeBytes > Integer.MAX_VALUE) {
                throw notALog(file);
            }
            MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, sizeBytes);
            buffer.order(BYTE_ORDER);
            int slotCount = buffer.getInt(SLOT_COUNT_AT);
            int nameLengthBytes = buffer.getShort(NAME_AT);
            if (buffer.getLong(0) != MAGIC
                    || buffer.getInt(SLOT_LENGTH_AT) != SLOT_LENGTH_BYTES
                    || slotCount < 1
                    || lengthBytes(slotCount) != sizeBytes
                    || nameLengthBytes < 0
                    || nameLengthBytes > NAME_LENGTH_MAX_BYTES) {
                throw notALog(file);
            }
            byte[] name = new byte[nameLengthBytes];
            buffer.get(NAME_AT + Short.BYTES, name);
            return new FlightLog(buffer, slotCount, new String(name, StandardCharsets.UTF_8));
        }
    }

    private static IOException notALog(Path file) {
        return new IOException(file + " is no flight record");
    }

    static boolean isLog(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(NAME_AT).order(BYTE_ORDER);
            return channel.read(header, 0) == NAME_AT
                    && header.getLong(0) == MAGIC
                    && header.getInt(SLOT_LENGTH_AT) == SLOT_LENGTH_BYTES
                    && header.getInt(SLOT_COUNT_AT) > 0
                    && channel.size() == lengthBytes(header.getInt(SLOT_COUNT_AT));
        }
    }

    /** Name of the logical unit. */
    public String unit() {
        return unit;
    }

    int slotCount() {
        return slotCount;
    }

    /** The sequence number of the last command; 0 where there was none yet. */
    public long lastSequence() {
        long last = 0;
        for (int slot = 1; slot <= slotCount; slot++) {
            last = Math.max(last, sequence(slotAt(slot, slotCount)));
        }
        return last;
    }

    private long sequence(int at) {
        return Math.max(0, buffer.getLong(at + SEQUENCE_AT));
    }

    /**
     * Commands in the order they ended.
     *
     * @param after only those with greater sequence numbers
     * @param countMax the last so many of them
     */
    public List<FlightRecord> records(long after, int countMax) {
        long last = lastSequence();
        long first = Math.max(Math.max(after, 0), last - Math.min(countMax, slotCount)) + 1;
        List<FlightRecord> records = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            read(sequence).ifPresent(records::add);
        }
        return records;
    }

    /** All commands there are. */
    public List<FlightRecord> records() {
        return records(0, slotCount);
    }

    private Optional<FlightRecord> read(long sequence) {
        int at = slotAt(sequence, slotCount);
        if (buffer.getLong(at + SEQUENCE_AT) != sequence) {
            return Optional.empty();
        }
        VarHandle.loadLoadFence();
        byte[] bytes = new byte[SLOT_LENGTH_BYTES];
        buffer.get(at, bytes);
        VarHandle.loadLoadFence();
        ByteBuffer slot = ByteBuffer.wrap(bytes).order(BYTE_ORDER);
        boolean whole =
                buffer.getLong(at + SEQUENCE_AT) == sequence
                        && slot.getInt(CHECKSUM_AT) == (checksum(bytes) ^ (int) sequence);
        return whole ? Optional.of(decode(sequence, slot)) : Optional.empty();
    }

    private static int checksum(byte[] slot) {
        CRC32C crc = new CRC32C();
        crc.update(slot, END_AT, CHECKSUM_AT - END_AT);
        return (int) crc.getValue();
    }

    private FlightRecord decode(long sequence, ByteBuffer slot) {
        int cdbLengthBytes = Byte.toUnsignedInt(slot.get(CDB_LENGTH_AT));
        byte[] cdb = new byte[Math.clamp(cdbLengthBytes, 1, CDB_LENGTH_MAX_BYTES)];
        slot.get(CDB_AT, cdb);
        long objectNumber = slot.getLong(OBJECT_AT);
        return new FlightRecord(
                sequence,
                slot.getLong(END_AT),
                slot.getLong(DURATION_AT),
                nexus(Byte.toUnsignedInt(slot.get(NEXUS_AT))),
                Cdb.of(cdb),
                Integer.toUnsignedLong(slot.getInt(DATA_OUT_AT)),
                Integer.toUnsignedLong(slot.getInt(DATA_IN_AT)),
                Byte.toUnsignedInt(slot.get(STATUS_AT)),
                sense(slot),
                objectNumber < 0
                        ? Optional.empty()
                        : Optional.of(
                                new FlightRecord.Position(
                                        Byte.toUnsignedInt(slot.get(PARTITION_AT)), objectNumber)));
    }

    private static Optional<FlightRecord.Sense> sense(ByteBuffer slot) {
        int flags = slot.get(FLAGS_AT);
        if ((flags & FLAG_SENSE) == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new FlightRecord.Sense(
                        slot.get(SENSE_KEY_AT),
                        Byte.toUnsignedInt(slot.get(ASC_AT)),
                        Byte.toUnsignedInt(slot.get(ASCQ_AT)),
                        (flags & FLAG_DEFERRED) != 0,
                        (flags & FLAG_FILEMARK) != 0,
                        (flags & FLAG_END_OF_MEDIUM) != 0,
                        (flags & FLAG_INCORRECT_LENGTH) != 0,
                        (flags & FLAG_INFORMATION) != 0
                                ? OptionalLong.of(slot.getLong(INFORMATION_AT))
                                : OptionalLong.empty()));
    }

    /** A nexus by its number; empty where there is none. */
    Optional<FlightRecord.Nexus> nexus(int number) {
        if (number >= NEXUS_COUNT) {
            return Optional.empty();
        }
        int at = NEXUSES_AT + number * NEXUS_LENGTH_BYTES;
        int lengthBytes = buffer.getShort(at);
        if (lengthBytes < 1 || lengthBytes > NEXUS_LENGTH_BYTES - Short.BYTES) {
            return Optional.empty();
        }
        byte[] name = new byte[lengthBytes];
        buffer.get(at + Short.BYTES, name);
        String text = new String(name, StandardCharsets.UTF_8);
        int newline = text.indexOf('\n');
        return newline < 0
                ? Optional.empty()
                : Optional.of(
                        new FlightRecord.Nexus(
                                text.substring(0, newline), text.substring(newline + 1)));
    }
}
