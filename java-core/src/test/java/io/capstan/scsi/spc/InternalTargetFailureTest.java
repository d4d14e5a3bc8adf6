package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.CommandResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class InternalTargetFailureTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void aBugIsAHardwareErrorWithoutData() {
        bench.device.answer =
                () -> {
                    throw new IllegalStateException("bug");
                };

        SpcBench.Reply reply = bench.receive("08 00 00 00 10 00");

        assertThat(reply.outcome()).isEqualTo("04/44/00");
        assertThat(reply.data()).isEmpty();
        assertThat(bench.logicalUnit.internalTargetFailures()).isEqualTo(1);
    }

    @Test
    void errorsAreBugsToo() {
        List<Supplier<Error>> errors =
                List.of(
                        () -> new AssertionError("assertion"),
                        () ->
                                new InternalError(
                                        "a fault occurred in an unsafe memory access operation"),
                        () -> new StackOverflowError(),
                        () -> new OutOfMemoryError("Java heap space"));
        for (Supplier<Error> error : errors) {
            bench.device.answer =
                    () -> {
                        throw error.get();
                    };

            assertThat(bench.send("01 00 00 00 00 00").outcome()).isEqualTo("04/44/00");
        }
        assertThat(bench.logicalUnit.internalTargetFailures()).isEqualTo(4);
    }

    @Test
    void theLogicalUnitStaysInService() {
        bench.device.answer =
                () -> {
                    throw new IllegalStateException("bug");
                };
        bench.send("01 00 00 00 00 00");
        bench.device.answer = () -> CommandResult.GOOD;

        assertThat(bench.send("01 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.receive("12 00 00 00 60 00").data()).hasSize(96);
    }

    @Test
    void anObserverThatFailsChangesNoResult() {
        bench.observerFails = true;

        assertThat(bench.send("01 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.receive("12 00 00 00 08 00").data()).hasSize(8);
        assertThat(bench.logicalUnit.internalTargetFailures()).isEqualTo(2);
    }

    @Test
    void oneProblemIsLoggedOnce() {
        FaultLog log = new FaultLog("bench");
        List<Boolean> logged = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            logged.add(log.record("01 00", new IllegalStateException("round " + round)));
        }
        logged.add(log.record("01 00", new IllegalStateException("elsewhere")));
        logged.add(log.record("01 00", new IllegalArgumentException("another class")));

        assertThat(logged).containsExactly(true, false, false, true, true);
        assertThat(log.count()).isEqualTo(5);
    }

    @Test
    void theLogEndsSomewhere() {
        FaultLog log = new FaultLog("bench");
        int logged = 0;
        for (int each = 0; each < 200; each++) {
            IllegalStateException fault = new IllegalStateException();
            fault.setStackTrace(
                    new StackTraceElement[] {
                        new StackTraceElement("Class", "method", "File", each)
                    });
            logged += log.record("01 00", fault) ? 1 : 0;
        }

        assertThat(logged).isEqualTo(64);
        assertThat(log.count()).isEqualTo(200);
    }
}
