package io.capstan.appliance.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Work that was asked for: each request is worked on in the background, and can be asked how far it is. The newest {@value #KEPT}
 * are kept. Any thread.
 */
final class BackgroundRequests<T> {

    static final int KEPT = 64;

    /** Does the work, and says how far it is, as a share of 1, and what it came to. */
    interface Job<T> {
        List<T> run(DoubleConsumer progress) throws Exception;
    }

    /**
     * How far a request is.
     *
     * @param state running, done or failed
     * @param results all of them once it is done; none before
     * @param fault why it failed
     */
    record Status<T>(
            String request,
            String state,
            double progress,
            List<T> results,
            @Nullable String fault) {}

    private final String name;
    private final Map<String, Work<T>> requests = new LinkedHashMap<>();

    /**
     * @param name of the threads that work
     */
    BackgroundRequests(String name) {
        this.name = name;
    }

    private static final class Work<T> {

        private final String id = UUID.randomUUID().toString();
        private String state = "running";
        private double progress;
        private List<T> results = List.of();
        private @Nullable String fault;

        void run(Job<T> job) {
            try {
                end("done", job.run(this::reach), null);
            } catch (Throwable e) {
                end("failed", List.of(), e.toString());
            }
        }

        private synchronized void reach(double share) {
            progress = share;
        }

        private synchronized void end(String how, List<T> cameTo, @Nullable String why) {
            state = how;
            progress = 1;
            results = List.copyOf(cameTo);
            fault = why;
        }

        synchronized Status<T> status() {
            return new Status<>(id, state, progress, results, fault);
        }
    }

    Status<T> begin(Job<T> job) {
        Work<T> work = new Work<>();
        synchronized (requests) {
            requests.put(work.id, work);
            if (requests.size() > KEPT) {
                requests.remove(requests.keySet().iterator().next());
            }
        }
        Thread.ofVirtual().name(name).start(() -> work.run(job));
        return work.status();
    }

    /** Of the request that a call names. */
    Status<T> status(Call call) {
        synchronized (requests) {
            return Optional.ofNullable(requests.get(call.path("request")))
                    .orElseThrow(
                            () -> Problem.notFound("UNKNOWN_REQUEST", "there is no such request"))
                    .status();
        }
    }
}
