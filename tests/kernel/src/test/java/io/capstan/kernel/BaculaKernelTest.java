package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Bacula's own test of a drive and its changer. */
class BaculaKernelTest {
    @TestFactory
    Stream<DynamicNode> bacula() throws IOException, InterruptedException {
        return GuestBoot.named("bacula").clients("btape").limit(Duration.ofMinutes(30)).run();
    }
}
