package io.capstan.tcmu;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.tcmu.FakeRing.Answer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class RingServerTest {

    private static final byte[] INQUIRY = {0x12, 0, 0, 0, 96, 0};
    private static final byte[] WRITE = {0x0A, 0, 0, 0, 8, 0};
    private static final SenseData MEDIUM_NOT_PRESENT =
            SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT);

    private final FakeRing kernel = new FakeRing();
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final LogicalUnitOwner owner = new LogicalUnitOwner();
    private final AtomicInteger resets = new AtomicInteger();
    private final RecordingUnit unit = new RecordingUnit();
    private RingServer server = startable();

    @AfterEach
    void stop() {
        server.close();
        kernel.close();
    }

    @Test
    void answersDataInWithItsLength() throws Exception {
        unit.behaviour =
                task -> {
                    task.dataIn().put(new byte[] {1, 2, 3}, 96);
                    return CommandResult.GOOD;
                };
        server.start();

        int id = kernel.submit(INQUIRY, new long[] {0, 96});
        Answer answer = kernel.awaitAnswer();

        assertThat(answer.commandId()).isEqualTo(id);
        assertThat(answer.status()).isEqualTo(Status.GOOD.code());
        assertThat(answer.readLengthBytes()).contains(3);
        assertThat(bytes(kernel.data(0, 3))).containsExactly(1, 2, 3);
    }

    @Test
    void aLogicalUnitThatFailsGoesOnBeingServed() throws Exception {
        unit.behaviour =
                task -> {
                    task.dataIn().put(new byte[] {1, 2, 3}, 96);
                    throw new IllegalStateException("planted");
                };
        server.start();

        kernel.submit(INQUIRY, new long[] {0, 96});
        Answer failed = kernel.awaitAnswer();
        unit.behaviour = task -> CommandResult.GOOD;
        kernel.submit(INQUIRY, new long[] {0, 96});

        assertThat(failed.status()).isEqualTo(Status.CHECK_CONDITION.code());
        assertThat(failed.readLengthBytes()).isEmpty();
        assertThat(failed.sense()[2]).isEqualTo((byte) SenseKey.HARDWARE_ERROR.code());
        assertThat(kernel.awaitAnswer().status()).isEqualTo(Status.GOOD.code());
    }

    @Test
    void servesTheLongestCdbThereCanBe() throws Exception {
        int[] lengthBytes = new int[1];
        unit.behaviour =
                task -> {
                    lengthBytes[0] = task.cdb().lengthBytes();
                    return CommandResult.GOOD;
                };
        server.start();
        byte[] cdb = new byte[263];
        cdb[0] = 0x7F;
        cdb[7] = (byte) 255;

        kernel.submit(cdb);
        Answer answer = kernel.awaitAnswer();

        assertThat(answer.status()).isEqualTo(Status.GOOD.code());
        assertThat(lengthBytes[0]).isEqualTo(263);
    }

    @Test
    void deliversDataOutOverSeveralPieces() throws Exception {
        fill(kernel.data(4096, 3), 1, 2, 3);
        fill(kernel.data(8192, 2), 4, 5);
        byte[][] received = new byte[1][];
        unit.behaviour =
                task -> {
                    received[0] = task.dataOut().toByteArray((int) task.dataOut().lengthBytes());
                    return CommandResult.GOOD;
                };
        server.start();

        kernel.submit(WRITE, new long[] {4096, 3}, new long[] {8192, 2});
        Answer answer = kernel.awaitAnswer();

        assertThat(answer.readLengthBytes()).isEmpty();
        assertThat(received[0]).containsExactly(1, 2, 3, 4, 5);
        assertThat(bytes(kernel.data(4096, 3))).containsExactly(1, 2, 3);
    }

    @Test
    void answersCheckConditionWithSenseAndNoData() throws Exception {
        unit.behaviour = task -> CommandResult.checkCondition(MEDIUM_NOT_PRESENT);
        server.start();

        kernel.submit(INQUIRY, new long[] {0, 96});
        Answer answer = kernel.awaitAnswer();

        assertThat(answer.status()).isEqualTo(Status.CHECK_CONDITION.code());
        assertThat(answer.readLengthBytes()).isEmpty();
        assertThat(answer.sense()).isEqualTo(MEDIUM_NOT_PRESENT.encode());
    }

    @Test
    void sendsDataTogetherWithSense() throws Exception {
        SenseData incorrectLength =
                SenseData.of(SenseKey.NO_SENSE, AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION)
                        .withIncorrectLength()
                        .withInformation(93);
        unit.behaviour =
                task -> {
                    task.dataIn().put(new byte[] {7, 8, 9}, 96);
                    return CommandResult.checkCondition(incorrectLength);
                };
        server.start();

        kernel.submit(INQUIRY, new long[] {0, 96});
        Answer answer = kernel.awaitAnswer();

        assertThat(answer.readLengthBytes()).contains(3);
        assertThat(answer.sense()).isEqualTo(incorrectLength.encode());
    }

    @Test
    void clearsTheBufferWhereGoodComesWithNoData() throws Exception {
        fill(kernel.data(0, 3), 1, 2, 3);
        server.start();

        kernel.submit(INQUIRY, new long[] {0, 3});
        kernel.awaitAnswer();

        assertThat(bytes(kernel.data(0, 3))).containsOnly(0);
    }

    @Test
    void neverExecutesWhatAnEarlierProcessLeftInTheRing() throws Exception {
        kernel.submit(WRITE, new long[] {0, 8});
        kernel.submit(INQUIRY, new long[] {0, 96});
        server.close();
        server = startable();
        server.start();

        List<Answer> answers = kernel.awaitAllAnswers();

        assertThat(unit.tasks).isEmpty();
        assertThat(answers)
                .hasSize(2)
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(Status.CHECK_CONDITION.code());
                    assertThat(answer.sense()[2]).isEqualTo((byte) 6);
                    assertThat(answer.sense()[12]).isEqualTo((byte) 0x29);
                });
        assertThat(counted(TcmuCounter.COMMANDS_REFUSED)).isEqualTo(2);
    }

    @Test
    void wakesTheKernelOnceForABatch() throws Exception {
        CountDownLatch firstArrived = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        unit.behaviour =
                task -> {
                    firstArrived.countDown();
                    awaitUninterruptibly(mayGoOn);
                    return CommandResult.GOOD;
                };
        server.start();
        kernel.submit(WRITE);
        firstArrived.await();
        for (int i = 0; i < 5; i++) {
            kernel.submit(WRITE);
        }
        mayGoOn.countDown();
        for (int i = 0; i < 6; i++) {
            kernel.awaitAnswer();
        }
        server.close();

        assertThat(unit.tasks).hasSize(6);
        assertThat(kernel.kicks()).isEqualTo(2);
    }

    @Test
    void refusesACommandWhoseDataLeavesTheDataArea() throws Exception {
        server.start();

        kernel.submit(WRITE, new long[] {FakeRing.DATA_AREA_BYTES - 4, 8});
        Answer answer = kernel.awaitAnswer();

        assertThat(unit.tasks).isEmpty();
        assertThat(answer.status()).isEqualTo(Status.CHECK_CONDITION.code());
        assertThat(answer.sense()[2]).isEqualTo((byte) SenseKey.ABORTED_COMMAND.code());
        assertThat(counted(TcmuCounter.COMMANDS_MALFORMED)).isEqualTo(1);
    }

    @Test
    void passesTaskManagementOn() throws Exception {
        server.start();

        kernel.submitTaskManagement(5);
        kernel.submit(WRITE);
        kernel.awaitAllAnswers();

        assertThat(unit.managed).containsExactly(TaskManagementFunction.LOGICAL_UNIT_RESET);
    }

    @Test
    void runsMessagesOfOtherThreadsWhileTheRingIsIdle() throws Exception {
        server.start();

        String thread =
                owner.submit(() -> Thread.currentThread().getName()).get(10, TimeUnit.SECONDS);

        assertThat(thread).isEqualTo("ring-lib0/drive1");
    }

    @Test
    void resetsACorruptRingAndServesOn() throws Exception {
        server.start();

        kernel.corrupt();
        while (resets.get() == 0) {
            Thread.sleep(1);
        }
        kernel.submit(WRITE);
        Answer answer = kernel.awaitAnswer();

        assertThat(answer.status()).isEqualTo(Status.GOOD.code());
        assertThat(counted(TcmuCounter.RING_RESETS)).isEqualTo(1);
    }

    @Test
    void endsWhenTheKernelRemovesTheDevice() throws Exception {
        server.start();

        kernel.remove();
        while (server.isServing()) {
            Thread.sleep(1);
        }
    }

    @Test
    void keepsTheOrderOverManyRoundsOfTheRing() throws Exception {
        server.start();
        Random random = new Random(20);

        for (int round = 0; round < 1000; round++) {
            int pieces = random.nextInt(20);
            long[][] data = new long[pieces][];
            for (int i = 0; i < pieces; i++) {
                data[i] = new long[] {i * 8192L, 1 + random.nextInt(4096)};
            }
            int id = kernel.submit(WRITE, data);
            assertThat(kernel.awaitAnswer().commandId()).isEqualTo(id);
        }

        assertThat(unit.tasks).hasSize(1000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesGarbageInTheRing(long seed) throws Exception {
        server.start();
        Random random = new Random(seed);

        for (int round = 0; round < 50; round++) {
            byte[] cdb = new byte[1 + random.nextInt(32)];
            random.nextBytes(cdb);
            kernel.submit(
                    cdb,
                    new long[] {random.nextLong(), random.nextLong()},
                    new long[] {random.nextInt(), random.nextInt()});
            kernel.awaitAnswer();
        }
        kernel.corrupt();
        while (resets.get() == 0) {
            Thread.sleep(1);
        }

        kernel.submit(WRITE);
        assertThat(kernel.awaitAnswer().status()).as("seed %d", seed).isZero();
    }

    @Test
    void watchdogReportsAnOverdueCommandOnce() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        unit.behaviour =
                task -> {
                    arrived.countDown();
                    awaitUninterruptibly(mayGoOn);
                    return CommandResult.GOOD;
                };
        server.start();
        kernel.submit(WRITE);
        arrived.await();

        try (Watchdog watchdog = new Watchdog(List.of(server), 60, metrics)) {
            watchdog.look(System.nanoTime());
            assertThat(counted(TcmuCounter.COMMANDS_OVERDUE)).isZero();
            long later = System.nanoTime() + TimeUnit.SECONDS.toNanos(61);
            watchdog.look(later);
            watchdog.look(later);
        }
        mayGoOn.countDown();

        assertThat(counted(TcmuCounter.COMMANDS_OVERDUE)).isEqualTo(1);
    }

    private RingServer startable() {
        try {
            return new RingServer(
                    Ring.attach(kernel.map(), kernel.userFd()),
                    unit,
                    owner,
                    () -> {
                        kernel.reset();
                        resets.incrementAndGet();
                    },
                    0,
                    metrics);
        } catch (RingException e) {
            throw new AssertionError(e);
        }
    }

    private long counted(TcmuCounter counter) {
        return metrics.counter(counter, Labels.of("unit", "lib0/drive1")).sum();
    }

    private static void fill(MemorySegment segment, int... values) {
        for (int i = 0; i < values.length; i++) {
            segment.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
        }
    }

    private static byte[] bytes(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class RecordingUnit implements LogicalUnit {
        private final List<Task> tasks = new CopyOnWriteArrayList<>();
        private final List<TaskManagementFunction> managed = new CopyOnWriteArrayList<>();
        private volatile Function<Task, CommandResult> behaviour = task -> CommandResult.GOOD;

        @Override
        public String name() {
            return "lib0/drive1";
        }

        @Override
        public int peripheralDeviceType() {
            return 1;
        }

        @Override
        public CommandResult execute(Task task) {
            tasks.add(task);
            return behaviour.apply(task);
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {
            managed.add(function);
        }
    }
}
