package io.capstan.medium;

import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.format.ContainerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Retention in the catalog: saved parameters {@code container/ID/retention}, since a cartridge keeps its container for life.
 * Big-endian, version 1:
 *
 * <pre>
 *   version                               1   1
 *   earlier generations kept, ms          8   -1 for as long as pool or node says
 *   locked until, ms since 1970           8   -1 for no lock
 * </pre>
 */
final class RetentionDescriptor {

    private static final byte VERSION = 1;
    private static final int LENGTH = 17;
    private static final long NONE = -1;

    private RetentionDescriptor() {}

    private static String name(ContainerId container) {
        return "container/" + container + "/retention";
    }

    static Retention of(CatalogView view, ContainerId container) {
        return view.parameters(name(container))
                .map(bytes -> decode(bytes, container))
                .orElse(Retention.NONE);
    }

    static void put(CatalogTransaction change, ContainerId container, Retention retention) {
        if (retention.equals(Retention.NONE)) {
            remove(change, container);
        } else {
            change.putParameters(name(container), encode(retention));
        }
    }

    static void remove(CatalogTransaction change, ContainerId container) {
        boolean _ = change.removeParameters(name(container));
    }

    static byte[] encode(Retention retention) {
        return ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .putLong(retention.keepGenerations().map(Duration::toMillis).orElse(NONE))
                .putLong(retention.lockedUntil().map(Instant::toEpochMilli).orElse(NONE))
                .array();
    }

    static Retention decode(byte[] bytes, ContainerId container) {
        if (bytes.length != LENGTH || bytes[0] != VERSION) {
            throw new CatalogException(
                    CatalogException.Reason.CORRUPT,
                    "the catalog is damaged: retention of container %s has %d bytes, or another version"
                            .formatted(container, bytes.length));
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        long keepMillis = fields.getLong();
        long lockedUntil = fields.getLong();
        return new Retention(
                keepMillis == NONE ? Optional.empty() : Optional.of(Duration.ofMillis(keepMillis)),
                lockedUntil == NONE
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(lockedUntil)));
    }
}
