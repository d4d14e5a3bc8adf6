package io.capstan.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Section {@code disks}: how the node watches its disks, and what it does about them.
 *
 * @param watch whether it does ({@code watch})
 * @param pollIntervalSeconds between two looks at them ({@code poll-interval-seconds})
 * @param smartctl the program that reads them ({@code smartctl})
 * @param readLimitSeconds after which a disk that does not answer is left alone ({@code read-limit-seconds})
 * @param devices disks that the kernel does not show as such ({@code devices})
 * @param webhook address that alarms are posted to ({@code webhook})
 * @param mail recipient of alarms, by the system's sendmail ({@code mail})
 * @param confirmations looks in a row at which a policy has to hold before it fires ({@code confirmations})
 * @param moveBytesPerSecond read from a disk that is evacuated ({@code move-bandwidth})
 * @param freeBytesMin that the other disks of a pool keep when one is evacuated ({@code free-space-min})
 * @param firingsPerDayMax disks that are evacuated on predictions in a day ({@code disks-per-day-max})
 * @param outlierConfidence from which on a disk is called an outlier ({@code outlier-confidence})
 * @param retrainIntervalDays between two attempts to learn a better model ({@code retrain-interval-days}); 0 for never
 * @param site where the node's disks are ({@code room}, then {@code enclosure}); empty if that is not said
 * @param policies when something is done ({@code policies}); empty for those that come with the product
 * @param serviceLevels of pools ({@code service-levels})
 * @param evidence what outright signs of failure weigh ({@code evidence})
 */
public record DisksSettings(
        boolean watch,
        int pollIntervalSeconds,
        Path smartctl,
        int readLimitSeconds,
        List<DiskDeviceSettings> devices,
        Optional<String> webhook,
        Optional<String> mail,
        int confirmations,
        long moveBytesPerSecond,
        long freeBytesMin,
        int firingsPerDayMax,
        double outlierConfidence,
        int retrainIntervalDays,
        List<String> site,
        List<DiskPolicySettings> policies,
        List<ServiceLevelSettings> serviceLevels,
        EvidenceSettings evidence) {

    static final DisksSettings DEFAULTS =
            new DisksSettings(
                    true,
                    3600,
                    Path.of("/usr/sbin/smartctl"),
                    60,
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    2,
                    50L << 20,
                    1L << 30,
                    2,
                    0.99,
                    30,
                    List.of(),
                    List.of(),
                    List.of(),
                    EvidenceSettings.DEFAULTS);

    public DisksSettings {
        devices = List.copyOf(devices);
        policies = List.copyOf(policies);
        serviceLevels = List.copyOf(serviceLevels);
    }
}
