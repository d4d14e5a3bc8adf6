package io.capstan.iscsi;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.LentBytes;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SCSI commands of one session: their data, their execution, their responses. Event loop only.
 *
 * <p>Commands for one logical unit are executed in the order in which they arrived, whatever order their data arrives in;
 * a tape drive's commands mean nothing in another order. Commands wait here, not with the owner, so that those of an
 * initiator that does not read its responses take no memory for Data-In.
 */
final class ScsiTasks {

    private static final Logger LOG = LoggerFactory.getLogger(ScsiTasks.class);

    /** Given to the owner at one time: one that executes and one that waits for it. */
    private static final int EXECUTING_MAX = 2;

    /** Sending less is over before anything could be got ready. */
    private static final int PREPARING_MIN_BYTES = 32 << 10;

    private static final CommandResult TASK_SET_FULL = CommandResult.of(Status.TASK_SET_FULL);

    /** The commands for one logical unit, or those that the target answers. */
    private static final class UnitQueue {
        final Deque<ScsiTask> waiting = new ArrayDeque<>();
        int executing;
    }

    private final Channel channel;
    private final PduEncoder encoder;
    private final SequenceNumbers numbers;
    private final Session session;
    private final SessionParameters parameters;
    private final ServedTarget target;
    private final IscsiLimits limits;
    private final TransferBufferPool buffers;
    private final Counters counters;
    private final TaskAborter aborter;

    private final IntObjectMap<ScsiTask> tasks = new IntObjectHashMap<>();
    private final Map<@Nullable TargetUnit, UnitQueue> queues = new HashMap<>();
    private final List<Runnable> whenIdle = new ArrayList<>();
    private long bufferBytes;
    private int executing;
    private int immediates;
    private int latestTransferTag;

    private long commandsBegun;

    private boolean pumping;
    private boolean closed;

    ScsiTasks(
            Channel channel,
            PduEncoder encoder,
            SequenceNumbers numbers,
            Session session,
            ServedTarget target,
            IscsiLimits limits,
            TransferBufferPool buffers,
            Counters counters,
            TaskAborter aborter) {
        this.channel = channel;
        this.encoder = encoder;
        this.numbers = numbers;
        this.session = session;
        this.parameters = session.login().parameters();
        this.target = target;
        this.limits = limits;
        this.buffers = buffers;
        this.counters = counters;
        this.aborter = aborter;
    }

    // ---- commands and their data

    /** Whether there is a command with this tag. */
    boolean contains(int initiatorTaskTag) {
        return tasks.containsKey(initiatorTaskTag);
    }

    /** Immediate commands that are not answered yet. */
    int immediates() {
        return immediates;
    }

    /**
     * Takes up a command.
     *
     * @return where its immediate data goes; null to drop it
     */
    @Nullable ByteBuf commandReceived(RequestPdu pdu, Cdb cdb) {
        TargetUnit unit = target.answers(cdb) ? null : target.unit(pdu.lun());
        ScsiTask task = new ScsiTask(pdu, cdb, unit, unit == null ? 0 : session.preemptions(unit));
        tasks.put(task.initiatorTaskTag, task);
        if (task.immediate) {
            immediates++;
        } else {
            numbers.commandBegins();
        }
        UnitQueue queue = queues.get(unit);
        if (queue == null) {
            queue = new UnitQueue();
            queues.put(unit, queue);
        }
        queue.waiting.add(task);
        int immediateBytes = pdu.dataSegmentBytes();
        judgeUnsolicited(task, pdu, immediateBytes);
        if (task.refusal == null && task.write) {
            openDataOut(task);
        }
        return place(task, 0, immediateBytes);
    }

    private void judgeUnsolicited(ScsiTask task, RequestPdu pdu, int immediateBytes) {
        boolean both = task.read && task.write;
        if (both) {
            task.refuse(
                    CommandResult.checkCondition(
                            SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_FIELD_IN_CDB));
        }
        task.unsolicitedPending = task.write && !pdu.isFinal();
        boolean unsolicitedForbidden = task.unsolicitedPending && parameters.initialR2t();
        boolean immediateForbidden =
                immediateBytes > 0 && !(task.write && parameters.immediateData());
        task.unsolicitedMaxBytes = (int) Math.min(parameters.firstBurstBytes(), task.expectedBytes);
        if (unsolicitedForbidden
                || immediateForbidden
                || immediateBytes > task.unsolicitedMaxBytes) {
            fail(task, AdditionalSense.WRITE_ERROR_UNEXPECTED_UNSOLICITED_DATA);
        } else if (task.write && task.unit == null) {
            // The answer is known; the data must go somewhere all the same, which is nowhere.
            task.refuse(target.execute(task.lunField, task.cdb, DataIn.none()));
        }
    }

    private void openDataOut(ScsiTask task) {
        if (task.expectedBytes > limits.commandDataMaxBytes()) {
            task.refuse(
                    CommandResult.checkCondition(
                            SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_FIELD_IN_CDB));
        } else if (!takeBuffer(task, (int) task.expectedBytes)) {
            task.refuse(TASK_SET_FULL);
        }
    }

    private boolean takeBuffer(ScsiTask task, int lengthBytes) {
        if (bufferBytes + lengthBytes > limits.sessionDataMaxBytes()) {
            return false;
        }
        TransferBuffer buffer = buffers.tryTake(lengthBytes);
        if (buffer == null) {
            return false;
        }
        task.buffer = buffer;
        bufferBytes += buffer.capacityBytes();
        return true;
    }

    private void giveBuffer(TransferBuffer buffer) {
        bufferBytes -= buffer.capacityBytes();
        buffers.give(buffer);
    }

    private static @Nullable ByteBuf place(ScsiTask task, int offsetBytes, int lengthBytes) {
        TransferBuffer buffer = task.buffer;
        return buffer == null || lengthBytes == 0 ? null : buffer.place(offsetBytes, lengthBytes);
    }

    /** A command's PDU is complete. */
    void commandComplete(RequestPdu pdu) {
        ScsiTask task = tasks.get(pdu.initiatorTaskTag());
        if (task == null) {
            return;
        }
        if (pdu.dataDigestFailed()) {
            fail(task, AdditionalSense.PROTOCOL_SERVICE_CRC_ERROR);
        } else {
            received(task, pdu.dataSegmentBytes());
        }
        goOn(task);
    }

    /**
     * Judges a Data-Out PDU.
     *
     * @return where its data goes; null to drop it
     */
    @Nullable ByteBuf dataOutReceived(RequestPdu pdu) {
        ScsiTask task = tasks.get(pdu.initiatorTaskTag());
        if (task == null || !task.write || task.executing) {
            return null;
        }
        int lengthBytes = pdu.dataSegmentBytes();
        long offsetBytes = pdu.u32(BasicHeader.BUFFER_OFFSET);
        int endBytes = endOfSequence(task, pdu.targetTransferTag());
        if (pdu.i32(BasicHeader.DATA_SN) != task.expectedDataSn
                || offsetBytes != task.receivedBytes
                || offsetBytes + lengthBytes > endBytes) {
            fail(task, AdditionalSense.WRITE_ERROR_NOT_ENOUGH_UNSOLICITED_DATA);
            return null;
        }
        task.expectedDataSn++;
        return place(task, task.receivedBytes, lengthBytes);
    }

    /** Where the sequence that a Data-Out PDU claims to be of ends; -1 if there is none. */
    private static int endOfSequence(ScsiTask task, int targetTransferTag) {
        if (targetTransferTag == BasicHeader.NO_TAG) {
            return task.unsolicitedPending ? task.unsolicitedMaxBytes : -1;
        }
        ScsiTask.Solicitation solicitation = task.solicitations.peek();
        return solicitation != null && solicitation.targetTransferTag() == targetTransferTag
                ? solicitation.endBytes()
                : -1;
    }

    /** A Data-Out PDU is complete. */
    void dataOutComplete(RequestPdu pdu) {
        ScsiTask task = tasks.get(pdu.initiatorTaskTag());
        if (task == null || !task.write || task.executing) {
            return;
        }
        if (pdu.dataDigestFailed()) {
            fail(task, AdditionalSense.PROTOCOL_SERVICE_CRC_ERROR);
        }
        if (task.unsolicitedPending || !task.solicitations.isEmpty()) {
            received(task, pdu.dataSegmentBytes());
            if (pdu.isFinal()) {
                sequenceEnds(task);
            }
        }
        goOn(task);
    }

    private void received(ScsiTask task, int lengthBytes) {
        task.receivedBytes += lengthBytes;
        session.dataOutBytes.add(lengthBytes);
        counters.add(IscsiCounter.DATA_OUT_BYTES, lengthBytes);
    }

    private static void sequenceEnds(ScsiTask task) {
        task.expectedDataSn = 0;
        if (task.unsolicitedPending) {
            task.unsolicitedPending = false;
            return;
        }
        ScsiTask.Solicitation solicitation = task.solicitations.poll();
        if (solicitation != null && task.receivedBytes != solicitation.endBytes()) {
            fail(task, AdditionalSense.WRITE_ERROR_NOT_ENOUGH_UNSOLICITED_DATA);
        }
    }

    /**
     * The command ends with an error, and what else arrives for it is dropped.
     *
     * @see "RFC 7143, 11.4.7.2 Sense Data, conditions of iSCSI"
     */
    private static void fail(ScsiTask task, AdditionalSense why) {
        task.refuse(CommandResult.checkCondition(SenseKey.ABORTED_COMMAND, why));
        task.unsolicitedPending = false;
        task.solicitations.clear();
    }

    private void goOn(ScsiTask task) {
        if (task.write && task.refusal == null && !task.unsolicitedPending) {
            solicit(task);
        }
        pump(queueOf(task));
    }

    private UnitQueue queueOf(ScsiTask task) {
        UnitQueue queue = queues.get(task.unit);
        if (queue == null) {
            throw new IllegalStateException("a command without a queue");
        }
        return queue;
    }

    /** Asks for what is missing, as far as the initiator takes requests. */
    private void solicit(ScsiTask task) {
        task.solicitedBytes = Math.max(task.solicitedBytes, task.receivedBytes);
        while (task.solicitedBytes < task.expectedBytes
                && task.solicitations.size() < parameters.outstandingR2tMax()) {
            int lengthBytes =
                    (int)
                            Math.min(
                                    parameters.maxBurstBytes(),
                                    task.expectedBytes - task.solicitedBytes);
            int tag = nextTransferTag();
            ByteBuf header = encoder.header(Opcode.READY_TO_TRANSFER, BasicHeader.FINAL);
            header.setLong(BasicHeader.LUN, task.lunField);
            header.setInt(BasicHeader.INITIATOR_TASK_TAG, task.initiatorTaskTag);
            header.setInt(BasicHeader.TARGET_TRANSFER_TAG, tag);
            numbers.stampNext(header);
            header.setInt(BasicHeader.DATA_SN, task.r2tSn++);
            header.setInt(BasicHeader.BUFFER_OFFSET, task.solicitedBytes);
            header.setInt(BasicHeader.DESIRED_DATA_TRANSFER_LENGTH, lengthBytes);
            encoder.write(header);
            task.solicitedBytes += lengthBytes;
            task.solicitations.add(new ScsiTask.Solicitation(tag, task.solicitedBytes));
        }
    }

    private int nextTransferTag() {
        latestTransferTag = (latestTransferTag + 1) & 0x7FFF_FFFF;
        return latestTransferTag;
    }

    // ---- execution

    /** Executes what can be executed now; to be called when the channel takes data again. */
    void pumpAll() {
        queues.values().forEach(this::pump);
    }

    private void pump(UnitQueue queue) {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (!closed && channel.isWritable() && queue.executing < EXECUTING_MAX) {
                ScsiTask task = queue.waiting.peek();
                if (task == null || !task.isReady()) {
                    return;
                }
                queue.waiting.remove();
                begin(queue, task);
            }
        } finally {
            pumping = false;
        }
    }

    private void begin(UnitQueue queue, ScsiTask task) {
        long dataInBytes =
                task.read ? Math.min(task.expectedBytes, limits.commandDataMaxBytes()) : 0;
        if (task.refusal == null && dataInBytes > 0 && !takeBuffer(task, (int) dataInBytes)) {
            task.refuse(TASK_SET_FULL);
        }
        CommandResult refusal = task.refusal;
        if (refusal != null || task.aborted) {
            task.result = refusal == null ? task.result : refusal;
            counters.add(IscsiCounter.COMMANDS_REFUSED, 1);
            end(task);
            return;
        }
        task.openBuffers(dataInBytes);
        TargetUnit unit = task.unit;
        if (unit == null) {
            task.result = target.execute(task.lunField, task.cdb, task.dataIn);
            end(task);
        } else {
            execute(queue, task, unit);
        }
    }

    private void execute(UnitQueue queue, ScsiTask task, TargetUnit unit) {
        task.executing = true;
        commandsBegun++;
        if (queue.executing == 0 && unit.tryRun(task.cdb, () -> run(task, unit))) {
            counters.add(IscsiCounter.COMMANDS_BRIEF, 1);
            boolean hasSent = task.dataIn.transferredBytes() >= PREPARING_MIN_BYTES;
            end(task);
            if (hasSent) {
                prepareOnceSent(unit);
            }
            return;
        }
        queue.executing++;
        executing++;
        try {
            var _ =
                    unit.submit(
                                    () -> {
                                        run(task, unit);
                                        return true;
                                    })
                            .whenComplete((done, fault) ->
                                    channel.eventLoop()
                                            .execute(() -> executed(queue, task, fault)));
        } catch (RejectedExecutionException e) {
            // Nobody serves the logical unit now, or its owner hangs.
            task.result = CommandResult.of(Status.BUSY);
            executed(queue, task, null);
        }
    }

    /**
     * Lets the logical unit get ready for what comes behind a long transfer, while the initiator takes that in. Not before the
     * transfer has gone to the kernel, which with io_uring is in the event loop's next turn; nor once another command has come.
     */
    private void prepareOnceSent(TargetUnit unit) {
        if (channel.eventLoop() instanceof SingleThreadEventLoop eventLoop) {
            long now = commandsBegun;
            eventLoop.executeAfterEventLoopIteration(() ->
                    eventLoop.execute(() -> {
                        if (now == commandsBegun && !closed) {
                            unit.prepare();
                        }
                    }));
        }
    }

    /** On the logical unit's owner. */
    private void run(ScsiTask task, TargetUnit unit) {
        if (!task.claim()) {
            return;
        }
        if (task.preemptions != session.preemptions(unit)) {
            task.preempted = true;
            unit.unit().commandsCleared(session.nexus());
        } else {
            task.result = unit.unit().execute(taskOf(task, unit));
        }
    }

    /** A command that preempts others ends theirs at once, for they may be the owner's next. */
    private Task taskOf(ScsiTask task, TargetUnit unit) {
        return new Task(
                session.nexus(),
                task.cdb,
                task.dataOut,
                task.dataIn,
                nexus -> {
                    task.preemptedNexuses.add(nexus);
                    aborter.sessionsOf(nexus).forEach(other -> other.preempt(unit));
                });
    }

    private void executed(UnitQueue queue, ScsiTask task, @Nullable Throwable fault) {
        if (fault != null) {
            // A logical unit answers everything, so this is an owner that went away.
            LOG.debug("command not executed", fault);
            giveBack(task.dataIn.loan());
            task.dataIn = DataIn.none();
            task.result = CommandResult.of(Status.BUSY);
        }
        TargetUnit unit = task.unit;
        if (unit == null || task.preemptedNexuses.isEmpty()) {
            ended(queue, task);
        } else {
            var _ =
                    aborter.preempt(unit, task.preemptedNexuses)
                            .whenComplete((done, abortFault) ->
                                    channel.eventLoop().execute(() -> ended(queue, task)));
        }
    }

    private void ended(UnitQueue queue, ScsiTask task) {
        queue.executing--;
        executing--;
        end(task);
        if (executing == 0) {
            List<Runnable> waiting = List.copyOf(whenIdle);
            whenIdle.clear();
            waiting.forEach(Runnable::run);
        }
        pump(queue);
        channel.flush();
    }

    // ---- responses

    private void end(ScsiTask task) {
        tasks.remove(task.initiatorTaskTag);
        if (task.immediate) {
            immediates--;
        } else {
            numbers.commandEnds();
        }
        session.commands.increment();
        counters.add(IscsiCounter.COMMANDS, 1);
        TransferBuffer buffer = task.buffer;
        task.buffer = null;
        LentBytes loan = task.dataIn.loan();
        boolean answered = !(closed || task.aborted || task.preempted);
        int dataInBytes = Math.toIntExact(task.dataIn.transferredBytes());
        if (answered && buffer != null && dataInBytes > 0) {
            sendDataIn(task, buffer, loan, dataInBytes);
            return;
        }
        giveBack(loan);
        if (buffer != null) {
            giveBuffer(buffer);
        }
        if (answered) {
            sendResponse(task, task.r2tSn);
        }
    }

    private static void giveBack(@Nullable LentBytes loan) {
        if (loan != null) {
            loan.giveBack();
        }
    }

    /**
     * @param buffer given; lent until all was sent, so that what is lent by others is bounded by the same limits
     * @param loan where the data are if not in {@code buffer}, given
     */
    private void sendDataIn(
            ScsiTask task, TransferBuffer buffer, @Nullable LentBytes loan, int dataInBytes) {
        session.dataInBytes.add(dataInBytes);
        counters.add(IscsiCounter.DATA_IN_BYTES, dataInBytes);
        boolean statusInData = task.result.sense().isEmpty();
        ByteBuf content =
                loan == null ? buffer.content(0, dataInBytes) : content(loan, dataInBytes);
        ChannelPromise sent = channel.newPromise();
        sent.addListener(done -> sent(buffer, loan, content));
        int dataSn = 0;
        int burstBytes = 0;
        int offsetBytes = 0;
        while (offsetBytes < dataInBytes) {
            int lengthBytes =
                    Math.min(
                            Math.min(
                                    dataInBytes - offsetBytes,
                                    parameters.initiatorDataSegmentMaxBytes()),
                            parameters.maxBurstBytes() - burstBytes);
            burstBytes += lengthBytes;
            boolean last = offsetBytes + lengthBytes == dataInBytes;
            boolean endsBurst = last || burstBytes == parameters.maxBurstBytes();
            ByteBuf header = encoder.header(Opcode.SCSI_DATA_IN, endsBurst ? BasicHeader.FINAL : 0);
            header.setInt(BasicHeader.INITIATOR_TASK_TAG, task.initiatorTaskTag);
            header.setInt(BasicHeader.TARGET_TRANSFER_TAG, BasicHeader.NO_TAG);
            header.setInt(BasicHeader.DATA_SN, dataSn++);
            header.setInt(BasicHeader.BUFFER_OFFSET, offsetBytes);
            if (last && statusInData) {
                header.setByte(BasicHeader.STATUS, task.result.status().code());
                stampResidual(header, task, BasicHeader.STATUS_PRESENT);
                numbers.stampStatus(header);
            } else {
                numbers.stampWindow(header);
            }
            encoder.write(
                    header,
                    content.retainedSlice(offsetBytes, lengthBytes),
                    last ? sent : channel.voidPromise());
            offsetBytes += lengthBytes;
            burstBytes = endsBurst ? 0 : burstBytes;
        }
        content.release();
        if (!statusInData) {
            sendResponse(task, dataSn);
        }
    }

    private static ByteBuf content(LentBytes loan, int lengthBytes) {
        List<MemorySegment> lent = loan.pieces();
        ByteBuffer[] pieces = new ByteBuffer[lent.size()];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = lent.get(i).asByteBuffer();
        }
        return Unpooled.wrappedBuffer(pieces).slice(0, lengthBytes);
    }

    private void sent(TransferBuffer buffer, @Nullable LentBytes loan, ByteBuf content) {
        giveBuffer(buffer);
        if (loan == null) {
            return;
        }
        if (content.refCnt() > 0) {
            loan.abandon();
        } else {
            loan.giveBack();
        }
    }

    /**
     * @param dataPduCount Data-In PDUs and R2Ts that were sent for the command
     */
    private void sendResponse(ScsiTask task, int dataPduCount) {
        ByteBuf header = encoder.header(Opcode.SCSI_RESPONSE, 0);
        header.setByte(BasicHeader.STATUS, task.result.status().code());
        header.setInt(BasicHeader.INITIATOR_TASK_TAG, task.initiatorTaskTag);
        header.setInt(BasicHeader.DATA_SN, dataPduCount);
        stampResidual(header, task, 0);
        numbers.stampStatus(header);
        ByteBuf sense =
                task.result
                        .sense()
                        .map(data -> {
                            byte[] bytes = data.encode();
                            return channel.alloc()
                                    .directBuffer(2 + bytes.length)
                                    .writeShort(bytes.length)
                                    .writeBytes(bytes);
                        })
                        .orElse(null);
        encoder.write(header, sense, channel.voidPromise());
    }

    /** What the initiator expected to be transferred against what the command transferred, or would have. */
    private static void stampResidual(ByteBuf header, ScsiTask task, int otherFlags) {
        long expectedBytes = task.read || task.write ? task.expectedBytes : 0;
        long actualBytes;
        if (!task.read) {
            actualBytes =
                    task.refusal == null
                            ? Math.max(task.dataOut.wantedBytes(), task.dataIn.offeredBytes())
                            : 0;
        } else {
            actualBytes =
                    Math.max(
                            task.dataIn.transferredBytes(),
                            Math.min(task.dataIn.offeredBytes(), 0xFFFF_FFFFL));
        }
        int flags = BasicHeader.FINAL | otherFlags;
        if (actualBytes > expectedBytes) {
            flags |= BasicHeader.RESIDUAL_OVERFLOW;
        } else if (actualBytes < expectedBytes) {
            flags |= BasicHeader.RESIDUAL_UNDERFLOW;
        }
        header.setByte(BasicHeader.FLAGS, flags);
        header.setInt(BasicHeader.RESIDUAL_COUNT, (int) Math.abs(actualBytes - expectedBytes));
    }

    // ---- task management

    /** Where a command is. */
    enum Whereabouts {
        UNKNOWN,
        ABORTED,
        /** Aborted; the logical unit's owner has yet to drop it. */
        LEAVING,
        EXECUTING
    }

    /** Aborts a command unless its logical unit has begun it, where it comes to its end. */
    Whereabouts abort(int initiatorTaskTag) {
        ScsiTask task = tasks.get(initiatorTaskTag);
        if (task == null) {
            return Whereabouts.UNKNOWN;
        }
        if (task.executing) {
            return abortExecuting(task) ? Whereabouts.LEAVING : Whereabouts.EXECUTING;
        }
        queueOf(task).waiting.remove(task);
        task.aborted = true;
        end(task);
        return Whereabouts.ABORTED;
    }

    private static boolean abortExecuting(ScsiTask task) {
        task.aborted |= task.claim();
        return task.aborted;
    }

    /** Aborts all commands for a logical unit that it has not begun; returns whether there were any. */
    boolean abortAll(TargetUnit unit) {
        UnitQueue queue = queues.get(unit);
        if (queue == null) {
            return false;
        }
        boolean any = !queue.waiting.isEmpty();
        for (ScsiTask task : tasks.values()) {
            if (task.executing && unit.equals(task.unit)) {
                any |= abortExecuting(task);
            }
        }
        abortWaiting(queue);
        return any;
    }

    private void abortWaiting(UnitQueue queue) {
        for (ScsiTask task = queue.waiting.poll(); task != null; task = queue.waiting.poll()) {
            task.aborted = true;
            end(task);
        }
    }

    // ---- the end

    /** Runs {@code action} once no command of this session executes. */
    void whenIdle(Runnable action) {
        if (executing == 0) {
            action.run();
        } else {
            whenIdle.add(action);
        }
    }

    /** Ends every command that does not execute, without a response. Nothing is sent any more. */
    void close() {
        closed = true;
        queues.values().forEach(this::abortWaiting);
    }
}
