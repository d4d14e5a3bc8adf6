package io.capstan.appliance.accounting;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.config.AccountingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What data takes up and costs: now, and over time.
 *
 * <p>The history holds bytes, and amounts are worked out when they are asked for, with the prices of the configuration as it
 * is then. Any thread.
 */
public final class Accounting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Accounting.class);

    private static final double GIB = 1L << 30;
    private static final double MONTH_MILLIS = 30 * 86_400_000.0;

    private final Catalog catalog;
    private final AccountingSettings settings;
    private final InstantSource clock;
    private final UsageLog log;

    /** As the log has it; guarded by this. */
    private final SortedMap<String, Usage> logged = new TreeMap<>();

    /** What was last seen, for whoever cannot wait for a scan. */
    private volatile SortedMap<String, Usage> latest = new TreeMap<>();

    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Thread thread;

    /** A sum. */
    public record Row(String key, double gibMonths, double cost) {}

    /**
     * What is there, and what it costs a month if it stays.
     *
     * @param bytesByTier by name of the tier
     */
    public record NowRow(String key, SortedMap<String, Long> bytesByTier, double costPerMonth) {

        public long bytes() {
            return bytesByTier.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * @param directory of the history
     * @throws IOException if the history is there and cannot be read
     */
    public static Accounting open(
            Path directory, Catalog catalog, AccountingSettings settings, InstantSource clock)
            throws IOException {
        Accounting accounting =
                new Accounting(
                        catalog, settings, clock, new UsageLog(directory.resolve("usage.jsonl")));
        accounting.log.read((at, usage) -> accounting.take(usage));
        return accounting;
    }

    private Accounting(
            Catalog catalog, AccountingSettings settings, InstantSource clock, UsageLog log) {
        this.catalog = catalog;
        this.settings = settings;
        this.clock = clock;
        this.log = log;
    }

    private synchronized void take(Usage usage) {
        if (usage.isNothing()) {
            logged.remove(usage.cartridge());
        } else {
            logged.put(usage.cartridge(), usage);
        }
    }

    /** Notes what is there now and then. */
    public void start() {
        thread = Thread.ofVirtual().name("capstan-accounting").start(this::run);
    }

    private void run() {
        try {
            do {
                try {
                    note();
                } catch (IOException | CatalogException e) {
                    LOG.error("usage is not noted now: {}", e.getMessage());
                }
            } while (!stopping.await(settings.intervalHours(), TimeUnit.HOURS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Adds to the history what has changed. */
    public void note() throws IOException {
        SortedMap<String, Usage> now = scan();
        synchronized (this) {
            List<Usage> changed = new ArrayList<>();
            now.values().stream()
                    .filter(usage -> !usage.equals(logged.get(usage.cartridge())))
                    .forEach(changed::add);
            logged.keySet().stream()
                    .filter(cartridge -> !now.containsKey(cartridge))
                    .map(Usage::none)
                    .forEach(changed::add);
            log.append(clock.millis(), changed);
            changed.forEach(this::take);
        }
    }

    private SortedMap<String, Usage> scan() {
        SortedMap<String, Usage> now = UsageScan.run(catalog);
        latest = now;
        return now;
    }

    public String currency() {
        return settings.currency();
    }

    /** What is there now, by key. Looks at all chunks. */
    public List<NowRow> now(Usage.Key by) {
        return sums(scan(), by);
    }

    /** As {@link #now}, as it was when somebody last looked. */
    public List<NowRow> latest(Usage.Key by) {
        return sums(latest, by);
    }

    private List<NowRow> sums(SortedMap<String, Usage> usages, Usage.Key by) {
        SortedMap<String, SortedMap<String, Long>> sums = new TreeMap<>();
        for (Usage usage : usages.values()) {
            usage.bytesByTier()
                    .forEach((tier, bytes) ->
                            sums.computeIfAbsent(usage.key(by, tier), key -> new TreeMap<>())
                                    .merge(tier, bytes, Long::sum));
        }
        List<NowRow> rows = new ArrayList<>();
        sums.forEach((key, bytesByTier) -> {
            double cost = 0;
            for (Map.Entry<String, Long> part : bytesByTier.entrySet()) {
                cost += part.getValue() / GIB * settings.of(part.getKey()).gibMonth();
            }
            rows.add(new NowRow(key, bytesByTier, cost));
        });
        return rows;
    }

    /** What a cartridge took up from some time on, while the history is read. */
    private record Since(Usage usage, long epochMillis) {}

    /**
     * What was kept over a while, and what that cost, by key.
     *
     * @param toEpochMillis exclusive; no later than now
     */
    public List<Row> history(Usage.Key by, long fromEpochMillis, long toEpochMillis)
            throws IOException {
        Map<String, Since> open = new HashMap<>();
        SortedMap<String, double[]> sums = new TreeMap<>();
        log.read((at, usage) -> {
            Since before = open.remove(usage.cartridge());
            if (before != null) {
                add(sums, by, before, fromEpochMillis, Math.min(at, toEpochMillis));
            }
            if (!usage.isNothing()) {
                open.put(usage.cartridge(), new Since(usage, at));
            }
        });
        open.values().forEach(since -> add(sums, by, since, fromEpochMillis, toEpochMillis));
        List<Row> rows = new ArrayList<>();
        sums.forEach((key, sum) -> rows.add(new Row(key, sum[0], sum[1])));
        return rows;
    }

    private void add(
            SortedMap<String, double[]> sums,
            Usage.Key by,
            Since since,
            long fromEpochMillis,
            long toEpochMillis) {
        long millis = toEpochMillis - Math.max(since.epochMillis(), fromEpochMillis);
        if (millis <= 0) {
            return;
        }
        since.usage()
                .bytesByTier()
                .forEach((tier, bytes) -> {
                    double gibMonths = bytes / GIB * (millis / MONTH_MILLIS);
                    double[] sum =
                            Objects.requireNonNull(
                                    sums.computeIfAbsent(
                                            since.usage().key(by, tier), key -> new double[2]));
                    sum[0] += gibMonths;
                    sum[1] += gibMonths * settings.of(tier).gibMonth();
                });
    }

    @Override
    public void close() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            stopping.countDown();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
