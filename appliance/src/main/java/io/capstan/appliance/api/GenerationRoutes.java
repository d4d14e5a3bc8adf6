package io.capstan.appliance.api;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.ShownGeneration;
import io.capstan.changer.ElementType;
import io.capstan.changer.InventoryOutcome;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.GenerationStatus;
import io.capstan.medium.ShowOutcome;
import io.capstan.scsi.AdditionalSense;
import io.capstan.store.StoreException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was on cartridges before they were erased, formatted or overwritten from the beginning. */
final class GenerationRoutes {

    private final Node node;

    GenerationRoutes(Node node) {
        this.node = node;
    }

    /**
     * An earlier generation that is kept.
     *
     * @param ended when it was erased, formatted or overwritten
     * @param expires when it is given up, unless a cartridge shows it then
     * @param shownAs barcodes of cartridges that show it
     */
    record Generation(
            long generation,
            String ended,
            String expires,
            long usedBytes,
            List<Documents.Partition> partitions,
            List<String> shownAs) {}

    record Generations(String barcode, List<Generation> generations) {}

    /**
     * @param barcode of the cartridge that is to show it
     * @param library to put that into; the shelf if not given
     * @param elementType {@code storage} or {@code import-export}
     */
    record ShowRequest(
            @Nullable String barcode, @Nullable String library, @Nullable String elementType) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/v1/cartridges/{barcode}/generations",
                                "listGenerations",
                                "What is kept of what was on a cartridge before, oldest first.",
                                Generations.class,
                                this::list)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/cartridges/{barcode}/generations/{generation}/show",
                                "showGeneration",
                                "Makes a cartridge of another barcode that shows what was on this one before. It can be read and"
                                        + " never be written, and as long as it is there, what it shows is kept. Asked for"
                                        + " again, nothing is made twice.",
                                ShowRequest.class,
                                Documents.Place.class,
                                this::show)
                        .forTenants(),
                Route.change(
                                "DELETE",
                                "/v1/cartridges/{barcode}/generations/{generation}",
                                "dropGeneration",
                                "Gives up what was on a cartridge before, ahead of its time, for its space.",
                                Void.class,
                                Documents.Accepted.class,
                                this::drop)
                        .forTenants());
    }

    private Generations list(Call call) throws StoreException {
        VolumeIdentifier volume = call.barcode();
        List<GenerationStatus> kept =
                node.storage()
                        .cartridges()
                        .generations(volume)
                        .orElseThrow(() -> CartridgeRoutes.unknown(volume));
        return new Generations(
                volume.text(), kept.stream().map(GenerationRoutes::document).toList());
    }

    private static Generation document(GenerationStatus status) {
        return new Generation(
                status.generation(),
                status.ended().toString(),
                status.expires().toString(),
                status.usedBytes(),
                status.partitions().stream().map(CartridgeRoutes::partition).toList(),
                status.shownAs().stream().map(VolumeIdentifier::text).toList());
    }

    /** One at a time, so that an element that is empty stays so until the cartridge is in it. */
    private synchronized Documents.Place show(Call call) throws StoreException {
        VolumeIdentifier volume = call.barcode();
        long generation = call.pathNumber("generation");
        ShowRequest request = call.body(ShowRequest.class);
        VolumeIdentifier shownAs =
                Call.volume(LibraryRoutes.required("barcode", request.barcode()));
        if (request.elementType() != null && request.library() == null) {
            throw Problem.badRequest("an element needs a 'library'");
        }
        ElementType type =
                LibraryRoutes.operatorElementType(request.elementType(), ElementType.STORAGE);
        Optional<LibraryUnit> library =
                Optional.ofNullable(request.library()).map(call.access()::library);
        library.ifPresent(unit -> call.access().requireSameTenant(volume, unit));
        if (!isShown(volume, generation, shownAs)) {
            library.ifPresent(unit -> requireRoom(unit, type));
            node.tenants().claim(shownAs, node.tenants().ofCartridge(volume));
            make(volume, generation, shownAs);
        }
        library.ifPresent(unit -> node.tenants().settle(shownAs, unit.name()));
        return library.isPresent()
                ? put(library.get(), shownAs, type)
                : LibraryRoutes.place(node, shownAs);
    }

    private boolean isShown(VolumeIdentifier volume, long generation, VolumeIdentifier shownAs)
            throws StoreException {
        return node.storage()
                .cartridges()
                .shown(shownAs)
                .filter(shown -> shown.volume().equals(volume) && shown.generation() == generation)
                .isPresent();
    }

    private static void requireRoom(LibraryUnit library, ElementType type) {
        if (library.inventory().stream()
                .noneMatch(element -> element.type() == type && !element.full())) {
            throw Problem.ofSense(
                    409,
                    AdditionalSense.MEDIUM_DESTINATION_ELEMENT_FULL,
                    "library %s has no empty element for it".formatted(library.name()));
        }
    }

    private void make(VolumeIdentifier volume, long generation, VolumeIdentifier shownAs)
            throws StoreException {
        ShowOutcome outcome = node.storage().cartridges().show(volume, generation, shownAs);
        switch (outcome) {
            case SHOWN -> {}
            case UNKNOWN -> throw CartridgeRoutes.unknown(volume);
            case UNKNOWN_GENERATION -> throw unknown(volume, generation);
            case EXISTS, BEING_DELETED ->
                    throw Problem.conflict(
                            "BARCODE_IN_USE",
                            "there is or was a cartridge " + shownAs + ": choose another barcode");
        }
    }

    private static Problem unknown(VolumeIdentifier volume, long generation) {
        return Problem.notFound(
                "UNKNOWN_GENERATION",
                "generation %d of cartridge %s is not kept, or not any more"
                        .formatted(generation, volume));
    }

    /** Asked again, it may be there already, or have moved on since. */
    private static Documents.Place put(
            LibraryUnit library, VolumeIdentifier volume, ElementType type) {
        InventoryOutcome outcome = library.importCartridge(volume, type);
        return outcome instanceof InventoryOutcome.VolumeElsewhere(var same, var location)
                ? new Documents.Place(same.text(), location.library(), location.address())
                : LibraryRoutes.placed(library, outcome);
    }

    private Documents.Accepted drop(Call call) throws StoreException {
        VolumeIdentifier volume = call.barcode();
        long generation = call.pathNumber("generation");
        return switch (node.storage().cartridges().drop(volume, generation)) {
            case DROPPED -> new Documents.Accepted("dropped");
            case UNKNOWN -> throw unknown(volume, generation);
            case LOCKED -> throw new Retentions(node).locked(volume);
            case SHOWN ->
                    throw Problem.conflict(
                            "GENERATION_SHOWN",
                            "a cartridge shows generation %d of %s: destroy that one first"
                                    .formatted(generation, volume));
        };
    }

    /** A cartridge that shows another one's generation has no data that could be brought anywhere. */
    static void requireOwnData(Node node, VolumeIdentifier volume) {
        Optional<ShownGeneration> shown =
                node.storage().catalog().read(view -> view.shownGeneration(volume));
        shown.ifPresent(of -> {
            throw Problem.conflict(
                    "SHOWS_GENERATION",
                    "cartridge %s shows generation %d of cartridge %s, whose data it is"
                            .formatted(volume, of.generation(), of.volume()));
        });
    }
}
