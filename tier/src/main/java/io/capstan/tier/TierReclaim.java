package io.capstan.tier;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes copies of chunks that nothing refers to any more: of erased, overwritten and destroyed cartridges. An index that
 * names one of them goes first, as {@link Descriptions} says.
 *
 * <p>One thread.
 */
final class TierReclaim {

    private static final Logger LOG = LoggerFactory.getLogger(TierReclaim.class);

    private static final int PAGE_LENGTH = 500;

    private final Catalog catalog;
    private final ChunkFetch fetch;
    private final Descriptions descriptions;
    private final BooleanSupplier isStopping;

    TierReclaim(Catalog catalog, ChunkFetch fetch, BooleanSupplier isStopping) {
        this.catalog = catalog;
        this.fetch = fetch;
        this.descriptions = new Descriptions(catalog, fetch);
        this.isStopping = isStopping;
    }

    /** Copies of one container in one tier. */
    private record Group(String tier, ContainerId container) {}

    /**
     * Deletes what there is.
     *
     * @param tiers that are there; copies in others wait for them
     * @return how many copies that were
     */
    int run(Set<String> tiers) {
        Map<Group, List<TierCopyRecord>> garbage = new LinkedHashMap<>();
        forEachCopy(
                catalog,
                copy -> {
                    if (tiers.contains(copy.tier()) && isGarbage(copy)) {
                        garbage.computeIfAbsent(
                                        new Group(copy.tier(), copy.chunk().container()),
                                        group -> new ArrayList<>())
                                .add(copy);
                    }
                });
        Map<ContainerId, VolumeIdentifier> volumes = garbage.isEmpty() ? Map.of() : volumes();
        int deleted = 0;
        for (Map.Entry<Group, List<TierCopyRecord>> found : garbage.entrySet()) {
            Optional<VolumeIdentifier> volume =
                    Optional.ofNullable(volumes.get(found.getKey().container()));
            deleted += delete(found.getKey(), volume, found.getValue());
        }
        return deleted;
    }

    /** Hands over all that the catalog knows to be in tiers. */
    static void forEachCopy(Catalog catalog, Consumer<TierCopyRecord> consumer) {
        Optional<TierCopyRecord> after = Optional.empty();
        while (true) {
            Optional<TierCopyRecord> from = after;
            List<TierCopyRecord> page = catalog.read(view -> view.tierCopies(from, PAGE_LENGTH));
            if (page.isEmpty()) {
                return;
            }
            page.forEach(consumer);
            after = Optional.of(page.getLast());
        }
    }

    private boolean isGarbage(TierCopyRecord copy) {
        return catalog.read(view -> view.chunk(copy.chunk()))
                .filter(chunk -> chunk.state() != ChunkState.DELETABLE)
                .isEmpty();
    }

    private Map<ContainerId, VolumeIdentifier> volumes() {
        Map<ContainerId, VolumeIdentifier> volumes = new HashMap<>();
        boolean _ =
                catalog.read(view -> {
                    view.forEachCartridge(cartridge -> {
                        VolumeIdentifier _ = volumes.put(cartridge.container(), cartridge.volume());
                    });
                    return true;
                });
        return volumes;
    }

    private int delete(
            Group group, Optional<VolumeIdentifier> volume, List<TierCopyRecord> copies) {
        int deleted = 0;
        try {
            if (volume.isPresent() && !isStopping.getAsBoolean()) {
                descriptions.removeIfNaming(
                        volume.get(),
                        group.tier(),
                        copies.stream().map(TierLayout::of).collect(Collectors.toSet()));
            }
            for (TierCopyRecord copy : copies) {
                if (isStopping.getAsBoolean()) {
                    return deleted;
                }
                fetch.tier(copy.tier()).provider().delete(TierLayout.of(copy));
                catalog.commit(change -> change.removeTierCopy(copy.chunk(), copy.tier()));
                fetch.count(TierCounter.CHUNKS_RELEASED, copy.tier(), 1);
                deleted++;
            }
        } catch (TierException e) {
            LOG.warn(
                    "tier {}: {} chunks of container {} that nothing refers to stay: {}",
                    group.tier(),
                    copies.size() - deleted,
                    group.container(),
                    e.getMessage());
        }
        return deleted;
    }
}
