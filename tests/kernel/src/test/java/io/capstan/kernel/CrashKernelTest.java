package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The daemon is killed while cartridges are written and moved. */
class CrashKernelTest {
    @TestFactory
    Stream<DynamicNode> crashes() throws IOException, InterruptedException {
        return GuestBoot.named("crashes")
                .clients("kill-during-dd", "inventory-kill")
                .limit(Duration.ofMinutes(50))
                .run();
    }
}
