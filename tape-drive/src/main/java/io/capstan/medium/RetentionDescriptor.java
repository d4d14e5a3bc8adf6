package io.capstan.medium;

import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ContainerId;
import io.capstan.format.MamAttribute;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Retention in the catalog: saved parameters {@code container/ID/retention}, since a cartridge keeps its container for life;
 * and in the cartridge's label, so that it outlives the catalog: attribute F000h, which SPC reserves, so that no host has it.
 * Software that does not know it carries it on. Big-endian, version 1:
 *
 * <pre>
 *   version                               1   1
 *   earlier generations kept, ms          8   -1 for as long as pool or node says
 *   locked until, ms since 1970           8   -1 for no lock
 * </pre>
 */
final class RetentionDescriptor {

    /** Of a label: what the catalog has, byte by byte. */
    static final int LABEL_ATTRIBUTE = CartridgeLabel.RETENTION_ATTRIBUTE;

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
        return parse(bytes)
                .orElseThrow(() ->
                        new CatalogException(
                                CatalogException.Reason.CORRUPT,
                                "the catalog is damaged: retention of container %s has %d bytes, or another version"
                                        .formatted(container, bytes.length)));
    }

    private static Optional<Retention> parse(byte[] bytes) {
        if (bytes.length != LENGTH || bytes[0] != VERSION) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes, 1, LENGTH - 1);
        long keepMillis = fields.getLong();
        long lockedUntil = fields.getLong();
        if (keepMillis < NONE) {
            return Optional.empty();
        }
        return Optional.of(
                new Retention(
                        keepMillis == NONE
                                ? Optional.empty()
                                : Optional.of(Duration.ofMillis(keepMillis)),
                        lockedUntil == NONE
                                ? Optional.empty()
                                : Optional.of(Instant.ofEpochMilli(lockedUntil))));
    }

    // ---- in a label

    /** What a label gets; empty where there is nothing to say. */
    static Optional<MamAttribute> attribute(Retention retention) {
        return retention.equals(Retention.NONE)
                ? Optional.empty()
                : Optional.of(new MamAttribute(0, LABEL_ATTRIBUTE, 0, encode(retention)));
    }

    /** What a label says; empty where it says nothing, or nothing that is known here. */
    static Optional<Retention> of(CartridgeLabel label) {
        return label.attributes().stream()
                .filter(attribute -> attribute.id() == LABEL_ATTRIBUTE)
                .flatMap(attribute -> parse(attribute.value()).stream())
                .findFirst();
    }
}
