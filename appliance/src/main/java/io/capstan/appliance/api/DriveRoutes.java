package io.capstan.appliance.api;

import io.capstan.appliance.node.DriveUnit;
import io.capstan.appliance.node.InstalledEquipment;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.catalog.ElementLocation;
import io.capstan.drive.DriveStatus;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.SenseData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Drives, and loading and unloading them by hand. */
final class DriveRoutes {

    /** A drive answers between two commands; one that is in a long command is shown as busy. */
    private static final long STATUS_MAX_MILLIS = 1000;

    private final Node node;

    DriveRoutes(Node node) {
        this.node = node;
    }

    private record Chosen(LibraryUnit library, DriveUnit drive) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/v1/drives",
                                "listDrives",
                                "All drives.",
                                Documents.Drives.class,
                                call -> list(call.access()))
                        .forTenants(),
                Route.get(
                                "/v1/drives/{library}/{number}",
                                "showDrive",
                                "A drive: what is in it, where it stands, what it has counted.",
                                Documents.Drive.class,
                                call -> describe(ask(chosen(call)), deadlineNanos()))
                        .forTenants(),
                Route.get(
                                "/v1/drives/{library}/{number}/trace",
                                "traceDrive",
                                "The last commands of a drive and their outcomes.",
                                Documents.Trace.class,
                                call -> Traces.answer(call, chosen(call).drive().flightLog()))
                        .forTenants()
                        .withQuery(Traces.parameters()),
                Route.change(
                                "POST",
                                "/v1/drives/{library}/{number}/load",
                                "loadDrive",
                                "Moves a cartridge of the same library into the drive.",
                                Documents.LoadRequest.class,
                                Documents.Place.class,
                                this::load)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/drives/{library}/{number}/unload",
                                "unloadDrive",
                                "Moves the cartridge in the drive to an element, which is the one it came from unless"
                                        + " another is given; with force, hosts that prevent removal are overruled.",
                                Documents.UnloadRequest.class,
                                Documents.Place.class,
                                this::unload)
                        .forTenants());
    }

    /** All drives are asked before the first one is waited for. */
    private Documents.Drives list(Access access) throws InterruptedException {
        List<Asked> asked = new ArrayList<>();
        for (LibraryUnit library : node.libraries().stream().filter(access::sees).toList()) {
            for (DriveUnit drive : library.drives()) {
                asked.add(ask(new Chosen(library, drive)));
            }
        }
        long deadlineNanos = deadlineNanos();
        List<Documents.Drive> drives = new ArrayList<>();
        for (Asked drive : asked) {
            drives.add(describe(drive, deadlineNanos));
        }
        return new Documents.Drives(drives);
    }

    /** A drive and its answer to come; none where it takes no questions. */
    private record Asked(Chosen chosen, Optional<CompletableFuture<DriveStatus>> status) {}

    private static Asked ask(Chosen chosen) {
        try {
            return new Asked(chosen, Optional.of(chosen.drive().status()));
        } catch (RejectedExecutionException e) {
            return new Asked(chosen, Optional.empty());
        }
    }

    private static long deadlineNanos() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STATUS_MAX_MILLIS);
    }

    private Chosen chosen(Call call) {
        LibraryUnit library = LibraryRoutes.library(node, call.path("library"));
        int number = call.pathNumber("number");
        return library.drives().stream()
                .filter(drive -> drive.number() == number)
                .map(drive -> new Chosen(library, drive))
                .findFirst()
                .orElseThrow(() ->
                        Problem.notFound(
                                "UNKNOWN_DRIVE",
                                "library %s has no drive %d".formatted(library.name(), number)));
    }

    private Documents.Drive describe(Asked asked, long deadlineNanos) throws InterruptedException {
        if (asked.status().isEmpty()) {
            return describeBusy(asked.chosen(), "not-in-service");
        }
        try {
            long waitNanos = Math.max(0, deadlineNanos - System.nanoTime());
            return describe(
                    asked.chosen(), asked.status().get().get(waitNanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return describeBusy(asked.chosen(), "busy");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RejectedExecutionException) {
                return describeBusy(asked.chosen(), "not-in-service");
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Documents.Drive describe(Chosen chosen, DriveStatus status) {
        return new Documents.Drive(
                chosen.drive().name(),
                chosen.library().name(),
                chosen.drive().number(),
                chosen.drive().elementAddress(),
                InstalledEquipment.nameOf(chosen.drive().personality()),
                status.serialNumber(),
                status.state().name().toLowerCase(Locale.ROOT),
                false,
                status.volumeIdentifier().map(VolumeIdentifier::text).orElse(null),
                status.position().map(DriveRoutes::position).orElse(null),
                status.position().map(position -> status.remainingBytes()).orElse(null),
                status.position().map(position -> status.writeProtected()).orElse(null),
                status.blockLengthBytes(),
                status.compression(),
                status.removalPrevented(),
                "%016x".formatted(status.tapeAlerts()),
                status.lastSense().map(DriveRoutes::sense).orElse(null),
                status.internalTargetFailures(),
                counters(status),
                devices(chosen.drive()));
    }

    /** What can be said without waiting for the drive. */
    private Documents.Drive describeBusy(Chosen chosen, String state) {
        DriveUnit drive = chosen.drive();
        ElementLocation element =
                new ElementLocation(chosen.library().name(), drive.elementAddress());
        return new Documents.Drive(
                drive.name(),
                chosen.library().name(),
                drive.number(),
                drive.elementAddress(),
                InstalledEquipment.nameOf(drive.personality()),
                drive.serialNumber(),
                state,
                true,
                node.storage()
                        .catalog()
                        .read(view -> view.element(element))
                        .map(full -> full.volume().text())
                        .orElse(null),
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                devices(drive));
    }

    private static Documents.Position position(MediumPosition position) {
        return new Documents.Position(
                position.partition(), position.objectNumber(), position.fileNumber());
    }

    private static Documents.Sense sense(SenseData sense) {
        return new Documents.Sense(
                sense.key().name(),
                sense.additionalSense().name(),
                "%x/%02x/%02x"
                        .formatted(
                                sense.key().code(),
                                sense.additionalSense().code(),
                                sense.additionalSense().qualifier()));
    }

    private static Map<String, Long> counters(DriveStatus status) {
        Map<String, Long> counters = new TreeMap<>();
        status.counters()
                .forEach((counter, value) ->
                        counters.put(
                                counter.name().toLowerCase(Locale.ROOT).replace('_', '-'), value));
        return counters;
    }

    private List<String> devices(DriveUnit drive) {
        return node.kernelDevices().stream()
                .filter(unit -> unit.unitName().equals(drive.name()))
                .flatMap(unit -> unit.deviceNodes().stream())
                .map(name -> "/dev/" + name)
                .toList();
    }

    private Documents.Place load(Call call) {
        Chosen chosen = chosen(call);
        VolumeIdentifier volume =
                Call.volume(
                        LibraryRoutes.required(
                                "barcode", call.body(Documents.LoadRequest.class).barcode()));
        int source = elementOf(chosen.library(), volume);
        int destination = chosen.drive().elementAddress();
        LibraryRoutes.check(chosen.library().move(source, destination));
        return LibraryRoutes.place(chosen.library(), destination);
    }

    private int elementOf(LibraryUnit library, VolumeIdentifier volume) {
        return node.storage()
                .catalog()
                .read(view -> view.elementOf(volume))
                .filter(location -> location.library().equals(library.name()))
                .map(ElementLocation::address)
                .orElseThrow(() ->
                        Problem.notFound(
                                "UNKNOWN_CARTRIDGE",
                                "cartridge %s is not in library %s"
                                        .formatted(volume, library.name())));
    }

    private Documents.Place unload(Call call) {
        Chosen chosen = chosen(call);
        Documents.UnloadRequest request = call.body(Documents.UnloadRequest.class);
        ElementLocation element =
                new ElementLocation(chosen.library().name(), chosen.drive().elementAddress());
        Optional<String> barcode =
                node.storage()
                        .catalog()
                        .read(view -> view.element(element))
                        .map(full -> full.volume().text());
        LibraryRoutes.check(
                chosen.library()
                        .unload(
                                chosen.drive(),
                                Optional.ofNullable(request.element()),
                                request.force() != null && request.force()));
        String unloaded = barcode.orElse("");
        return node.storage()
                .catalog()
                .read(view -> view.elementOf(Call.volume(unloaded)))
                .map(where -> new Documents.Place(unloaded, where.library(), where.address()))
                .orElseGet(() -> new Documents.Place(unloaded, null, null));
    }
}
