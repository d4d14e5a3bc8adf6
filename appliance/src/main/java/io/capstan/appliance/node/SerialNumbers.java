package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Serial numbers of logical units: drawn once, kept in the catalog for ever.
 *
 * <p>They follow from the identity of the node, so that a catalog that was rebuilt draws the same ones again and backup
 * software finds its devices.
 */
final class SerialNumbers {

    private static final int LENGTH = 10;
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final Catalog catalog;
    private final UUID nodeId;

    SerialNumbers(Catalog catalog, UUID nodeId) {
        this.catalog = catalog;
        this.nodeId = nodeId;
    }

    /**
     * The serial number of a logical unit, 10 of A-Z and 0-9 unless configuration has another.
     *
     * @param unit for example {@code library/lib0/drive/0}
     */
    String of(String unit, Optional<String> configured) {
        return configured
                .or(() -> catalog.read(view -> view.identity(unit + "/serial")))
                .orElseGet(() -> keep(unit + "/serial", draw(unit)));
    }

    private String keep(String name, String drawn) {
        AtomicReference<String> kept = new AtomicReference<>(drawn);
        catalog.commit(change -> kept.set(change.putIdentityIfAbsent(name, drawn)));
        return Objects.requireNonNull(kept.get());
    }

    private String draw(String unit) {
        byte[] digest = sha256(nodeId + " " + unit);
        StringBuilder serial = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            serial.append(DIGITS.charAt(Byte.toUnsignedInt(digest[i]) % DIGITS.length()));
        }
        return serial.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}
