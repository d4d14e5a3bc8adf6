package io.capstan.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code disks}: how the node watches its disks.
 *
 * @param watch whether it does ({@code watch})
 * @param pollIntervalSeconds between two looks at them ({@code poll-interval-seconds})
 * @param smartctl the program that reads them ({@code smartctl})
 * @param readLimitSeconds after which a disk that does not answer is left alone ({@code read-limit-seconds})
 * @param webhook address that alarms are posted to ({@code webhook})
 * @param mail recipient of alarms, by the system's sendmail ({@code mail})
 */
public record DisksSettings(
        boolean watch,
        int pollIntervalSeconds,
        Path smartctl,
        int readLimitSeconds,
        Optional<String> webhook,
        Optional<String> mail) {

    static final DisksSettings DEFAULTS =
            new DisksSettings(
                    true,
                    3600,
                    Path.of("/usr/sbin/smartctl"),
                    60,
                    Optional.empty(),
                    Optional.empty());
}
