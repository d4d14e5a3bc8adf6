package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.GenerationRecord;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.catalog.ShownGeneration;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Earlier generations of cartridges, which are what was there before they were erased, formatted, or overwritten from the
 * beginning.
 *
 * <p>A generation is kept in the transaction that ends it, whatever the retention is; how long is decided when garbage is
 * looked for. So a crash keeps it exactly if it ended, and a longer retention counts for what is still there.
 *
 * <p>Any thread.
 */
final class Generations {

    private final Backing backing;
    private final InstantSource clock;
    private final KeepGenerations keep;

    Generations(Backing backing, InstantSource clock, KeepGenerations keep) {
        this.backing = backing;
        this.clock = clock;
        this.keep = keep;
    }

    // ---- the life of a generation

    /**
     * Keeps the generation that a container has just left. Of a blank one there is nothing to keep; and one that is damaged,
     * so that its runs are not all there, is garbage as it always was.
     *
     * @param ended the container before
     */
    static void keep(CatalogTransaction change, ContainerRecord ended, long endedEpochMillis) {
        List<PartitionState> states = new ArrayList<>();
        for (int partition = 0; partition < ended.partitions().size(); partition++) {
            PartitionId id = ended.partitionId(partition);
            Optional<Run> last = change.lastRun(id);
            if (last.isPresent() && change.runAt(id, 0).isEmpty()) {
                return;
            }
            states.add(state(ended.partitions().get(partition).capacityBytes(), last));
        }
        if (states.stream().anyMatch(state -> state.endOfDataObject() > 0)) {
            change.putGeneration(
                    new GenerationRecord(
                            ended.container(), ended.generation(), endedEpochMillis, states));
        }
    }

    static PartitionState state(long capacityBytes, Optional<Run> last) {
        return new PartitionState(
                capacityBytes,
                last.map(Run::endObject).orElse(0L),
                last.map(Run::endFilemark).orElse(0L),
                last.map(Run::endByte).orElse(0L));
    }

    /** Makes garbage of what was kept long enough. */
    void expire(List<ContainerId> containers) throws StoreException {
        List<GenerationRecord> over =
                backing.query(view ->
                        containers.stream()
                                .flatMap(container -> view.generations(container).stream())
                                .filter(kept -> isOver(expires(view, kept)))
                                .toList());
        if (!over.isEmpty()) {
            backing.commit(change -> over.forEach(generation -> giveUp(change, generation)));
        }
    }

    private static void giveUp(CatalogTransaction change, GenerationRecord generation) {
        if (!isShown(change, generation)) {
            change.removeGeneration(generation.container(), generation.generation());
        }
    }

    /** Makes garbage of all that was kept of a container that goes itself. None of it may be shown. */
    static void giveUpAll(CatalogTransaction change, ContainerId container) {
        change.generations(container)
                .forEach(kept -> change.removeGeneration(container, kept.generation()));
    }

    private boolean isOver(Instant expires) {
        return !clock.instant().isBefore(expires);
    }

    /** As its cartridge says, or else its pool, or else the node; and as long as the cartridge is locked in any case. */
    private Instant expires(CatalogView view, GenerationRecord generation) {
        Retention retention = RetentionDescriptor.of(view, generation.container());
        String pool =
                view.container(generation.container())
                        .map(ContainerRecord::pool)
                        .orElse(ContainerRecord.POOL_DEFAULT);
        Instant over =
                Instant.ofEpochMilli(generation.endedEpochMillis())
                        .plus(retention.keepGenerations().orElseGet(() -> keep.in(pool)));
        return retention.lockedUntil().filter(over::isBefore).orElse(over);
    }

    private static boolean isShown(CatalogView view, GenerationRecord generation) {
        return view.shownGenerations().stream()
                .anyMatch(shown -> shown.isOf(generation.container(), generation.generation()));
    }

    /** Whether some cartridge shows a generation of a container. */
    static boolean isAnyShown(CatalogView view, ContainerId container) {
        return view.shownGenerations().stream()
                .anyMatch(shown -> shown.container().equals(container));
    }

    // ---- looking

    /** What is kept of a cartridge and not over, oldest first. */
    List<GenerationStatus> list(CatalogView view, CartridgeRecord cartridge) {
        return view.generations(cartridge.container()).stream()
                .map(kept -> status(view, kept))
                .filter(status -> !status.shownAs().isEmpty() || !isOver(status.expires()))
                .toList();
    }

    private GenerationStatus status(CatalogView view, GenerationRecord kept) {
        return new GenerationStatus(
                kept.generation(),
                Instant.ofEpochMilli(kept.endedEpochMillis()),
                expires(view, kept),
                kept.partitions().stream().map(CartridgeStatus.Partition::of).toList(),
                view.shownGenerations().stream()
                        .filter(shown -> shown.isOf(kept.container(), kept.generation()))
                        .map(ShownGeneration::shownAs)
                        .toList());
    }

    /**
     * What a cartridge's content is, where it is read: its container, or in its place the generation that it shows, as if
     * that were a container that nobody writes.
     */
    static Optional<ContainerRecord> content(CatalogView view, CartridgeRecord cartridge) {
        Optional<ShownGeneration> shown = view.shownGeneration(cartridge.volume());
        return shown.isEmpty()
                ? view.container(cartridge.container())
                : shown.flatMap(of -> asContainer(view, of));
    }

    private static Optional<ContainerRecord> asContainer(CatalogView view, ShownGeneration shown) {
        return view.container(shown.container())
                .flatMap(container ->
                        view.generation(shown.container(), shown.generation())
                                .map(kept ->
                                        new ContainerRecord(
                                                kept.container(),
                                                kept.generation(),
                                                container.nextChunkSequence(),
                                                false,
                                                kept.partitions(),
                                                container.pool())));
    }

    /** Whether a cartridge's content is another one's. */
    static boolean showsAnother(CatalogView view, VolumeIdentifier volume) {
        return view.shownGeneration(volume).isPresent();
    }
}
