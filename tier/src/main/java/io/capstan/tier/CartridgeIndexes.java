package io.capstan.tier;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.CartridgeIndex.Entry;
import io.capstan.tier.TierException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes a cartridge's index of what the catalog has. */
final class CartridgeIndexes {

    private static final int PAGE_LENGTH = 500;

    private CartridgeIndexes() {}

    /**
     * The index of a cartridge of which all is in a tier, and which nobody writes meanwhile.
     *
     * @throws TierException if something is not in that tier
     */
    static CartridgeIndex of(
            Catalog catalog, VolumeIdentifier volume, ContainerRecord container, String tier)
            throws TierException {
        List<Entry> entries = new ArrayList<>();
        for (int partition = 0; partition < container.partitions().size(); partition++) {
            long from = 0;
            while (true) {
                long fromObject = from;
                int of = partition;
                List<Optional<Entry>> page =
                        catalog.read(view -> page(view, container, of, fromObject, tier));
                for (Optional<Entry> entry : page) {
                    Entry found =
                            entry.orElseThrow(() ->
                                    new TierException(
                                            Reason.FAILED,
                                            "not all of cartridge %s is in tier %s"
                                                    .formatted(volume, tier)));
                    entries.add(found);
                    from += found.objectCount();
                }
                if (page.isEmpty()) {
                    break;
                }
            }
        }
        return new CartridgeIndex(
                volume,
                container.container(),
                container.generation(),
                container.nextChunkSequence(),
                container.partitions().stream().map(PartitionState::capacityBytes).toList(),
                entries);
    }

    private static List<Optional<Entry>> page(
            CatalogView view, ContainerRecord container, int partition, long from, String tier) {
        return view.runs(container.partitionId(partition), from, PAGE_LENGTH).stream()
                .map(run -> entry(view, partition, run, tier))
                .toList();
    }

    private static Optional<Entry> entry(CatalogView view, int partition, Run run, String tier) {
        Optional<ChunkRecord> chunk = view.chunk(run.chunk());
        Optional<TierCopyRecord> copy =
                view.tierCopies(run.chunk()).stream()
                        .filter(found -> found.tier().equals(tier))
                        .findFirst();
        if (chunk.isEmpty() || copy.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Entry(
                        partition,
                        run.chunk(),
                        copy.get().lengthBytes(),
                        chunk.get().objectCount(),
                        chunk.get().digest(),
                        copy.get().fileDigest(),
                        run.objectCount(),
                        run.filemarkCount(),
                        run.byteCount(),
                        copy.get().filemarks()));
    }
}
