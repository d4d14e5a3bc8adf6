package io.capstan.tcmu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One tcm_loop target in configfs: a SCSI host on this machine with one library's logical units. One for each library,
 * because the kernel raises REPORTED LUNS DATA HAS CHANGED on a whole target, and recovers errors host by host.
 */
final class LoopbackTarget {

    private static final Path FABRIC = Path.of("/sys/kernel/config/target/loopback");
    private static final Path SCSI_DEVICES = Path.of("/sys/class/scsi_device");
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
        this.portalGroup = target.resolve("tpgt_0");
        // The initiator port of the same library: the first digit tells the two apart.
        this.initiator = "naa.3f" + name.substring("naa.30".length());
    }

    /**
     * A name for a library's target, the same in every run: an NAA locally assigned identifier.
     *
     * @see "SPC-6, 7.7.3.6.4 NAA Locally Assigned designator format"
     */
    static String nameOf(String nodeId, String library) {
        return "naa.30%06x%08x".formatted(crc(nodeId) & 0xFF_FFFF, crc(nodeId + "/" + library));
    }

    private static long crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** Makes the target, unless it is there already. */
    void ensure() throws IOException {
        if (!files.exists(FABRIC)) {
            files.makeDirectory(FABRIC);
        }
        if (!files.exists(target)) {
            files.makeDirectory(target);
        }
        if (!files.exists(portalGroup)) {
            files.makeDirectory(portalGroup);
        }
        if (!isNexusMade()) {
            files.write(portalGroup.resolve("nexus"), initiator);
        }
    }

    private boolean isNexusMade() {
        try {
            return files.read(portalGroup.resolve("nexus")).startsWith("naa.");
        } catch (IOException noNexus) {
            return false;
        }
    }

    /**
     * Links a backstore as a LUN, unless it is there already. The kernel sends INQUIRY and waits for the answer: the ring
     * must be served by now, by another thread. A link made with nobody answering cannot be undone until reboot.
     */
    void ensureLun(int lun, Path backstore) throws IOException {
        Path directory = lunDirectory(lun);
        if (files.exists(directory.resolve(LINK))) {
            return;
        }
        if (!files.exists(directory)) {
            files.makeDirectory(directory);
        }
        files.link(directory.resolve(LINK), backstore);
    }

    /** Unlinks a LUN. The kernel waits for commands in flight: the ring must still be served, by another thread. */
    void removeLun(int lun) throws IOException {
        Path directory = lunDirectory(lun);
        if (files.exists(directory.resolve(LINK))) {
            files.unlink(directory.resolve(LINK));
        }
        if (files.exists(directory)) {
            files.removeDirectory(directory);
        }
    }

    /** Unlinks whatever LUNs point to a backstore, as {@link #removeLun} does. */
    void removeLunsOf(Path backstore) throws IOException {
        for (String name : files.list(portalGroup.resolve("lun"))) {
            Path link = portalGroup.resolve("lun").resolve(name).resolve(LINK);
            if (files.exists(link)
                    && backstore.getFileName().equals(files.target(link).getFileName())) {
                removeLun(Integer.parseInt(name.substring("lun_".length())));
            }
        }
    }

    /** Removes the target, whose LUNs must be gone. */
    void remove() throws IOException {
        if (!files.exists(target)) {
            return;
        }
        if (files.exists(portalGroup)) {
            if (isNexusMade()) {
                files.write(portalGroup.resolve("nexus"), "NULL");
            }
            files.removeDirectory(portalGroup);
        }
        files.removeDirectory(target);
    }

    /** The SCSI address of a LUN on this machine, {@code host:channel:target:lun}. */
    String scsiAddress(int lun) throws IOException {
        return files.read(portalGroup.resolve("address")) + ":" + lun;
    }

    /** Names of the device nodes of a LUN, for example {@code sg1}, {@code nst0}; empty until drivers have bound. */
    List<String> deviceNodes(int lun) throws IOException {
        Path device = SCSI_DEVICES.resolve(scsiAddress(lun)).resolve("device");
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

    private Path lunDirectory(int lun) {
        return portalGroup.resolve("lun").resolve("lun_" + lun);
    }
}
