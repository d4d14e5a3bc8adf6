package io.capstan.appliance.node;

import io.capstan.config.DisksSettings;
import io.capstan.smart.DiskHealthSettings;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.ChunkStore;
import java.util.Map;
import java.util.stream.Collectors;

/** Disk health as configuration wants it, over the pools that there are. */
final class DiskHealthPlan {

    private DiskHealthPlan() {}

    /** Histories, models, cases and alarms are below the data directory, in {@code disks}. */
    static DiskHealthSettings of(DisksSettings settings, Node node) {
        DiskHealthSettings defaults =
                DiskHealthSettings.defaults(node.storage().dataDirectory().resolve("disks"));
        ChunkStore chunks = node.storage().chunks();
        Map<String, Integer> copies =
                chunks.poolNames().stream().collect(Collectors.toMap(pool -> pool, chunks::copies));
        Workflow.Limits limits = defaults.limits();
        return defaults.with(
                new Workflow.Limits(
                        limits.bytesPerSecondMax(),
                        copies,
                        limits.freeBytesMin(),
                        limits.firingsPerDayMax(),
                        node.plan().store().repairDelaySeconds()));
    }
}
