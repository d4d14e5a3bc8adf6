package io.capstan.config;

import java.nio.file.Path;

/**
 * Section {@code api}: how the command line reaches the daemon.
 *
 * @param socket the Unix socket it listens on ({@code socket})
 */
public record ApiSettings(Path socket) {

    static final ApiSettings DEFAULTS = new ApiSettings(Path.of("/run/capstan/capstan.sock"));
}
