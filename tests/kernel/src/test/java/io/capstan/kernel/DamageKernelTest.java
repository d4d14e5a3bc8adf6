package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Chunk files with flipped bits; a catalog that is lost. */
class DamageKernelTest {
    @TestFactory
    Stream<DynamicNode> damage() throws IOException, InterruptedException {
        return GuestBoot.named("damage")
                .clients("bit-flip", "catalog-rebuild")
                .limit(Duration.ofMinutes(30))
                .run();
    }
}
