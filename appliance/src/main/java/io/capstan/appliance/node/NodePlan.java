package io.capstan.appliance.node;

import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * A node as configuration wants it, every name in it resolved.
 *
 * @param storeDirectories where chunks and labels are; empty for the data directory's own
 * @param catalogMapBytes address space for the catalog at first
 * @param spinCount looks at a ring before sleeping
 * @param driveDataAreaMib memory for data in flight of a drive
 */
public record NodePlan(
        Path dataDirectory,
        List<Path> storeDirectories,
        StoreOptions storeOptions,
        long catalogMapBytes,
        KernelDevices kernelDevices,
        int spinCount,
        int driveDataAreaMib,
        List<LibraryPlan> libraries) {

    public NodePlan {
        storeDirectories = List.copyOf(storeDirectories);
        libraries = List.copyOf(libraries);
    }

    /** Whether logical units become devices of this host's kernel. */
    public enum KernelDevices {
        /** They do, or the node does not start. */
        ON,
        /** They do where the kernel and the user's rights allow it. */
        AUTO,
        OFF
    }
}
