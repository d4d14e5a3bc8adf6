package io.capstan.appliance.api;

import io.capstan.smart.DiskHealth;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.model.Probability;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Predictions of disks day by day that were asked for. Any thread. */
final class PredictionRequests {

    private final DiskHealth health;
    private final BackgroundRequests<DiskDocuments.DiskPrediction> requests =
            new BackgroundRequests<>("disk prediction");

    PredictionRequests(DiskHealth health) {
        this.health = health;
    }

    /** Begins a request; both days are included. */
    DiskDocuments.PredictionStatus begin(List<String> disks, LocalDate first, LocalDate last) {
        return document(
                requests.begin(progress -> {
                    List<DiskDocuments.DiskPrediction> results = new ArrayList<>();
                    for (String disk : disks) {
                        results.add(predict(disk, first, last));
                        progress.accept((double) results.size() / disks.size());
                    }
                    return results;
                }));
    }

    DiskDocuments.PredictionStatus status(Call call) {
        return document(requests.status(call));
    }

    private static DiskDocuments.PredictionStatus document(
            BackgroundRequests.Status<DiskDocuments.DiskPrediction> status) {
        return new DiskDocuments.PredictionStatus(
                status.request(),
                status.state(),
                status.progress(),
                status.results(),
                status.fault());
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
