package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.TaskManagementFunction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnerThreadTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void anotherThreadIsRefused() throws InterruptedException {
        List<Throwable> thrown = new ArrayList<>();
        Thread stranger =
                new Thread(() -> {
                    for (Runnable each :
                            List.<Runnable>of(
                                    () -> bench.send("00 00 00 00 00 00"),
                                    () ->
                                            bench.logicalUnit.manage(
                                                    TaskManagementFunction.LOGICAL_UNIT_RESET,
                                                    SpcBench.A))) {
                        try {
                            each.run();
                        } catch (IllegalStateException refused) {
                            thrown.add(refused);
                        }
                    }
                });
        stranger.start();
        stranger.join();

        assertThat(thrown)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each).hasMessageContaining("bench"));
        assertThat(bench.observed).isEmpty();
        assertThat(bench.device.managed).isEmpty();
    }
}
