package io.capstan.kernel;

import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Programs that write tapes: dd, tar, cpio, dump. */
class BackupClientsKernelTest {
    @TestFactory
    Stream<DynamicNode> backups() throws IOException, InterruptedException {
        return GuestBoot.named("backups")
                .clients("dd-blocks", "records", "tar", "tar-multi-volume", "cpio", "dump")
                .limit(Duration.ofMinutes(50))
                .run();
    }
}
