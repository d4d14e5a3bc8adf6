package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.Pdu;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of commands that wait while a logical unit is busy with another one. */
class TaskManagementTest {

    private static final int ABORT_TASK = 1;
    private static final int ABORT_TASK_SET = 2;
    private static final int CLEAR_TASK_SET = 4;
    private static final int LOGICAL_UNIT_RESET = 5;

    private final SlowUnit unit = new SlowUnit();
    private TestTarget target;
    private IscsiInitiator first;
    private IscsiInitiator second;

    @BeforeEach
    void connect() throws IOException {
        target = new TestTarget(unit);
        first = target.login(1);
        second = target.login(2);
    }

    @AfterEach
    void close() throws IOException {
        unit.goOn.countDown();
        first.close();
        second.close();
        target.close();
    }

    /** Executes the first command only when it is let. */
    private static final class SlowUnit implements LogicalUnit {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final List<String> executed = new CopyOnWriteArrayList<>();
        final List<String> cleared = new CopyOnWriteArrayList<>();
        final List<TaskManagementFunction> managed = new CopyOnWriteArrayList<>();
        volatile boolean preempts;

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public int peripheralDeviceType() {
            return 1;
        }

        @Override
        public CommandResult execute(Task task) {
            executed.add(initiator(task.nexus()));
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (preempts) {
                task.waiting().abort(nexus(2));
            }
            return CommandResult.GOOD;
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {
            managed.add(function);
        }

        @Override
        public void commandsCleared(Nexus nexus) {
            cleared.add(initiator(nexus));
        }

        private static Nexus nexus(long isid) {
            return new Nexus(
                    "%s,i,0x%012x".formatted(TestTarget.HOST, isid),
                    "%s,t,0x0001".formatted(TestTarget.NAME));
        }

        private static String initiator(Nexus nexus) {
            return nexus.equals(nexus(1)) ? "first" : nexus.equals(nexus(2)) ? "second" : "?";
        }
    }

    /** REWIND: no event loop executes it itself. */
    private static Pdu rewind(IscsiInitiator host) throws IOException {
        Pdu command = host.command(0, Cdb.parse("010000000000"), 0x80, 0);
        host.send(command);
        return command;
    }

    /** The target has taken up everything that this host has sent. */
    private static void settle(IscsiInitiator host) throws IOException {
        host.send(host.next(Pdu.of(0x00, 0x80).i32(20, -1)));
        assertThat(host.receive().opcode()).isEqualTo(0x20);
    }

    private void firstExecutesAndThreeOfSecondWait() throws IOException {
        rewind(first);
        await(unit.begun);
        for (int i = 0; i < 3; i++) {
            rewind(second);
        }
        settle(second);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a function, and lets the logical unit go on once its effects have reached both sessions. */
    private void send(IscsiInitiator host, int function, int referencedTaskTag) throws IOException {
        host.send(host.next(Pdu.of(0x02, 0x80 | function).i32(20, referencedTaskTag)));
        settle(host);
        target.settle();
        unit.goOn.countDown();
    }

    private static void assertNextIs(IscsiInitiator host, int opcode, int response)
            throws IOException {
        Pdu pdu = host.receive();
        assertThat(pdu.opcode()).isEqualTo(opcode);
        assertThat(pdu.u8(opcode == 0x22 ? 2 : 3)).isEqualTo(response);
    }

    @Test
    void clearTaskSetAbortsWhatWaitsAndTellsWhoLostIt() throws IOException {
        firstExecutesAndThreeOfSecondWait();

        send(first, CLEAR_TASK_SET, 0);

        assertNextIs(first, 0x21, 0);
        assertNextIs(first, 0x22, 0);
        assertThat(unit.executed).containsExactly("first");
        assertThat(unit.cleared).containsExactly("second");
        settle(second);
    }

    @Test
    void nobodyIsToldWhoLostNothing() throws IOException {
        rewind(first);
        await(unit.begun);

        send(first, CLEAR_TASK_SET, 0);

        assertNextIs(first, 0x21, 0);
        assertNextIs(first, 0x22, 0);
        assertThat(unit.cleared).isEmpty();
    }

    @Test
    void aResetAbortsWhatWaitsAndReachesTheUnit() throws IOException {
        firstExecutesAndThreeOfSecondWait();

        send(first, LOGICAL_UNIT_RESET, 0);

        assertNextIs(first, 0x21, 0);
        assertNextIs(first, 0x22, 0);
        assertThat(unit.executed).containsExactly("first");
        assertThat(unit.managed).containsExactly(TaskManagementFunction.LOGICAL_UNIT_RESET);
        assertThat(unit.cleared).isEmpty();
    }

    @Test
    void abortTaskSetLeavesOthersAlone() throws IOException {
        firstExecutesAndThreeOfSecondWait();

        send(first, ABORT_TASK_SET, 0);

        assertNextIs(first, 0x21, 0);
        assertNextIs(first, 0x22, 0);
        for (int i = 0; i < 3; i++) {
            assertNextIs(second, 0x21, 0);
        }
        assertThat(unit.executed).containsExactly("first", "second", "second", "second");
    }

    @Test
    void aTaskThatWaitsForTheOwnerIsAborted() throws IOException {
        rewind(second);
        await(unit.begun);
        Pdu waiting = rewind(second);
        settle(second);

        send(second, ABORT_TASK, waiting.i32(16));

        assertNextIs(second, 0x21, 0);
        assertNextIs(second, 0x22, 0);
        assertThat(unit.executed).containsExactly("second");
        settle(second);
    }

    @Test
    void aTaskThatHasBegunComesToItsEnd() throws IOException {
        Pdu begun = rewind(second);
        await(unit.begun);

        send(second, ABORT_TASK, begun.i32(16));

        assertNextIs(second, 0x21, 0);
        assertNextIs(second, 0x22, 1);
    }

    @Test
    void aCommandThatPreemptsAbortsWhatWaits() throws IOException {
        firstExecutesAndThreeOfSecondWait();
        unit.preempts = true;

        unit.goOn.countDown();

        assertNextIs(first, 0x21, 0);
        assertThat(unit.executed).containsExactly("first");
        assertThat(unit.cleared).isNotEmpty().containsOnly("second");
        unit.preempts = false;
        rewind(second);
        assertNextIs(second, 0x21, 0);
        assertThat(unit.executed).containsExactly("first", "second");
    }
}
