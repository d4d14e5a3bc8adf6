package io.capstan.tcmu;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.tcmu.Ring.RingCommand;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns one ring and, with it, one logical unit: sleeps until the kernel or another thread wants
 * something, drains a batch, executes it in order, answers, wakes the kernel once.
 *
 * <p>Entries that are in the ring when it starts were sent to a process that died. They may have been executed, so they
 * are answered with UNIT ATTENTION, 29h/00h, as a drive answers after a power cycle, and never executed.
 *
 * <p>Design note: there is one nexus for all initiators, because the ring carries no initiator identity.
 */
final class RingServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RingServer.class);

    private static final SenseData POWER_ON =
            SenseData.of(
                    SenseKey.UNIT_ATTENTION,
                    AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);
    private static final byte[] NO_SENSE = {};

    /** Makes the kernel answer and forget all that is in the ring (configfs, {@code action/reset_ring}). */
    interface RingReset {
        void reset() throws IOException;
    }

    private final Ring ring;
    private final LogicalUnit unit;
    private final LogicalUnitOwner owner;
    private final RingReset reset;
    private final Nexus nexus;
    private final int spinCount;
    private final WakeEvent event;
    private final Thread thread;
    private final CountDownLatch serving = new CountDownLatch(1);
    private final LongAdder commands;
    private final LongAdder batches;
    private final LongAdder taskManagement;
    private final LongAdder refused;
    private final LongAdder malformed;
    private final LongAdder resets;

    private volatile boolean stopping;
    private volatile @Nullable RunningCommand running;

    /** What the owner is executing now, for the watchdog. */
    record RunningCommand(int operationCode, long sinceNanos) {}

    /**
     * @param ring given: closed by this server
     * @param spinCount looks at the ring before sleeping; 0 where processors are scarce
     */
    RingServer(
            Ring ring,
            LogicalUnit unit,
            LogicalUnitOwner owner,
            RingReset reset,
            int spinCount,
            MetricsRegistry metrics)
            throws RingException {
        this.ring = ring;
        this.unit = unit;
        this.owner = owner;
        this.reset = reset;
        this.spinCount = spinCount;
        this.nexus = new Nexus(KernelTarget.INITIATOR_PORT, unit.name());
        this.event = new WakeEvent();
        Labels labels = Labels.of("unit", unit.name());
        commands = metrics.counter(TcmuCounter.COMMANDS, labels);
        batches = metrics.counter(TcmuCounter.BATCHES, labels);
        taskManagement = metrics.counter(TcmuCounter.TASK_MANAGEMENT, labels);
        refused = metrics.counter(TcmuCounter.COMMANDS_REFUSED, labels);
        malformed = metrics.counter(TcmuCounter.COMMANDS_MALFORMED, labels);
        resets = metrics.counter(TcmuCounter.RING_RESETS, labels);
        thread = Thread.ofPlatform().name("ring-" + unit.name()).unstarted(this::run);
    }

    /** Starts the owner and returns once it answers commands. */
    void start() throws InterruptedException {
        thread.start();
        serving.await();
    }

    LogicalUnit unit() {
        return unit;
    }

    boolean isServing() {
        return thread.isAlive() && serving.getCount() == 0;
    }

    Optional<RunningCommand> running() {
        return Optional.ofNullable(running);
    }

    /**
     * Ends the owner after the command it is executing, and unmaps the ring. Commands that arrive later stay in the ring
     * for whoever opens it next.
     */
    @Override
    public void close() {
        stopping = true;
        event.signal();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        ring.close();
        event.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        owner.takeOwnership(event::signal);
        try {
            refuseLeftBehind();
            serving.countDown();
            serve();
        } catch (RingException fault) {
            if (!stopping) {
                LOG.error("{}: ring no longer served: {}", unit.name(), fault.getMessage());
            }
        } finally {
            serving.countDown();
            // Nobody may wait for an owner that is gone.
            owner.releaseOwnership();
        }
    }

    private void serve() throws RingException {
        while (!stopping) {
            int wake = ring.await(event, -1, spinCount);
            owner.runPending();
            if ((wake & Ring.WAKE_GONE) != 0) {
                LOG.info("{}: the kernel removed the device", unit.name());
                return;
            }
            if ((wake & Ring.WAKE_RING) != 0) {
                serveBatchOrReset();
            }
        }
    }

    private void refuseLeftBehind() throws RingException {
        if (ring.pendingBytes() == 0) {
            return;
        }
        int count = ring.refuseAll(Status.CHECK_CONDITION.code(), POWER_ON.encode());
        ring.kick();
        refused.add(count);
        LOG.warn(
                "{}: {} commands of an earlier process answered with UNIT ATTENTION, not executed",
                unit.name(),
                count);
    }

    private void serveBatchOrReset() throws RingException {
        try {
            serveBatch();
        } catch (RingException fault) {
            if (fault.isRingCorrupt()) {
                resetRing(fault);
            } else if (fault.isRingReset()) {
                LOG.warn("{}: {}; attaching again", unit.name(), fault.getMessage());
                ring.reattach();
            } else {
                throw fault;
            }
        }
    }

    private void serveBatch() throws RingException {
        int count = ring.drain();
        for (int index = 0; index < count; index++) {
            answer(ring.command(index));
        }
        if (count > 0) {
            ring.kick();
            batches.increment();
        }
    }

    private void resetRing(RingException fault) throws RingException {
        LOG.error("{}: {}; resetting it, commands in it fail", unit.name(), fault.getMessage());
        resets.increment();
        try {
            reset.reset();
        } catch (RingException e) {
            throw e;
        } catch (IOException e) {
            LOG.error("{}: cannot reset the ring: {}", unit.name(), e.getMessage());
            throw fault;
        }
        ring.reattach();
    }

    private void answer(RingCommand command) throws RingException {
        if (command.isTaskManagement()) {
            taskManagement.increment();
            notify(command.taskManagementCode());
            ring.complete(command, Status.GOOD.code(), 0, NO_SENSE);
        } else if (command.fault() != RingCommand.FAULT_NONE) {
            malformed.increment();
            byte[] sense = senseOf(command.fault()).encode();
            ring.complete(command, Status.CHECK_CONDITION.code(), 0, sense);
        } else {
            commands.increment();
            execute(command);
        }
    }

    private void execute(RingCommand command) throws RingException {
        List<MemorySegment> pieces = new ArrayList<>(command.dataPieceCount());
        for (int piece = 0; piece < command.dataPieceCount(); piece++) {
            pieces.add(command.dataPiece(piece));
        }
        Cdb cdb = Cdb.of(command.cdb());
        // The ring does not say which way the data goes; the CDB does, and the logical unit uses
        // one of the two.
        DataIn dataIn = new DataIn(pieces);
        running = new RunningCommand(cdb.operationCode(), System.nanoTime());
        CommandResult result = execute(new Task(nexus, cdb, new DataOut(pieces), dataIn));
        running = null;
        if (result.status() == Status.GOOD && dataIn.transferredBytes() == 0) {
            clearUnlessDataOut(cdb, pieces);
        }
        ring.complete(
                command,
                result.status().code(),
                Math.toIntExact(dataIn.transferredBytes()),
                result.sense().map(SenseData::encode).orElse(NO_SENSE));
    }

    /** A logical unit answers everything; should one fail to, its other commands are answered all the same. */
    private CommandResult execute(Task task) {
        try {
            return unit.execute(task);
        } catch (RuntimeException | Error fault) {
            LOG.error("{}: {} failed inside", unit.name(), task.cdb(), fault);
            task.dataIn().transferred(0);
            return CommandResult.checkCondition(
                    SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE);
        }
    }

    /**
     * A data-in of 0 bytes with GOOD cannot be expressed: the kernel transfers the whole buffer, which may hold what an
     * earlier command left there.
     */
    private static void clearUnlessDataOut(Cdb cdb, List<MemorySegment> pieces) {
        if (!DataDirection.isDataOut(cdb)) {
            pieces.forEach(piece -> piece.fill((byte) 0));
        }
    }

    private void notify(int code) {
        Optional<TaskManagementFunction> function = TaskManagement.function(code);
        LOG.info("{}: task management, code {} {}", unit.name(), code, function);
        function.ifPresent(known -> unit.manage(known, nexus));
    }

    private static SenseData senseOf(int fault) {
        return switch (fault) {
            case RingCommand.FAULT_HALF_ANSWERED -> POWER_ON;
            case RingCommand.FAULT_CDB ->
                    SenseData.of(SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE);
            default -> SenseData.of(SenseKey.ABORTED_COMMAND, AdditionalSense.DATA_PHASE_ERROR);
        };
    }
}
