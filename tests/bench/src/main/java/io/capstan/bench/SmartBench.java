package io.capstan.bench;

import io.capstan.smart.history.FleetFiles;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.model.Backtest;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.FleetLearner;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.Xgboost;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code capstan-bench smart}: how well failures of disks are predicted that no model has learned from.
 *
 * <pre>
 * --train DIR --score DIR --from DATE --to DATE --refit-days N --out DIR [--fold K/N]
 * </pre>
 *
 * Each directory has one {@code *disks*.csv[.gz]} and one {@code *changes*.csv[.gz]} (see {@link FleetFiles}). Models learn from
 * {@code --train}, first as of {@code --from}, then every N days (0: never again), with nothing that came later; rates by group
 * are counted month by month. Disks of {@code --score} that are in {@code --train} too are left out of learning. With {@code
 * --fold K/N}, both may be one directory: the K-th of N parts of its disks, by serial number, is scored.
 *
 * <p>{@code --cross-validate N} in place of {@code --score} and {@code --out} judges every disk of {@code --train} by models that
 * learned from the N - 1 parts of the disks that it is not in, and prints a table beside the rules (see {@link SmartValidation});
 * with {@code --xgboost SCRIPT} beside XGBoost too, if it is installed.
 *
 * <p>{@code --learn DIR --as-of DATE --model FILE} learns the model that ships with the product.
 *
 * <p>Writes {@code scores.csv} (serial,poh,score), {@code months.csv} (serial,poh,p) and {@code serials.txt}, the disks scored.
 */
public final class SmartBench {

    private static final String USAGE =
            "usage: capstan-bench smart --train DIR --score DIR --from DATE --to DATE"
                    + " --refit-days N --out DIR [--fold K/N] [--bags N] [--trees N] [--seed N]\n"
                    + "   or: capstan-bench smart --cross-validate N --train DIR --from DATE --to DATE"
                    + " --refit-days N[,N] [--scrutiny FILE] [--xgboost tests/bench/xgboost_hazards.py]";

    private static final String BACKBLAZE =
            "Backblaze Hard Drive Data, 2013-04-10 to 2016-09-30"
                    + " (https://www.backblaze.com/cloud-storage/resources/hard-drive-test-data)";

    private SmartBench() {}

    @SuppressWarnings("SystemOut") // a command speaks on its standard output
    public static void main(String[] arguments) {
        try {
            List<String> given = List.of(arguments);
            if (given.contains("--learn")) {
                learn(arguments);
            } else if (given.contains("--cross-validate")) {
                crossValidate(arguments);
            } else {
                run(Options.parse(arguments));
            }
        } catch (IllegalArgumentException | DateTimeParseException e) {
            System.err.println("capstan-bench: " + e.getMessage() + "\n" + USAGE);
            System.exit(2);
        } catch (IOException | UncheckedIOException | FleetLearner.InsufficientHistory e) {
            System.err.println("capstan-bench: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Few bags and trees: the document is part of the product, and of the heap of every node. */
    private static void learn(String[] arguments)
            throws IOException, FleetLearner.InsufficientHistory {
        if (arguments.length != 6
                || !arguments[2].equals("--as-of")
                || !arguments[4].equals("--model")) {
            throw new IllegalArgumentException("wanted: --learn DIR --as-of DATE --model FILE");
        }
        long start = System.nanoTime();
        List<Trajectory> fleet = FleetFiles.read(Path.of(arguments[1]));
        int asOf = Options.hour(arguments[3]);
        FleetLearner learner = new FleetLearner(fleet, asOf, new FleetLearner.Effort(3, 50, 1));
        learner.walkTo(asOf);
        Path file = Path.of(arguments[5]);
        String name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
        FailureModel model = learner.learn(name, Instant.now(), BACKBLAZE, Horizon.DAYS_365);
        Files.write(file, model.toJson());
        say("learned in %.1f s: %d bytes", start, Files.size(file));
    }

    private static void crossValidate(String[] arguments)
            throws IOException, FleetLearner.InsufficientHistory {
        Map<String, String> values = Options.values(arguments);
        int parts = Integer.parseInt(Options.take(values, "cross-validate"));
        List<Trajectory> fleet = FleetFiles.read(Path.of(Options.take(values, "train")));
        long start = System.nanoTime();
        SmartValidation.run(
                fleet,
                Options.hour(Options.take(values, "from")),
                Options.hour(Options.take(values, "to")) + 24,
                Arrays.stream(Options.take(values, "refit-days").split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray(),
                parts,
                disk -> Fold.of(disk, parts),
                Optional.ofNullable(values.remove("scrutiny")).map(Path::of),
                xgboost(values),
                Options.effort(values));
        Options.requireEmpty(values);
        say(
                "done in %.1f s; %d MB of heap in use",
                start,
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
    }

    private static Optional<Xgboost> xgboost(Map<String, String> values) throws IOException {
        String script = values.remove("xgboost");
        if (script == null) {
            return Optional.empty();
        }
        Xgboost xgboost = new Xgboost(Path.of(script));
        return xgboost.isAvailable() ? Optional.of(xgboost) : Optional.empty();
    }

    private record Options(
            Path train,
            Path score,
            int fromHour,
            int toHour,
            int refitDays,
            Path out,
            Optional<Fold> fold,
            FleetLearner.Effort effort) {

        static Map<String, String> values(String[] arguments) {
            Map<String, String> values = new HashMap<>();
            for (int index = 0; index < arguments.length; index += 2) {
                if (!arguments[index].startsWith("--") || index + 1 == arguments.length) {
                    throw new IllegalArgumentException(
                            "an option and its value are wanted, not " + arguments[index]);
                }
                values.put(arguments[index].substring(2), arguments[index + 1]);
            }
            return values;
        }

        static FleetLearner.Effort effort(Map<String, String> values) {
            FleetLearner.Effort usual = FleetLearner.Effort.defaults();
            return new FleetLearner.Effort(
                    number(values, "bags", usual.bags()),
                    number(values, "trees", usual.trees()),
                    number(values, "seed", (int) usual.seed()));
        }

        static void requireEmpty(Map<String, String> values) {
            if (!values.isEmpty()) {
                throw new IllegalArgumentException("unknown options " + values.keySet());
            }
        }

        static Options parse(String[] arguments) {
            Map<String, String> values = values(arguments);
            Options options =
                    new Options(
                            Path.of(take(values, "train")),
                            Path.of(take(values, "score")),
                            hour(take(values, "from")),
                            hour(take(values, "to")) + 24,
                            Integer.parseInt(take(values, "refit-days")),
                            Path.of(take(values, "out")),
                            Optional.ofNullable(values.remove("fold")).map(Fold::parse),
                            effort(values));
            requireEmpty(values);
            return options;
        }

        private static int number(Map<String, String> values, String name, int usual) {
            return Integer.parseInt(Optional.ofNullable(values.remove(name)).orElse("" + usual));
        }

        private static String take(Map<String, String> values, String name) {
            return Optional.ofNullable(values.remove(name))
                    .orElseThrow(() -> new IllegalArgumentException("--" + name + " is missing"));
        }

        private static int hour(String date) {
            return Math.toIntExact(LocalDate.parse(date).toEpochDay() * 24);
        }
    }

    private record Fold(int part, int parts) {

        static Fold parse(String text) {
            String[] numbers = text.split("/");
            return new Fold(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
        }

        boolean has(Trajectory disk) {
            return of(disk, parts) == part;
        }

        static int of(Trajectory disk, int parts) {
            int mixed = disk.serial().hashCode() * 0x9E3779B1;
            return Math.floorMod(mixed >>> 8, parts);
        }
    }

    private static void run(Options options) throws IOException, FleetLearner.InsufficientHistory {
        long start = System.nanoTime();
        List<Trajectory> train = FleetFiles.read(options.train);
        List<Trajectory> score =
                options.score.equals(options.train) ? train : FleetFiles.read(options.score);
        if (options.fold.isPresent()) {
            Fold fold = options.fold.get();
            score = score.stream().filter(fold::has).toList();
        }
        Set<String> judged =
                score.stream()
                        .map(Trajectory::serial)
                        .collect(Collectors.toCollection(HashSet::new));
        train = train.stream().filter(disk -> !judged.contains(disk.serial())).toList();
        say(
                "read in %.1f s: %d disks to learn from, %d to score",
                start, train.size(), score.size());
        Files.createDirectories(options.out);
        Files.write(options.out.resolve("serials.txt"), judged.stream().sorted().toList());
        try (Tables tables = new Tables(options.out, score)) {
            Backtest backtest =
                    new Backtest(
                            train,
                            score,
                            options.fromHour,
                            options.toHour,
                            options.refitDays,
                            options.effort);
            backtest.run(Instant.now(), options.train.toString(), tables);
            say(
                    "done in %.1f s: %d checks scored, %.1f us each; %d MB of heap in use",
                    start,
                    tables.checks,
                    backtest.judgingNanos() / 1e3 / Math.max(1, tables.checks),
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
        }
    }

    @SuppressWarnings({"AnnotateFormatMethod", "SystemOut"})
    private static void say(String format, long startNanos, Object... rest) {
        Object[] values = new Object[rest.length + 1];
        values[0] = (System.nanoTime() - startNanos) / 1e9;
        System.arraycopy(rest, 0, values, 1, rest.length);
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private static final class Tables implements Backtest.Sink, AutoCloseable {

        private final List<Trajectory> disks;
        private final BufferedWriter scores;
        private final BufferedWriter months;
        private long checks;

        Tables(Path directory, List<Trajectory> disks) throws IOException {
            this.disks = disks;
            this.scores = Files.newBufferedWriter(directory.resolve("scores.csv"));
            this.months = Files.newBufferedWriter(directory.resolve("months.csv"));
            scores.write("serial,poh,score\n");
            months.write("serial,poh,p\n");
        }

        @Override
        public void refitted(FailureModel model, long nanos) {
            say(
                    "learned in %.1f s as of %s: %d disks, %d failures",
                    System.nanoTime() - nanos,
                    model.identity().asOf(),
                    model.identity().disks(),
                    model.identity().failures());
        }

        @Override
        public void checked(Backtest.Check check) {
            checks++;
            try {
                String at = disks.get(check.disk()).serial() + "," + check.poweredHours() + ",";
                scores.write(at + (float) check.score() + "\n");
                if (check.isMonthly()) {
                    months.write(at + (float) check.probability30() + "\n");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            scores.close();
            months.close();
        }
    }
}
