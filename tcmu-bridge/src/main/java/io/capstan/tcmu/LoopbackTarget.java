package io.capstan.tcmu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One tcm_loop target in configfs: a SCSI host on this machine with one logical unit. One for each logical unit, because the
 * kernel raises REPORTED LUNS DATA HAS CHANGED on a whole target when one comes or goes, which the st driver takes for a
 * lost position, and because it recovers errors host by host, with all commands of the host held back. Portal groups of one
 * target would do for the first, but a target has 32 of them at most, and a library may have more drives.
 */
final class LoopbackTarget {

    private static final Path FABRIC = Path.of("/sys/kernel/config/target/loopback");
    private static final Path SCSI_DEVICES = Path.of("/sys/class/scsi_device");
    private static final String PORTAL_GROUP = "tpgt_0";
    private static final String LUN = "lun_0";
    private static final String LINK = "unit";

    private final TargetFiles files;
    private final Path target;
    private final Path portalGroup;
    private final String initiator;

    /**
     * @param name from {@link #nameOf}
     */
    LoopbackTarget(TargetFiles files, String name) {
        this.files = files;
        this.target = FABRIC.resolve(name);
        this.portalGroup = target.resolve(PORTAL_GROUP);
        // The initiator port of the same unit: the first digit tells the two apart.
        this.initiator = "naa.3f" + name.substring("naa.30".length());
    }

    /**
     * A name for a logical unit's target, the same in every run: an NAA locally assigned identifier.
     *
     * @see "SPC-6, 7.7.3.6.4 NAA Locally Assigned designator format"
     */
    static String nameOf(String nodeId, String unitName) {
        return "naa.30%06x%08x".formatted(crc(nodeId) & 0xFF_FFFF, crc(nodeId + "/" + unitName));
    }

    private static long crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** Makes the target, unless it is there already. */
    void ensure() throws IOException {
        for (Path directory : List.of(FABRIC, target, portalGroup)) {
            if (!files.exists(directory)) {
                files.makeDirectory(directory);
            }
        }
        if (!isNexusMade()) {
            files.write(portalGroup.resolve("nexus"), initiator);
        }
    }

    /**
     * Links a backstore as the target's LUN, unless it is there already. The kernel sends INQUIRY and waits for the answer: the
     * ring must be served by now, by another thread. A link made with nobody answering cannot be undone until reboot.
     *
     * @throws IOException also if the target has another backstore
     */
    void ensureLun(Path backstore) throws IOException {
        Path directory = lunDirectory(LUN);
        Path link = directory.resolve(LINK);
        if (files.exists(link)) {
            Path linked = files.target(link);
            if (!backstore.getFileName().equals(linked.getFileName())) {
                throw new IOException("target " + target + " has " + linked + " already");
            }
            return;
        }
        if (!files.exists(directory)) {
            files.makeDirectory(directory);
        }
        files.link(link, backstore);
    }

    private boolean isNexusMade() {
        try {
            return files.read(portalGroup.resolve("nexus")).startsWith("naa.");
        } catch (IOException noNexus) {
            return false;
        }
    }

    /**
     * Unlinks what the target has and removes it, if it is there. The kernel waits for commands in flight: the ring must still
     * be served, by another thread.
     */
    void remove() throws IOException {
        if (!files.exists(target)) {
            return;
        }
        if (files.exists(portalGroup)) {
            for (String lun : files.list(portalGroup.resolve("lun")).reversed()) {
                removeLun(lunDirectory(lun));
            }
            if (isNexusMade()) {
                files.write(portalGroup.resolve("nexus"), "NULL");
            }
            files.removeDirectory(portalGroup);
        }
        files.removeDirectory(target);
    }

    private void removeLun(Path directory) throws IOException {
        if (files.exists(directory.resolve(LINK))) {
            files.unlink(directory.resolve(LINK));
        }
        files.removeDirectory(directory);
    }

    /** The SCSI address of the logical unit on this machine, {@code host:channel:target:lun}. */
    String scsiAddress() throws IOException {
        return files.read(portalGroup.resolve("address")) + ":0";
    }

    /** Names of its device nodes, for example {@code sg1}, {@code nst0}; empty until drivers have bound. */
    List<String> deviceNodes() throws IOException {
        Path device = SCSI_DEVICES.resolve(scsiAddress()).resolve("device");
        List<String> nodes = new ArrayList<>();
        for (String driver : List.of("scsi_generic", "scsi_changer", "scsi_tape")) {
            for (String node : files.list(device.resolve(driver))) {
                // st has eight names a drive: st0, st0a, st0l, st0m and the same with nst.
                if (!driver.equals("scsi_tape") || node.matches("n?st\\d+")) {
                    nodes.add(node);
                }
            }
        }
        return nodes;
    }

    private Path lunDirectory(String name) {
        return portalGroup.resolve("lun").resolve(name);
    }
}
