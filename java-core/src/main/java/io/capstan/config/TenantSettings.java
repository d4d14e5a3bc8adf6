package io.capstan.config;

import java.util.List;

/**
 * An item of {@code tenants}: one of several who share the node and see nothing of each other.
 *
 * @param name names it for ever ({@code name}); required
 * @param libraries that are its own ({@code libraries}), with all that is in them
 * @param access who of its hosts may use their iSCSI targets ({@code initiators}, {@code users}, {@code mutual-user})
 * @param tokenDigests SHA-256 of each of its API tokens, in lower-case hexadecimal ({@code token-sha256})
 */
public record TenantSettings(
        String name,
        List<String> libraries,
        IscsiSettings.Access access,
        List<String> tokenDigests) {

    public TenantSettings {
        libraries = List.copyOf(libraries);
        tokenDigests = List.copyOf(tokenDigests);
    }
}
