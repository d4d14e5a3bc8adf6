package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** D1, D2, D4 and D12 on a SCSI disk of the kernel's (scsi_debug), read by smartctl and without it. */
class DiskHealthKernelTest {
    @TestFactory
    Stream<DynamicNode> scsiDisk() throws IOException, InterruptedException {
        return GuestBoot.named("disk-health")
                .clients("disk-health")
                .limit(Duration.ofMinutes(10))
                .run();
    }
}
