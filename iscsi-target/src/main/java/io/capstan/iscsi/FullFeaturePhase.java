package io.capstan.iscsi;

import io.capstan.scsi.Cdb;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session after login: numbers each request, gives SCSI commands and their data to {@link ScsiTasks}, and answers the
 * rest. Event loop only.
 *
 * @see "RFC 7143, 11"
 */
final class FullFeaturePhase {

    /** Text of one request, over all of its PDUs. */
    private static final int TEXT_MAX_BYTES = 64 << 10;

    /** Immediate commands do not count against the window, so they need a limit of their own. */
    private static final int IMMEDIATES_MAX = 8;

    /** Reasons of a Reject. */
    private static final int DATA_DIGEST_ERROR = 0x02;

    private static final int SNACK_REJECT = 0x03;
    private static final int PROTOCOL_ERROR = 0x04;
    private static final int COMMAND_NOT_SUPPORTED = 0x05;
    private static final int IMMEDIATE_COMMAND_REJECT = 0x06;
    private static final int TASK_IN_PROGRESS = 0x07;
    private static final int INVALID_PDU_FIELD = 0x09;

    /** Additional header segments. */
    private static final int AHS_EXTENDED_CDB = 1;

    /** Logout: what is to be closed, and how it ended. */
    private static final int CLOSE_SESSION = 0;

    private static final int CLOSE_CONNECTION = 1;
    private static final int CID_NOT_FOUND = 1;
    private static final int RECOVERY_NOT_SUPPORTED = 2;

    /** Asynchronous messages. */
    private static final int EVENT_LOGOUT_REQUESTED = 1;

    private final TargetContext context;
    private final Channel channel;
    private final PduEncoder encoder;
    private final SequenceNumbers numbers;
    private final Session session;
    private final @Nullable ScsiTasks tasks;
    private final @Nullable TaskManagement management;
    private final Counters counters;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final ScheduledFuture<?> watch;

    /** The data segment of a PDU that is no SCSI command's. */
    private @Nullable ByteBuf controlData;

    /** The PDU being received is not to be served. */
    private boolean ignored;

    /** The PDU being received is to be rejected, and why; 0 if it is not. */
    private int rejection;

    private byte[] textResponse = {};
    private int textResponseSent;
    private boolean loggingOut;
    private long latestReceivedNanos = System.nanoTime();
    private boolean pingPending;

    FullFeaturePhase(
            TargetContext context,
            Channel channel,
            PduEncoder encoder,
            SequenceNumbers numbers,
            Session session) {
        this.context = context;
        this.channel = channel;
        this.encoder = encoder;
        this.numbers = numbers;
        this.session = session;
        Optional<ServedTarget> target = session.login().target();
        this.counters = context.counters(target.map(served -> served.target().name()).orElse(""));
        this.tasks =
                target.map(served ->
                                new ScsiTasks(
                                        channel,
                                        encoder,
                                        numbers,
                                        session,
                                        served,
                                        context.limits(),
                                        context.buffers(),
                                        counters,
                                        new TaskAborter(context.sessions(), served)))
                        .orElse(null);
        this.management =
                target.map(served ->
                                new TaskManagement(
                                        new TaskAborter(context.sessions(), served),
                                        served,
                                        session))
                        .orElse(null);
        this.watch = channel.eventLoop().schedule(this::watch, idleSeconds(), TimeUnit.SECONDS);
    }

    @Nullable ScsiTasks tasks() {
        return tasks;
    }

    // ---- what arrives

    @Nullable ByteBuf headerReceived(RequestPdu pdu) throws ProtocolException {
        latestReceivedNanos = System.nanoTime();
        ignored = loggingOut;
        rejection = 0;
        ScsiTasks scsi = tasks;
        if (scsi != null && pdu.opcode() == Opcode.SCSI_DATA_OUT) {
            return ignored ? null : scsi.dataOutReceived(pdu);
        }
        number(pdu);
        if (ignored) {
            return null;
        }
        if (scsi != null && pdu.opcode() == Opcode.SCSI_COMMAND) {
            return command(scsi, pdu);
        }
        if (pdu.dataSegmentBytes() == 0) {
            return null;
        }
        ByteBuf data = channel.alloc().heapBuffer(pdu.dataSegmentBytes());
        controlData = data;
        return data.retain();
    }

    private void number(RequestPdu pdu) throws ProtocolException {
        if (pdu.opcode() == Opcode.SNACK_REQUEST) {
            return;
        }
        switch (numbers.receive(pdu.cmdSn(), pdu.immediate())) {
            case SERVE -> {}
            case IGNORE -> ignored = true;
            case GAP ->
                    throw new ProtocolException(
                            "CmdSN %d, expected %d".formatted(pdu.cmdSn(), numbers.expCmdSn()));
        }
    }

    private @Nullable ByteBuf command(ScsiTasks scsi, RequestPdu pdu) {
        if (pdu.initiatorTaskTag() == BasicHeader.NO_TAG) {
            rejection = INVALID_PDU_FIELD;
        } else if (scsi.contains(pdu.initiatorTaskTag())) {
            rejection = TASK_IN_PROGRESS;
        } else if (pdu.immediate() && scsi.immediates() >= IMMEDIATES_MAX) {
            rejection = IMMEDIATE_COMMAND_REJECT;
        } else {
            Optional<Cdb> cdb = cdb(pdu);
            if (cdb.isPresent()) {
                return scsi.commandReceived(pdu, cdb.get());
            }
            rejection = INVALID_PDU_FIELD;
        }
        return null;
    }

    /** The CDB, with what an additional header segment adds; empty if the segments make no sense. */
    private static Optional<Cdb> cdb(RequestPdu pdu) {
        int from = BasicHeader.CDB;
        int end = BasicHeader.LENGTH_BYTES;
        if (pdu.additionalHeaderBytes() == 0) {
            return Optional.of(Cdb.of(Arrays.copyOfRange(pdu.bytes(), from, end)));
        }
        int ahsLengthBytes = pdu.u16(end);
        int ahsType = pdu.u8(end + 2);
        // AHSLength counts what is behind type and length: here a reserved byte, then the CDB.
        int extraBytes = ahsLengthBytes - 1;
        if (ahsType != AHS_EXTENDED_CDB
                || extraBytes < 0
                || BasicHeader.paddedBytes(3L + ahsLengthBytes) > pdu.additionalHeaderBytes()
                || BasicHeader.CDB_LENGTH_BYTES + extraBytes > Cdb.LENGTH_MAX_BYTES) {
            return Optional.empty();
        }
        byte[] bytes = Arrays.copyOfRange(pdu.bytes(), from, end + extraBytes);
        System.arraycopy(pdu.bytes(), end + 4, bytes, BasicHeader.CDB_LENGTH_BYTES, extraBytes);
        return Optional.of(Cdb.of(bytes));
    }

    void pduReceived(RequestPdu pdu) throws ProtocolException {
        byte[] data = takeControlData();
        if (ignored) {
            return;
        }
        if (pdu.dataDigestFailed()) {
            counters.add(IscsiCounter.DIGEST_ERRORS, 1);
            reject(pdu, DATA_DIGEST_ERROR);
        }
        if (rejection != 0) {
            reject(pdu, rejection);
            return;
        }
        ScsiTasks scsi = tasks;
        if (scsi != null && pdu.opcode() == Opcode.SCSI_COMMAND) {
            scsi.commandComplete(pdu);
        } else if (scsi != null && pdu.opcode() == Opcode.SCSI_DATA_OUT) {
            scsi.dataOutComplete(pdu);
        } else if (!pdu.dataDigestFailed()) {
            answer(pdu, data);
        }
    }

    private byte[] takeControlData() {
        ByteBuf data = controlData;
        controlData = null;
        if (data == null) {
            return new byte[0];
        }
        byte[] bytes = ByteBufUtil.getBytes(data);
        data.release();
        return bytes;
    }

    private void answer(RequestPdu pdu, byte[] data) throws ProtocolException {
        switch (pdu.opcode()) {
            case Opcode.NOP_OUT -> nopOut(pdu, data);
            case Opcode.TEXT_REQUEST -> textRequest(pdu, data);
            case Opcode.LOGOUT_REQUEST -> logout(pdu);
            case Opcode.TASK_MANAGEMENT_REQUEST -> taskManagement(pdu);
            case Opcode.SNACK_REQUEST -> reject(pdu, SNACK_REJECT);
            case Opcode.LOGIN_REQUEST -> reject(pdu, PROTOCOL_ERROR);
            default -> reject(pdu, COMMAND_NOT_SUPPORTED);
        }
    }

    // ---- reject

    private void reject(RequestPdu pdu, int reason) {
        counters.add(IscsiCounter.REJECTS, 1);
        ByteBuf header = encoder.header(Opcode.REJECT, BasicHeader.FINAL);
        header.setByte(2, reason);
        header.setInt(BasicHeader.INITIATOR_TASK_TAG, BasicHeader.NO_TAG);
        numbers.stampStatus(header);
        ByteBuf rejected =
                channel.alloc()
                        .directBuffer(BasicHeader.LENGTH_BYTES)
                        .writeBytes(pdu.bytes(), 0, BasicHeader.LENGTH_BYTES);
        encoder.write(header, rejected, channel.voidPromise());
    }

    // ---- NOP

    private void nopOut(RequestPdu pdu, byte[] data) {
        if (pdu.initiatorTaskTag() == BasicHeader.NO_TAG) {
            pingPending = false;
            return;
        }
        ByteBuf header = encoder.header(Opcode.NOP_IN, BasicHeader.FINAL);
        header.setLong(BasicHeader.LUN, pdu.lun());
        header.setInt(BasicHeader.INITIATOR_TASK_TAG, pdu.initiatorTaskTag());
        header.setInt(BasicHeader.TARGET_TRANSFER_TAG, BasicHeader.NO_TAG);
        numbers.stampStatus(header);
        int lengthBytes =
                Math.min(data.length, session.login().parameters().initiatorDataSegmentMaxBytes());
        encoder.write(header, Unpooled.wrappedBuffer(data, 0, lengthBytes), channel.voidPromise());
    }

    private int idleSeconds() {
        return Math.max(1, context.limits().idleSeconds());
    }

    /** Asks a silent initiator whether it is there, and gives it up when it is not. */
    private void watch() {
        long silentSeconds =
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - latestReceivedNanos);
        boolean silent = silentSeconds >= idleSeconds();
        long nextSeconds = Math.max(1, idleSeconds() - silentSeconds);
        if (silent && pingPending) {
            if (silentSeconds >= idleSeconds() + context.limits().replyTimeoutSeconds()) {
                session.connection().close("the initiator does not answer");
                return;
            }
            nextSeconds = Math.max(1, context.limits().replyTimeoutSeconds() / 4);
        } else if (silent) {
            pingPending = true;
            ping();
            nextSeconds = Math.max(1, context.limits().replyTimeoutSeconds() / 4);
        } else {
            pingPending = false;
        }
        if (channel.isOpen()) {
            var _ = channel.eventLoop().schedule(this::watch, nextSeconds, TimeUnit.SECONDS);
        }
    }

    private void ping() {
        ByteBuf header = encoder.header(Opcode.NOP_IN, BasicHeader.FINAL);
        header.setInt(BasicHeader.INITIATOR_TASK_TAG, BasicHeader.NO_TAG);
        header.setInt(BasicHeader.TARGET_TRANSFER_TAG, 1);
        numbers.stampNext(header);
        encoder.write(header);
        channel.flush();
    }

    // ---- text

    private void textRequest(RequestPdu pdu, byte[] data) throws ProtocolException {
        boolean continuation = pdu.targetTransferTag() != BasicHeader.NO_TAG;
        if (continuation && textResponseSent < textResponse.length) {
            sendText(pdu);
            return;
        }
        text.writeBytes(data);
        if (text.size() > TEXT_MAX_BYTES) {
            throw new ProtocolException("text request without end");
        }
        textResponse = new byte[0];
        textResponseSent = 0;
        boolean continues = (pdu.flags() & BasicHeader.CONTINUE) != 0;
        if (!continues) {
            TextParameters request = TextParameters.parse(text.toByteArray());
            text.reset();
            textResponse = answer(request);
        }
        sendText(pdu);
    }

    /** Sends as much of the response as one PDU takes. */
    private void sendText(RequestPdu pdu) {
        int restBytes = textResponse.length - textResponseSent;
        int lengthBytes =
                Math.min(restBytes, session.login().parameters().initiatorDataSegmentMaxBytes());
        boolean complete = lengthBytes == restBytes;
        boolean requestContinues = (pdu.flags() & BasicHeader.CONTINUE) != 0;
        int flags = complete ? 0 : BasicHeader.CONTINUE;
        if (complete && !requestContinues) {
            flags |= BasicHeader.FINAL;
        }
        ByteBuf header = encoder.header(Opcode.TEXT_RESPONSE, flags);
        header.setInt(BasicHeader.INITIATOR_TASK_TAG, pdu.initiatorTaskTag());
        header.setInt(
                BasicHeader.TARGET_TRANSFER_TAG,
                (flags & BasicHeader.FINAL) != 0 ? BasicHeader.NO_TAG : 1);
        numbers.stampStatus(header);
        encoder.write(
                header,
                Unpooled.wrappedBuffer(textResponse, textResponseSent, lengthBytes),
                channel.voidPromise());
        textResponseSent += lengthBytes;
    }

    private byte[] answer(TextParameters request) {
        StringBuilder response = new StringBuilder();
        for (Map.Entry<String, String> pair : request.pairs().entrySet()) {
            switch (pair.getKey()) {
                case "SendTargets" -> sendTargets(pair.getValue(), response);
                // Parameters are what login made of them.
                default ->
                        response.append(pair.getKey())
                                .append('=')
                                .append(
                                        LoginPhase.isOperationalKey(pair.getKey())
                                                ? OperationalNegotiation.REJECT
                                                : "NotUnderstood")
                                .append('\0');
            }
        }
        return response.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /**
     * The targets this initiator may log in to. A normal session learns its own target's addresses alone.
     *
     * @see "RFC 7143, Appendix C SendTargets Operation"
     */
    private void sendTargets(String which, StringBuilder response) {
        // The address under which the initiator found this portal is one it can reach.
        String address = SocketAddressText.of(channel.localAddress());
        Optional<ServedTarget> own = session.login().target();
        for (ServedTarget served : context.directory().all()) {
            IscsiTarget target = served.target();
            boolean asked =
                    own.isPresent()
                            ? served.equals(own.get())
                                    && (which.isEmpty() || which.equals(target.name()))
                            : which.equals("All") || which.equals(target.name());
            if (asked
                    && target.access()
                            .isShownTo(
                                    session.login().initiatorName(), session.login().userName())) {
                response.append("TargetName=").append(target.name()).append('\0');
                response.append("TargetAddress=")
                        .append(address)
                        .append(',')
                        .append(IscsiTarget.PORTAL_GROUP_TAG)
                        .append('\0');
            }
        }
    }

    // ---- logout

    private void logout(RequestPdu pdu) {
        int reason = pdu.flags() & 0x7F;
        int response = 0;
        if (reason == CLOSE_CONNECTION && pdu.u16(BasicHeader.CID) != session.login().cid()) {
            response = CID_NOT_FOUND;
        } else if (reason > CLOSE_CONNECTION) {
            response = RECOVERY_NOT_SUPPORTED;
        } else if (reason == CLOSE_SESSION || reason == CLOSE_CONNECTION) {
            loggingOut = true;
        }
        ScsiTasks scsi = tasks;
        int outcome = response;
        byte[] bhs = Arrays.copyOf(pdu.bytes(), BasicHeader.LENGTH_BYTES);
        if (loggingOut && scsi != null) {
            // What executes comes to its end; what waits does not begin.
            scsi.close();
            scsi.whenIdle(() -> logoutResponse(bhs, outcome));
        } else {
            logoutResponse(bhs, outcome);
        }
    }

    private void logoutResponse(byte[] request, int response) {
        ByteBuf header = encoder.header(Opcode.LOGOUT_RESPONSE, BasicHeader.FINAL);
        header.setByte(2, response);
        header.setBytes(BasicHeader.INITIATOR_TASK_TAG, request, BasicHeader.INITIATOR_TASK_TAG, 4);
        numbers.stampStatus(header);
        header.setShort(40, session.login().parameters().defaultTime2WaitSeconds());
        encoder.write(header);
        if (loggingOut) {
            var _ =
                    channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                            .addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Asks for a logout: the target is about to stop. */
    void announceEnd() {
        ByteBuf header = encoder.header(Opcode.ASYNC_MESSAGE, BasicHeader.FINAL);
        header.setInt(BasicHeader.INITIATOR_TASK_TAG, BasicHeader.NO_TAG);
        numbers.stampStatus(header);
        header.setByte(36, EVENT_LOGOUT_REQUESTED);
        // Parameter3: seconds until the connection is dropped.
        header.setShort(42, 1);
        encoder.write(header);
        channel.flush();
    }

    // ---- task management

    private void taskManagement(RequestPdu pdu) {
        TaskManagement functions = management;
        if (functions == null) {
            reject(pdu, PROTOCOL_ERROR);
            return;
        }
        counters.add(IscsiCounter.TASK_MANAGEMENT, 1);
        int tag = pdu.initiatorTaskTag();
        functions.perform(
                pdu,
                response ->
                        channel.eventLoop()
                                .execute(() -> {
                                    ByteBuf header =
                                            encoder.header(
                                                    Opcode.TASK_MANAGEMENT_RESPONSE,
                                                    BasicHeader.FINAL);
                                    header.setByte(2, response);
                                    header.setInt(BasicHeader.INITIATOR_TASK_TAG, tag);
                                    numbers.stampStatus(header);
                                    encoder.write(header);
                                    channel.flush();
                                }));
    }

    // ---- the end

    void close() {
        var _ = watch.cancel(false);
        takeControlData();
        if (tasks != null) {
            tasks.close();
        }
    }
}
