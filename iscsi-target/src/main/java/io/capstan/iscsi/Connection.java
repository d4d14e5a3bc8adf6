package io.capstan.iscsi;

import io.capstan.scsi.TaskManagementFunction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection from accept to close: the login phase first, then the full feature phase. Event loop only, but for {@link
 * #close}.
 */
final class Connection implements PduDecoder.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** What the protocol allows before anything is declared. */
    private static final int LOGIN_SEGMENT_MAX_BYTES = 8192;

    private final TargetContext context;
    private final Channel channel;
    private final PduDecoder decoder;
    private final PduEncoder encoder;
    private final LoginPhase login;
    private final Counters counters;
    private final ScheduledFuture<?> loginTimeout;

    private @Nullable SequenceNumbers numbers;
    private @Nullable FullFeaturePhase fullFeature;
    private @Nullable Session session;
    private @Nullable ByteBuf loginData;
    private boolean finishingLogin;

    Connection(TargetContext context, Channel channel) {
        this.context = context;
        this.channel = channel;
        this.decoder = new PduDecoder(this, context.limits().dataSegmentMaxBytes());
        this.encoder = new PduEncoder(channel);
        this.login = new LoginPhase(context.directory(), context.limits(), context.random());
        this.counters = context.counters("");
        this.loginTimeout =
                channel.eventLoop()
                        .schedule(
                                () -> drop("not logged in after the time allowed"),
                                context.limits().loginTimeoutSeconds(),
                                TimeUnit.SECONDS);
        channel.config().setRecvByteBufAllocator(decoder.receiveAllocator());
        channel.pipeline().addLast(decoder).addLast(new Events());
    }

    /** Closes the connection; any thread. */
    void close(String reason) {
        try {
            channel.eventLoop().execute(() -> drop(reason));
        } catch (RejectedExecutionException e) {
            // The event loop has ended, and with it the channel.
        }
    }

    /** Runs on the event loop; not at all once that has ended. Any thread. */
    void execute(Runnable action) {
        channel.eventLoop().execute(action);
    }

    /** The commands of its session; null in a discovery session or before login. Event loop only. */
    @Nullable ScsiTasks tasks() {
        return fullFeature == null ? null : fullFeature.tasks();
    }

    /** Asks the initiator to log out, before the target stops. Any thread. */
    void announceEnd() {
        try {
            channel.eventLoop()
                    .execute(() -> {
                        if (fullFeature != null) {
                            fullFeature.announceEnd();
                        }
                    });
        } catch (RejectedExecutionException e) {
            // It has ended already.
        }
    }

    private void drop(String reason) {
        if (channel.isOpen()) {
            LOG.info("{}: connection closed: {}", describe(), reason);
            var _ = channel.close();
        }
    }

    private String describe() {
        return login.initiatorName().isEmpty() ? peer() : login.initiatorName() + " at " + peer();
    }

    private String peer() {
        return SocketAddressText.of(channel.remoteAddress());
    }

    // ---- PDUs

    @Override
    public @Nullable ByteBuf headerReceived(RequestPdu pdu) throws ProtocolException {
        FullFeaturePhase phase = fullFeature;
        if (phase != null) {
            return phase.headerReceived(pdu);
        }
        if (pdu.opcode() != Opcode.LOGIN_REQUEST || finishingLogin) {
            throw new ProtocolException("opcode %02Xh before login".formatted(pdu.opcode()));
        }
        if (pdu.dataSegmentBytes() > LOGIN_SEGMENT_MAX_BYTES) {
            throw new ProtocolException("login request with too much data");
        }
        ByteBuf data = channel.alloc().heapBuffer(LOGIN_SEGMENT_MAX_BYTES);
        loginData = data;
        return data.retain();
    }

    @Override
    public void pduReceived(RequestPdu pdu) throws ProtocolException {
        FullFeaturePhase phase = fullFeature;
        if (phase != null) {
            phase.pduReceived(pdu);
            return;
        }
        byte[] data = takeLoginData();
        SequenceNumbers sequence = numbers;
        if (sequence == null) {
            sequence = new SequenceNumbers(context.limits().commandsMax(), pdu.cmdSn());
            numbers = sequence;
        }
        LoginPhase.Response response = login.take(pdu, data);
        if (response.status() != LoginStatus.SUCCESS) {
            refuse(pdu, sequence, response);
        } else if (login.isComplete()) {
            finishLogin(pdu, sequence, response);
        } else {
            respond(pdu, sequence, response, 0);
        }
    }

    private byte[] takeLoginData() {
        ByteBuf data = loginData;
        loginData = null;
        if (data == null) {
            return new byte[0];
        }
        byte[] bytes = ByteBufUtil.getBytes(data);
        data.release();
        return bytes;
    }

    @Override
    public void receiveCompleted() {
        channel.flush();
    }

    @Override
    public void streamBroken(ProtocolException reason) {
        counters.add(IscsiCounter.PROTOCOL_ERRORS, 1);
        drop(String.valueOf(reason.getMessage()));
    }

    // ---- login

    private void refuse(RequestPdu pdu, SequenceNumbers sequence, LoginPhase.Response response) {
        counters.add(IscsiCounter.LOGINS_REFUSED, 1);
        LOG.info("{}: login refused: {}", describe(), response.status().meaning());
        respond(pdu, sequence, response, 0);
        var _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * A session of the same initiator port is replaced: this login goes on when it is gone, so that no command of the old
     * one executes behind a command of the new one.
     */
    private void finishLogin(
            RequestPdu pdu, SequenceNumbers sequence, LoginPhase.Response response) {
        finishingLogin = true;
        Login result = login.result();
        Optional<Session> replaced = context.sessions().replacedBy(result);
        if (replaced.isEmpty()) {
            beginSession(pdu, sequence, response, result);
            return;
        }
        channel.config().setAutoRead(false);
        replaced.get().connection().close("the initiator logged in anew");
        var _ =
                replaced.get()
                        .ended()
                        .whenComplete((done, fault) ->
                                channel.eventLoop()
                                        .execute(() -> {
                                            if (channel.isOpen()) {
                                                finishLogin(pdu, sequence, response);
                                                channel.config().setAutoRead(true);
                                                channel.flush();
                                            }
                                        }));
    }

    private void beginSession(
            RequestPdu pdu, SequenceNumbers sequence, LoginPhase.Response response, Login result) {
        Optional<Session> added =
                context.sessions()
                        .add(tsih ->
                                new Session(tsih, result, peer(), context.clock().millis(), this));
        if (added.isEmpty()) {
            refuse(
                    pdu,
                    sequence,
                    new LoginPhase.Response(
                            LoginStatus.OUT_OF_RESOURCES,
                            false,
                            response.currentStage(),
                            0,
                            new TextParameters()));
            return;
        }
        Session begun = added.get();
        session = begun;
        var _ = loginTimeout.cancel(false);
        respond(pdu, sequence, response, begun.tsih());
        SessionParameters parameters = result.parameters();
        decoder.digests(parameters.headerDigest(), parameters.dataDigest());
        encoder.digests(parameters.headerDigest(), parameters.dataDigest());
        fullFeature = new FullFeaturePhase(context, channel, encoder, sequence, begun);
        counters.add(IscsiCounter.LOGINS, 1);
        LOG.info(
                "{}: logged in to {}",
                describe(),
                result.target().map(target -> target.target().name()).orElse("discovery"));
    }

    private void respond(
            RequestPdu pdu, SequenceNumbers sequence, LoginPhase.Response response, int tsih) {
        int flags = response.currentStage() << 2;
        if (response.transit()) {
            flags |= BasicHeader.FINAL | response.nextStage();
        }
        ByteBuf header = encoder.header(Opcode.LOGIN_RESPONSE, flags);
        header.setBytes(BasicHeader.ISID, pdu.bytes(), BasicHeader.ISID, 6);
        header.setShort(BasicHeader.TSIH, tsih);
        header.setInt(BasicHeader.INITIATOR_TASK_TAG, pdu.initiatorTaskTag());
        sequence.stampStatus(header);
        header.setShort(BasicHeader.STATUS_CLASS, response.status().code());
        byte[] text = response.parameters().encode();
        encoder.write(header, Unpooled.wrappedBuffer(text), channel.voidPromise());
    }

    // ---- the end

    private void closed() {
        var _ = loginTimeout.cancel(false);
        takeLoginData();
        FullFeaturePhase phase = fullFeature;
        Session ending = session;
        if (phase == null || ending == null) {
            return;
        }
        phase.close();
        ScsiTasks tasks = phase.tasks();
        if (tasks == null) {
            sessionEnded(ending);
        } else {
            tasks.whenIdle(() -> sessionEnded(ending));
        }
    }

    /** The nexus is lost: prevention of medium removal and the like go with it, behind the commands that executed. */
    private void sessionEnded(Session ending) {
        ending.login()
                .target()
                .ifPresent(target ->
                        target.units()
                                .forEach(unit -> {
                                    try {
                                        var _ =
                                                unit.submit(() -> {
                                                    unit.unit()
                                                            .manage(
                                                                    TaskManagementFunction
                                                                            .I_T_NEXUS_RESET,
                                                                    ending.nexus());
                                                    return true;
                                                });
                                    } catch (RejectedExecutionException e) {
                                        // Nobody serves it, so there is nothing to forget.
                                    }
                                }));
        context.sessions().remove(ending);
        LOG.info("{}: session ended", describe());
        ending.ended().complete(null);
    }

    /** What happens to the channel. */
    private final class Events extends ChannelInboundHandlerAdapter {

        @Override
        public void channelInactive(ChannelHandlerContext handlerContext) {
            closed();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext handlerContext) {
            ScsiTasks tasks = tasks();
            if (tasks != null && channel.isWritable()) {
                tasks.pumpAll();
                channel.flush();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext handlerContext, Throwable cause) {
            if (cause instanceof java.io.IOException) {
                drop(String.valueOf(cause.getMessage()));
            } else {
                counters.add(IscsiCounter.FAULTS, 1);
                LOG.error("{}: failed inside", describe(), cause);
                drop("failed inside");
            }
        }
    }
}
