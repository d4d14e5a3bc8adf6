package io.capstan.tcmu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One TCMU backstore in configfs: the kernel object behind one ring.
 *
 * <p>Kernel objects outlive the process that made them. {@link #ensure} therefore makes what is missing and leaves what
 * is there, so that after a crash the same devices are served again.
 *
 * @see "Documentation/target/tcmu-design.rst; drivers/target/target_core_user.c of Linux 6.1 for the attributes"
 */
final class TcmuBackstore {

    /** First part of {@code dev_config}: by it we know our own devices. */
    static final String SUBTYPE = "capstan";

    private static final Path CORE = Path.of("/sys/kernel/config/target/core");
    private static final Path UIO = Path.of("/sys/class/uio");

    private static final int UIO_WAIT_ROUNDS = 100;
    private static final int UIO_WAIT_MILLIS = 50;

    private final TargetFiles files;
    private final String hba;
    private final String name;
    private final Path directory;

    /**
     * @param hba for example {@code user_0}
     * @param name the directory's name, unique in the HBA
     */
    TcmuBackstore(TargetFiles files, String hba, String name) {
        this.files = files;
        this.hba = hba;
        this.name = name;
        this.directory = CORE.resolve(hba).resolve(name);
    }

    Path directory() {
        return directory;
    }

    /** What {@code dev_config} says for a logical unit; part of the uio device's name. */
    static String devConfig(String unitName) {
        return SUBTYPE + "/" + unitName;
    }

    /**
     * Makes the backstore and enables it, unless it is there already.
     *
     * @param unitName the logical unit's name
     * @param unitSerialNumber names the file in which the kernel keeps persistent reservations
     * @param dataAreaMib memory for data in flight
     */
    void ensure(String unitName, String unitSerialNumber, int dataAreaMib) throws IOException {
        Path hbaDirectory = CORE.resolve(hba);
        if (!files.exists(hbaDirectory)) {
            files.makeDirectory(hbaDirectory);
        }
        if (files.exists(directory)) {
            if (isEnabled()) {
                return;
            }
            // Half made by a process that died before it enabled it: its settings cannot be
            // trusted.
            files.removeDirectory(directory);
        }
        files.makeDirectory(directory);
        // dev_size must be set, or the kernel's own sense data comes in descriptor format. Any
        // number will do.
        write(
                "control",
                "dev_config=%s,dev_size=1048576,hw_block_size=512,hw_max_sectors=65535,max_data_area_mb=%d,nl_reply_supported=-1"
                        .formatted(devConfig(unitName), dataAreaMib));
        // Before anything is exported, or the kernel refuses it. A command that times out in the
        // kernel is answered there
        // while the drive still executes it: the drive's position and the host's idea of it part
        // for good.
        write("attrib/cmd_time_out", "0");
        write("attrib/tmr_notification", "1");
        write("wwn/vpd_unit_serial", unitSerialNumber);
        write("enable", "1");
    }

    /** The name of the logical unit it was made for. */
    String unitName() throws IOException {
        return files.read(directory.resolve("attrib/dev_config")).substring(devConfig("").length());
    }

    boolean isEnabled() throws IOException {
        return files.read(directory.resolve("enable")).equals("1");
    }

    /** The device that carries the ring, as soon as the kernel has made it. */
    Path awaitUioDevice() throws IOException, InterruptedException {
        for (int round = 0; round < UIO_WAIT_ROUNDS; round++) {
            Optional<String> uio = findUio();
            if (uio.isPresent() && files.exists(Path.of("/dev", uio.get()))) {
                return Path.of("/dev", uio.get());
            }
            Thread.sleep(UIO_WAIT_MILLIS);
        }
        throw new IOException("no uio device appeared for " + directory);
    }

    long mapLengthBytes(Path uioDevice) throws IOException {
        String size = files.read(UIO.resolve(uioDevice.getFileName()).resolve("maps/map0/size"));
        return Long.decode(size);
    }

    /** With {@code true}, commands are held back with BUSY; with {@code false}, they flow again. */
    void block(boolean blocked) throws IOException {
        write("action/block_dev", blocked ? "1" : "0");
    }

    /** Fails all commands in a ring that makes no sense any more, and empties it. */
    void resetRing() throws IOException {
        block(true);
        write("action/reset_ring", "2");
        block(false);
    }

    /** Removes the backstore; the LUNs that point to it must be gone. */
    void remove() throws IOException {
        if (files.exists(directory)) {
            files.removeDirectory(directory);
        }
    }

    private Optional<String> findUio() throws IOException {
        String prefix = "tcm-user/" + hba.substring(hba.indexOf('_') + 1) + "/" + name + "/";
        for (String uio : files.list(UIO)) {
            if (files.read(UIO.resolve(uio).resolve("name")).startsWith(prefix)) {
                return Optional.of(uio);
            }
        }
        return Optional.empty();
    }

    private void write(String attribute, String value) throws IOException {
        files.write(directory.resolve(attribute), value);
    }
}
