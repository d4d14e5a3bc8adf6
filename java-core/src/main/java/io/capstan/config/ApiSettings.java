package io.capstan.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code api}: how the command line reaches the daemon.
 *
 * @param socket the Unix socket it listens on ({@code socket})
 * @param tenantSocket another one, for everybody on this host who has a tenant's token ({@code tenant-socket})
 */
public record ApiSettings(Path socket, Optional<Path> tenantSocket) {

    static final ApiSettings DEFAULTS = new ApiSettings(Path.of("/run/capstan/capstan.sock"));

    /** Without a socket for tenants. */
    public ApiSettings(Path socket) {
        this(socket, Optional.empty());
    }
}
