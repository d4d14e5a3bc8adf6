package io.capstan.smart.model;

import java.time.Instant;

/**
 * Which model it is and what it was learned from.
 *
 * @param version unique in a registry
 * @param learnedAt when it was made
 * @param asOf nothing later was known to it
 * @param source where the histories come from, with the citation they ask for
 * @param dataSha256 digest of what it learned from, in hexadecimal
 * @param disks in the histories
 * @param failures among them, up to {@code asOf}
 */
public record ModelIdentity(
        String version,
        Instant learnedAt,
        Instant asOf,
        String source,
        String dataSha256,
        int disks,
        int failures) {}
