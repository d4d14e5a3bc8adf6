package io.capstan.appliance.node;

import io.capstan.config.DiskPolicySettings;
import io.capstan.config.DisksSettings;
import io.capstan.config.EvidenceSettings;
import io.capstan.config.ServiceLevelSettings;
import io.capstan.smart.DiskHealthSettings;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.ServiceLevels;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.ChunkStore;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Disk health as configuration wants it, over the pools that there are. */
public final class DiskHealthPlan {

    private static final long DAY_SECONDS = 24 * 3600;

    private DiskHealthPlan() {}

    /** Histories, models, cases and alarms are below the data directory, in {@code disks}. */
    static DiskHealthSettings of(DisksSettings settings, Node node) {
        DiskHealthSettings defaults =
                DiskHealthSettings.defaults(node.storage().dataDirectory().resolve("disks"));
        ChunkStore chunks = node.storage().chunks();
        Map<String, Integer> copies =
                chunks.disks().poolNames().stream()
                        .collect(Collectors.toMap(pool -> pool, chunks.disks()::copies));
        return new DiskHealthSettings(
                defaults.directory(),
                defaults.staleSeconds(),
                settings.confirmations(),
                policies(settings.policies()),
                new ServiceLevels(
                        settings.serviceLevels().stream()
                                .collect(
                                        Collectors.toMap(
                                                ServiceLevelSettings::pool,
                                                level -> 1 - level.confidence()))),
                weights(settings.evidence()),
                new Workflow.Limits(
                        settings.moveBytesPerSecond(),
                        copies,
                        node.plan().storeOptions().chunkSizeBytes(),
                        settings.freeBytesMin(),
                        settings.firingsPerDayMax(),
                        node.plan().store().repairDelaySeconds()),
                settings.outlierConfidence(),
                defaults.repairDays(),
                settings.retrainIntervalDays() * DAY_SECONDS,
                settings.site());
    }

    /** Policies as configured; those that come with the product where none are. */
    public static List<Policy> policies(List<DiskPolicySettings> configured) {
        return configured.isEmpty()
                ? Policy.defaults()
                : configured.stream().map(DiskHealthPlan::policy).toList();
    }

    private static Policy policy(DiskPolicySettings settings) {
        double value = settings.value();
        return new Policy(
                settings.name(),
                Arrays.stream(Horizon.values())
                        .filter(horizon -> horizon.days() == settings.horizonDays())
                        .findFirst()
                        .orElseThrow(),
                switch (settings.criterion()) {
                    case PROBABILITY -> new Policy.Criterion.Probability(value);
                    case MISS_AT_MOST -> new Policy.Criterion.Coverage(value);
                    case PRECISION -> new Policy.Criterion.Precision(value);
                    case FAILURE_COST -> new Policy.Criterion.ExpectedCost(value, 1);
                },
                switch (settings.action()) {
                    case ALERT -> Policy.Action.ALERT;
                    case EVACUATE -> Policy.Action.EVACUATE;
                    case REPLACE -> Policy.Action.DEACTIVATE_AND_REPLACE;
                });
    }

    private static HardEvidence.Weights weights(EvidenceSettings evidence) {
        return new HardEvidence.Weights(
                Map.of(
                        HardEvidence.SMART_STATUS_FAILED, evidence.smartStatusFailed(),
                        HardEvidence.NVME_CRITICAL_WARNING, evidence.nvmeCriticalWarning(),
                        HardEvidence.SELF_TEST_FAILED, evidence.selfTestFailed(),
                        HardEvidence.REPEATED_IO_ERRORS, evidence.repeatedIoErrors()));
    }
}
