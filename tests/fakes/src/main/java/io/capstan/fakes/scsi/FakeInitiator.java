package io.capstan.fakes.scsi;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * An initiator port that sends CDBs to a logical unit and returns what came back, as bytes.
 *
 * <p>Its buffers lie in several pieces of odd sizes, as those of a ring do, and the Data-In Buffer is full of A5h before
 * each command, so that a device server which claims more than it wrote is found out.
 */
public final class FakeInitiator {

    private static final byte STALE = (byte) 0xA5;
    private static final int PIECE_BYTES = 4099;
    private static final int UNIT_ATTENTIONS_MAX = 100;

    private static final Transport TRANSPORT = Transport.current();

    private final LogicalUnit logicalUnit;
    private final Nexus nexus;

    public FakeInitiator(LogicalUnit logicalUnit, String initiatorPort) {
        Transport.Path path = TRANSPORT.reach(logicalUnit, initiatorPort);
        this.logicalUnit = path.unit();
        this.nexus = path.nexus();
    }

    public Nexus nexus() {
        return nexus;
    }

    /** A command without data. */
    public FakeReply send(String cdbHex) {
        return send(cdbHex, new byte[0], 0);
    }

    /** A command with a Data-In Buffer of {@code capacityBytes}. */
    public FakeReply receive(String cdbHex, int capacityBytes) {
        return send(cdbHex, new byte[0], capacityBytes);
    }

    /** A command with a Data-Out Buffer. */
    public FakeReply send(String cdbHex, byte[] dataOut) {
        return send(cdbHex, dataOut, 0);
    }

    /** A command with a Data-Out Buffer in hexadecimal, blanks ignored. */
    public FakeReply send(String cdbHex, String dataOutHex) {
        return send(cdbHex, HexFormat.of().parseHex(dataOutHex.replace(" ", "")));
    }

    /** A command with both buffers, whose lengths need not be what the CDB says. */
    public FakeReply send(String cdbHex, byte[] dataOut, int capacityBytes) {
        return send(Cdb.parse(cdbHex), dataOut, capacityBytes);
    }

    public FakeReply send(Cdb cdb, byte[] dataOut, int capacityBytes) {
        byte[] memory = new byte[capacityBytes];
        Arrays.fill(memory, STALE);
        DataIn dataIn = new DataIn(pieces(memory));
        Task task = new Task(nexus, cdb, new DataOut(pieces(dataOut)), dataIn);
        CommandResult result = logicalUnit.execute(task);
        int transferredBytes = Math.toIntExact(dataIn.transferredBytes());
        return new FakeReply(result, Arrays.copyOf(memory, transferredBytes));
    }

    /** Has a task management function performed; loss of this nexus is one. */
    public void manage(TaskManagementFunction function) {
        logicalUnit.manage(function, nexus);
    }

    /**
     * Sends TEST UNIT READY until no unit attention is left, and returns those there were.
     *
     * @throws AssertionError if there is no end to them
     */
    public List<AdditionalSense> clearUnitAttentions() {
        List<AdditionalSense> cleared = new ArrayList<>();
        FakeReply reply = send("00 00 00 00 00 00");
        while (reply.isUnitAttention()) {
            cleared.add(reply.sense().additionalSense());
            if (cleared.size() > UNIT_ATTENTIONS_MAX) {
                throw new AssertionError("no end of unit attentions: " + cleared);
            }
            reply = send("00 00 00 00 00 00");
        }
        return cleared;
    }

    private static List<MemorySegment> pieces(byte[] memory) {
        List<MemorySegment> pieces = new ArrayList<>();
        MemorySegment whole = MemorySegment.ofArray(memory);
        for (int at = 0; at < memory.length; at += PIECE_BYTES) {
            pieces.add(whole.asSlice(at, Math.min(PIECE_BYTES, memory.length - at)));
        }
        return pieces;
    }
}
