package io.capstan.smart;

import io.capstan.format.DiskId;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.OperatingCurve;
import io.capstan.smart.policy.DiskCase;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.DiskStatus;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something about disks: has each judged, drives the workflow, and takes to it what people ask for. Has one owner. */
final class Caretaker {

    private static final Logger LOG = LoggerFactory.getLogger(Caretaker.class);

    private final DiskRecords records;
    private final StoreDirectories directories;
    private final Workflow workflow;
    private final Judge judge;
    private final Lives lives;
    private final DiskAlarms alarms;

    Caretaker(
            DiskRecords records,
            StoreDirectories directories,
            Workflow workflow,
            Judge judge,
            Lives lives,
            DiskAlarms alarms) {
        this.records = records;
        this.directories = directories;
        this.workflow = workflow;
        this.judge = judge;
        this.lives = lives;
        this.alarms = alarms;
    }

    /**
     * Judges all disks by what is predicted of them, and lets the workflow go on.
     *
     * @param past what thresholds of the model that predicted came to
     */
    void act(OperatingCurve past, long nowSeconds) throws IOException, StoreException {
        directories.learn();
        lives.learnSuccessors(nowSeconds);
        List<DiskStatus> placed = directories.all();
        for (DiskRecord disk : records.all()) {
            List<DiskStatus> here = directories.on(disk, placed);
            if (disk.prediction.isPresent() && !here.isEmpty()) {
                judge.judge(disk, disk.prediction.get(), here, past, nowSeconds);
            }
        }
        for (DiskCase moved : workflow.advance(nowSeconds)) {
            LOG.info(
                    "disk {} of pool {}: {} ({})",
                    moved.disk(),
                    moved.pool(),
                    moved.step().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    moved.reason());
            lives.follow(moved, nowSeconds);
        }
    }

    // ---- what people ask for

    Workflow.Outcome evacuate(String id, Policy.Action action, long nowSeconds)
            throws IOException, StoreException {
        return onEach(id, status -> workflow.request(status, action, nowSeconds));
    }

    Workflow.Outcome hold(String id, boolean hold) throws IOException, StoreException {
        return onEach(id, status -> workflow.hold(status.disk(), hold));
    }

    Workflow.Outcome keep(String id, long nowSeconds) throws IOException, StoreException {
        Workflow.Outcome outcome = onEach(id, status -> workflow.keep(status, nowSeconds));
        if (outcome instanceof Workflow.Outcome.Accepted) {
            DiskRecord disk = records.find(id).orElseThrow();
            double p =
                    disk.prediction
                            .map(prediction -> prediction.probability(Horizon.DAYS_30).value())
                            .orElse(0.0);
            disk.log.append(new DiskEvent(nowSeconds, DiskEvent.Kind.KEPT, "probability=" + p));
            disk.confirmations.clear();
            alarms.isKept(disk);
        }
        return outcome;
    }

    Workflow.Outcome replace(DiskId disk, Path directory, long nowSeconds)
            throws IOException, StoreException {
        Workflow.Outcome outcome = workflow.replace(disk, directory, nowSeconds);
        if (outcome instanceof Workflow.Outcome.Accepted(DiskCase moved)) {
            lives.follow(moved, nowSeconds);
        }
        return outcome;
    }

    private interface Request {
        Workflow.Outcome apply(DiskStatus status) throws IOException, StoreException;
    }

    /** With each of the store's directories that lies on a disk. */
    private Workflow.Outcome onEach(String id, Request request) throws IOException, StoreException {
        Optional<DiskRecord> disk = records.find(id);
        if (disk.isEmpty()) {
            return new Workflow.Outcome.Refused("there is no disk " + id);
        }
        Workflow.Outcome last =
                new Workflow.Outcome.Refused("no store directory lies on disk " + id);
        for (DiskStatus status : directories.on(disk.get())) {
            last = request.apply(status);
        }
        return last;
    }
}
