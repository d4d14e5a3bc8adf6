package io.capstan.appliance.api;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.TierUnit;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.SweepOutcome;
import io.capstan.tier.Tier;
import io.capstan.tier.TierException;
import io.capstan.tier.TierJobs;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tiers, and the jobs that bring cartridges from one to another. */
final class TierRoutes {

    private final Node node;

    TierRoutes(Node node) {
        this.node = node;
    }

    /**
     * A job.
     *
     * @param to where the cartridge is put at the end, {@code library:element}; {@code library} for any storage element of it
     * @param expectedEnd when it is done if it goes on as it did so far
     */
    record Job(
            long job,
            String barcode,
            String state,
            boolean cancelled,
            int priority,
            String tier,
            @Nullable String from,
            @Nullable String to,
            long chunks,
            long chunksMoved,
            long bytes,
            long bytesMoved,
            int attempts,
            String reason,
            String created,
            String changed,
            @Nullable String notBefore,
            @Nullable String expectedEnd) {}

    record Jobs(List<Job> jobs) {}

    record PriorityRequest(@Nullable Integer priority) {}

    /**
     * A tier.
     *
     * @param asynchronous whether what is in it has to be recalled first
     */
    record TierDocument(
            String name, String kind, boolean asynchronous, long chunkCount, long bytes) {}

    record Tiers(List<TierDocument> tiers) {}

    /**
     * What a sweep did.
     *
     * @param strangeObjects that nothing in the catalog refers to, and that stay, since a catalog that was lost may have
     * @param keptChunks that are locked at least as the configuration says
     */
    record Swept(
            String name,
            long removedObjects,
            long removedBytes,
            long unfinishedObjects,
            long strangeObjects,
            long keptChunks) {}

    /**
     * Where a cartridge is to go.
     *
     * @param library that an import/export element of its own library leads to
     */
    record TransferRequest(@Nullable String library) {}

    record Ejected(String library) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/v1/tiers",
                        "listTiers",
                        "Places for chunks besides the node's own disks, and what is in them.",
                        Tiers.class,
                        call -> tiers()),
                Route.change(
                        "POST",
                        "/v1/tiers/{tier}/sweep",
                        "sweepTier",
                        "Deletes objects that jobs and destroyed cartridges left over in a tier, which also happens once a"
                                + " day, and locks chunks that are not locked as the tier's settings say now.",
                        Void.class,
                        Swept.class,
                        this::sweep),
                Route.get(
                                "/v1/jobs",
                                "listJobs",
                                "Jobs that are not over, by rising number; or all.",
                                Jobs.class,
                                this::list)
                        .forTenants()
                        .withQuery(
                                new Route.QueryParameter(
                                        "all", false, "true for those that are over as well"),
                                new Route.QueryParameter(
                                        "barcode", false, "those of one cartridge")),
                Route.get(
                                "/v1/jobs/{job}",
                                "showJob",
                                "A job, with how far it is and why it waits.",
                                Job.class,
                                call -> document(require(call)))
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/jobs/{job}/cancel",
                                "cancelJob",
                                "Gives a job up. Its cartridge goes back to where it came from, which may take a while.",
                                Void.class,
                                Job.class,
                                this::cancel)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/jobs/{job}/retry",
                                "retryJob",
                                "Has a job that waits try again now.",
                                Void.class,
                                Job.class,
                                this::retry)
                        .forTenants(),
                Route.change(
                        "PATCH",
                        "/v1/jobs/{job}",
                        "prioritizeJob",
                        "Sets a job's priority, 0 to 9; those of higher ones run first.",
                        PriorityRequest.class,
                        Job.class,
                        this::prioritize),
                Route.change(
                                "POST",
                                "/v1/libraries/{library}/eject",
                                "ejectLibrary",
                                "Opens and closes the import/export station: cartridges that were moved into elements which"
                                        + " lead to other libraries go there.",
                                Void.class,
                                Ejected.class,
                                this::eject)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/cartridges/{barcode}/transfer",
                                "transferCartridge",
                                "Sends a cartridge from its library to a storage element of another one that a link leads to,"
                                        + " data and all: archive or recall in one request.",
                                TransferRequest.class,
                                Job.class,
                                this::transfer)
                        .forTenants());
    }

    private TierJobs jobs() {
        return node.tiers().jobs();
    }

    private Tiers tiers() {
        TierUnit unit = node.tiers();
        return new Tiers(
                unit.jobs().tiers().stream()
                        .map(tier -> {
                            TierJobs.Usage usage = unit.jobs().usage(tier.name());
                            return document(tier, usage);
                        })
                        .toList());
    }

    private Swept sweep(Call call) {
        String name = call.path("tier");
        if (jobs().tiers().stream().noneMatch(tier -> tier.name().equals(name))) {
            throw Problem.notFound("UNKNOWN_TIER", "there is no tier " + name);
        }
        try {
            SweepOutcome outcome = jobs().sweep(name);
            return new Swept(
                    name,
                    outcome.removedObjects(),
                    outcome.removedBytes(),
                    outcome.unfinishedObjects(),
                    outcome.strangeObjects(),
                    jobs().keepAll(name));
        } catch (TierException e) {
            throw new Problem(503, "TIER_" + e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static TierDocument document(Tier tier, TierJobs.Usage usage) {
        return new TierDocument(
                tier.name(),
                tier.kind(),
                tier.provider().isAsynchronous(),
                usage.chunkCount(),
                usage.bytes());
    }

    private Jobs list(Call call) {
        boolean isAll = call.query("all").filter("true"::equals).isPresent();
        Optional<VolumeIdentifier> volume = call.query("barcode").map(Call::volume);
        return new Jobs(
                jobs()
                        .list(job ->
                                (isAll || !job.state().isFinal())
                                        && call.access().sees(job.volume())
                                        && volume.stream().allMatch(job.volume()::equals))
                        .stream()
                        .map(this::document)
                        .toList());
    }

    private JobRecord require(Call call) {
        return require(node, call);
    }

    /** The job that a path names. */
    static JobRecord require(Node node, Call call) {
        int number = call.pathNumber("job");
        return node.tiers()
                .jobs()
                .job(number)
                .filter(job -> call.access().sees(job.volume()))
                .orElseThrow(() -> Problem.notFound("UNKNOWN_JOB", "there is no job " + number));
    }

    private Job document(JobRecord job) {
        JobRecord.Progress progress = job.progress();
        return new Job(
                job.job(),
                job.volume().text(),
                job.state().name().toLowerCase(Locale.ROOT),
                job.cancelled(),
                job.priority(),
                job.tier(),
                job.from().map(ElementLocation::toString).orElse(null),
                job.to().map(to -> job.toStorage() ? to.library() : to.toString()).orElse(null),
                progress.chunksTotal(),
                progress.chunksMoved(),
                progress.bytesTotal(),
                progress.bytesMoved(),
                job.attempts(),
                job.reason(),
                time(job.createdEpochMillis()),
                time(job.changedEpochMillis()),
                job.state() == JobState.WAITING ? time(job.notBeforeEpochMillis()) : null,
                jobs().expectedEndEpochMillis(job).map(TierRoutes::time).orElse(null));
    }

    private static String time(long epochMillis) {
        return Instant.ofEpochMilli(epochMillis).toString();
    }

    private Job cancel(Call call) {
        JobRecord job = require(call);
        return switch (jobs().cancel(job.job())) {
            case CANCELLED -> document(jobs().job(job.job()).orElse(job));
            case TOO_LATE ->
                    throw Problem.conflict("JOB_OVER", "job %d is over".formatted(job.job()));
            case UNKNOWN ->
                    throw Problem.notFound(
                            "UNKNOWN_JOB", "there is no job %d".formatted(job.job()));
        };
    }

    private Job retry(Call call) {
        JobRecord job = require(call);
        if (!jobs().retryNow(job.job())) {
            throw Problem.conflict("JOB_OVER", "job %d is over".formatted(job.job()));
        }
        return document(jobs().job(job.job()).orElse(job));
    }

    private Job prioritize(Call call) {
        JobRecord job = require(call);
        int priority =
                LibraryRoutes.required("priority", call.body(PriorityRequest.class).priority());
        if (priority < 0 || priority > JobRecord.PRIORITY_MAX) {
            throw Problem.badRequest("priority is 0 to 9, not " + priority);
        }
        if (!jobs().prioritize(job.job(), priority)) {
            throw Problem.conflict("JOB_OVER", "job %d is over".formatted(job.job()));
        }
        return document(jobs().job(job.job()).orElse(job));
    }

    private Ejected eject(Call call) {
        LibraryUnit library = LibraryRoutes.library(node, call.path("library"));
        library.eject()
                .ifPresent(refusal -> {
                    throw Refusals.of(refusal);
                });
        return new Ejected(library.name());
    }

    private Job transfer(Call call) {
        VolumeIdentifier volume = CartridgeRoutes.present(node, call);
        LibraryUnit to =
                call.access()
                        .library(
                                LibraryRoutes.required(
                                        "library", call.body(TransferRequest.class).library()));
        switch (node.tiers().transfer(volume, to)) {
            case TierUnit.TransferOutcome.Begun(long number) -> {
                return jobs().job(number).map(this::document).orElseThrow();
            }
            case TierUnit.TransferOutcome.Refused(String reason, String detail) ->
                    throw Problem.conflict(reason, detail);
        }
    }
}
