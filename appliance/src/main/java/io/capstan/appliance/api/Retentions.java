package io.capstan.appliance.api;

import io.capstan.appliance.node.Node;
import io.capstan.config.GenerationSettings;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Retention;
import io.capstan.store.StoreException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How long what is on cartridges is kept, as operators ask for it. */
final class Retentions {

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private final Node node;

    Retentions(Node node) {
        this.node = node;
    }

    /**
     * What a request asks for, as a change.
     *
     * @throws Problem if it asks for what cannot be
     */
    UnaryOperator<Retention> step(
            @Nullable Integer keepGenerationsDays, @Nullable String lockedUntil) {
        Instant until = lockedUntil == null ? Instant.EPOCH : time(lockedUntil);
        int days =
                keepGenerationsDays == null ? 0 : days("keepGenerationsDays", keepGenerationsDays);
        return before -> {
            Retention after =
                    keepGenerationsDays == null
                            ? before
                            : before.withKeepGenerations(Duration.ofDays(days));
            return lockedUntil == null ? after : after.withLockedUntil(until);
        };
    }

    static int days(String name, int days) {
        if (days < 0 || days > GenerationSettings.KEEP_MAX_DAYS) {
            throw Problem.badRequest(
                    "'%s' is 0 to %d".formatted(name, GenerationSettings.KEEP_MAX_DAYS));
        }
        return days;
    }

    private static Instant time(String text) {
        Instant until;
        try {
            until = Instant.parse(text);
        } catch (DateTimeException e) {
            throw notATime(text);
        }
        if (until.isBefore(Instant.EPOCH) || until.isAfter(LAST)) {
            throw notATime(text);
        }
        return until;
    }

    private static Problem notATime(String text) {
        return Problem.badRequest(
                "'lockedUntil' is a time such as 2030-01-31T00:00:00Z, not '%s'".formatted(text));
    }

    /**
     * @throws Problem if there is no such cartridge, or a lock would be shortened
     */
    void retain(VolumeIdentifier volume, UnaryOperator<Retention> step) throws StoreException {
        switch (node.storage().cartridges().retain(volume, step)) {
            case SET -> {}
            case UNKNOWN -> throw CartridgeRoutes.unknown(volume);
            case LOCKED ->
                    throw Problem.conflict(
                            "RETENTION_LOCK",
                            "cartridge %s is locked, and a lock is never shortened"
                                    .formatted(volume));
        }
    }

    Problem locked(VolumeIdentifier volume) throws StoreException {
        String until =
                node.storage()
                        .cartridges()
                        .status(volume)
                        .flatMap(cartridge -> cartridge.retention().lockedUntil())
                        .map(time -> " until " + time)
                        .orElse("");
        return Problem.conflict(
                "RETENTION_LOCK", "cartridge %s is locked%s".formatted(volume, until));
    }
}
