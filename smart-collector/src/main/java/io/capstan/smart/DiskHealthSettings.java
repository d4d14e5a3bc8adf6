package io.capstan.smart;

import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.ServiceLevels;
import io.capstan.smart.policy.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a node watches its disks.
 *
 * @param directory in which histories, models, cases and alarms are kept
 * @param staleSeconds after which a disk of which nothing new was read is stale
 * @param confirmations polls in a row that a policy has to hold for before it fires
 * @param outlierConfidence from which on a disk is called an outlier
 * @param repairDays from a failure until all chunks have all their copies again
 * @param retrainSeconds between two attempts to learn a better model; 0 for never
 * @param site room and enclosure of the disks, as far as they are known
 */
public record DiskHealthSettings(
        Path directory,
        long staleSeconds,
        int confirmations,
        List<Policy> policies,
        ServiceLevels serviceLevels,
        HardEvidence.Weights weights,
        Workflow.Limits limits,
        double outlierConfidence,
        double repairDays,
        long retrainSeconds,
        List<String> site) {

    private static final long MIB = 1 << 20;
    private static final long CHUNK_BYTES = 64 * MIB;
    private static final long DEAD_SECONDS = 300;

    public static DiskHealthSettings defaults(Path directory) {
        return new DiskHealthSettings(
                directory,
                7L * 24 * 3600,
                2,
                Policy.defaults(),
                new ServiceLevels(Map.of()),
                HardEvidence.Weights.defaults(),
                new Workflow.Limits(50 * MIB, Map.of(), CHUNK_BYTES, 1024 * MIB, 2, DEAD_SECONDS),
                0.99,
                1,
                30L * 24 * 3600,
                List.of());
    }

    public DiskHealthSettings with(Workflow.Limits other) {
        return new DiskHealthSettings(
                directory,
                staleSeconds,
                confirmations,
                policies,
                serviceLevels,
                weights,
                other,
                outlierConfidence,
                repairDays,
                retrainSeconds,
                site);
    }
}
