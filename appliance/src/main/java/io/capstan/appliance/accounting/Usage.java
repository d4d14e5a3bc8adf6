package io.capstan.appliance.accounting;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a cartridge takes up.
 *
 * @param cartridge its barcode; a destroyed one has its row until its data is gone. Empty for copies in tiers that belong to
 *     no cartridge any more, and are about to be deleted
 * @param library that has it; empty on the shelf and in transit
 * @param pool of its local chunks; may be empty
 * @param bytesByTier with all copies; tiers that have nothing of it are left out. The node's own disks are {@code active}
 */
public record Usage(
        String cartridge, String library, String pool, SortedMap<String, Long> bytesByTier) {

    public Usage {
        SortedMap<String, Long> something = new TreeMap<>();
        bytesByTier.forEach((tier, bytes) -> {
            if (bytes > 0) {
                something.put(tier, bytes);
            }
        });
        bytesByTier = java.util.Collections.unmodifiableSortedMap(something);
    }

    static Usage none(String cartridge) {
        return new Usage(cartridge, "", "", new TreeMap<>(Map.of()));
    }

    boolean isNothing() {
        return bytesByTier.isEmpty();
    }

    /** What an amount can be asked for by. */
    public enum Key {
        TIER,
        LIBRARY,
        POOL,
        CARTRIDGE
    }

    /** What this counts under, for the part that is in one tier. */
    String key(Key by, String tier) {
        return switch (by) {
            case TIER -> tier;
            case LIBRARY -> library;
            case POOL -> pool;
            case CARTRIDGE -> cartridge;
        };
    }
}
