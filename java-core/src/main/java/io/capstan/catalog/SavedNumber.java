package io.capstan.catalog;

import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * A number among the saved parameters: 8 bytes, big-endian.
 *
 * @param name of the saved parameter
 * @param meaning of the number, for messages
 */
public record SavedNumber(String name, String meaning) {

    /**
     * What is saved; empty if nothing is.
     *
     * @throws CatalogException if it is no number
     */
    public OptionalLong in(CatalogView view) {
        return view.parameters(name).map(this::decode).orElse(OptionalLong.empty());
    }

    private OptionalLong decode(byte[] bytes) {
        if (bytes.length != Long.BYTES) {
            throw new CatalogException(
                    CatalogException.Reason.CORRUPT,
                    "the catalog is damaged: %s has %d bytes".formatted(meaning, bytes.length));
        }
        return OptionalLong.of(ByteBuffer.wrap(bytes).getLong());
    }

    public void put(CatalogTransaction change, long number) {
        change.putParameters(name, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    public void remove(CatalogTransaction change) {
        boolean _ = change.removeParameters(name);
    }
}
