package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Programs that write tapes: dd, tar, cpio. */
class BackupClientsKernelTest {
    @TestFactory
    Stream<DynamicNode> backups() throws IOException, InterruptedException {
        return GuestBoot.named("backups")
                .clients("dd-blocks", "records", "tar", "tar-multi-volume", "cpio")
                .limit(Duration.ofMinutes(50))
                .run();
    }
}
