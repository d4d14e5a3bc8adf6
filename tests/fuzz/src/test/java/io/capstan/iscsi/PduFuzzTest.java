package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A byte stream from an initiator, before and after login: it is served or the connection is dropped, and neither is a
 * mistake of the target's, nor does it keep memory.
 */
class PduFuzzTest {

    private static final String TARGET = "iqn.2026-01.io.capstan:fuzz";

    /** First byte of the input: the stream goes on from a login; with digests; read in pieces of odd lengths. */
    private static final int LOGGED_IN = 1;

    private static final int DIGESTS = 2;
    private static final int IN_PIECES = 4;

    private static final IscsiLimits LIMITS =
            new IscsiLimits(
                    16 << 10, 16 << 10, 64 << 10, 2, false, true, 1 << 20, 4, 4, 4, 4L << 20, 15,
                    30, 30);

    private final LogicalUnitOwner owner = new LogicalUnitOwner();
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final TransferBufferPool buffers =
            new TransferBufferPool(
                    LIMITS.commandDataMaxBytes(),
                    LIMITS.dataMaxBytes(),
                    1 << 20,
                    metrics.counter(IscsiCounter.BUFFERS_MADE, Labels.NONE));
    private final TargetContext context =
            new TargetContext(
                    new TargetDirectory(
                            List.of(
                                    new ServedTarget(
                                            new IscsiTarget(
                                                    TARGET,
                                                    "fuzz",
                                                    List.of(new TargetLun(0, new Echo(), owner)),
                                                    AccessRules.OPEN,
                                                    Optional.empty()))),
                            AccessRules.OPEN),
                    new SessionRegistry(LIMITS.sessionsMax()),
                    LIMITS,
                    buffers,
                    metrics,
                    InstantSource.system(),
                    new SecureRandom());

    /** Takes what it is sent and sends what it is asked for. */
    private static final class Echo implements LogicalUnit {

        @Override
        public String name() {
            return "echo";
        }

        @Override
        public int peripheralDeviceType() {
            return 1;
        }

        @Override
        public CommandResult execute(Task task) {
            task.dataOut().wanted(task.cdb().u8(4));
            task.dataIn().put(new byte[task.cdb().u8(3) << 4], task.cdb().u8(4) << 4);
            return CommandResult.GOOD;
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {}
    }

    @FuzzTest(maxDuration = "2m")
    void isServedOrDropped(byte[] input) {
        if (input.length == 0) {
            return;
        }
        owner.share(() -> {});
        EmbeddedChannel channel = new EmbeddedChannel();
        new Connection(context, channel);
        int mode = input[0];
        if ((mode & LOGGED_IN) != 0) {
            logIn(channel, (mode & DIGESTS) != 0 ? "CRC32C" : "None");
        }
        int pieceBytes = (mode & IN_PIECES) != 0 ? 37 : input.length;
        for (int at = 1; at < input.length && channel.isOpen(); at += pieceBytes) {
            int lengthBytes = Math.min(pieceBytes, input.length - at);
            receive(channel, Unpooled.copiedBuffer(input, at, lengthBytes));
        }
        var _ = channel.close();
        settle(channel);
        channel.finishAndReleaseAll();

        assertThat(metrics.counter(IscsiCounter.FAULTS, Labels.NONE).sum()).isZero();
        assertThat(buffers.lentBytes()).isZero();
        assertThat(context.sessions().all()).isEmpty();
    }

    private void logIn(EmbeddedChannel channel, String digests) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("InitiatorName", "iqn.2026-01.io.capstan:initiator");
        keys.put("TargetName", TARGET);
        keys.put("HeaderDigest", digests);
        keys.put("DataDigest", digests);
        Pdu request = Pdu.of(0x43, 0x87, IscsiInitiator.text(keys));
        request.i64(8, 1 << 16).i32(16, 1).i32(24, 1).i32(4, request.data().length);
        receive(
                channel,
                Unpooled.wrappedBuffer(
                        request.header().array(),
                        request.data(),
                        new byte[-request.data().length & 3]));
        assertThat(context.sessions().all()).hasSize(1);
    }

    private void receive(EmbeddedChannel channel, ByteBuf bytes) {
        channel.writeInbound(bytes);
        settle(channel);
        channel.releaseOutbound();
    }

    /** What was handed to the logical unit's owner, and what it handed back. */
    private void settle(EmbeddedChannel channel) {
        for (int i = 0; i < 4; i++) {
            owner.runShared();
            channel.runPendingTasks();
        }
    }
}
