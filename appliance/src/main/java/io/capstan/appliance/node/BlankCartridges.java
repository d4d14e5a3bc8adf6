package io.capstan.appliance.node;

import io.capstan.appliance.NowAndThen;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ElementRecord;
import io.capstan.changer.ElementStatus;
import io.capstan.changer.ElementType;
import io.capstan.changer.InventoryOutcome;
import io.capstan.config.BlankSettings;
import io.capstan.drive.CartridgeType;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.CreateOutcome;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.NewCartridge;
import io.capstan.medium.RetentionOutcome;
import io.capstan.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps as many blank cartridges in libraries as the configuration's rules say. Blank is one without a block or filemark,
 * wherever in the library but in a drive, where it is about to be written.
 *
 * <p>Barcodes are noted before their cartridges are made, so that a crash on the way leaves none on the shelf: the next look
 * goes on with them.
 */
public final class BlankCartridges implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BlankCartridges.class);

    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final List<BlankSettings> rules;
    private final Catalog catalog;
    private final Cartridges cartridges;
    private final Tenants tenants;
    private final InstalledEquipment equipment;
    private final Function<String, Optional<LibraryUnit>> libraries;

    /** Rules of which it was said that there is no room. */
    private final Set<BlankSettings> withoutRoom = new HashSet<>();

    private final NowAndThen looks = new NowAndThen("capstan-blank-cartridges", PAUSE, this::look);

    BlankCartridges(
            List<BlankSettings> rules,
            Catalog catalog,
            Cartridges cartridges,
            Tenants tenants,
            InstalledEquipment equipment,
            Function<String, Optional<LibraryUnit>> libraries) {
        this.rules = rules;
        this.catalog = catalog;
        this.cartridges = cartridges;
        this.tenants = tenants;
        this.equipment = equipment;
        this.libraries = libraries;
    }

    /** Looks now and then, if there is a rule. */
    void start() {
        if (!rules.isEmpty()) {
            looks.start();
        }
    }

    /** Makes what is missing now. One at a time. */
    public synchronized void look() {
        for (BlankSettings rule : rules) {
            try {
                Optional<LibraryUnit> library = libraries.apply(rule.library());
                if (library.isPresent()) {
                    if (finish(rule, library.get())) {
                        fill(rule, library.get());
                    }
                }
            } catch (StoreException | CatalogException | RejectedExecutionException e) {
                LOG.error(
                        "library {} gets no blank cartridges {} now: {}",
                        rule.library(),
                        rule.prefix(),
                        e.getMessage());
            }
        }
    }

    private void fill(BlankSettings rule, LibraryUnit library) throws StoreException {
        Set<Integer> drives =
                library.inventory().stream()
                        .filter(element -> element.type() == ElementType.DATA_TRANSFER)
                        .map(ElementStatus::address)
                        .collect(Collectors.toSet());
        long blank =
                catalog.read(view ->
                        view.elements(rule.library()).stream()
                                .filter(element -> !drives.contains(element.location().address()))
                                .filter(element -> isBlank(view, rule, element))
                                .count());
        long missing = rule.atLeast() - blank;
        long room = room(rule, library).size();
        noteRoom(rule, missing, room);
        int count = (int) Math.min(missing, room);
        if (count <= 0) {
            return;
        }
        List<VolumeIdentifier> volumes;
        try {
            volumes = new Barcodes(rule.prefix(), rule.suffix()).free(catalog, count);
        } catch (IllegalArgumentException e) {
            LOG.error("library {}: {}", rule.library(), e.getMessage());
            return;
        }
        String barcodes =
                volumes.stream().map(VolumeIdentifier::text).collect(Collectors.joining(" "));
        byte[] begun = barcodes.getBytes(StandardCharsets.US_ASCII);
        catalog.commit(change -> change.putParameters(pending(rule), begun));
        if (finish(rule, library)) {
            LOG.info("library {}: blank cartridges {} made", rule.library(), barcodes);
        }
    }

    /**
     * Empty elements that new cartridges may take: none that leads to another library, nor the slot of a cartridge that is in
     * a drive, for that goes back there.
     */
    private static List<Integer> room(BlankSettings rule, LibraryUnit library) {
        List<ElementStatus> inventory = library.inventory();
        Set<Integer> taken = new HashSet<>();
        for (ElementStatus element : inventory) {
            if (element.type() == ElementType.DATA_TRANSFER) {
                element.content()
                        .ifPresent(content -> content.sourceElementAddress().ifPresent(taken::add));
            }
        }
        return inventory.stream()
                .filter(element -> element.type() == place(rule) && !element.full())
                .filter(element -> element.identifier().isEmpty())
                .map(ElementStatus::address)
                .filter(address -> !taken.contains(address))
                .toList();
    }

    private static boolean isBlank(CatalogView view, BlankSettings rule, ElementRecord element) {
        return element.volume().text().startsWith(rule.prefix())
                && view.shownGeneration(element.volume()).isEmpty()
                && view.cartridge(element.volume())
                        .flatMap(cartridge -> view.container(cartridge.container()))
                        .filter(container ->
                                container.partitions().stream()
                                        .allMatch(partition -> partition.endOfDataObject() == 0))
                        .isPresent();
    }

    private void noteRoom(BlankSettings rule, long missing, long room) {
        if (missing <= room) {
            withoutRoom.remove(rule);
        } else if (withoutRoom.add(rule)) {
            LOG.warn(
                    "library {} lacks {} blank cartridges {} and has {} empty elements for them: make room",
                    rule.library(),
                    missing,
                    rule.prefix(),
                    room);
        }
    }

    private static ElementType place(BlankSettings rule) {
        return rule.arrivesInImportExport() ? ElementType.IMPORT_EXPORT : ElementType.STORAGE;
    }

    private static String pending(BlankSettings rule) {
        return "blank-cartridges/%s/%s".formatted(rule.library(), rule.prefix());
    }

    /**
     * Makes what was begun, and forgets about it.
     *
     * @return false if there is no room for all of it: the next look goes on
     */
    private boolean finish(BlankSettings rule, LibraryUnit library) throws StoreException {
        Optional<byte[]> begun = catalog.read(view -> view.parameters(pending(rule)));
        if (begun.isEmpty()) {
            return true;
        }
        String barcodes = new String(begun.get(), StandardCharsets.US_ASCII);
        for (String barcode : List.of(barcodes.split(" ", -1))) {
            VolumeIdentifier volume = new VolumeIdentifier(barcode);
            tenants.claim(volume, tenants.ofLibrary(library.name()));
            CreateOutcome made = cartridges.create(describe(rule, volume));
            boolean isOnShelf = catalog.read(view -> isOnShelf(view, volume));
            if (made == CreateOutcome.CREATED || isOnShelf) {
                retain(rule, volume);
                Optional<Integer> element = room(rule, library).stream().findFirst();
                if (element.isEmpty()
                        || !(library.importCartridge(volume, element.get())
                                instanceof InventoryOutcome.Changed)) {
                    return false;
                }
            }
        }
        catalog.commit(change -> change.removeParameters(pending(rule)));
        return true;
    }

    /** Before it is of use to anybody. */
    private void retain(BlankSettings rule, VolumeIdentifier volume) throws StoreException {
        if (rule.keepGenerationsDays().isPresent() || rule.lockDays().isPresent()) {
            RetentionOutcome _ =
                    cartridges.retainSinceMade(volume, rule.keepGenerationsDays(), rule.lockDays());
        }
    }

    private static boolean isOnShelf(CatalogView view, VolumeIdentifier volume) {
        return view.elementOf(volume).isEmpty()
                && view.transit(volume).isEmpty()
                && view.cartridge(volume)
                        .filter(cartridge -> cartridge.state() == CartridgeState.PRESENT)
                        .isPresent();
    }

    private NewCartridge describe(BlankSettings rule, VolumeIdentifier volume) {
        CartridgeType type = equipment.personalities().cartridgeType(rule.medium()).orElseThrow();
        boolean worm = type.isWormLabel(volume);
        long capacityBytes = rule.capacityBytes().orElse(type.nativeCapacityBytes());
        MediumDescription description = type.describe(capacityBytes, worm, false);
        return new NewCartridge(
                volume,
                description.mediumType(),
                description.densityCode(),
                List.of(capacityBytes),
                worm,
                rule.pool());
    }

    @Override
    public void close() {
        boolean _ = looks.stop();
    }
}
