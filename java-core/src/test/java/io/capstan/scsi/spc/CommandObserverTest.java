package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CommandObserverTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void seesEveryCommandAndHowItEnded() {
        bench.send("01 00 00 00 00 00");
        bench.receive("12 00 00 00 60 00");
        bench.send("01 02 00 00 00 00");
        bench.send("02 00 00 00 00 00 00 00 00 00");
        bench.send("8C 1F 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
        bench.device.answer =
                () -> {
                    throw new IllegalStateException("bug");
                };
        bench.send("01 00 00 00 00 00");
        bench.unitAttentions.raise(AdditionalSense.MODE_PARAMETERS_CHANGED);
        bench.send("00 00 00 00 00 00");

        assertThat(bench.observed)
                .containsExactly(
                        "REWIND 6 GOOD",
                        "INQUIRY 6 GOOD",
                        "REWIND 6 CHECK_CONDITION",
                        "UNKNOWN 10 CHECK_CONDITION",
                        "UNKNOWN 16 CHECK_CONDITION",
                        "REWIND 6 CHECK_CONDITION",
                        "TEST UNIT READY 6 CHECK_CONDITION");
    }

    @Test
    void isToldHowLongItTook() {
        List<Long> elapsed = new ArrayList<>();
        AtomicLong now = new AtomicLong();
        SpcDeviceServer<TinyCommand> logicalUnit =
                SpcDeviceServer.builder(
                                "timed",
                                bench.owner,
                                SpcBench.commands(),
                                bench.device,
                                SpcBench.inquiryData())
                        .unitAttentions(UnitAttentions.afterAdoption())
                        .nanoTime(() -> now.addAndGet(250))
                        .observer((name, task, result, elapsedNanos) -> elapsed.add(elapsedNanos))
                        .build();

        logicalUnit.execute(
                new Task(SpcBench.A, Cdb.parse("000000000000"), DataOut.NONE, DataIn.none()));

        assertThat(elapsed).containsExactly(250L);
    }

    @Test
    void oneCanFollowAnother() {
        List<String> order = new ArrayList<>();
        CommandObserver both =
                ((CommandObserver) (name, task, result, elapsedNanos) -> order.add("first " + name))
                        .andThen((name, task, result, elapsedNanos) -> order.add("second " + name));

        both.finished(
                "X",
                new Task(SpcBench.A, Cdb.parse("000000000000"), DataOut.NONE, DataIn.none()),
                CommandResult.GOOD,
                1);

        assertThat(order).containsExactly("first X", "second X");
    }
}
