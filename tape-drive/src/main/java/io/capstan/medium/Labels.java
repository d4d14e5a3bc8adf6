package io.capstan.medium;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.PartitionState;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.MamAttribute;
import io.capstan.format.MediumDescription;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the labels of cartridges what the catalog says. Every label written gets a revision of its own, which the catalog
 * has given out before.
 *
 * <p>Any thread: labels are written one at a time.
 */
final class Labels {

    private static final Logger LOG = LoggerFactory.getLogger(Labels.class);

    private final Backing backing;

    Labels(Backing backing) {
        this.backing = backing;
    }

    /** Labels on all disks. */
    LabelStore files() {
        return new LabelStore(backing.store().disks().directories(), backing.io());
    }

    /** Where a label that the catalog says goes: to all disks of the cartridge's pool. */
    private LabelStore files(CartridgeLabel label) throws StoreException {
        return new LabelStore(directories(label), backing.io());
    }

    private List<Path> directories(CartridgeLabel label) throws StoreException {
        String pool =
                backing.query(view -> view.container(label.container()))
                        .map(ContainerRecord::pool)
                        .orElse(ContainerRecord.POOL_DEFAULT);
        return backing.store().disks().directories(pool);
    }

    /** Whether every directory has the label of a cartridge that the catalog says. */
    synchronized boolean isCurrent(VolumeIdentifier volume) throws StoreException {
        Optional<CartridgeLabel> wanted =
                backing.query(view -> view.cartridge(volume).flatMap(c -> label(view, c)));
        return wanted.isPresent()
                && directories(wanted.get()).stream()
                        .filter(backing.store().disks()::isUsable)
                        .map(directory -> new LabelStore(List.of(directory), backing.io()))
                        .allMatch(directory -> holds(directory, volume, wanted.get()));
    }

    private static boolean holds(
            LabelStore directory, VolumeIdentifier volume, CartridgeLabel wanted) {
        try {
            return directory.read(volume).filter(wanted::equals).isPresent();
        } catch (StoreException e) {
            return false;
        }
    }

    /** A new layout for a cartridge, before the catalog says it. */
    record Layout(long generation, List<Long> partitionCapacitiesBytes) {}

    /**
     * Writes a cartridge's label anew from the catalog; does nothing if there is no such cartridge.
     *
     * @throws StoreException if it could not be written anywhere; the older one is then still there
     */
    synchronized void refresh(VolumeIdentifier volume) throws StoreException {
        Optional<CartridgeLabel> label = nextLabel(volume);
        if (label.isPresent()) {
            files(label.get()).write(label.get());
        }
    }

    /** What makes an announced layout true. */
    interface Commit {
        void run() throws StoreException;
    }

    /**
     * Writes a cartridge's label with a new layout, then commits that. The label comes first, because recovery reads the
     * layout of a generation that it finds in chunks from there; if the commit fails the label is taken back.
     */
    synchronized void announce(VolumeIdentifier volume, Layout layout, Commit commit)
            throws StoreException {
        Optional<CartridgeLabel> label = nextLabel(volume);
        if (label.isPresent()) {
            files(label.get()).write(withLayout(label.get(), layout));
        }
        boolean committed = false;
        try {
            commit.run();
            committed = true;
        } finally {
            if (!committed) {
                takeBack(volume);
            }
        }
    }

    private void takeBack(VolumeIdentifier volume) {
        try {
            refresh(volume);
        } catch (StoreException e) {
            LOG.warn(
                    "label of {} announces a layout that it did not get: {}",
                    volume,
                    e.getMessage());
        }
    }

    /** Deletes a cartridge's label, durably. */
    synchronized void delete(VolumeIdentifier volume) throws StoreException {
        files().delete(volume);
    }

    private Optional<CartridgeLabel> nextLabel(VolumeIdentifier volume) throws StoreException {
        backing.commit(change ->
                change.cartridge(volume)
                        .filter(cartridge -> isDue(change, cartridge))
                        .ifPresent(cartridge ->
                                change.putCartridge(withNextLabelRevision(cartridge))));
        return backing.query(view ->
                view.cartridge(volume).filter(c -> isDue(view, c)).flatMap(c -> label(view, c)));
    }

    /** Whether a cartridge has a label. One that shows another's generation has none: without a catalog it is nothing. */
    boolean isDue(CartridgeRecord cartridge) throws StoreException {
        return backing.query(view -> isDue(view, cartridge));
    }

    static boolean isDue(CatalogView view, CartridgeRecord cartridge) {
        return cartridge.state() == CartridgeState.PRESENT
                && !Generations.showsAnother(view, cartridge.volume());
    }

    /** The label a cartridge should have, or empty if its container is unknown. */
    static Optional<CartridgeLabel> label(CatalogView view, CartridgeRecord cartridge) {
        return view.container(cartridge.container())
                .map(container -> label(view, cartridge, container));
    }

    private static CartridgeLabel label(
            CatalogView view, CartridgeRecord cartridge, ContainerRecord container) {
        Optional<ElementLocation> element = view.elementOf(cartridge.volume());
        return new CartridgeLabel(
                cartridge.container(),
                medium(cartridge, container.partitions().size()),
                container.partitions().stream().map(PartitionState::capacityBytes).toList(),
                container.generation(),
                cartridge.writeProtected(),
                element.map(ElementLocation::library).orElse(""),
                element.map(e -> OptionalInt.of(e.address())).orElse(OptionalInt.empty()),
                attributes(view, cartridge),
                cartridge.labelRevision(),
                cartridge.createdEpochMillis());
    }

    /** What chunk headers and labels say of a cartridge. */
    static MediumDescription medium(CartridgeRecord cartridge, int partitionCount) {
        return new MediumDescription(
                cartridge.volume(),
                cartridge.mediumType(),
                cartridge.densityCode(),
                cartridge.nativeCapacityBytes(),
                partitionCount,
                cartridge.worm());
    }

    /** Those of the cartridge memory, and retention: where the catalog has none, what older software may have carried on. */
    private static List<MamAttribute> attributes(CatalogView view, CartridgeRecord cartridge) {
        Optional<MamAttribute> retention =
                RetentionDescriptor.attribute(RetentionDescriptor.of(view, cartridge.container()));
        return Stream.concat(
                        cartridge.attributes().stream()
                                .map(Labels::attribute)
                                .filter(attribute ->
                                        retention.isEmpty()
                                                || attribute.id()
                                                        != RetentionDescriptor.LABEL_ATTRIBUTE),
                        retention.stream())
                .toList();
    }

    private static MamAttribute attribute(io.capstan.catalog.MamAttribute stored) {
        return new MamAttribute(
                stored.partition(), stored.identifier(), stored.format(), stored.value());
    }

    private static CartridgeLabel withLayout(CartridgeLabel label, Layout layout) {
        MediumDescription medium = label.medium();
        return new CartridgeLabel(
                label.container(),
                new MediumDescription(
                        medium.volumeIdentifier(),
                        medium.mediumTypeCode(),
                        medium.densityCode(),
                        medium.nativeCapacityBytes(),
                        layout.partitionCapacitiesBytes().size(),
                        medium.worm()),
                layout.partitionCapacitiesBytes(),
                layout.generation(),
                label.writeProtected(),
                label.libraryName(),
                label.elementAddress(),
                label.attributes(),
                label.revision(),
                label.createdEpochMillis());
    }

    private static CartridgeRecord withNextLabelRevision(CartridgeRecord cartridge) {
        return new CartridgeRecord(
                cartridge.volume(),
                cartridge.container(),
                cartridge.mediumType(),
                cartridge.densityCode(),
                cartridge.nativeCapacityBytes(),
                cartridge.worm(),
                cartridge.writeProtected(),
                cartridge.createdEpochMillis(),
                cartridge.loadCount(),
                cartridge.labelRevision() + 1,
                cartridge.attributes(),
                cartridge.state());
    }
}
