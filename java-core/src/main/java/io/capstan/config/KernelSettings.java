package io.capstan.config;

/**
 * Section {@code kernel}: devices of this host's own kernel.
 *
 * @param enabled whether to make any ({@code enabled})
 * @param maxDataAreaMib memory for data in flight of one drive ({@code max-data-area-mib})
 * @param spinCount looks at a drive's ring before its thread sleeps ({@code spin-count}); more is faster and keeps a
 *     processor busy
 */
public record KernelSettings(Enabled enabled, int maxDataAreaMib, int spinCount) {

    static final KernelSettings DEFAULTS = new KernelSettings(Enabled.AUTO, 16, 0);

    /** Whether logical units become devices of the kernel. */
    public enum Enabled {
        /** Where the kernel and the user's rights allow it. */
        AUTO,
        /** Or the daemon does not start. */
        ON,
        OFF
    }
}
