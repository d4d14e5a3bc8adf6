package io.capstan.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs cases: every contender in turn, A B A B, after a warm-up of each. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures whole paths of Capstan beside their yardsticks.")
final class Main implements Callable<Integer> {

    @Option(
            names = "--directory",
            description = "on the disk to be measured; default: ${DEFAULT-VALUE}")
    Path directory = Path.of("var/bench");

    @Option(names = "--pairs", description = "turns of each contender; default: ${DEFAULT-VALUE}")
    int pairs = 5;

    @Option(names = "--short", description = "seconds instead of minutes: shows that all cases run")
    boolean isShort;

    @Option(names = "--case", description = "a case, or all whose names begin so")
    List<String> cases = new ArrayList<>();

    @Option(names = "--list", description = "say which cases there are")
    boolean list;

    @Option(names = "--distribution", description = "default: ${DEFAULT-VALUE}")
    Path distribution = Path.of("appliance/target/capstan");

    @Option(names = "--history", description = "file of earlier runs; default: ${DEFAULT-VALUE}")
    Path history = Path.of("var/bench-history.jsonl");

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Settings settings =
                new Settings(
                        Files.createDirectories(directory).toRealPath(),
                        isShort ? 1 : pairs,
                        isShort,
                        cases,
                        distribution.toAbsolutePath(),
                        history);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Report report = new Report(out, settings);
        int failed = 0;
        List<BenchCase> all = Cases.all(settings);
        Set<String> names = all.stream().map(BenchCase::name).collect(Collectors.toSet());
        for (BenchCase next : all) {
            if (list) {
                out.println(next.name());
            } else if (settings.wants(next.name(), names)) {
                failed += run(next, settings, report) ? 0 : 1;
            }
        }
        if (!list) {
            report.appendTo(settings.history());
        }
        return failed == 0 ? 0 : 1;
    }

    private static boolean run(BenchCase next, Settings settings, Report report) {
        List<Contender> started = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        try {
            for (Contender contender : next.contenders().get()) {
                if (contender.isAvailable()) {
                    contender.start();
                    started.add(contender);
                } else {
                    leftOut.add(contender.name());
                }
            }
            if (started.isEmpty()) {
                report.leftOut(next);
            } else {
                report.add(next, takeTurns(started, settings), leftOut);
            }
            return true;
        } catch (Exception e) {
            report.failed(next, e);
            return false;
        } finally {
            started.forEach(Main::close);
        }
    }

    private static Map<String, List<Sample>> takeTurns(
            List<Contender> contenders, Settings settings) throws Exception {
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        contenders.forEach(contender -> samples.put(contender.name(), new ArrayList<>()));
        if (!settings.isShort()) {
            for (Contender contender : contenders) {
                warmUp(contender);
            }
        }
        for (int round = 0; round < settings.pairs(); round++) {
            for (Contender contender : contenders) {
                Sample sample = contender.turn();
                samples.computeIfAbsent(contender.name(), _ -> new ArrayList<>()).add(sample);
            }
        }
        return samples;
    }

    /** One turn at least, and as many as it takes until what runs in a JVM is compiled. */
    private static void warmUp(Contender contender) throws Exception {
        long end = System.nanoTime() + contender.warmUp().toNanos();
        do {
            contender.turn();
        } while (System.nanoTime() < end);
    }

    private static void close(Contender contender) {
        try {
            contender.close();
        } catch (Exception e) {
            System.err.println(contender.name() + ": " + e);
        }
    }
}
