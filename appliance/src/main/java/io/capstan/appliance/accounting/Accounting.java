package io.capstan.appliance.accounting;

import io.capstan.appliance.NowAndThen;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.config.AccountingSettings;
import io.capstan.format.ContainerId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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

    /** What came from tiers and is not in the log yet, a minute at most; guarded by itself. */
    private final Map<Source, Amount> fetched = new HashMap<>();

    /** Of what, and from where, data came. */
    private record Source(ContainerId container, String tier) {}

    private record Amount(long bytes, long chunkCount) {

        Amount plus(Amount other) {
            return new Amount(bytes + other.bytes, chunkCount + other.chunkCount);
        }
    }

    /** What was last seen, for whoever cannot wait for a scan. */
    private volatile SortedMap<String, Usage> latest = new TreeMap<>();

    private final NowAndThen notes =
            new NowAndThen("capstan-accounting", Duration.ofMinutes(1), this::noteDue);

    /** Of its thread: until usage is noted. */
    private long minutesLeft;

    /**
     * A sum.
     *
     * @param gibFetched that came from tiers
     * @param cost of keeping and of fetching
     */
    public record Row(String key, double gibMonths, double gibFetched, double cost) {}

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
        notes.start();
    }

    private void noteDue() {
        if (minutesLeft == 0) {
            minutesLeft = TimeUnit.HOURS.toMinutes(settings.intervalHours());
            attempt("usage", this::note);
        }
        minutesLeft--;
        attempt("what came from tiers", this::noteFetched);
    }

    private interface Noting {
        void run() throws IOException;
    }

    private static void attempt(String what, Noting noting) {
        try {
            noting.run();
        } catch (IOException | CatalogException e) {
            LOG.error("{} is not noted now: {}", what, e.getMessage());
        }
    }

    /** Data of a container came from a tier, as one chunk. Any thread; returns at once. */
    public void fetched(ContainerId container, String tier, long bytes) {
        add(new Source(container, tier), new Amount(bytes, 1));
    }

    private void add(Source source, Amount amount) {
        synchronized (fetched) {
            fetched.merge(source, amount, Amount::plus);
        }
    }

    /** Adds to the history what came from tiers. */
    void noteFetched() throws IOException {
        Map<Source, Amount> taken;
        synchronized (fetched) {
            taken = Map.copyOf(fetched);
            fetched.clear();
        }
        if (taken.isEmpty()) {
            return;
        }
        try {
            Map<ContainerId, Usage> owners = UsageScan.owners(catalog);
            List<Fetched> entries = new ArrayList<>();
            taken.forEach((source, amount) ->
                    entries.add(
                            new Fetched(
                                    owners.getOrDefault(source.container(), Usage.none("")),
                                    source.tier(),
                                    amount.bytes(),
                                    amount.chunkCount())));
            synchronized (this) {
                log.appendFetched(clock.millis(), entries);
            }
        } catch (IOException | CatalogException e) {
            taken.forEach(this::add);
            throw e;
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
        return now(by, usage -> true);
    }

    /** As {@link #now(Usage.Key)}, of some cartridges. */
    public List<NowRow> now(Usage.Key by, Predicate<Usage> isCounted) {
        return sums(scan().values().stream().filter(isCounted).toList(), by);
    }

    /** As {@link #now}, as it was when somebody last looked. */
    public List<NowRow> latest(Usage.Key by) {
        return sums(latest.values(), by);
    }

    private List<NowRow> sums(Collection<Usage> usages, Usage.Key by) {
        SortedMap<String, SortedMap<String, Long>> sums = new TreeMap<>();
        for (Usage usage : usages) {
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
     * What was kept over a while and what was fetched from tiers, and what that cost, by key.
     *
     * @param toEpochMillis exclusive; no later than now
     */
    public List<Row> history(Usage.Key by, long fromEpochMillis, long toEpochMillis)
            throws IOException {
        return history(by, fromEpochMillis, toEpochMillis, usage -> true);
    }

    /** As {@link #history(Usage.Key, long, long)}, of some cartridges. */
    public List<Row> history(
            Usage.Key by, long fromEpochMillis, long toEpochMillis, Predicate<Usage> isCounted)
            throws IOException {
        Map<String, Since> open = new HashMap<>();
        SortedMap<String, double[]> sums = new TreeMap<>();
        log.read(
                new UsageLog.Reader() {
                    @Override
                    public void entry(long at, Usage usage) {
                        Since before = open.remove(usage.cartridge());
                        if (before != null) {
                            add(sums, by, before, fromEpochMillis, Math.min(at, toEpochMillis));
                        }
                        if (!usage.isNothing() && isCounted.test(usage)) {
                            open.put(usage.cartridge(), new Since(usage, at));
                        }
                    }

                    @Override
                    public void fetched(long at, Fetched fetched) {
                        if (at >= fromEpochMillis
                                && at < toEpochMillis
                                && isCounted.test(fetched.of())) {
                            add(sums, by, fetched);
                        }
                    }
                });
        open.values().forEach(since -> add(sums, by, since, fromEpochMillis, toEpochMillis));
        List<Row> rows = new ArrayList<>();
        sums.forEach((key, sum) -> rows.add(new Row(key, sum[0], sum[1], sum[2])));
        return rows;
    }

    private void add(SortedMap<String, double[]> sums, Usage.Key by, Fetched fetched) {
        AccountingSettings.Price price = settings.of(fetched.tier());
        double gib = fetched.bytes() / GIB;
        double[] sum = sum(sums, fetched.key(by));
        sum[1] += gib;
        sum[2] += gib * price.gibRecalled() + fetched.chunkCount() * price.request();
    }

    /** GiB months, GiB fetched, cost. */
    private static double[] sum(SortedMap<String, double[]> sums, String key) {
        return Objects.requireNonNull(sums.computeIfAbsent(key, k -> new double[3]));
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
                    double[] sum = sum(sums, since.usage().key(by, tier));
                    sum[0] += gibMonths;
                    sum[2] += gibMonths * settings.of(tier).gibMonth();
                });
    }

    @Override
    public void close() {
        if (notes.stop()) {
            attempt("what came from tiers", this::noteFetched);
        }
    }
}
