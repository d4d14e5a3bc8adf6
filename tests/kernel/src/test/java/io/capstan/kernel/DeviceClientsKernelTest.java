package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Programs that look at devices and move cartridges: lsscsi, sg3_utils, tapestat, mtx, mt, stenc. */
class DeviceClientsKernelTest {
    @TestFactory
    Stream<DynamicNode> devices() throws IOException, InterruptedException {
        return GuestBoot.named("devices")
                .clients("lsscsi", "sg-tools", "sg-drive", "sg-persist", "mtx", "mt", "stenc")
                .limit(Duration.ofMinutes(50))
                .run();
    }
}
