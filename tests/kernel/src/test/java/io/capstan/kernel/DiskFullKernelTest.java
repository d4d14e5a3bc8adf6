package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The disk under the data directory fills up. */
class DiskFullKernelTest {
    @TestFactory
    Stream<DynamicNode> diskFull() throws IOException, InterruptedException {
        return GuestBoot.named("disk-full")
                .clients("disk-full")
                .disk(1024)
                .limit(Duration.ofMinutes(30))
                .run();
    }
}
