package io.capstan.smart;

import io.capstan.smart.model.Horizon;
import io.capstan.smart.policy.JointRisk;
import io.capstan.store.DiskStatus;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What the failures of disks together mean to the data of each pool. Copies are kept on different physical disks as far as there
 * are so many: where there are fewer, fewer failures lose data. Has one owner.
 */
final class PoolRisks {

    private final DiskRecords records;
    private final StoreDirectories directories;
    private final DiskHealthSettings settings;

    PoolRisks(DiskRecords records, StoreDirectories directories, DiskHealthSettings settings) {
        this.records = records;
        this.directories = directories;
        this.settings = settings;
    }

    List<PoolRisk> all() throws StoreException {
        List<PoolRisk> risks = new ArrayList<>();
        for (String pool :
                new TreeSet<>(directories.all().stream().map(DiskStatus::pool).toList())) {
            List<Double> probabilities = new ArrayList<>();
            for (Horizon horizon : Horizon.values()) {
                probabilities.add(dataLoss(pool, horizon));
            }
            risks.add(new PoolRisk(pool, copies(pool), members(pool).size(), probabilities));
        }
        return risks;
    }

    /** The chance that a pool loses data within a horizon, because too many of its disks fail together. */
    double dataLoss(String pool, Horizon horizon) throws StoreException {
        return JointRisk.dataLoss(
                members(pool).stream()
                        .mapToDouble(
                                disk -> disk.prediction.orElseThrow().probability(horizon).value())
                        .toArray(),
                Math.min(copies(pool), Math.max(1, directories.apart(pool))),
                horizon.days(),
                settings.repairDays());
    }

    private int copies(String pool) {
        return settings.limits().copies().getOrDefault(pool, 1);
    }

    private List<DiskRecord> members(String pool) throws StoreException {
        List<DiskStatus> placed = directories.all();
        return records.all().stream()
                .filter(disk -> disk.prediction.isPresent())
                .filter(disk ->
                        directories.on(disk, placed).stream()
                                .anyMatch(status -> status.pool().equals(pool)))
                .toList();
    }
}
