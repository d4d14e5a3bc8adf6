package io.capstan.iscsi;

import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What the connections of a node have in common. */
record TargetContext(
        TargetDirectory directory,
        SessionRegistry sessions,
        IscsiLimits limits,
        TransferBufferPool buffers,
        MetricsRegistry metrics,
        InstantSource clock,
        SecureRandom random) {

    /** Counters of one target; those of discovery sessions and of failed logins have an empty name. */
    Counters counters(String targetName) {
        return new Counters(
                metrics, targetName.isEmpty() ? Labels.NONE : Labels.of("target", targetName));
    }
}
