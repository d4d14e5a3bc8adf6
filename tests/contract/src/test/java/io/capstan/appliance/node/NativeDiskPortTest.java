package io.capstan.appliance.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.smart.collect.DiskPort;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** D2: commands to disks go through libcapstan; a device that takes none says so. */
class NativeDiskPortTest {

    private static final int ENOENT = 2;
    private static final int ENOTTY = 25;

    @Test
    void deviceThatIsNotThereIsNotOpened() {
        assertThatThrownBy(() -> NativeDiskPort.open("/dev/none77"))
                .isInstanceOf(IOException.class)
                .hasMessage("/dev/none77 cannot be opened: errno " + ENOENT);
    }

    @Test
    void deviceThatIsNoDiskRefusesCommands() throws IOException {
        try (DiskPort port = NativeDiskPort.open("/dev/null")) {
            assertThatThrownBy(() -> port.scsi(new byte[] {0x12, 0, 0, 0, 36, 0}, 36))
                    .hasMessage("command 12h: errno " + ENOTTY);
            assertThatThrownBy(() -> port.nvme(0x06, 0, 1, 4096))
                    .hasMessage("NVMe command 06h: errno " + ENOTTY);
        }
    }
}
