package io.capstan.appliance.node;

import io.capstan.smart.policy.Workflow;
import io.capstan.store.DiskStatus;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lights of enclosure slots, as the kernel's {@code ses} driver shows them.
 *
 * @see "Linux, Documentation/ABI/testing/sysfs-class-enclosure (the locate attribute)"
 */
final class SlotLights implements Workflow.SlotLight {

    private static final Logger LOG = LoggerFactory.getLogger(SlotLights.class);
    private static final Path BLOCK = Path.of("/sys/class/block");

    @Override
    public void set(DiskStatus disk, boolean on) {
        if (disk.device().isEmpty()) {
            return;
        }
        try {
            Path node = BLOCK.resolve(Path.of(disk.device().get()).toRealPath().getFileName());
            Path real = node.toRealPath();
            Path parent = real.getParent();
            Path whole = Files.exists(real.resolve("partition")) && parent != null ? parent : real;
            try (DirectoryStream<Path> slots =
                    Files.newDirectoryStream(whole.resolve("device"), "enclosure_device:*")) {
                for (Path slot : slots) {
                    Files.writeString(slot.resolve("locate"), on ? "1" : "0");
                }
            }
        } catch (IOException e) {
            LOG.debug("the slot of {} has no light: {}", disk.device().get(), e.toString());
        }
    }
}
