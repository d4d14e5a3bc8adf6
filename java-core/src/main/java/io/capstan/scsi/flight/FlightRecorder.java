package io.capstan.scsi.flight;

import static io.capstan.scsi.flight.FlightRecordDescriptor.*;

import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CommandObserver;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the last commands of one logical unit in a ring in a mapped file, which outlives the process, however that ends.
 *
 * <p>Called on the logical unit's owner thread. A command costs some stores and a checksum of 92 bytes, allocates nothing and
 * makes no system call. A recorder that fails stops recording, says so once, and lets the logical unit go on.
 *
 * <p>Design note: the mapping is the JDK's own. {@code docs/decisions/0006-flight-recorder-mapping.md} says why.
 */
public final class FlightRecorder implements CommandObserver {

    /** Commands that are kept: some seconds of a busy drive, days of a changer. */
    public static final int SLOT_COUNT_DEFAULT = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(FlightRecorder.class);

    private static final int ZEROS_BYTES = 64 << 10;

    /** Where the medium stands after a command; asked on the owner thread. */
    public interface PositionSource {

        /** There is no medium, ever. */
        PositionSource NONE =
                new PositionSource() {
                    @Override
                    public long objectNumber() {
                        return -1;
                    }

                    @Override
                    public int partition() {
                        return 0;
                    }
                };

        /** The logical object number, or -1 where there is no medium. */
        long objectNumber();

        int partition();
    }

    private final Path file;
    private final MappedByteBuffer buffer;
    private final ByteBuffer checked;
    private final int slotCount;
    private final PositionSource position;
    private final LongSupplier epochNanos;
    private final CRC32C crc = new CRC32C();
    private final Map<Nexus, Integer> nexuses = new HashMap<>();
    private @Nullable Nexus latestNexus;
    private int latestNexusNumber;
    private long sequence;
    private boolean failed;

    private FlightRecorder(
            Path file,
            MappedByteBuffer buffer,
            int slotCount,
            PositionSource position,
            LongSupplier epochNanos) {
        this.file = file;
        this.buffer = buffer;
        this.checked = buffer.duplicate();
        this.slotCount = slotCount;
        this.position = position;
        this.epochNanos = epochNanos;
    }

    /**
     * Goes on in a file, or begins one. What is no such file is put aside under another name.
     *
     * @param unit name of the logical unit
     * @param slotCount commands to keep; of a file that is there, what it has counts
     */
    public static FlightRecorder open(
            Path file, String unit, int slotCount, PositionSource position) throws IOException {
        return open(file, unit, slotCount, position, clock());
    }

    static FlightRecorder open(
            Path file, String unit, int slotCount, PositionSource position, LongSupplier epochNanos)
            throws IOException {
        if (Files.exists(file) && !FlightLog.isLog(file)) {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged");
            LOG.warn("{}: {} is no flight record, put aside as {}", unit, file, aside);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(file)) {
            begin(file, unit, slotCount);
        }
        FlightLog log = FlightLog.open(file);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer buffer =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, lengthBytes(log.slotCount()));
            buffer.order(BYTE_ORDER);
            FlightRecorder recorder =
                    new FlightRecorder(file, buffer, log.slotCount(), position, epochNanos);
            recorder.sequence = log.lastSequence();
            for (int number = 0; number < NEXUS_COUNT; number++) {
                int nexusNumber = number;
                log.nexus(number)
                        .ifPresent(known ->
                                recorder.nexuses.put(
                                        new Nexus(known.initiatorPort(), known.targetPort()),
                                        nexusNumber));
            }
            return recorder;
        }
    }

    /** A new file has all its blocks, so that a full disk cannot hurt later, and only its owner reads it. */
    private static void begin(Path file, String unit, int slotCount) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(
                temporary,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.write(header(unit, slotCount));
            for (long at = NEXUSES_AT; at < lengthBytes(slotCount); ) {
                long leftBytes = lengthBytes(slotCount) - at;
                at +=
                        channel.write(
                                ByteBuffer.allocate((int) Math.min(ZEROS_BYTES, leftBytes)), at);
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static ByteBuffer header(String unit, int slotCount) {
        byte[] name = unit.getBytes(StandardCharsets.UTF_8);
        if (name.length > NAME_LENGTH_MAX_BYTES || slotCount < 1) {
            throw new IllegalArgumentException(unit + ", " + slotCount + " slots");
        }
        ByteBuffer header = ByteBuffer.allocate(NEXUSES_AT).order(BYTE_ORDER);
        header.putLong(0, MAGIC)
                .putInt(SLOT_COUNT_AT, slotCount)
                .putInt(SLOT_LENGTH_AT, SLOT_LENGTH_BYTES)
                .putShort(NAME_AT, (short) name.length)
                .put(NAME_AT + Short.BYTES, name);
        return header;
    }

    /** The time of day, read once; then the clock that does not jump. */
    private static LongSupplier clock() {
        long offset = System.currentTimeMillis() * 1_000_000 - System.nanoTime();
        return () -> offset + System.nanoTime();
    }

    public Path file() {
        return file;
    }

    @Override
    public void finished(String commandName, Task task, CommandResult result, long elapsedNanos) {
        if (failed) {
            return;
        }
        try {
            record(task, result, elapsedNanos);
        } catch (InternalError diskFailed) {
            failed = true;
            LOG.error("{}: commands are not recorded any more: {}", file, diskFailed.getMessage());
        }
    }

    private void record(Task task, CommandResult result, long elapsedNanos) {
        long endNanos = epochNanos.getAsLong();
        long durationNanos = elapsedNanos;
        if (isSentAgain(task, result)) {
            int before = slotAt(sequence, slotCount);
            durationNanos =
                    endNanos
                            - (buffer.getLong(before + END_AT)
                                    - buffer.getLong(before + DURATION_AT));
        } else {
            sequence++;
        }
        int at = slotAt(sequence, slotCount);
        buffer.putLong(at + SEQUENCE_AT, 0);
        VarHandle.storeStoreFence();
        buffer.putLong(at + END_AT, endNanos);
        buffer.putLong(at + DURATION_AT, durationNanos);
        buffer.putInt(at + DATA_OUT_AT, (int) task.dataOut().lengthBytes());
        buffer.putInt(at + DATA_IN_AT, (int) task.dataIn().transferredBytes());
        buffer.putLong(at + OBJECT_AT, position.objectNumber());
        buffer.put(at + PARTITION_AT, (byte) position.partition());
        buffer.put(at + NEXUS_AT, (byte) nexusNumber(task.nexus()));
        buffer.put(at + STATUS_AT, (byte) result.status().code());
        putSense(at, result);
        putCdb(at, task.cdb());
        checked.limit(at + CHECKSUM_AT).position(at + END_AT);
        crc.reset();
        crc.update(checked);
        buffer.putInt(at + CHECKSUM_AT, (int) crc.getValue() ^ (int) sequence);
        VarHandle.storeStoreFence();
        buffer.putLong(at + SEQUENCE_AT, sequence);
    }

    /**
     * Whether a host does nothing but send its command again because the last answer was BUSY, too. All of that is one record,
     * which lasts from the first to the last of them: Linux sends a READ that waits for an archive every few milliseconds,
     * for minutes, and nothing else would be left in the ring.
     */
    private boolean isSentAgain(Task task, CommandResult result) {
        if (result.status() != Status.BUSY || sequence == 0) {
            return false;
        }
        int before = slotAt(sequence, slotCount);
        boolean isSame =
                buffer.getLong(before + SEQUENCE_AT) == sequence
                        && buffer.get(before + STATUS_AT) == (byte) Status.BUSY.code()
                        && buffer.get(before + NEXUS_AT) == (byte) nexusNumber(task.nexus())
                        && buffer.get(before + CDB_LENGTH_AT) == cdbLengthBytes(task.cdb());
        for (int i = 0; isSame && i < CDB_LENGTH_MAX_BYTES; i++) {
            isSame = buffer.get(before + CDB_AT + i) == (byte) task.cdb().u8(i);
        }
        return isSame;
    }

    private void putSense(int at, CommandResult result) {
        if (result.sense().isEmpty()) {
            buffer.putInt(at + SENSE_KEY_AT, 0).put(at + FLAGS_AT, (byte) 0);
            buffer.putLong(at + INFORMATION_AT, 0);
            return;
        }
        SenseData sense = result.sense().get();
        buffer.put(at + SENSE_KEY_AT, (byte) sense.key().code());
        buffer.put(at + ASC_AT, (byte) sense.additionalSense().code());
        buffer.put(at + ASCQ_AT, (byte) sense.additionalSense().qualifier());
        buffer.put(
                at + FLAGS_AT,
                (byte)
                        (FLAG_SENSE
                                | (sense.deferred() ? FLAG_DEFERRED : 0)
                                | (sense.filemark() ? FLAG_FILEMARK : 0)
                                | (sense.endOfMedium() ? FLAG_END_OF_MEDIUM : 0)
                                | (sense.incorrectLength() ? FLAG_INCORRECT_LENGTH : 0)
                                | (sense.information().isPresent() ? FLAG_INFORMATION : 0)));
        buffer.putLong(at + INFORMATION_AT, sense.information().orElse(0));
    }

    private void putCdb(int at, Cdb cdb) {
        buffer.put(at + CDB_LENGTH_AT, cdbLengthBytes(cdb));
        for (int i = 0; i < CDB_LENGTH_MAX_BYTES; i++) {
            buffer.put(at + CDB_AT + i, (byte) cdb.u8(i));
        }
    }

    private static byte cdbLengthBytes(Cdb cdb) {
        return (byte) Math.min(cdb.lengthBytes(), 0xFF);
    }

    /** The latest one is at hand without a look-up; a new one has its name written first. */
    private int nexusNumber(Nexus nexus) {
        if (!nexus.equals(latestNexus)) {
            Integer known = nexuses.get(nexus);
            latestNexusNumber = known == null ? addNexus(nexus) : known;
            latestNexus = nexus;
        }
        return latestNexusNumber;
    }

    private int addNexus(Nexus nexus) {
        byte[] name =
                (nexus.initiatorPort() + "\n" + nexus.targetPort())
                        .getBytes(StandardCharsets.UTF_8);
        if (nexuses.size() >= NEXUS_COUNT || name.length > NEXUS_LENGTH_BYTES - Short.BYTES) {
            return NEXUS_UNKNOWN;
        }
        int number = nexuses.size();
        int at = NEXUSES_AT + number * NEXUS_LENGTH_BYTES;
        buffer.put(at + Short.BYTES, name);
        VarHandle.storeStoreFence();
        buffer.putShort(at, (short) name.length);
        nexuses.put(nexus, number);
        return number;
    }
}
