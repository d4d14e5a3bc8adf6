package io.capstan.appliance.accounting;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Adds up what every cartridge takes up, by the catalog. Takes time in proportion to all chunks, in steps between which
 * others read; what moves meanwhile may be counted where it was or where it is.
 */
final class UsageScan {

    private static final int PAGE_LENGTH = 500;

    private final Catalog catalog;
    private final SortedMap<String, Usage> found = new TreeMap<>();
    private final Map<String, Long> ownedByTier = new HashMap<>();

    private UsageScan(Catalog catalog) {
        this.catalog = catalog;
    }

    /** By barcode; cartridges that take up nothing are left out. */
    static SortedMap<String, Usage> run(Catalog catalog) {
        UsageScan scan = new UsageScan(catalog);
        forEachCartridge(catalog, scan::add);
        scan.addWhatNobodyOwns();
        return scan.found;
    }

    /** Cartridges by their containers, and where they are; what they take up is left out. */
    static Map<ContainerId, Usage> owners(Catalog catalog) {
        Map<ContainerId, Usage> owners = new HashMap<>();
        forEachCartridge(
                catalog,
                cartridge ->
                        owner(catalog, cartridge, new TreeMap<>())
                                .ifPresent(owner -> owners.put(cartridge.container(), owner)));
        return owners;
    }

    private static void forEachCartridge(Catalog catalog, Consumer<CartridgeRecord> consumer) {
        Optional<VolumeIdentifier> after = Optional.empty();
        while (true) {
            Optional<VolumeIdentifier> from = after;
            List<CartridgeRecord> page =
                    catalog.read(view -> view.cartridges("", from, PAGE_LENGTH));
            if (page.isEmpty()) {
                return;
            }
            page.forEach(consumer);
            after = Optional.of(page.getLast().volume());
        }
    }

    /** Empty where the cartridge has no container any more. */
    private static Optional<Usage> owner(
            Catalog catalog, CartridgeRecord cartridge, SortedMap<String, Long> bytes) {
        return catalog.read(view ->
                view.container(cartridge.container())
                        .map(container ->
                                new Usage(
                                        cartridge.volume().text(),
                                        view.elementOf(cartridge.volume())
                                                .map(ElementLocation::library)
                                                .orElse(""),
                                        container.pool(),
                                        bytes)));
    }

    private void add(CartridgeRecord cartridge) {
        SortedMap<String, Long> bytes = new TreeMap<>();
        long from = 1;
        while (true) {
            long fromSequence = from;
            List<ChunkRecord> page =
                    catalog.read(view -> {
                        List<ChunkRecord> chunks =
                                view.chunksOf(cartridge.container(), fromSequence, PAGE_LENGTH);
                        chunks.forEach(chunk -> add(view, chunk, bytes));
                        return chunks;
                    });
            if (page.isEmpty()) {
                break;
            }
            from = page.getLast().chunk().sequence() + 1;
        }
        owner(catalog, cartridge, bytes)
                .filter(usage -> !usage.isNothing())
                .ifPresent(usage -> found.put(usage.cartridge(), usage));
    }

    private void add(CatalogView view, ChunkRecord chunk, SortedMap<String, Long> bytes) {
        bytes.merge(TierCopyRecord.ACTIVE, chunk.lengthBytes() * chunk.disks().size(), Long::sum);
        for (TierCopyRecord copy : view.tierCopies(chunk.chunk())) {
            bytes.merge(copy.tier(), copy.lengthBytes(), Long::sum);
            ownedByTier.merge(copy.tier(), copy.lengthBytes(), Long::sum);
        }
    }

    private void addWhatNobodyOwns() {
        SortedMap<String, Long> bytes = new TreeMap<>();
        Optional<TierCopyRecord> after = Optional.empty();
        while (true) {
            Optional<TierCopyRecord> from = after;
            List<TierCopyRecord> page = catalog.read(view -> view.tierCopies(from, PAGE_LENGTH));
            if (page.isEmpty()) {
                break;
            }
            page.forEach(copy -> bytes.merge(copy.tier(), copy.lengthBytes(), Long::sum));
            after = Optional.of(page.getLast());
        }
        ownedByTier.forEach((tier, owned) -> bytes.merge(tier, -owned, Long::sum));
        Usage usage = new Usage("", "", "", bytes);
        if (!usage.isNothing()) {
            found.put("", usage);
        }
    }
}
