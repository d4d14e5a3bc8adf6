package io.capstan.smart;

import io.capstan.smart.model.FleetRates;
import io.capstan.smart.model.RateHierarchy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Disks of this node that have an attribute in common, and the failure rate that goes with it.
 *
 * @param attribute what they share: class, maker, model or age
 * @param path values of the attributes from the class down to this one
 * @param disks of this node
 * @param withErrors of them, those that have counted errors
 * @param rate failures a disk-day, as believed from everything that was ever seen, this node's disks included
 */
public record DiskCluster(
        String attribute, List<String> path, int disks, int withErrors, RateHierarchy.Known rate) {

    private static final String[] ATTRIBUTES = {"class", "maker", "model", "age"};

    public DiskCluster {
        path = List.copyOf(path);
    }

    /** Every cluster that a disk is in, those that contain others first. */
    static List<DiskCluster> of(Collection<DiskRecord> disks, FleetRates rates) {
        SortedMap<String, List<DiskRecord>> members = new TreeMap<>();
        for (DiskRecord disk : disks) {
            for (int depth = 1; depth <= ATTRIBUTES.length; depth++) {
                String key = String.join("\t", Arrays.copyOf(path(disk), depth));
                members.computeIfAbsent(key, _ -> new ArrayList<>()).add(disk);
            }
        }
        List<DiskCluster> clusters = new ArrayList<>();
        members.forEach((key, of) -> clusters.add(cluster(key.split("\t", -1), of, rates)));
        return clusters;
    }

    private static String[] path(DiskRecord disk) {
        return FleetRates.path(disk.traits(), disk.log.history().lastPoweredHours());
    }

    private static DiskCluster cluster(String[] path, List<DiskRecord> disks, FleetRates rates) {
        List<String> shown = new ArrayList<>(List.of(path));
        if (path.length == ATTRIBUTES.length) {
            shown.set(
                    path.length - 1,
                    FleetRates.ageTitle(disks.getFirst().log.history().lastPoweredHours()));
        }
        return new DiskCluster(
                ATTRIBUTES[path.length - 1],
                shown,
                disks.size(),
                (int) disks.stream().filter(disk -> disk.errors() > 0).count(),
                rates.byAge().know(path));
    }
}
