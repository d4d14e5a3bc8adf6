package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.Lending;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.PartitionState;
import io.capstan.catalog.Run;
import io.capstan.catalog.ShownGeneration;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.ChunkReader;
import io.capstan.store.ChunkRecall;
import io.capstan.store.ChunkStore;
import io.capstan.store.FileIo;
import io.capstan.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cartridges of a node: made, listed, mounted, protected and deleted.
 *
 * <p>The catalog has the last word; the label files beside the chunks say the same, so that the catalog can be rebuilt.
 * Every change is committed to the catalog first, and a label that could not be written then is written by the next start.
 *
 * <p>Any thread. A {@link Medium} it hands out has one owner.
 */
public final class Cartridges implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Cartridges.class);

    private static final int PAGE_LENGTH = 200;
    private static final int RUNS_PAGE = 1000;

    private final Backing backing;
    private final InstantSource clock;
    private final Supplier<UUID> containerIds;

    /** Of each pool by name. */
    private final Map<String, FreeSpace> freeSpaces = new ConcurrentHashMap<>();

    private final Labels labels;
    private final Generations generations;
    private final Tombstones tombstones;
    private final Reclaimer reclaimer;
    private final Housekeeping housekeeping;
    private final ExecutorService sealing;
    private final Set<VolumeIdentifier> mounted = ConcurrentHashMap.newKeySet();
    private final List<Finding> recoveryFindings = new ArrayList<>();
    private volatile Optional<ChunkRecall> recall = Optional.empty();

    Cartridges(
            Backing backing,
            InstantSource clock,
            Supplier<UUID> containerIds,
            BackgroundThreads threads,
            KeepGenerations keepGenerations) {
        this.backing = backing;
        this.clock = clock;
        this.containerIds = containerIds;
        this.labels = new Labels(backing);
        this.generations = new Generations(backing, clock, keepGenerations);
        this.tombstones = new Tombstones(backing, clock);
        this.reclaimer = new Reclaimer(backing, generations);
        this.housekeeping = new Housekeeping(threads.housekeeping(), reclaimer, labels);
        this.sealing = threads.sealing();
    }

    /**
     * Takes up the cartridges of a node: recovers those that were being written when it stopped, and goes on with what
     * was left to be cleaned up.
     *
     * @param catalog the node's, which stays the caller's, as do store and {@code io}
     * @param io what the store was opened with
     * @param containerIds where new containers take their identity from
     */
    public static Cartridges open(
            Catalog catalog,
            ChunkStore store,
            FileIo io,
            InstantSource clock,
            Supplier<UUID> containerIds)
            throws StoreException {
        return open(
                catalog,
                store,
                io,
                clock,
                containerIds,
                BackgroundThreads.start(),
                KeepGenerations.of(Duration.ZERO));
    }

    /**
     * As {@link #open(Catalog, ChunkStore, FileIo, InstantSource, Supplier)}, with threads of the caller's, and not giving
     * up at once what was erased or overwritten from the beginning.
     *
     * @param threads given: closed with the cartridges
     * @param keepGenerations how long an earlier generation of a cartridge is kept that says nothing of it itself
     */
    public static Cartridges open(
            Catalog catalog,
            ChunkStore store,
            FileIo io,
            InstantSource clock,
            Supplier<UUID> containerIds,
            BackgroundThreads threads,
            KeepGenerations keepGenerations)
            throws StoreException {
        Cartridges cartridges =
                new Cartridges(
                        new Backing(catalog, store, io),
                        clock,
                        containerIds,
                        threads,
                        keepGenerations);
        try {
            cartridges.backing.registerDisks();
            cartridges.recoverAll();
        } catch (StoreException | RuntimeException e) {
            cartridges.close();
            throw e;
        }
        cartridges.cleanUp();
        return cartridges;
    }

    // ---- starting

    private void recoverAll() throws StoreException {
        for (CartridgeRecord cartridge : all()) {
            if (cartridge.state() == CartridgeState.PRESENT) {
                recover(cartridge);
            }
        }
    }

    /** A cartridge that cannot be recovered now is left as it is: it can be read, and mounting it tries again. */
    private boolean recover(CartridgeRecord cartridge) {
        try {
            List<Finding> findings =
                    ContainerRecovery.recover(backing, labels.files(), cartridge, clock);
            findings.forEach(finding -> LOG.warn("cartridge {}: {}", cartridge.volume(), finding));
            synchronized (recoveryFindings) {
                recoveryFindings.addAll(findings);
            }
            return true;
        } catch (StoreException e) {
            LOG.error(
                    "cartridge {} can only be read until its storage works: {}",
                    cartridge.volume(),
                    e.getMessage());
            return false;
        }
    }

    private void cleanUp() {
        reclaimGarbage();
        housekeeping.submit("deleted cartridges", this::removeDeleted);
        housekeeping.submit("labels", this::repairLabels);
    }

    private void removeDeleted() throws StoreException {
        for (CartridgeRecord cartridge : all()) {
            if (cartridge.state() == CartridgeState.DESTROYED) {
                removeData(cartridge);
            }
        }
    }

    private void removeData(CartridgeRecord cartridge) throws StoreException {
        if (!hasSuccessor(cartridge)) {
            labels.delete(cartridge.volume());
        }
        reclaimer.remove(cartridge.container());
    }

    /** Whether a new cartridge has the volume identifier of a deleted one by now. */
    private boolean hasSuccessor(CartridgeRecord deleted) throws StoreException {
        return backing.query(view -> present(view, deleted.volume())).isPresent();
    }

    private void repairLabels() throws StoreException {
        for (CartridgeRecord cartridge : all()) {
            if (labels.isDue(cartridge) && !labels.isCurrent(cartridge.volume())) {
                labels.refresh(cartridge.volume());
            }
        }
    }

    private List<CartridgeRecord> all() throws StoreException {
        return backing.query(view -> {
            List<CartridgeRecord> found = new ArrayList<>();
            view.forEachCartridge(found::add);
            return found;
        });
    }

    /** What recovery had to say since the node started, oldest first. */
    public List<Finding> recoveryFindings() {
        synchronized (recoveryFindings) {
            return List.copyOf(recoveryFindings);
        }
    }

    // ---- making and deleting

    /**
     * Makes a blank cartridge, durably. A crash on the way leaves all of it or nothing.
     *
     * @throws StoreException if storage failed; there is no such cartridge then
     */
    public CreateOutcome create(NewCartridge cartridge) throws StoreException {
        ContainerId container = ContainerId.of(containerIds.get());
        CreateOutcome[] outcome = {CreateOutcome.CREATED};
        backing.commit(change -> {
            outcome[0] = mayCreate(change, cartridge.volume());
            if (outcome[0] == CreateOutcome.CREATED) {
                removeTombstone(change, cartridge.volume());
                change.putContainer(blankContainer(container, cartridge));
                change.putCartridge(blankCartridge(container, cartridge));
            }
        });
        if (outcome[0] == CreateOutcome.CREATED) {
            labelOrUndo(cartridge.volume(), container);
        }
        return outcome[0];
    }

    private static CreateOutcome mayCreate(CatalogView view, VolumeIdentifier volume) {
        Optional<CartridgeRecord> existing = view.cartridge(volume);
        if (existing.isEmpty()) {
            return CreateOutcome.CREATED;
        }
        if (existing.get().state() == CartridgeState.PRESENT) {
            return CreateOutcome.EXISTS;
        }
        return view.container(existing.get().container()).isPresent()
                ? CreateOutcome.BEING_DELETED
                : CreateOutcome.CREATED;
    }

    /** Of one that a new cartridge takes the place of. */
    private static void removeTombstone(CatalogTransaction change, VolumeIdentifier volume) {
        change.cartridge(volume)
                .ifPresent(destroyed -> Tombstones.remove(change, destroyed.container()));
    }

    private static ContainerRecord blankContainer(ContainerId container, NewCartridge cartridge) {
        return new ContainerRecord(
                container,
                0,
                1,
                false,
                cartridge.partitionCapacitiesBytes().stream().map(PartitionState::empty).toList(),
                cartridge.pool());
    }

    private CartridgeRecord blankCartridge(ContainerId container, NewCartridge cartridge) {
        return new CartridgeRecord(
                cartridge.volume(),
                container,
                cartridge.mediumType(),
                cartridge.densityCode(),
                cartridge.nativeCapacityBytes(),
                cartridge.worm(),
                false,
                clock.millis(),
                0,
                0,
                List.of(),
                CartridgeState.PRESENT);
    }

    private void labelOrUndo(VolumeIdentifier volume, ContainerId container) throws StoreException {
        try {
            labels.refresh(volume);
        } catch (StoreException e) {
            backing.commit(change -> {
                change.removeCartridge(volume);
                change.removeContainer(container);
            });
            throw e;
        }
    }

    /**
     * Deletes a cartridge: at once gone for everybody, its data removed in the background.
     *
     * @throws StoreException if storage failed; the cartridge is as it was
     */
    public DeleteOutcome delete(VolumeIdentifier volume) throws StoreException {
        if (!mounted.add(volume)) {
            return DeleteOutcome.IN_USE;
        }
        try {
            return deleteUnmounted(volume);
        } finally {
            mounted.remove(volume);
        }
    }

    private DeleteOutcome deleteUnmounted(VolumeIdentifier volume) throws StoreException {
        DeleteOutcome[] outcome = {DeleteOutcome.DELETED};
        Optional<ShownGeneration> shown = shown(volume);
        backing.commit(change -> {
            outcome[0] = mayDelete(change, volume);
            if (outcome[0] == DeleteOutcome.DELETED) {
                present(change, volume)
                        .flatMap(cartridge -> change.container(cartridge.container()))
                        .ifPresent(container -> {
                            Generations.giveUpAll(change, container.container());
                            RetentionDescriptor.remove(change, container.container());
                            Lending.end(change, container.container());
                            change.putContainer(emptied(container));
                        });
                change.removeShownGeneration(volume);
                present(change, volume)
                        .ifPresent(cartridge ->
                                Tombstones.put(change, cartridge.container(), clock.instant()));
                change.destroyCartridge(volume);
            }
        });
        if (outcome[0] == DeleteOutcome.DELETED) {
            housekeeping.submit("deleted cartridges", this::removeDeleted);
            shown.ifPresent(of -> housekeeping.reclaim(of.container()));
        }
        return outcome[0];
    }

    /** When a cartridge that is no more was deleted; empty where that is not known, or it is there. */
    public Optional<Instant> deleted(VolumeIdentifier volume) throws StoreException {
        return backing.query(view ->
                view.cartridge(volume)
                        .filter(cartridge -> cartridge.state() == CartridgeState.DESTROYED)
                        .flatMap(cartridge -> Tombstones.since(view, cartridge.container())));
    }

    /**
     * Forgets about cartridges that were deleted, so that their volume identifiers can be given to others. One of which there
     * still is data on the node's disks stays known. Of those that were deleted by software which did not note when, the time
     * begins with this.
     *
     * @param deletedBefore only those
     * @param which only those that it holds for
     * @param alongWith is done in the transaction that forgets one
     */
    public List<VolumeIdentifier> giveUpTombstones(
            Instant deletedBefore,
            Predicate<CartridgeRecord> which,
            BiConsumer<CatalogTransaction, CartridgeRecord> alongWith)
            throws StoreException {
        return tombstones.giveUp(deletedBefore, which, alongWith);
    }

    private DeleteOutcome mayDelete(CatalogView view, VolumeIdentifier volume) {
        if (present(view, volume).isEmpty()) {
            return DeleteOutcome.UNKNOWN;
        }
        if (view.transit(volume).isPresent()) {
            return DeleteOutcome.IN_TRANSIT;
        }
        if (present(view, volume)
                .filter(cartridge -> Generations.isAnyShown(view, cartridge.container()))
                .isPresent()) {
            return DeleteOutcome.SHOWN;
        }
        if (isLocked(view, volume)) {
            return DeleteOutcome.LOCKED;
        }
        return view.elementOf(volume).isPresent()
                ? DeleteOutcome.IN_ELEMENT
                : DeleteOutcome.DELETED;
    }

    /** A new generation makes garbage of all content. */
    private static ContainerRecord emptied(ContainerRecord container) {
        return new ContainerRecord(
                container.container(),
                container.generation() + 1,
                container.nextChunkSequence(),
                false,
                container.partitions().stream()
                        .map(partition -> PartitionState.empty(partition.capacityBytes()))
                        .toList(),
                container.pool());
    }

    private static Optional<CartridgeRecord> present(CatalogView view, VolumeIdentifier volume) {
        return view.cartridge(volume)
                .filter(cartridge -> cartridge.state() == CartridgeState.PRESENT);
    }

    // ---- looking

    /**
     * Cartridges in order of their volume identifiers.
     *
     * @param prefix what their volume identifiers begin with; may be empty
     */
    public List<CartridgeStatus> list(String prefix) throws StoreException {
        List<CartridgeStatus> statuses = new ArrayList<>();
        Optional<VolumeIdentifier> after = Optional.empty();
        while (true) {
            Optional<VolumeIdentifier> from = after;
            List<CartridgeRecord> page =
                    backing.query(view -> view.cartridges(prefix, from, PAGE_LENGTH));
            if (page.isEmpty()) {
                return statuses;
            }
            statuses.addAll(
                    backing.query(
                            view -> page.stream().flatMap(c -> status(view, c).stream()).toList()));
            after = Optional.of(page.getLast().volume());
        }
    }

    /** A cartridge, if there is one of that volume identifier. */
    public Optional<CartridgeStatus> status(VolumeIdentifier volume) throws StoreException {
        return backing.query(view -> view.cartridge(volume).flatMap(c -> status(view, c)));
    }

    private Optional<CartridgeStatus> status(CatalogView view, CartridgeRecord cartridge) {
        if (cartridge.state() != CartridgeState.PRESENT) {
            return Optional.empty();
        }
        return Generations.content(view, cartridge)
                .map(content -> status(view, cartridge, content));
    }

    private CartridgeStatus status(
            CatalogView view, CartridgeRecord cartridge, ContainerRecord content) {
        return new CartridgeStatus(
                cartridge.volume(),
                cartridge.container(),
                describe(cartridge),
                content.partitions().stream().map(CartridgeStatus.Partition::of).toList(),
                view.elementOf(cartridge.volume()),
                RetentionDescriptor.of(view, cartridge.container()),
                mounted.contains(cartridge.volume()),
                cartridge.loadCount(),
                Instant.ofEpochMilli(cartridge.createdEpochMillis()));
    }

    static MediumDescription describe(CartridgeRecord cartridge) {
        return new MediumDescription(
                cartridge.mediumType(),
                cartridge.densityCode(),
                cartridge.nativeCapacityBytes(),
                cartridge.worm(),
                cartridge.writeProtected());
    }

    // ---- earlier generations

    /**
     * What is kept of what was on a cartridge before, oldest first.
     *
     * @return empty if there is no such cartridge
     */
    public Optional<List<GenerationStatus>> generations(VolumeIdentifier volume)
            throws StoreException {
        return backing.query(
                view -> present(view, volume).map(cartridge -> generations.list(view, cartridge)));
    }

    /** What a cartridge shows instead of content of its own. */
    public Optional<ShownGeneration> shown(VolumeIdentifier volume) throws StoreException {
        return backing.query(view -> view.shownGeneration(volume));
    }

    /**
     * Makes a cartridge outside every library that shows what another one held before, and is never written. The other one
     * is not touched, and may be in a drive. As long as the new one is there the generation is kept.
     *
     * @param shownAs its volume identifier
     */
    public ShowOutcome show(VolumeIdentifier volume, long generation, VolumeIdentifier shownAs)
            throws StoreException {
        ContainerId container = ContainerId.of(containerIds.get());
        ShowOutcome[] outcome = {ShowOutcome.SHOWN};
        backing.commit(change -> {
            outcome[0] = mayShow(change, volume, generation, shownAs);
            if (outcome[0] == ShowOutcome.SHOWN) {
                removeTombstone(change, shownAs);
                show(
                        change,
                        change.cartridge(volume).orElseThrow(),
                        generation,
                        shownAs,
                        container);
            }
        });
        return outcome[0];
    }

    private ShowOutcome mayShow(
            CatalogView view, VolumeIdentifier volume, long generation, VolumeIdentifier shownAs) {
        Optional<CartridgeRecord> cartridge = present(view, volume);
        if (cartridge.isEmpty()) {
            return ShowOutcome.UNKNOWN;
        }
        if (generations.list(view, cartridge.get()).stream()
                .noneMatch(kept -> kept.generation() == generation)) {
            return ShowOutcome.UNKNOWN_GENERATION;
        }
        return switch (mayCreate(view, shownAs)) {
            case CREATED -> ShowOutcome.SHOWN;
            case EXISTS -> ShowOutcome.EXISTS;
            case BEING_DELETED -> ShowOutcome.BEING_DELETED;
        };
    }

    private void show(
            CatalogTransaction change,
            CartridgeRecord of,
            long generation,
            VolumeIdentifier shownAs,
            ContainerId container) {
        ContainerRecord original = change.container(of.container()).orElseThrow();
        change.putContainer(
                new ContainerRecord(
                        container,
                        0,
                        1,
                        false,
                        original.partitions().stream()
                                .map(partition -> PartitionState.empty(partition.capacityBytes()))
                                .toList(),
                        original.pool()));
        change.putCartridge(
                new CartridgeRecord(
                        shownAs,
                        container,
                        of.mediumType(),
                        of.densityCode(),
                        of.nativeCapacityBytes(),
                        of.worm(),
                        true,
                        clock.millis(),
                        0,
                        0,
                        List.of(),
                        CartridgeState.PRESENT));
        change.putShownGeneration(
                new ShownGeneration(shownAs, of.volume(), of.container(), generation));
    }

    /** Gives up an earlier generation before its time; the space it takes up becomes free in the background. */
    public DropOutcome drop(VolumeIdentifier volume, long generation) throws StoreException {
        DropOutcome[] outcome = {DropOutcome.UNKNOWN};
        Optional<CartridgeRecord> cartridge = backing.query(view -> present(view, volume));
        if (cartridge.isPresent()) {
            backing.commit(change -> outcome[0] = drop(change, cartridge.get(), generation));
        }
        if (outcome[0] == DropOutcome.DROPPED) {
            housekeeping.reclaim(cartridge.get().container());
        }
        return outcome[0];
    }

    private DropOutcome drop(
            CatalogTransaction change, CartridgeRecord cartridge, long generation) {
        Optional<GenerationStatus> kept =
                generations.list(change, cartridge).stream()
                        .filter(found -> found.generation() == generation)
                        .findAny();
        if (kept.isEmpty()) {
            return DropOutcome.UNKNOWN;
        }
        if (!kept.get().shownAs().isEmpty()) {
            return DropOutcome.SHOWN;
        }
        if (isLocked(change, cartridge.volume())) {
            return DropOutcome.LOCKED;
        }
        change.removeGeneration(cartridge.container(), generation);
        return DropOutcome.DROPPED;
    }

    /** Removes in the background what nothing refers to any more, such as generations whose time is over. */
    public void reclaimGarbage() {
        housekeeping.submit("garbage", reclaimer::reclaimAll);
    }

    // ---- changing

    /**
     * Sets the write-protect switch, durably. A medium that is mounted sees it when it is mounted again.
     *
     * @return false if there is no such cartridge
     */
    public boolean setWriteProtected(VolumeIdentifier volume, boolean isProtected)
            throws StoreException {
        boolean[] exists = {false};
        backing.commit(change -> {
            Optional<CartridgeRecord> cartridge = present(change, volume);
            exists[0] = cartridge.isPresent();
            cartridge
                    .filter(c -> c.writeProtected() != isProtected)
                    .ifPresent(c -> change.putCartridge(c.withWriteProtected(isProtected)));
        });
        if (exists[0]) {
            labels.refresh(volume);
        }
        return exists[0];
    }

    private static Retention retention(CatalogView view, VolumeIdentifier volume) {
        return present(view, volume)
                .map(cartridge -> RetentionDescriptor.of(view, cartridge.container()))
                .orElse(Retention.NONE);
    }

    private boolean isLocked(CatalogView view, VolumeIdentifier volume) {
        return retention(view, volume).isLocked(clock.instant());
    }

    /** While the catalog cannot tell, nothing is given up. */
    private boolean isLocked(VolumeIdentifier volume) {
        try {
            return backing.query(view -> isLocked(view, volume));
        } catch (StoreException e) {
            LOG.warn("cartridge {} counts as locked: {}", volume, e.getMessage());
            return true;
        }
    }

    /**
     * Changes how long what is on a cartridge is kept, durably. That counts at once, for a medium that is mounted and for
     * earlier generations that are kept already too.
     */
    public RetentionOutcome retain(VolumeIdentifier volume, UnaryOperator<Retention> step)
            throws StoreException {
        RetentionOutcome[] outcome = {RetentionOutcome.SET};
        backing.commit(change -> {
            Optional<CartridgeRecord> cartridge = present(change, volume);
            Retention before = retention(change, volume);
            Retention after = step.apply(before);
            if (cartridge.isEmpty()) {
                outcome[0] = RetentionOutcome.UNKNOWN;
            } else if (before.isLocked(clock.instant()) && isShorter(before, after)) {
                outcome[0] = RetentionOutcome.LOCKED;
            } else {
                outcome[0] = RetentionOutcome.SET;
                RetentionDescriptor.put(change, cartridge.get().container(), after);
            }
        });
        if (outcome[0] == RetentionOutcome.SET) {
            labels.refresh(volume);
        }
        return outcome[0];
    }

    /**
     * As {@link #retain}, with a lock that begins when the cartridge was made: whoever asks again for what is done already,
     * or for less, changes nothing.
     */
    public RetentionOutcome retainSinceMade(
            VolumeIdentifier volume, OptionalInt keepGenerationsDays, OptionalInt lockDays)
            throws StoreException {
        Optional<CartridgeStatus> cartridge = status(volume);
        if (cartridge.isEmpty()) {
            return RetentionOutcome.UNKNOWN;
        }
        Instant made = cartridge.get().created();
        return retain(
                volume,
                before -> {
                    Retention after = before;
                    if (keepGenerationsDays.isPresent()) {
                        after =
                                after.withKeepGenerations(
                                        Duration.ofDays(keepGenerationsDays.getAsInt()));
                    }
                    return lockDays.isPresent()
                            ? after.withLockedUntil(made.plus(Duration.ofDays(lockDays.getAsInt())))
                            : after;
                });
    }

    private static boolean isShorter(Retention before, Retention after) {
        Instant until = before.lockedUntil().orElse(Instant.MIN);
        return after.lockedUntil().orElse(Instant.MIN).isBefore(until);
    }

    /** Says that a cartridge was put into another element, so that its label follows some time. */
    public void moved(VolumeIdentifier volume) {
        housekeeping.refreshLabel(volume);
    }

    // ---- mounting

    /**
     * Lets cartridges be mounted of which chunks are only in a tier: those that are read are brought from there, and so are
     * those that turn out to be bad here. Before this is called, such chunks count as missing.
     */
    public void recallFrom(ChunkRecall newRecall) {
        recall = Optional.of(newRecall);
    }

    /**
     * Mounts a cartridge. A cartridge that was not closed properly is recovered first; where that is not possible now, it
     * can be read, and every write fails.
     */
    public MountOutcome mount(VolumeIdentifier volume) throws StoreException {
        if (!mounted.add(volume)) {
            return new MountOutcome.InUse();
        }
        boolean mounts = false;
        try {
            Optional<CartridgeRecord> cartridge = backing.query(view -> present(view, volume));
            if (cartridge.isEmpty()) {
                return new MountOutcome.Unknown();
            }
            if (backing.query(view -> view.transit(volume)).isPresent()) {
                return new MountOutcome.InUse();
            }
            Medium medium = mount(cartridge.get());
            mounts = true;
            return new MountOutcome.Mounted(medium);
        } finally {
            if (!mounts) {
                mounted.remove(volume);
            }
        }
    }

    private Medium mount(CartridgeRecord cartridge) throws StoreException {
        boolean isWhole = recover(cartridge);
        boolean showsAnother =
                backing.query(view -> Generations.showsAnother(view, cartridge.volume()));
        ContainerRecord container =
                backing.query(view -> Generations.content(view, cartridge))
                        .orElseThrow(() ->
                                new StoreException.ReadFailed(
                                        "catalog: no container %s of cartridge %s"
                                                .formatted(
                                                        cartridge.container(), cartridge.volume()),
                                        null));
        FreeSpace freeSpace =
                freeSpaces.computeIfAbsent(
                        backing.store().disks().poolOr(container.pool()),
                        pool -> new FreeSpace(backing.store(), pool));
        countLoad(cartridge.volume());
        CartridgeMemory memory = new CartridgeMemory(cartridge.attributes());
        Optional<ChunkRecall> partial = isPartial(container) ? recall : Optional.empty();
        boolean isLent = backing.query(view -> Lending.isLent(view, container));
        ObjectReader reader = new ObjectReader(backing, cartridge, partial, recall);
        ObjectIndex index = new ObjectIndex(backing, reader);
        Appender appender =
                new Appender(
                        backing,
                        new Sealer(sealing),
                        freeSpace,
                        clock,
                        cartridge,
                        container,
                        showsAnother ? Map.of() : endMarks(container),
                        memory,
                        index,
                        housekeeping::reclaim);
        if (!isWhole || showsAnother) {
            appender.refuse();
        }
        return new ChunkedMedium(
                cartridge,
                memory,
                appender,
                index,
                reader,
                freeSpace,
                labels,
                readOnlyReason(isLent, partial.isPresent(), showsAnother),
                () -> isLocked(cartridge.volume()),
                () -> {
                    mounted.remove(cartridge.volume());
                    partial.ifPresent(from -> from.forget(container.container()));
                });
    }

    private static Optional<String> readOnlyReason(
            boolean isLent, boolean isPartial, boolean showsAnother) {
        if (showsAnother) {
            return Optional.of("since it shows an earlier generation of another one");
        }
        if (isLent) {
            return Optional.of("while it is lent from where its data is");
        }
        return isPartial ? Optional.of("while part of it is only in a tier") : Optional.empty();
    }

    /**
     * Whether a chunk that a cartridge's content is in is only in a tier. Takes time in proportion to its runs, some tenths of
     * a second for the largest one; only asked where there are tiers.
     */
    private boolean isPartial(ContainerRecord container) throws StoreException {
        for (int partition = 0; partition < container.partitions().size(); partition++) {
            if (recall.isPresent() && isPartial(container.partitionId(partition))) {
                return true;
            }
        }
        return false;
    }

    private boolean isPartial(PartitionId partition) throws StoreException {
        long from = 0;
        while (true) {
            long fromObject = from;
            List<Run> page = backing.query(view -> view.runs(partition, fromObject, RUNS_PAGE));
            if (page.isEmpty()) {
                return false;
            }
            boolean isFound =
                    backing.query(view ->
                            page.stream()
                                    .anyMatch(run -> ObjectReader.isInTier(view, run.chunk())));
            if (isFound) {
                return true;
            }
            from = page.getLast().endObject();
        }
    }

    /** Not worth waiting for, nor failing for. */
    private void countLoad(VolumeIdentifier volume) {
        var _ =
                backing.catalog()
                        .submit(change ->
                                present(change, volume)
                                        .ifPresent(c ->
                                                change.putCartridge(
                                                        c.withLoadCount(c.loadCount() + 1))));
    }

    /** Chunks that say where an erased partition ends; see {@link Appender}. */
    private Map<Integer, ChunkId> endMarks(ContainerRecord container) throws StoreException {
        List<ChunkId> unused =
                backing.query(view ->
                        ContainerRecovery.openChunksOf(view, container.container()).stream()
                                .map(ChunkRecord::chunk)
                                .filter(chunk -> view.referenceCount(chunk) == 0)
                                .toList());
        Map<Integer, ChunkId> marks = new HashMap<>();
        for (ChunkId chunk : unused) {
            try (ChunkReader reader = backing.store().openToRead(chunk)) {
                marks.put(reader.header().partition(), chunk);
            } catch (StoreException e) {
                LOG.warn("end mark {} cannot be read and is kept: {}", chunk, e.getMessage());
            }
        }
        return marks;
    }

    // ---- closing

    /** The background work, for tests. */
    Housekeeping housekeeping() {
        return housekeeping;
    }

    /** Ends the background work. Mediums that are still mounted must be closed before. */
    @Override
    public void close() {
        housekeeping.close();
        sealing.close();
    }
}
