package io.capstan.appliance.api;

import io.capstan.appliance.node.Node;
import io.capstan.catalog.BadCopyRecord;
import io.capstan.format.DiskId;
import io.capstan.store.DiskStatus;
import io.capstan.store.MoveStatus;
import io.capstan.store.PlacementOutcome;
import io.capstan.store.StoreException;
import io.capstan.upkeep.ScrubStatus;
import io.capstan.upkeep.Upkeep;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The disks that chunks are on, scrubbing, and copies that are bad. */
final class StoreRoutes {

    private static final int BAD_COPIES_MAX = 1000;

    private final Node node;

    StoreRoutes(Node node) {
        this.node = node;
    }

    /**
     * A disk of the store.
     *
     * @param remainingChunks chunks that its evacuation still has to move
     * @param obstacle what keeps its evacuation from going on; empty if nothing does
     */
    record StoreDisk(
            String disk,
            String directory,
            String device,
            String pool,
            String state,
            String condition,
            String fault,
            String replacedBy,
            long chunkCount,
            long freeBytes,
            long sizeBytes,
            long remainingChunks,
            String obstacle) {}

    record StoreDisks(List<StoreDisk> disks) {}

    record Scrub(
            String state,
            String started,
            String finished,
            long copies,
            long bytes,
            long bad,
            String at) {}

    record BadCopy(String chunk, String disk, String found, String reason) {}

    record BadCopies(List<BadCopy> copies) {}

    /**
     * @param directory of the disk that takes the place
     * @param bytesPerSecond bound of what is read
     */
    record StoreDiskRequest(@Nullable String directory, @Nullable Long bytesPerSecond) {}

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(
                Route.get(
                        "/v1/store/disks",
                        "listStoreDisks",
                        "The disks that chunks are on.",
                        StoreDisks.class,
                        call -> disks()));
        for (String action : List.of("close", "evacuate", "deactivate", "reactivate", "replace")) {
            routes.add(
                    Route.change(
                            "POST",
                            "/v1/store/disks/{disk}/" + action,
                            action + "StoreDisk",
                            "Changes what is wanted of a disk: " + action + ".",
                            StoreDiskRequest.class,
                            StoreDisks.class,
                            call -> act(call, action)));
        }
        routes.add(
                Route.get(
                        "/v1/store/scrub",
                        "showScrub",
                        "How far scrubbing is.",
                        Scrub.class,
                        call -> scrub(upkeep().scrub().status())));
        routes.add(
                Route.change(
                        "POST",
                        "/v1/store/scrub/start",
                        "startScrub",
                        "Begins to verify all chunks, or goes on.",
                        Void.class,
                        Scrub.class,
                        call -> scrub(upkeep().scrub().start())));
        routes.add(
                Route.change(
                        "POST",
                        "/v1/store/scrub/pause",
                        "pauseScrub",
                        "Lets the scrub under way rest.",
                        Void.class,
                        Scrub.class,
                        call -> scrub(upkeep().scrub().pause())));
        routes.add(
                Route.get(
                        "/v1/chunks/bad",
                        "listBadCopies",
                        "Copies of chunks that are not what was written, and were not repaired yet.",
                        BadCopies.class,
                        call -> badCopies()));
        return routes;
    }

    private Upkeep upkeep() {
        return node.storage().upkeep();
    }

    private StoreDisks disks() throws StoreException {
        List<StoreDisk> documents = new ArrayList<>();
        for (DiskStatus disk : upkeep().disks()) {
            documents.add(document(disk));
        }
        return new StoreDisks(documents);
    }

    private StoreDisk document(DiskStatus disk) {
        Optional<MoveStatus> evacuation = upkeep().evacuation(disk.disk());
        return new StoreDisk(
                disk.disk().toString(),
                disk.directory().toString(),
                disk.device().orElse(""),
                disk.pool(),
                word(disk.state()),
                word(disk.condition()),
                disk.fault().orElse(""),
                disk.replacedBy().map(DiskId::toString).orElse(""),
                disk.chunkCount(),
                disk.freeBytes(),
                disk.sizeBytes(),
                evacuation.map(MoveStatus::remainingChunks).orElse(0L),
                evacuation.flatMap(MoveStatus::obstacle).orElse(""));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private StoreDisks act(Call call, String action) throws StoreException {
        DiskId disk = disk(call);
        StoreDiskRequest request = call.body(StoreDiskRequest.class);
        PlacementOutcome outcome =
                switch (action) {
                    case "close" -> upkeep().stopPlacing(disk);
                    case "evacuate" -> upkeep().evacuate(disk, bytesPerSecond(request));
                    case "deactivate" -> upkeep().deactivate(disk);
                    case "reactivate" -> upkeep().reactivate(disk);
                    default -> upkeep().replace(disk, directory(request));
                };
        return switch (outcome) {
            case PlacementOutcome.Done() -> disks();
            case PlacementOutcome.Unknown() ->
                    throw Problem.notFound("UNKNOWN_DISK", "there is no disk " + disk);
            case PlacementOutcome.Refused(String reason) ->
                    throw Problem.conflict("DISK_REFUSED", reason);
        };
    }

    private static DiskId disk(Call call) {
        try {
            return DiskId.parse(call.path("disk"));
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private long bytesPerSecond(StoreDiskRequest request) {
        Long wanted = request.bytesPerSecond();
        long bytes =
                wanted == null ? node.plan().store().repairBytesPerSecond() : wanted.longValue();
        if (bytes < 1) {
            throw Problem.badRequest("bytesPerSecond must be 1 or more");
        }
        return bytes;
    }

    private static Path directory(StoreDiskRequest request) {
        String text = request.directory();
        try {
            Path path = Path.of(text == null ? "" : text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            throw Problem.badRequest("directory: " + e.getReason());
        }
        throw Problem.badRequest("directory must be an absolute path");
    }

    private static Scrub scrub(ScrubStatus status) {
        return new Scrub(
                word(status.state()),
                time(status.startedEpochMillis()),
                time(status.finishedEpochMillis()),
                status.copies(),
                status.bytes(),
                status.bad(),
                status.at().orElse(""));
    }

    private static String time(long epochMillis) {
        return epochMillis == 0 ? "" : Instant.ofEpochMilli(epochMillis).toString();
    }

    private BadCopies badCopies() {
        return new BadCopies(
                upkeep().badCopies(Optional.empty(), BAD_COPIES_MAX).stream()
                        .map(StoreRoutes::document)
                        .toList());
    }

    private static BadCopy document(BadCopyRecord copy) {
        return new BadCopy(
                copy.chunk().toString(),
                copy.disk().toString(),
                time(copy.foundEpochMillis()),
                copy.reason());
    }
}
