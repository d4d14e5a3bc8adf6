package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The kernel's own iSCSI initiator (iscsi_tcp, open-iscsi) on the Netty target. */
class InitiatorKernelTest {

    /** The first script leaves the devices attached; those of the kernel's target follow over iSCSI. */
    @TestFactory
    Stream<DynamicNode> attached() throws IOException, InterruptedException {
        return GuestBoot.named("initiator")
                .clients("iscsi-attach", "mtx", "mt", "btape", "iscsi-reservations")
                .limit(Duration.ofMinutes(50))
                .run();
    }

    @TestFactory
    Stream<DynamicNode> faults() throws IOException, InterruptedException {
        return GuestBoot.named("initiator-faults")
                .clients("iscsi-faults")
                .limit(Duration.ofMinutes(30))
                .run();
    }
}
