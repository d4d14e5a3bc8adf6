package io.capstan.tier;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.Run;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.CartridgeChunks.PlacedChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Adds up what bringing data back would move, from the catalog alone. Any thread. */
final class Estimates {

    private static final int PAGE_LENGTH = 500;

    private final Catalog catalog;
    private final Map<String, Tier> tiers;

    Estimates(Catalog catalog, Map<String, Tier> tiers) {
        this.catalog = catalog;
        this.tiers = tiers;
    }

    /** Adds up chunks. */
    private final class Sum {
        private long chunkCount;
        private long bytes;
        private long hereChunkCount;
        private long hereBytes;
        private long lostChunkCount;
        private final Map<String, long[]> byTier = new TreeMap<>();

        void add(ChunkRecord chunk, List<TierCopyRecord> copies) {
            chunkCount++;
            bytes += chunk.lengthBytes();
            if (!chunk.disks().isEmpty()) {
                hereChunkCount++;
                hereBytes += chunk.lengthBytes();
                return;
            }
            Optional<TierCopyRecord> nearest =
                    copies.stream()
                            .min(Comparator.comparingLong(copy -> recallDelayMillis(copy.tier())));
            if (nearest.isEmpty()) {
                lostChunkCount++;
                return;
            }
            long[] part = byTier.computeIfAbsent(nearest.get().tier(), tier -> new long[2]);
            part[0]++;
            part[1] += nearest.get().lengthBytes();
        }

        RecallEstimate estimate() {
            List<RecallEstimate.Part> parts = new ArrayList<>();
            byTier.forEach((tier, part) ->
                    parts.add(
                            new RecallEstimate.Part(
                                    tier, part[0], part[1], expectedMillis(tier, part[1]))));
            return new RecallEstimate(
                    chunkCount, bytes, hereChunkCount, hereBytes, lostChunkCount, parts);
        }
    }

    /** A tier that is not configured any more comes last. */
    private long recallDelayMillis(String name) {
        Tier tier = tiers.get(name);
        return tier == null ? Long.MAX_VALUE : tier.provider().recallDelayMillis();
    }

    private long expectedMillis(String name, long bytes) {
        Tier tier = tiers.get(name);
        return tier == null
                ? 0
                : tier.provider().recallDelayMillis()
                        + (long) (bytes * 1000.0 / tier.bytesPerSecond());
    }

    RecallEstimate whole(VolumeIdentifier volume) throws IOException {
        Sum sum = new Sum();
        new CartridgeChunks(catalog, volume)
                .forEachPage(page -> {
                    for (PlacedChunk chunk : page) {
                        if (chunk.mayLeave()) {
                            sum.add(chunk.chunk(), chunk.copies());
                        }
                    }
                    return true;
                });
        return sum.estimate();
    }

    /** Empty if there is no such cartridge or partition. */
    Optional<RecallEstimate> range(
            VolumeIdentifier volume, int partition, long firstObject, long lastObject) {
        Optional<PartitionId> id =
                new CartridgeChunks(catalog, volume)
                        .container()
                        .filter(container -> partition < container.partitions().size())
                        .map(container -> container.partitionId(partition));
        if (id.isEmpty()) {
            return Optional.empty();
        }
        Sum sum = new Sum();
        long from = firstObject;
        while (from <= lastObject) {
            long fromObject = from;
            List<Run> runs =
                    catalog.read(view -> {
                        List<Run> page = view.runs(id.get(), fromObject, PAGE_LENGTH);
                        page.stream()
                                .filter(run -> run.firstObject() <= lastObject)
                                .forEach(run -> add(view, run, sum));
                        return page;
                    });
            if (runs.isEmpty()) {
                break;
            }
            from = runs.getLast().endObject();
        }
        return Optional.of(sum.estimate());
    }

    private static void add(CatalogView view, Run run, Sum sum) {
        view.chunk(run.chunk()).ifPresent(chunk -> sum.add(chunk, view.tierCopies(run.chunk())));
    }
}
