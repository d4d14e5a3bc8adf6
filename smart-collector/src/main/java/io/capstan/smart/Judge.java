package io.capstan.smart;

import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.OperatingCurve;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.DiskStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds what is predicted of a disk against the policies, and against the service levels of the pools that have data on it.
 *
 * <p>A policy fires when its threshold is passed several times in a row, and lets go when the probability is well below it. A
 * disk that a person keeps is left alone until its odds are much worse.
 */
final class Judge {

    /** A probability has to fall to this share of the threshold before a policy lets go: no flapping. */
    private static final double RELEASE_SHARE = 0.5;

    /** By how much the odds of failing have to grow before a disk that a person keeps is acted on again. */
    private static final double KEPT_ODDS_FACTOR = 2;

    private final DiskHealthSettings settings;
    private final Workflow workflow;
    private final DiskAlarms alarms;

    Judge(DiskHealthSettings settings, Workflow workflow, DiskAlarms alarms) {
        this.settings = settings;
        this.workflow = workflow;
        this.alarms = alarms;
    }

    /**
     * @param here the store's directories on the disk
     * @param past what thresholds came to, for policies that ask for shares
     */
    void judge(
            DiskRecord disk,
            Prediction prediction,
            List<DiskStatus> here,
            OperatingCurve past,
            long nowSeconds)
            throws IOException {
        if (isKept(disk, prediction)) {
            return;
        }
        boolean isQuiet = true;
        for (Policy policy : policiesFor(here)) {
            isQuiet &=
                    isQuiet(
                            policy,
                            policy.criterion().threshold(past),
                            disk,
                            prediction,
                            here,
                            nowSeconds);
        }
        if (isQuiet) {
            for (DiskStatus status : here) {
                workflow.clear(status.disk(), nowSeconds);
            }
            alarms.isFearedNoMore(disk);
        }
    }

    /** Whether a person said to keep the disk when it was not much better. */
    private static boolean isKept(DiskRecord disk, Prediction prediction) {
        double p = prediction.probability(Horizon.DAYS_30).value();
        return disk.log.history().keptAt().stream()
                .anyMatch(then -> p / (1 - p) < KEPT_ODDS_FACTOR * then / (1 - then));
    }

    /** Those that are configured, and the strictest of what the pools' owners ask for. */
    private List<Policy> policiesFor(List<DiskStatus> here) {
        List<Policy> policies = new ArrayList<>(settings.policies());
        double most =
                settings.serviceLevels().strictest(here.stream().map(DiskStatus::pool).toList());
        if (most < 1) {
            policies.add(
                    new Policy(
                            "service-level",
                            Horizon.DAYS_30,
                            new Policy.Criterion.Probability(most),
                            Policy.Action.EVACUATE));
        }
        return policies;
    }

    /** Fires if it is time to; whether the probability is well below the threshold. */
    private boolean isQuiet(
            Policy policy,
            double threshold,
            DiskRecord disk,
            Prediction prediction,
            List<DiskStatus> here,
            long nowSeconds)
            throws IOException {
        double p = prediction.probability(policy.horizon()).value();
        if (p < threshold) {
            disk.confirmations.remove(policy.name());
            return p < RELEASE_SHARE * threshold;
        }
        boolean mayAct = prediction.isActionable() || policy.action() == Policy.Action.ALERT;
        int confirmed = disk.confirmations.merge(policy.name(), 1, Integer::sum);
        if (mayAct && confirmed >= settings.confirmations()) {
            fire(policy, p, disk, here, nowSeconds);
        }
        return false;
    }

    private void fire(
            Policy policy, double p, DiskRecord disk, List<DiskStatus> here, long nowSeconds)
            throws IOException {
        String reason =
                "%.1f %% likely to fail within %d days (policy %s)"
                        .formatted(100 * p, policy.horizon().days(), policy.name());
        alarms.isFeared(
                disk,
                policy.action() == Policy.Action.ALERT
                        ? Alarm.Severity.WARNING
                        : Alarm.Severity.CRITICAL,
                reason,
                p);
        for (DiskStatus status : here) {
            workflow.fire(status, policy.action(), reason, nowSeconds);
        }
    }
}
