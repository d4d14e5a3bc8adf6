package io.capstan.tcmu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The kernel's part: whether it has the target with TCMU and tcm_loop, and loading that. */
final class KernelModules {

    private static final Path CONFIGFS = Path.of("/sys/kernel/config");
    private static final Path TARGET = CONFIGFS.resolve("target");
    private static final Path RESERVATIONS_ROOT = Path.of("/etc/target");
    private static final int COMMAND_TIMEOUT_SECONDS = 30;

    private final TargetFiles files;

    KernelModules(TargetFiles files) {
        this.files = files;
    }

    /**
     * Loads what is missing.
     *
     * @return why there can be no kernel devices here, in one sentence; empty if there can
     */
    Optional<String> load() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("kernel devices need root: run as root, or with --no-kernel");
        }
        if (!files.exists(CONFIGFS)) {
            run("modprobe", "configfs");
        }
        if (!files.exists(TARGET)) {
            if (!files.exists(CONFIGFS)) {
                return Optional.of("this kernel has no configfs");
            }
            if (files.list(CONFIGFS).isEmpty()) {
                run("mount", "-t", "configfs", "configfs", CONFIGFS.toString());
            }
            // The kernel looks for this directory when the module is loaded, and keeps persistent
            // reservations in it.
            Files.createDirectories(RESERVATIONS_ROOT.resolve("pr"));
            run("modprobe", "target_core_mod");
        }
        if (!files.exists(TARGET)) {
            return Optional.of("kernel module target_core_mod is missing");
        }
        return firstMissing("target_core_user", "tcm_loop");
    }

    private Optional<String> firstMissing(String... modules)
            throws IOException, InterruptedException {
        for (String module : modules) {
            if (!isLoaded(module)) {
                run("modprobe", module);
            }
            if (!isLoaded(module)) {
                return Optional.of("kernel module " + module + " is missing");
            }
        }
        // Without these there are devices, but no /dev/st0 and /dev/sch0: the administrator may not
        // want them.
        for (String driver : new String[] {"st", "ch", "sg"}) {
            if (!isLoaded(driver)) {
                run("modprobe", driver);
            }
        }
        return Optional.empty();
    }

    private boolean isLoaded(String module) {
        return files.exists(Path.of("/sys/module", module));
    }

    /** The outcome shows in {@code /sys}, so the exit status says nothing more. */
    private static void run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException noSuchCommand) {
            return;
        }
        if (!process.waitFor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " hangs");
        }
    }
}
