package io.capstan.iscsi;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.buffer.LentBytes;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A disk in memory that does as much of SBC as tests of the transport need: it says what was transferred, and what would
 * have been. More blocks than one it lends in place of copying them.
 */
final class TinyDisk implements LogicalUnit {

    static final int BLOCK_BYTES = 512;

    private final MemorySegment content;

    /** Loans that were not given back yet; far below 0 after one was given back twice. */
    private final AtomicInteger loans = new AtomicInteger();

    private final AtomicInteger loansMade = new AtomicInteger();
    private final AtomicInteger preparations = new AtomicInteger();
    private final List<TaskManagementFunction> managed = new ArrayList<>();
    private boolean resetOccurred;

    TinyDisk(int blocks) {
        content = Arena.ofAuto().allocate((long) blocks * BLOCK_BYTES);
    }

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public int peripheralDeviceType() {
        return 0;
    }

    byte[] content() {
        return content.toArray(ValueLayout.JAVA_BYTE);
    }

    int loans() {
        return loans.get();
    }

    @Override
    public void prepare() {
        preparations.incrementAndGet();
    }

    int preparations() {
        return preparations.get();
    }

    int loansMade() {
        return loansMade.get();
    }

    /** A part of the disk in two pieces. */
    private final class Loan implements LentBytes {
        private final List<MemorySegment> pieces;
        private final AtomicBoolean over = new AtomicBoolean();

        Loan(MemorySegment whole) {
            long half = whole.byteSize() / 3;
            pieces = List.of(whole.asSlice(0, half), whole.asSlice(half));
            loans.incrementAndGet();
            loansMade.incrementAndGet();
        }

        @Override
        public List<MemorySegment> pieces() {
            return pieces;
        }

        @Override
        public void giveBack() {
            loans.addAndGet(over.getAndSet(true) ? -1_000_000 : -1);
        }

        @Override
        public void abandon() {
            giveBack();
        }
    }

    /** Functions that reached the disk; on its owner. */
    List<TaskManagementFunction> managed() {
        return managed;
    }

    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {
        managed.add(function);
        resetOccurred |= function == TaskManagementFunction.LOGICAL_UNIT_RESET;
    }

    @Override
    public CommandResult execute(Task task) {
        Cdb cdb = task.cdb();
        if (resetOccurred && cdb.operationCode() != 0x12) {
            resetOccurred = false;
            return CommandResult.checkCondition(
                    SenseKey.UNIT_ATTENTION, AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
        }
        return switch (cdb.operationCode()) {
            case 0x00, 0x35, 0x91 -> CommandResult.GOOD;
            case 0x12 -> inquiry(cdb, task.dataIn());
            case 0x1A -> put(task.dataIn(), new byte[] {3, 0, 0, 0}, cdb.u8(4));
            case 0x5A -> put(task.dataIn(), new byte[] {0, 6, 0, 0, 0, 0, 0, 0}, cdb.u16(7));
            case 0x25 ->
                    put(
                            task.dataIn(),
                            ByteBuffer.allocate(8).putInt(lastBlock()).putInt(BLOCK_BYTES).array(),
                            8);
            case 0x9E ->
                    put(
                            task.dataIn(),
                            ByteBuffer.allocate(32)
                                    .putLong(lastBlock())
                                    .putInt(BLOCK_BYTES)
                                    .array(),
                            cdb.u32(10));
            case 0x28 -> read(task.dataIn(), cdb.u32(2), cdb.u16(7));
            case 0xA8 -> read(task.dataIn(), cdb.u32(2), cdb.u32(6));
            case 0x88 -> read(task.dataIn(), cdb.u64(2), cdb.u32(10));
            case 0x2A, 0x2E -> write(task.dataOut(), cdb.u32(2), cdb.u16(7));
            case 0xAA, 0xAE -> write(task.dataOut(), cdb.u32(2), cdb.u32(6));
            case 0x8A, 0x8E -> write(task.dataOut(), cdb.u64(2), cdb.u32(10));
            default ->
                    CommandResult.checkCondition(
                            SenseKey.ILLEGAL_REQUEST,
                            AdditionalSense.INVALID_COMMAND_OPERATION_CODE);
        };
    }

    private int lastBlock() {
        return Math.toIntExact(content.byteSize() / BLOCK_BYTES - 1);
    }

    private static CommandResult put(DataIn dataIn, byte[] data, long allocationLength) {
        dataIn.put(data, allocationLength);
        return CommandResult.GOOD;
    }

    private static CommandResult inquiry(Cdb cdb, DataIn dataIn) {
        if (cdb.bit(1, 0)) {
            return cdb.u8(2) == 0
                    ? put(dataIn, new byte[] {0, 0, 0, 1, 0}, cdb.u16(3))
                    : CommandResult.checkCondition(SenseData.invalidFieldInCdb(2));
        }
        byte[] data = new byte[36];
        data[2] = 6;
        data[3] = 2;
        data[4] = 31;
        data[7] = 2;
        byte[] text = "TEST    TINY DISK       0001".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, data, 8, text.length);
        return put(dataIn, data, cdb.u16(3));
    }

    private boolean isOutside(long block, long count) {
        return block + count > lastBlock() + 1L;
    }

    private CommandResult read(DataIn dataIn, long block, long count) {
        if (isOutside(block, count)) {
            return CommandResult.checkCondition(SenseData.invalidFieldInCdb(2));
        }
        long lengthBytes = Math.min(count * BLOCK_BYTES, dataIn.capacityBytes());
        long at = block * BLOCK_BYTES;
        if (count > 1 && dataIn.takesLoan(0, dataIn.capacityBytes())) {
            dataIn.lend(new Loan(content.asSlice(at, lengthBytes)));
        } else {
            for (MemorySegment piece : dataIn.slice(0, lengthBytes)) {
                MemorySegment.copy(content, at, piece, 0, piece.byteSize());
                at += piece.byteSize();
            }
        }
        dataIn.transferred(lengthBytes);
        dataIn.offered(count * BLOCK_BYTES);
        return CommandResult.GOOD;
    }

    private CommandResult write(DataOut dataOut, long block, long count) {
        dataOut.wanted(count * BLOCK_BYTES);
        if (isOutside(block, count)) {
            return CommandResult.checkCondition(SenseData.invalidFieldInCdb(2));
        }
        int lengthBytes = (int) Math.min(count * BLOCK_BYTES, dataOut.lengthBytes());
        byte[] data = dataOut.toByteArray(lengthBytes);
        MemorySegment.copy(
                data, 0, content, ValueLayout.JAVA_BYTE, block * BLOCK_BYTES, lengthBytes);
        return CommandResult.GOOD;
    }
}
