package io.capstan.tier;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The chunks that hold a cartridge's content, and every place that has them. Pages by sequence, so that a cartridge of some
 * hundred thousand chunks takes no memory.
 */
final class CartridgeChunks {

    private static final int PAGE_LENGTH = 500;

    /**
     * A chunk and where it is.
     *
     * @param chunk its record; {@link ChunkState#OPEN} for one that only says where a partition ends
     * @param copies in tiers
     */
    record PlacedChunk(ChunkRecord chunk, List<TierCopyRecord> copies) {

        ChunkId id() {
            return chunk.chunk();
        }

        boolean isIn(String tier) {
            return tier.equals(TierCopyRecord.ACTIVE)
                    ? !chunk.disks().isEmpty()
                    : copyIn(tier).isPresent();
        }

        Optional<TierCopyRecord> copyIn(String tier) {
            return copies.stream().filter(copy -> copy.tier().equals(tier)).findFirst();
        }

        /** End marks are small and always stay on the node's own disks too. */
        boolean mayLeave() {
            return chunk.state() == ChunkState.SEALED;
        }
    }

    /** Does something with a page of chunks. */
    interface PageConsumer {
        /** Whether to go on. */
        boolean accept(List<PlacedChunk> page) throws IOException;
    }

    private final Catalog catalog;
    private final VolumeIdentifier volume;

    CartridgeChunks(Catalog catalog, VolumeIdentifier volume) {
        this.catalog = catalog;
        this.volume = volume;
    }

    /** The cartridge's container; empty if there is no such cartridge. */
    Optional<ContainerRecord> container() {
        return catalog.read(view ->
                view.cartridge(volume)
                        .filter(cartridge -> cartridge.state() == CartridgeState.PRESENT)
                        .map(CartridgeRecord::container)
                        .flatMap(view::container));
    }

    /** Hands over all chunks by rising sequence. */
    void forEachPage(PageConsumer consumer) throws IOException {
        Optional<ContainerRecord> container = container();
        if (container.isEmpty()) {
            return;
        }
        long from = 1;
        while (true) {
            long fromSequence = from;
            List<ChunkRecord> page =
                    catalog.read(view ->
                            view.chunksOf(container.get().container(), fromSequence, PAGE_LENGTH));
            if (page.isEmpty()) {
                return;
            }
            List<PlacedChunk> placed = catalog.read(view -> placed(view, page));
            if (!placed.isEmpty() && !consumer.accept(placed)) {
                return;
            }
            from = page.getLast().chunk().sequence() + 1;
        }
    }

    private static List<PlacedChunk> placed(CatalogView view, List<ChunkRecord> page) {
        List<PlacedChunk> placed = new ArrayList<>();
        for (ChunkRecord listed : page) {
            view.chunk(listed.chunk())
                    .filter(chunk -> isContent(view, chunk))
                    .ifPresent(chunk ->
                            placed.add(new PlacedChunk(chunk, view.tierCopies(chunk.chunk()))));
        }
        return placed;
    }

    /** A chunk that runs refer to, or an end mark. */
    private static boolean isContent(CatalogView view, ChunkRecord chunk) {
        return switch (chunk.state()) {
            case SEALED -> view.referenceCount(chunk.chunk()) > 0;
            case OPEN -> view.referenceCount(chunk.chunk()) == 0 && !chunk.disks().isEmpty();
            case DELETABLE -> false;
        };
    }
}
