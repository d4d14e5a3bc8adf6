package io.capstan.iscsi;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One SCSI command of a session, from its PDU to its response. Event loop only, but for {@link #result}, {@link
 * #dataIn} and who was preempted while it executes.
 *
 * <p>DataPDUInOrder and DataSequenceInOrder are always Yes, so Data-Out arrives from offset 0 up: unsolicited data first,
 * then what each R2T asked for, in the order of the R2Ts.
 */
final class ScsiTask {

    /** A transfer that was asked for. */
    record Solicitation(int targetTransferTag, int endBytes) {}

    final int initiatorTaskTag;
    final int cmdSn;
    final boolean immediate;
    final long lunField;
    final @Nullable TargetUnit unit;
    final Cdb cdb;
    final boolean read;
    final boolean write;
    final long expectedBytes;

    /** Data-Out, once there is a buffer for it; Data-In, once it executes. */
    @Nullable TransferBuffer buffer;

    /** Data-Out that has arrived, from the start. */
    int receivedBytes;

    /** Data-Out that was sent for or may come unsolicited, from the start. */
    int solicitedBytes;

    /** Where unsolicited data ends at the latest. */
    int unsolicitedMaxBytes;

    /** More unsolicited Data-Out PDUs are to come. */
    boolean unsolicitedPending;

    /** DataSN that the next Data-Out PDU of the current sequence must have. */
    int expectedDataSn;

    final Deque<Solicitation> solicitations = new ArrayDeque<>();

    /** R2TSN of the next R2T. */
    int r2tSn;

    /** Why the command will not be executed. */
    @Nullable CommandResult refusal;

    /** A task management function has ended it: no response is sent. */
    boolean aborted;

    /** It was given to its logical unit. */
    boolean executing;

    private final AtomicBoolean claimed = new AtomicBoolean();

    /** {@link Session#preemptions} when it was received. */
    final int preemptions;

    /** The logical unit's owner found it preempted: it was not executed, and no response is sent. */
    boolean preempted;

    /** I_T nexuses whose commands it aborted, all of them before its response is sent. */
    final Set<Nexus> preemptedNexuses = new HashSet<>();

    DataOut dataOut = DataOut.NONE;
    DataIn dataIn = DataIn.none();
    CommandResult result = CommandResult.GOOD;

    /**
     * @param preemptions of the session and the unit until now
     */
    ScsiTask(RequestPdu pdu, Cdb cdb, @Nullable TargetUnit unit, int preemptions) {
        this.initiatorTaskTag = pdu.initiatorTaskTag();
        this.cmdSn = pdu.cmdSn();
        this.immediate = pdu.immediate();
        this.lunField = pdu.lun();
        this.unit = unit;
        this.cdb = cdb;
        this.preemptions = preemptions;
        this.expectedBytes = pdu.u32(BasicHeader.EXPECTED_DATA_TRANSFER_LENGTH);
        this.read = (pdu.flags() & BasicHeader.READ) != 0;
        this.write = (pdu.flags() & BasicHeader.WRITE) != 0 && expectedBytes > 0;
    }

    /** Whether everything is here that it needs to execute, or to be refused. */
    boolean isReady() {
        if (unsolicitedPending || !solicitations.isEmpty()) {
            return false;
        }
        return !write || refusal != null || aborted || receivedBytes == expectedBytes;
    }

    /**
     * Decides what becomes of a command that was given to its logical unit: whoever claims it, the unit's owner to execute
     * it or a task management function to abort it, does so alone. Any thread.
     *
     * @return false if somebody claimed it before
     */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Sets the reason not to execute it; the first one counts. */
    void refuse(CommandResult why) {
        if (refusal == null) {
            refusal = why;
        }
    }

    /** Makes the buffers for execution. */
    void openBuffers(long dataInBytes) {
        TransferBuffer memory = buffer;
        if (memory == null) {
            // A command that sends nothing can still say how much it would have wanted.
            dataOut = new DataOut(List.of());
        } else if (write) {
            dataOut = new DataOut(List.of(memory.segment(expectedBytes)));
        } else {
            dataIn = DataIn.borrowing(memory.segment(dataInBytes));
        }
    }
}
