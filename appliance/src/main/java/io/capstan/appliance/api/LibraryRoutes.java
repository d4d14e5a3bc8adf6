package io.capstan.appliance.api;

import io.capstan.appliance.node.DriveUnit;
import io.capstan.appliance.node.LibraryPlan;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.changer.ElementStatus;
import io.capstan.changer.ElementType;
import io.capstan.changer.ElementsOutcome;
import io.capstan.changer.InventoryOutcome;
import io.capstan.changer.TransportOutcome;
import io.capstan.changer.TransportRefusal;
import io.capstan.changer.Transported;
import io.capstan.drive.Personality;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Libraries, their elements, and what operators move. */
final class LibraryRoutes {

    private final Node node;

    LibraryRoutes(Node node) {
        this.node = node;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/v1/libraries",
                                "listLibraries",
                                "All libraries.",
                                Documents.Libraries.class,
                                call ->
                                        new Documents.Libraries(
                                                node.libraries().stream()
                                                        .filter(call.access()::sees)
                                                        .map(library -> summary(node, library))
                                                        .toList()))
                        .forTenants(),
                Route.get(
                                "/v1/libraries/{library}",
                                "showLibrary",
                                "A library with all its elements.",
                                Documents.Library.class,
                                call -> show(library(node, call.path("library"))))
                        .forTenants(),
                Route.get(
                                "/v1/libraries/{library}/trace",
                                "traceLibrary",
                                "The last commands of a library's changer and their outcomes.",
                                Documents.Trace.class,
                                call ->
                                        Traces.answer(
                                                call,
                                                library(node, call.path("library")).flightLog()))
                        .forTenants()
                        .withQuery(Traces.parameters()),
                Route.change(
                                "POST",
                                "/v1/libraries/{library}/move",
                                "moveCartridge",
                                "Moves a cartridge from one element to another.",
                                Documents.MoveRequest.class,
                                Documents.Place.class,
                                this::move)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/libraries/{library}/import",
                                "importCartridge",
                                "Brings a cartridge from the shelf into an element: a given one, or the first empty one"
                                        + " of a type (import-export, which is the default, or storage).",
                                Documents.ImportRequest.class,
                                Documents.Place.class,
                                this::importCartridge)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/libraries/{library}/export",
                                "exportCartridge",
                                "Takes a cartridge out of its import/export or storage element and puts it on the shelf.",
                                Documents.ExportRequest.class,
                                Documents.Place.class,
                                this::export)
                        .forTenants(),
                Route.change(
                        "PUT",
                        "/v1/libraries/{library}/elements",
                        "resizeLibrary",
                        "Changes how many storage and import/export elements a library has; what is not given stays. Elements go and come at the end, and must be empty to go.",
                        Documents.ResizeRequest.class,
                        Documents.LibrarySummary.class,
                        this::resize),
                Route.change(
                        "POST",
                        "/v1/libraries/{library}/drives",
                        "addDrive",
                        "Adds a drive behind the last one: of a given personality, or of that of the last one.",
                        Documents.AddDriveRequest.class,
                        Documents.LibrarySummary.class,
                        this::addDrive),
                Route.change(
                        "DELETE",
                        "/v1/libraries/{library}/drives/{number}",
                        "removeDrive",
                        "Removes the last drive, which must be empty.",
                        Void.class,
                        Documents.LibrarySummary.class,
                        this::removeDrive));
    }

    private Documents.LibrarySummary resize(Call call) {
        LibraryUnit library = library(node, call.path("library"));
        Documents.ResizeRequest request = call.body(Documents.ResizeRequest.class);
        int storage =
                Objects.requireNonNullElse(
                        request.storageElements(), library.configuration().storageCount());
        int importExport =
                Objects.requireNonNullElse(
                        request.importExportElements(),
                        library.configuration().importExportCount());
        check(library.resize(storage, importExport));
        return summary(node, library);
    }

    private Documents.LibrarySummary addDrive(Call call) throws IOException, InterruptedException {
        LibraryUnit library = library(node, call.path("library"));
        Documents.AddDriveRequest request = call.body(Documents.AddDriveRequest.class);
        LibraryPlan.Drive drive =
                new LibraryPlan.Drive(
                        personality(library, request.personality()),
                        Optional.ofNullable(request.serialNumber()));
        try {
            check(node.addDrive(library, drive));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new Problem(500, "KERNEL_FAILED", "the kernel made no device: " + e.getMessage());
        }
        return summary(node, library);
    }

    private Personality personality(LibraryUnit library, @Nullable String name) {
        if (name == null) {
            if (library.drives().isEmpty()) {
                throw Problem.badRequest("'personality' is missing, and there is no drive yet");
            }
            return library.drives().getLast().personality();
        }
        return node.plan()
                .equipment()
                .drive(name)
                .orElseThrow(() ->
                        Problem.badRequest(
                                "personality is one of %s, not '%s'"
                                        .formatted(
                                                node
                                                        .plan()
                                                        .equipment()
                                                        .drivePersonalities()
                                                        .stream()
                                                        .sorted()
                                                        .toList(),
                                                name)));
    }

    private Documents.LibrarySummary removeDrive(Call call) {
        LibraryUnit library = library(node, call.path("library"));
        int number = call.pathNumber("number");
        DriveUnit drive =
                library.drives().stream()
                        .filter(unit -> unit.number() == number)
                        .findFirst()
                        .orElseThrow(() ->
                                Problem.notFound(
                                        "UNKNOWN_DRIVE",
                                        "library %s has no drive %d"
                                                .formatted(library.name(), number)));
        check(node.removeDrive(library, drive));
        return summary(node, library);
    }

    /** Returns if the elements were changed. */
    private static void check(ElementsOutcome outcome) {
        switch (outcome) {
            case ElementsOutcome.Changed() -> {}
            case ElementsOutcome.Refusal refusal -> throw Refusals.of(refusal);
        }
    }

    static LibraryUnit library(Node node, String name) {
        return node.library(name)
                .orElseThrow(
                        () -> Problem.notFound("UNKNOWN_LIBRARY", "there is no library " + name));
    }

    /** From the catalog alone: it does not wait for a changer that is at work. */
    static Documents.LibrarySummary summary(Node node, LibraryUnit library) {
        int cartridgeCount =
                node.storage().catalog().read(view -> view.elements(library.name()).size());
        return new Documents.LibrarySummary(
                library.name(),
                library.configuration().personality().name(),
                library.configuration().serialNumber(),
                library.drives().size(),
                library.configuration().storageCount(),
                library.configuration().importExportCount(),
                cartridgeCount);
    }

    private Documents.Library show(LibraryUnit library) {
        return new Documents.Library(
                library.name(),
                library.configuration().personality().name(),
                library.configuration().serialNumber(),
                library.removalPrevented(),
                library.inventory().stream().map(element -> element(library, element)).toList());
    }

    private Documents.Element element(LibraryUnit library, ElementStatus element) {
        Optional<ElementStatus.Content> content = element.content();
        return new Documents.Element(
                element.address(),
                name(element.type()),
                element.full(),
                element.accessible(),
                content.map(cartridge -> cartridge.volume().text()).orElse(null),
                content.flatMap(cartridge ->
                                cartridge.sourceElementAddress().stream().boxed().findFirst())
                        .orElse(null),
                library.drives().stream()
                        .filter(drive -> drive.elementAddress() == element.address())
                        .map(drive -> drive.name())
                        .findFirst()
                        .orElse(null),
                element.identifier().orElse(null),
                node.tiers()
                        .partnerOf(new ElementLocation(library.name(), element.address()))
                        .map(ElementLocation::toString)
                        .orElse(null),
                element.exception().orElse(null));
    }

    /** As JSON and the command line write it, for example {@code import-export}. */
    static String name(ElementType type) {
        return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws Problem if there is no such type, or operators cannot put cartridges there
     */
    static ElementType operatorElementType(@Nullable String name, ElementType otherwise) {
        if (name == null) {
            return otherwise;
        }
        return switch (name) {
            case "storage" -> ElementType.STORAGE;
            case "import-export" -> ElementType.IMPORT_EXPORT;
            default ->
                    throw Problem.badRequest(
                            "elementType is 'storage' or 'import-export', not '%s'"
                                    .formatted(name));
        };
    }

    static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw Problem.badRequest("'" + name + "' is missing");
        }
        return value;
    }

    private Documents.Place move(Call call) {
        LibraryUnit library = library(node, call.path("library"));
        Documents.MoveRequest request = call.body(Documents.MoveRequest.class);
        int source = required("source", request.source());
        int destination = required("destination", request.destination());
        Optional<VolumeIdentifier> volume =
                node.storage()
                        .catalog()
                        .read(view -> view.element(new ElementLocation(library.name(), source)))
                        .map(element -> element.volume());
        check(library.move(source, destination));
        Optional<JobRecord> job = volume.flatMap(node.tiers().jobs()::jobOf);
        if (job.isPresent()) {
            return inTransit(job.get());
        }
        return place(library, destination);
    }

    private static Documents.Place inTransit(JobRecord job) {
        return new Documents.Place(job.volume().text(), null, null, job.job());
    }

    /** Returns if the cartridges were moved. */
    static void check(TransportOutcome outcome) {
        switch (outcome) {
            case Transported() -> {}
            case TransportRefusal refusal -> throw Refusals.of(refusal);
        }
    }

    /** What is in an element now. */
    static Documents.Place place(LibraryUnit library, int address) {
        return library.inventory().stream()
                .filter(element -> element.address() == address)
                .flatMap(element -> element.content().stream())
                .map(content ->
                        new Documents.Place(content.volume().text(), library.name(), address))
                .findFirst()
                .orElseThrow(() ->
                        Problem.conflict("MOVED_ON", "another command has moved the cartridge on"));
    }

    private Documents.Place importCartridge(Call call) throws IOException {
        LibraryUnit library = library(node, call.path("library"));
        Documents.ImportRequest request = call.body(Documents.ImportRequest.class);
        VolumeIdentifier volume = Call.volume(required("barcode", request.barcode()));
        ElementType type = operatorElementType(request.elementType(), ElementType.IMPORT_EXPORT);
        call.access().requireSameTenant(volume, library);
        if (isElsewhere(library, volume)) {
            Documents.Place place = fetch(library, volume, request, type);
            node.tenants().settle(volume, library.name());
            return place;
        }
        Documents.Place place =
                placed(
                        library,
                        request.element() == null
                                ? library.importCartridge(volume, type)
                                : library.importCartridge(volume, request.element()));
        node.tenants().settle(volume, library.name());
        return place;
    }

    /** Whether a cartridge that is on the shelf has data that is not where the library has it. */
    private boolean isElsewhere(LibraryUnit library, VolumeIdentifier volume) throws IOException {
        boolean isOnShelf =
                node.storage()
                        .catalog()
                        .read(view ->
                                view.elementOf(volume).isEmpty()
                                        && view.transit(volume).isEmpty()
                                        && view.cartridge(volume)
                                                .filter(c -> c.state() == CartridgeState.PRESENT)
                                                .isPresent());
        return isOnShelf
                && !node.tiers().jobs().isWhole(volume, node.tiers().tierOf(library.name()));
    }

    /** It is in transit until its data is there. */
    private Documents.Place fetch(
            LibraryUnit library,
            VolumeIdentifier volume,
            Documents.ImportRequest request,
            ElementType type) {
        int address =
                request.element() != null
                        ? request.element()
                        : library.inventory().stream()
                                .filter(element -> element.type() == type && !element.full())
                                .map(ElementStatus::address)
                                .findFirst()
                                .orElseThrow(() ->
                                        Refusals.of(new InventoryOutcome.NoEmptyElement(type)));
        Optional<ElementType> there = library.typeOf(address);
        if (there.filter(t -> t == ElementType.STORAGE || t == ElementType.IMPORT_EXPORT)
                .isEmpty()) {
            throw Refusals.of(new TransportRefusal.InvalidElementAddress(address));
        }
        try {
            long job =
                    node.tiers()
                            .jobs()
                            .fetch(
                                    volume,
                                    node.tiers().tierOf(library.name()),
                                    new ElementLocation(library.name(), address),
                                    request.element() == null && type == ElementType.STORAGE);
            return new Documents.Place(volume.text(), null, null, job);
        } catch (IllegalStateException e) {
            throw Problem.conflict("MOVED_ON", String.valueOf(e.getMessage()));
        }
    }

    static Documents.Place placed(LibraryUnit library, InventoryOutcome outcome) {
        return switch (outcome) {
            case InventoryOutcome.Changed(VolumeIdentifier volume, int address) ->
                    new Documents.Place(volume.text(), library.name(), address);
            case InventoryOutcome.Refusal refusal -> throw Refusals.of(refusal);
            case TransportRefusal refusal -> throw Refusals.of(refusal);
        };
    }

    /** Where a cartridge is. */
    static Documents.Place place(Node node, VolumeIdentifier volume) {
        return node.storage()
                .catalog()
                .read(view -> view.elementOf(volume))
                .map(at -> new Documents.Place(volume.text(), at.library(), at.address()))
                .orElseGet(() -> new Documents.Place(volume.text(), null, null));
    }

    private Documents.Place export(Call call) {
        LibraryUnit library = library(node, call.path("library"));
        Documents.ExportRequest request = call.body(Documents.ExportRequest.class);
        int address = exported(library, request);
        if (request.force() != null && request.force()) {
            library.allowRemoval();
        }
        return switch (library.exportCartridge(address)) {
            case InventoryOutcome.Changed(VolumeIdentifier volume, int from) ->
                    node.tiers()
                            .jobs()
                            .jobOf(volume)
                            .map(LibraryRoutes::inTransit)
                            .orElseGet(() -> new Documents.Place(volume.text(), null, null));
            case InventoryOutcome.Refusal refusal -> throw Refusals.of(refusal);
            case TransportRefusal refusal -> throw Refusals.of(refusal);
        };
    }

    private int exported(LibraryUnit library, Documents.ExportRequest request) {
        Integer address = request.element();
        if (address != null) {
            return address;
        }
        VolumeIdentifier volume = Call.volume(required("barcode", request.barcode()));
        ElementLocation location =
                node.storage()
                        .catalog()
                        .read(view -> view.elementOf(volume))
                        .filter(where -> where.library().equals(library.name()))
                        .orElseThrow(() ->
                                Problem.notFound(
                                        "UNKNOWN_CARTRIDGE",
                                        "cartridge %s is not in library %s"
                                                .formatted(volume, library.name())));
        return location.address();
    }
}
