package io.capstan.scsi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogicalUnitOwnerTest {

    private final LogicalUnitOwner owner = new LogicalUnitOwner();

    @Test
    void theMakerOwnsItFirst() throws Exception {
        assertThat(owner.isOwner()).isTrue();
        assertThat(owner.submit(Thread::currentThread))
                .isCompletedWithValue(Thread.currentThread());
        assertThat(owner.call(() -> 7)).isEqualTo(7);
    }

    @Test
    void workOfOthersRunsOnTheOwnerInOrder() throws Exception {
        List<Integer> ran = new ArrayList<>();
        AtomicInteger wakeUps = new AtomicInteger();
        owner.takeOwnership(wakeUps::incrementAndGet);
        onAnotherThread(() -> {
            for (int each = 0; each < 3; each++) {
                int number = each;
                post(() -> ran.add(number));
            }
        });
        assertThat(ran).isEmpty();
        assertThat(wakeUps).hasValue(3);

        owner.runPending();

        assertThat(ran).containsExactly(0, 1, 2);
    }

    @Test
    void workSubmittedBeforeAnybodyServesRunsWhenTheUnitIsTaken() throws Exception {
        CompletableFuture<CompletableFuture<Thread>> submitted = new CompletableFuture<>();
        onAnotherThread(() -> submitted.complete(owner.submit(Thread::currentThread)));
        assertThat(submitted.get()).isNotDone();

        Thread taker = new Thread(() -> owner.takeOwnership(() -> {}));
        taker.start();
        taker.join();

        assertThat(submitted.get()).isCompletedWithValue(taker);
        assertThat(owner.isOwner()).isFalse();
    }

    @Test
    void aServingThreadAnswersCalls() throws Exception {
        Semaphore wakeUp = new Semaphore(0);
        CountDownLatch taken = new CountDownLatch(1);
        Thread serving =
                new Thread(() -> {
                    owner.takeOwnership(wakeUp::release);
                    taken.countDown();
                    for (int round = 0; round < 100; round++) {
                        wakeUp.acquireUninterruptibly();
                        owner.runPending();
                    }
                    owner.releaseOwnership();
                });
        serving.start();
        taken.await();

        for (int round = 0; round < 100; round++) {
            assertThat(owner.call(Thread::currentThread)).isEqualTo(serving);
        }
        serving.join();
    }

    @Test
    void whatWorkThrowsReachesTheCallerOnly() throws Exception {
        List<CompletableFuture<?>> outcomes = new ArrayList<>();
        onAnotherThread(() -> {
            outcomes.add(owner.submit(() -> fail(new IllegalStateException("exception"))));
            outcomes.add(owner.submit(() -> fail(new InternalError("mapping"))));
            outcomes.add(owner.submit(() -> 1));
        });

        owner.runPending();

        assertThat(outcomes.get(0)).isCompletedExceptionally();
        assertThatThrownBy(() -> outcomes.get(1).get())
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(InternalError.class);
        assertThat(outcomes.get(2).get()).isEqualTo(1);
    }

    @Test
    void aFullQueueRefusesAndKeepsWhatItHas() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        onAnotherThread(() -> {
            for (int each = 0; each < 1030; each++) {
                try {
                    post(ran::incrementAndGet);
                } catch (RejectedExecutionException full) {
                    refused.incrementAndGet();
                }
            }
        });

        owner.runPending();

        assertThat(ran).hasValue(1024);
        assertThat(refused).hasValue(6);
    }

    @Test
    void releasingFailsWhatIsPendingAndRefusesMore() throws Exception {
        List<CompletableFuture<Integer>> outcomes = new ArrayList<>();
        onAnotherThread(() -> outcomes.add(owner.submit(() -> 1)));

        owner.releaseOwnership();

        assertThatThrownBy(() -> outcomes.getFirst().get(10, SECONDS))
                .hasRootCauseInstanceOf(RejectedExecutionException.class);
        assertThat(owner.isOwner()).isFalse();
        assertThatThrownBy(() -> owner.submit(() -> 2))
                .isInstanceOf(RejectedExecutionException.class);
        owner.takeOwnership(() -> {});
        assertThat(owner.call(() -> 3)).isEqualTo(3);
    }

    @Test
    void onlyTheOwnerRunsOrReleases() throws Exception {
        List<Class<?>> thrown = new ArrayList<>();
        onAnotherThread(() -> {
            for (Runnable each : List.<Runnable>of(owner::runPending, owner::releaseOwnership)) {
                try {
                    each.run();
                } catch (IllegalStateException refused) {
                    thrown.add(refused.getClass());
                }
            }
        });

        assertThat(thrown).hasSize(2);
        assertThat(owner.isOwner()).isTrue();
    }

    @Test
    void workSubmittedByWorkRunsAtOnce() throws Exception {
        List<String> order = new ArrayList<>();
        onAnotherThread(() ->
                post(() -> {
                    post(() -> order.add("inner"));
                    return order.add("outer");
                }));

        owner.runPending();

        assertThat(order).containsExactly("inner", "outer");
    }

    /** Submits work nobody waits for. */
    private void post(Callable<?> work) {
        CompletableFuture<?> _ = owner.submit(work);
    }

    private static int fail(Exception exception) throws Exception {
        throw exception;
    }

    private static int fail(Error error) {
        throw error;
    }

    private static void onAnotherThread(Runnable work) throws InterruptedException {
        Thread thread = new Thread(work);
        thread.start();
        thread.join();
    }
}
