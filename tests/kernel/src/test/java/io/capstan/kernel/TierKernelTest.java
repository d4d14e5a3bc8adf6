package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Cartridges move between libraries, and their data with them. */
class TierKernelTest {
    @TestFactory
    Stream<DynamicNode> tiers() throws IOException, InterruptedException {
        return GuestBoot.named("tiers").clients("tier").limit(Duration.ofMinutes(30)).run();
    }
}
