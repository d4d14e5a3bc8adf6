package io.capstan.appliance.api;

import io.capstan.smart.DiskHealth;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.model.Probability;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Predictions of disks day by day that were asked for: each request is worked on in the background and can be asked how far it is.
 * The newest {@value #KEPT} are kept. Any thread.
 */
final class PredictionRequests {

    static final int KEPT = 64;

    private final DiskHealth health;
    private final Map<String, Work> requests = new LinkedHashMap<>();

    PredictionRequests(DiskHealth health) {
        this.health = health;
    }

    private static final class Work {

        private final int total;
        private final List<DiskDocuments.DiskPrediction> results = new ArrayList<>();

        Work(int total) {
            this.total = total;
        }

        synchronized void add(DiskDocuments.DiskPrediction result) {
            results.add(result);
        }

        synchronized DiskDocuments.PredictionStatus status(String id) {
            return new DiskDocuments.PredictionStatus(
                    id,
                    results.size() == total ? "done" : "running",
                    total == 0 ? 1 : (double) results.size() / total,
                    List.copyOf(results));
        }
    }

    /** Begins a request; both days are included. */
    DiskDocuments.PredictionStatus begin(List<String> disks, LocalDate first, LocalDate last) {
        String id = UUID.randomUUID().toString();
        Work work = new Work(disks.size());
        synchronized (requests) {
            requests.put(id, work);
            if (requests.size() > KEPT) {
                requests.remove(requests.keySet().iterator().next());
            }
        }
        Thread.ofVirtual()
                .name("disk prediction")
                .start(() -> disks.forEach(disk -> work.add(predict(disk, first, last))));
        return work.status(id);
    }

    Optional<DiskDocuments.PredictionStatus> status(String id) {
        synchronized (requests) {
            return Optional.ofNullable(requests.get(id)).map(work -> work.status(id));
        }
    }

    private DiskDocuments.DiskPrediction predict(String disk, LocalDate first, LocalDate last) {
        List<DiskDocuments.PredictionDay> days = new ArrayList<>();
        for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
            long evening = day.plusDays(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC) - 1;
            Optional<Prediction> prediction = health.predictionAt(disk, evening);
            if (prediction.isPresent()) {
                days.add(
                        new DiskDocuments.PredictionDay(
                                day.toString(), probabilities(prediction.get())));
            }
        }
        return new DiskDocuments.DiskPrediction(disk, days);
    }

    static List<DiskDocuments.Probability> probabilities(Prediction prediction) {
        List<DiskDocuments.Probability> all = new ArrayList<>();
        for (Horizon horizon : Horizon.values()) {
            Probability p = prediction.probability(horizon);
            all.add(new DiskDocuments.Probability(horizon.days(), p.low(), p.value(), p.high()));
        }
        return all;
    }
}
