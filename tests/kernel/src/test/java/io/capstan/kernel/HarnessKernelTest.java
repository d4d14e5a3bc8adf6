package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The harness alone: the guest boots, has its modules and brings results out. */
class HarnessKernelTest {
    @TestFactory
    Stream<DynamicNode> harness() throws IOException, InterruptedException {
        return GuestBoot.named("harness")
                .harnessScript("selftest")
                .disk(64)
                .limit(Duration.ofMinutes(30))
                .run();
    }
}
