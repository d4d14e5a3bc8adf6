package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Cartridges move between libraries, and their data with them. */
class TierKernelTest {
    @TestFactory
    Stream<DynamicNode> tiers() throws IOException, InterruptedException {
        return GuestBoot.named("tiers").clients("tier").limit(Duration.ofMinutes(30)).run();
    }

    /** The same with an S3 server. {@code make test-tiers-s3} */
    @TestFactory
    @EnabledIfSystemProperty(named = "capstan.kernel.s3", matches = "on")
    Stream<DynamicNode> tiersInS3() throws IOException, InterruptedException {
        return GuestBoot.named("tiers-s3")
                .s3Server()
                .clients("tier-s3")
                .limit(Duration.ofMinutes(30))
                .run();
    }
}
