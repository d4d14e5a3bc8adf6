package io.capstan.appliance.api;

import io.capstan.appliance.node.Barcodes;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.ContainerRecord;
import io.capstan.changer.ElementType;
import io.capstan.changer.InventoryOutcome;
import io.capstan.config.PoolSettings;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.Personalities;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.CreateOutcome;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.NewCartridge;
import io.capstan.medium.RetentionOutcome;
import io.capstan.scsi.AdditionalSense;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Makes cartridges for operators.
 *
 * <p>A request with a client token is remembered with the barcodes it is for, before anything is made. Asked again, whether
 * the first answer was lost or the daemon died on the way, it goes on where it stopped and answers the same.
 */
final class CartridgeCreation {

    private static final int COUNT_MAX = 1000;

    private final Node node;
    private final ClientTokens tokens;

    CartridgeCreation(Node node) {
        this.node = node;
        this.tokens = new ClientTokens(node.storage().catalog());
    }

    /** One at a time, so that two requests do not choose the same barcodes. */
    synchronized Documents.Created create(Documents.CreateRequest request, Access access)
            throws StoreException {
        Optional<LibraryUnit> library = Optional.ofNullable(request.library()).map(access::library);
        CartridgeType type = type(request);
        checkPlace(request, library);
        long capacityBytes = capacity(request, type);
        String pool = pool(request, access);
        checkRetention(request);
        List<VolumeIdentifier> volumes;
        boolean again = false;
        boolean isMade = false;
        int empty = library.map(unit -> emptyElements(unit, request)).orElse(COUNT_MAX);
        if (request.clientToken() == null) {
            volumes = choose(request, type, empty);
        } else {
            String asked = Json.text(request);
            Optional<List<VolumeIdentifier>> known =
                    tokens.find(access.tenant(), request.clientToken(), asked);
            again = known.isPresent();
            isMade = again && tokens.isMade(access.tenant(), request.clientToken());
            volumes = known.isPresent() ? known.get() : choose(request, type, empty);
            if (known.isEmpty()) {
                tokens.remember(access.tenant(), request.clientToken(), asked, volumes);
            }
        }
        List<Documents.Place> places = new ArrayList<>();
        for (VolumeIdentifier volume : volumes) {
            if (isMade && !isKnown(volume)) {
                places.add(new Documents.Place(volume.text(), null, null));
                continue;
            }
            node.tenants().claim(volume, access.ownerOfNew(library));
            make(volume, type, capacityBytes, isWorm(request, type, volume), pool, again);
            retain(volume, request);
            places.add(
                    library.isPresent()
                            ? put(volume, library.get(), request)
                            : LibraryRoutes.place(node, volume));
        }
        if (request.clientToken() != null && !isMade) {
            tokens.noteMade(access.tenant(), request.clientToken());
        }
        return new Documents.Created(places);
    }

    private CartridgeType type(Documents.CreateRequest request) {
        if (request.type() != null) {
            return personalities()
                    .cartridgeType(request.type())
                    .orElseThrow(() ->
                            Problem.badRequest(
                                    "there is no cartridge type '%s'; there are %s"
                                            .formatted(request.type(), typeNames())));
        }
        return Optional.ofNullable(request.barcode())
                .flatMap(barcode -> personalities().cartridgeType(Call.volume(barcode)))
                .or(() -> Optional.ofNullable(request.library()).flatMap(this::typeOfDrives))
                .or(this::typeOfAnyDrive)
                .orElseThrow(() -> Problem.badRequest("'type' is missing: one of " + typeNames()));
    }

    private Personalities personalities() {
        return node.plan().equipment().personalities();
    }

    private List<String> typeNames() {
        return personalities().cartridgeTypes().stream().map(CartridgeType::name).toList();
    }

    private Optional<CartridgeType> typeOfDrives(String library) {
        return LibraryRoutes.library(node, library).drives().stream()
                .map(drive -> drive.personality().ownCartridge())
                .findFirst();
    }

    private Optional<CartridgeType> typeOfAnyDrive() {
        return node.libraries().stream()
                .flatMap(library -> library.drives().stream())
                .map(drive -> drive.personality().ownCartridge())
                .findFirst();
    }

    private static void checkPlace(Documents.CreateRequest request, Optional<LibraryUnit> library) {
        boolean named = request.element() != null || request.elementType() != null;
        if (named && library.isEmpty()) {
            throw Problem.badRequest("an element needs a 'library'");
        }
        if (request.element() != null && request.prefix() != null) {
            throw Problem.badRequest("'element' takes one cartridge; use 'elementType'");
        }
        LibraryRoutes.operatorElementType(request.elementType(), ElementType.STORAGE);
    }

    private static int emptyElements(LibraryUnit library, Documents.CreateRequest request) {
        ElementType type =
                LibraryRoutes.operatorElementType(request.elementType(), ElementType.STORAGE);
        return (int)
                library.inventory().stream()
                        .filter(element -> !element.full())
                        .filter(element ->
                                request.element() == null
                                        ? element.type() == type
                                        : element.address() == request.element())
                        .count();
    }

    private static long capacity(Documents.CreateRequest request, CartridgeType type) {
        long bytes =
                request.capacityBytes() == null
                        ? type.nativeCapacityBytes()
                        : request.capacityBytes();
        if (bytes < 1 || bytes > type.nativeCapacityBytes()) {
            throw Problem.badRequest(
                    "'capacityBytes' of %s is 1 to %d"
                            .formatted(type.name(), type.nativeCapacityBytes()));
        }
        return bytes;
    }

    private static boolean isWorm(
            Documents.CreateRequest request, CartridgeType type, VolumeIdentifier volume) {
        return request.worm() == null ? type.isWormLabel(volume) : request.worm();
    }

    /**
     * @param empty elements there are for them
     */
    private List<VolumeIdentifier> choose(
            Documents.CreateRequest request, CartridgeType type, int empty) throws StoreException {
        int count = request.prefix() == null || request.count() == null ? 1 : request.count();
        if (count > empty) {
            throw Problem.ofSense(
                    409,
                    AdditionalSense.MEDIUM_DESTINATION_ELEMENT_FULL,
                    "there are %d empty elements for %d cartridges".formatted(empty, count));
        }
        if ((request.barcode() == null) == (request.prefix() == null)) {
            throw Problem.badRequest("either 'barcode' or 'prefix' is needed");
        }
        if (request.barcode() != null) {
            VolumeIdentifier volume = Call.volume(request.barcode());
            refuseUsed(volume);
            return List.of(volume);
        }
        if (count < 1 || count > COUNT_MAX) {
            throw Problem.badRequest("'count' is 1 to " + COUNT_MAX);
        }
        boolean worm = request.worm() != null && request.worm();
        try {
            return new Barcodes(
                            LibraryRoutes.required("prefix", request.prefix()),
                            worm
                                    ? type.barcodeSuffixWorm().orElse(type.barcodeSuffixData())
                                    : type.barcodeSuffixData())
                    .free(node.storage().catalog(), count);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private void refuseUsed(VolumeIdentifier volume) throws StoreException {
        Catalog catalog = node.storage().catalog();
        Optional<CartridgeRecord> used = catalog.read(view -> view.cartridge(volume));
        if (used.isPresent()) {
            throw Problem.conflict(
                    "BARCODE_IN_USE",
                    used.get().state() == CartridgeState.PRESENT
                            ? "there is a cartridge " + volume
                            : "there was a cartridge %s, and its barcode is not used again%s"
                                    .formatted(volume, untilFree(volume)));
        }
    }

    private String untilFree(VolumeIdentifier volume) throws StoreException {
        return node.storage()
                .cartridges()
                .deleted(volume)
                .flatMap(node.tombstones()::keptUntil)
                .map(until -> " before " + until)
                .orElse("");
    }

    private void make(
            VolumeIdentifier volume,
            CartridgeType type,
            long capacityBytes,
            boolean worm,
            String pool,
            boolean again)
            throws StoreException {
        if (again && isKnown(volume)) {
            return;
        }
        MediumDescription description;
        try {
            description = type.describe(capacityBytes, worm, false);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
        CreateOutcome outcome =
                node.storage()
                        .cartridges()
                        .create(
                                new NewCartridge(
                                        volume,
                                        description.mediumType(),
                                        description.densityCode(),
                                        List.of(capacityBytes),
                                        worm,
                                        pool));
        if (outcome != CreateOutcome.CREATED) {
            throw Problem.conflict("BARCODE_IN_USE", "there is a cartridge " + volume);
        }
    }

    private boolean isKnown(VolumeIdentifier volume) {
        return node.storage().catalog().read(view -> view.cartridge(volume)).isPresent();
    }

    /** Pools are the node's, and no tenant's. */
    private String pool(Documents.CreateRequest request, Access access) {
        String pool = request.pool();
        if (pool == null) {
            return ContainerRecord.POOL_DEFAULT;
        }
        if (access.tenant().isPresent()) {
            throw Problem.badRequest("'pool' is the administrator's to say");
        }
        List<String> names = node.plan().store().pools().stream().map(PoolSettings::name).toList();
        if (!names.contains(pool) && !pool.equals(ContainerRecord.POOL_DEFAULT)) {
            throw Problem.badRequest("there is no pool '%s'; there are %s".formatted(pool, names));
        }
        return pool;
    }

    private static void checkRetention(Documents.CreateRequest request) {
        if (request.keepGenerationsDays() != null) {
            int _ = Retentions.days("keepGenerationsDays", request.keepGenerationsDays());
        }
        if (request.lockDays() != null) {
            int _ = Retentions.days("lockDays", request.lockDays());
        }
    }

    private void retain(VolumeIdentifier volume, Documents.CreateRequest request)
            throws StoreException {
        if (request.keepGenerationsDays() != null || request.lockDays() != null) {
            // Asked again, it may be locked for longer by now, or gone, which stays so.
            RetentionOutcome _ =
                    node.storage()
                            .cartridges()
                            .retainSinceMade(
                                    volume,
                                    days(request.keepGenerationsDays()),
                                    days(request.lockDays()));
        }
    }

    private static OptionalInt days(@Nullable Integer days) {
        return days == null ? OptionalInt.empty() : OptionalInt.of(days);
    }

    private Documents.Place put(
            VolumeIdentifier volume, LibraryUnit library, Documents.CreateRequest request) {
        ElementType type =
                LibraryRoutes.operatorElementType(request.elementType(), ElementType.STORAGE);
        InventoryOutcome outcome =
                request.element() == null
                        ? library.importCartridge(volume, type)
                        : library.importCartridge(volume, request.element());
        // Asked again, it may be there already, or have moved on since.
        return outcome instanceof InventoryOutcome.VolumeElsewhere(var same, var location)
                ? new Documents.Place(same.text(), location.library(), location.address())
                : LibraryRoutes.placed(library, outcome);
    }
}
