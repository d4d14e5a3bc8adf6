package io.capstan.appliance.api;

import io.capstan.smart.DiskHealth;
import io.capstan.smart.PolicyReplay;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.PolicySimulation;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When something is done about a disk, and what would have been done in the past. */
final class PolicyRoutes {

    /** Without a word of the time to simulate, the last year is. */
    private static final int DAYS = 365;

    private final DiskHealth health;
    private final BackgroundRequests<DiskDocuments.SimulatedPolicy> simulations =
            new BackgroundRequests<>("policy simulation");

    PolicyRoutes(DiskHealth health) {
        this.health = health;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/v1/disk-policies",
                        "listDiskPolicies",
                        "When something is done about a disk, and what.",
                        DiskDocuments.Policies.class,
                        call ->
                                new DiskDocuments.Policies(
                                        health.policies().stream().map(this::policy).toList())),
                Route.change(
                        "POST",
                        "/v1/disk-simulations",
                        "simulateDiskPolicies",
                        "Asks what policies would have done with disks of which there are histories, by the present model.",
                        DiskDocuments.SimulationRequest.class,
                        DiskDocuments.SimulationStatus.class,
                        this::simulate),
                Route.get(
                        "/v1/disk-simulations/{request}",
                        "showDiskSimulation",
                        "How far a simulation is that was asked for, and what it came to.",
                        DiskDocuments.SimulationStatus.class,
                        call -> document(simulations.status(call))));
    }

    private DiskDocuments.Policy policy(Policy policy) {
        return new DiskDocuments.Policy(
                policy.name(),
                policy.horizon().days(),
                criterion(policy),
                threshold(policy.criterion().threshold(health.model().operating())),
                DiskRoutes.word(policy.action()));
    }

    private static String criterion(Policy policy) {
        return switch (policy.criterion()) {
            case Policy.Criterion.Probability(double atLeast) ->
                    "probability of %s or more".formatted(atLeast);
            case Policy.Criterion.Coverage(double missed) ->
                    "misses at most %s of the failures that can be foreseen".formatted(missed);
            case Policy.Criterion.Precision(double share) ->
                    "at least %s of those it fires on fail".formatted(share);
            case Policy.Criterion.ExpectedCost(double failure, double replacement) ->
                    "a failure costs %s, a replacement %s".formatted(failure, replacement);
        };
    }

    private static @Nullable Double threshold(double threshold) {
        return threshold > 1 ? null : threshold;
    }

    // ---- simulation

    private DiskDocuments.SimulationStatus simulate(Call call) throws Exception {
        DiskDocuments.SimulationRequest request = call.body(DiskDocuments.SimulationRequest.class);
        LocalDate today = LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC);
        LocalDate end = DiskRoutes.date("end", request.end(), today);
        LocalDate start = DiskRoutes.date("start", request.start(), end.minusDays(DAYS));
        if (start.isAfter(end)) {
            throw Problem.badRequest("start must lie before end");
        }
        List<Policy> policies =
                request.policies() == null || request.policies().isEmpty()
                        ? health.policies()
                        : request.policies().stream().map(PolicyRoutes::toSimulate).toList();
        PolicyReplay replay = health.replay();
        return document(
                simulations.begin(progress ->
                        replay
                                .run(
                                        policies,
                                        start.atStartOfDay().toEpochSecond(ZoneOffset.UTC),
                                        end.plusDays(1)
                                                .atStartOfDay()
                                                .toEpochSecond(ZoneOffset.UTC),
                                        progress)
                                .stream()
                                .map(PolicyRoutes::document)
                                .toList()));
    }

    private static Policy toSimulate(DiskDocuments.PolicyToSimulate wanted) {
        List<Policy.Criterion> criteria = new ArrayList<>();
        Optional.ofNullable(wanted.probability())
                .ifPresent(p -> criteria.add(new Policy.Criterion.Probability(p)));
        Optional.ofNullable(wanted.missAtMost())
                .ifPresent(share -> criteria.add(new Policy.Criterion.Coverage(share)));
        Optional.ofNullable(wanted.precision())
                .ifPresent(share -> criteria.add(new Policy.Criterion.Precision(share)));
        Optional.ofNullable(wanted.failureCost())
                .ifPresent(cost -> criteria.add(new Policy.Criterion.ExpectedCost(cost, 1)));
        if (criteria.size() != 1) {
            throw Problem.badRequest(
                    "a policy has one of probability, missAtMost, precision and failureCost");
        }
        try {
            return new Policy(
                    wanted.name() == null ? "policy" : wanted.name(),
                    horizon(wanted.horizonDays()),
                    criteria.getFirst(),
                    Policy.Action.ALERT);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static Horizon horizon(@Nullable Integer days) {
        return Arrays.stream(Horizon.values())
                .filter(horizon -> horizon.days() == (days == null ? 30 : days))
                .findFirst()
                .orElseThrow(() ->
                        Problem.badRequest(
                                "horizonDays must be one of "
                                        + Arrays.stream(Horizon.values())
                                                .map(Horizon::days)
                                                .toList()));
    }

    private static DiskDocuments.SimulationStatus document(
            BackgroundRequests.Status<DiskDocuments.SimulatedPolicy> status) {
        return new DiskDocuments.SimulationStatus(
                status.request(),
                status.state(),
                status.progress(),
                status.results(),
                status.fault());
    }

    private static DiskDocuments.SimulatedPolicy document(PolicyReplay.Outcome outcome) {
        PolicySimulation.Outcome counts = outcome.counts();
        return new DiskDocuments.SimulatedPolicy(
                outcome.policy().name(),
                outcome.policy().horizon().days(),
                threshold(counts.threshold()),
                counts.disks(),
                counts.failures(),
                counts.firings(),
                counts.caught(),
                counts.falseAlarms(),
                counts.leadDaysMedian().isPresent() ? counts.leadDaysMedian().getAsDouble() : null,
                outcome.fired().stream().map(PolicyRoutes::document).toList());
    }

    private static DiskDocuments.Firing document(PolicyReplay.Firing firing) {
        return new DiskDocuments.Firing(
                firing.disk(),
                LocalDate.ofInstant(Instant.ofEpochSecond(firing.timeSeconds()), ZoneOffset.UTC)
                        .toString(),
                firing.leadDays().isPresent() ? firing.leadDays().getAsDouble() : null);
    }
}
