package io.capstan.bench;

import io.capstan.bench.BenchCase.Goal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All cases, in the order in which they run. */
final class Cases {

    private static final long MIB = 1 << 20;
    private static final String[] BUFFERED = {"--bs=256k", "--ioengine=psync", "--fallocate=none"};
    private static final String[] DIRECT = {
        "--bs=256k", "--ioengine=io_uring", "--direct=1", "--iodepth=8", "--fallocate=native"
    };
    private static final String[] DIRECT_READ = {
        "--bs=256k", "--ioengine=io_uring", "--direct=1", "--iodepth=8"
    };

    private Cases() {}

    static List<BenchCase> all(Settings settings) {
        List<BenchCase> cases = new ArrayList<>();
        cases.addAll(engine(settings));
        cases.addAll(iscsi(settings));
        cases.add(start(settings));
        cases.add(memory(settings));
        return cases;
    }

    private static List<BenchCase> engine(Settings settings) {
        return List.of(
                append(settings, "engine-append-64m", 64 * MIB),
                append(settings, "engine-append-1g", 1024 * MIB),
                eightDrives(settings),
                besideSlowDisk(settings),
                kernelRing(settings),
                ring(settings),
                mixed(settings, 1),
                mixed(settings, 2),
                read(settings, "engine-read-cold", true),
                read(settings, "engine-read-warm", false),
                filemarks(settings),
                positioning(
                        settings, "locate", "us, p99", Positioning.Figure.LOCATE_P99_MICROS, 1000),
                positioning(
                        settings, "locate-mount", "ms", Positioning.Figure.MOUNT_COLD_MILLIS, 100),
                positioning(settings, "locate-heap", "MiB", Positioning.Figure.HEAP_MIB, 64));
    }

    private static List<BenchCase> iscsi(Settings settings) {
        List<BenchCase> cases = new ArrayList<>();
        for (int kib : new int[] {64, 256, 1024}) {
            cases.add(
                    iscsi(
                            settings,
                            "iscsi-write-" + kib + "k",
                            work(settings, true, kib, false, 1),
                            kib == 256
                                    ? List.of(
                                            Goal.atLeast(1.35, "tgt tuned"),
                                            Goal.atLeast(2.5, "tgt default"),
                                            Goal.atLeast(0.65, "netty sink"),
                                            Goal.cpuAtMost(0.7, "tgt tuned"))
                                    : List.of(Goal.atLeast(1.2, "tgt tuned"))));
            cases.add(
                    iscsi(
                            settings,
                            "iscsi-read-" + kib + "k",
                            work(settings, false, kib, false, 1),
                            kib == 256
                                    ? List.of(
                                            Goal.atLeast(1.6, "tgt default|tgt tuned"),
                                            Goal.cpuAtMost(0.7, "tgt tuned"))
                                    : List.of()));
        }
        cases.add(
                iscsi(
                        settings,
                        "iscsi-write-256k-mixed",
                        work(settings, true, 256, true, 1),
                        List.of()));
        for (int drives : new int[] {2, 4, 8, 16, 64}) {
            cases.add(
                    iscsi(
                            settings,
                            "iscsi-write-256k-" + drives + "-drives",
                            work(settings, true, 256, false, drives),
                            List.of()));
        }
        return cases;
    }

    private static IscsiTape.Work work(
            Settings settings, boolean isWrite, int kib, boolean isMixed, int drives) {
        return new IscsiTape.Work(
                isWrite,
                kib << 10,
                settings.bytes(drives == 1 ? 512 * MIB : Math.max(1024, 64 * drives) * MIB)
                        / drives,
                isMixed,
                drives);
    }

    private static BenchCase iscsi(
            Settings settings, String name, IscsiTape.Work work, List<Goal> goals) {
        return new BenchCase(
                name,
                "MB/s",
                () ->
                        work.drives() == 1
                                ? List.of(
                                        new IscsiCapstan(settings, work),
                                        new IscsiTgt(settings, work, true),
                                        new IscsiTgt(settings, work, false),
                                        new TransportLimit(
                                                work.blockBytes(), work.bytes(), work.isWrite()))
                                : List.of(new IscsiCapstan(settings, work)),
                goals);
    }

    private static BenchCase start(Settings settings) {
        return new BenchCase(
                "start",
                "ms",
                () ->
                        List.of(
                                new Start(settings, settings.isShort() ? 100 : 10_000, false),
                                new Start(settings, 10, false)),
                List.of(Goal.valueAtMost(2500)));
    }

    private static BenchCase memory(Settings settings) {
        return new BenchCase(
                "idle-memory",
                "MiB resident",
                () -> List.of(new Start(settings, settings.isShort() ? 100 : 10_000, true)),
                List.of());
    }

    private static BenchCase append(Settings settings, String name, long syncBytes) {
        long bytes = settings.bytes(syncBytes == 64 * MIB ? 512 * MIB : 1024 * MIB);
        Path directory = settings.directory();
        return new BenchCase(
                name,
                "MB/s",
                () ->
                        List.of(
                                new EngineAppend(directory.resolve("engine"), bytes, syncBytes, 1),
                                Fio.write("fio buffered", directory, bytes, syncBytes, BUFFERED),
                                Fio.write("fio direct", directory, bytes, syncBytes, DIRECT)),
                List.of(Goal.atLeast(0.9, "fio buffered|fio direct")));
    }

    private static BenchCase eightDrives(Settings settings) {
        long bytes = settings.bytes(1024 * MIB);
        Path directory = settings.directory();
        return new BenchCase(
                "engine-append-64m-8-drives",
                "MB/s",
                () ->
                        List.of(
                                new EngineAppend(directory.resolve("engine-8"), bytes, 64 * MIB, 8),
                                new EngineAppend(directory.resolve("engine"), bytes, 64 * MIB, 1)),
                List.of(Goal.atLeast(0.9, "capstan")));
    }

    private static BenchCase besideSlowDisk(Settings settings) {
        long bytes = settings.bytes(512 * MIB);
        Path directory = settings.directory();
        return new BenchCase(
                "engine-append-64m-beside-slow-disk",
                "MB/s",
                () ->
                        List.of(
                                new BesideSlowDisk(
                                        directory.resolve("beside"), bytes, 64 * MIB, true),
                                new BesideSlowDisk(
                                        directory.resolve("alone"), bytes, 64 * MIB, false)),
                List.of(Goal.atLeast(0.9, "beside an idle disk")));
    }

    private static BenchCase kernelRing(Settings settings) {
        long bytes = settings.bytes(256 * MIB);
        Path directory = settings.directory();
        return new BenchCase(
                "kernel-write-256k",
                "MB/s",
                () ->
                        List.of(
                                new KernelWrite(directory.resolve("kernel"), bytes, false),
                                new KernelWrite(directory.resolve("discard"), bytes, true)),
                List.of());
    }

    /** Compressing drives; each is to be as fast as the compressor alone is on one processor. */
    private static BenchCase mixed(Settings settings, int drives) {
        long bytes = settings.bytes(512 * MIB);
        Path directory = settings.directory();
        return new BenchCase(
                drives == 1 ? "ring-mixed" : "ring-mixed-" + drives + "-drives",
                "MB/s",
                () ->
                        List.of(
                                new RingAppend(
                                        directory.resolve("ring"), bytes, 64 * MIB, true, drives),
                                new ZstdAlone(bytes)),
                List.of(Goal.atLeast(0.9, "zstd")));
    }

    private static BenchCase ring(Settings settings) {
        long bytes = settings.bytes(512 * MIB);
        Path directory = settings.directory();
        return new BenchCase(
                "ring-append-64m",
                "MB/s",
                () ->
                        List.of(
                                new RingAppend(
                                        directory.resolve("ring"), bytes, 64 * MIB, false, 1),
                                new EngineAppend(directory.resolve("engine"), bytes, 64 * MIB, 1)),
                List.of(Goal.atLeast(0.85, "capstan")));
    }

    private static BenchCase read(Settings settings, String name, boolean cold) {
        long bytes = settings.bytes(512 * MIB);
        Path directory = settings.directory();
        return new BenchCase(
                name,
                "MB/s",
                () ->
                        List.of(
                                new EngineRead(directory.resolve("engine"), bytes, cold),
                                cold
                                        ? Fio.read("fio direct", directory, bytes, DIRECT_READ)
                                        : Fio.read("fio cached", directory, bytes, "--bs=256k")),
                cold ? List.of(Goal.atLeast(0.9, "fio direct")) : List.of());
    }

    private static BenchCase filemarks(Settings settings) {
        int count = settings.count(300);
        Path directory = settings.directory();
        return new BenchCase(
                "filemarks",
                "1/s",
                () ->
                        List.of(
                                new EngineFilemarks(directory.resolve("eight"), 8, count),
                                new EngineFilemarks(directory.resolve("one"), 1, count),
                                Fio.forcedAppends("fio append, 1 job", directory, count, 1),
                                Fio.forcedAppends("fio append, 8 jobs", directory, count, 8)),
                List.of(Goal.atLeast(3, "capstan, 1 drive")));
    }

    private static BenchCase positioning(
            Settings settings, String name, String unit, Positioning.Figure figure, double most) {
        return new BenchCase(
                name,
                unit,
                () ->
                        List.of(
                                new Positioning(
                                        settings.directory().resolve("full"),
                                        figure,
                                        settings.isShort())),
                List.of(Goal.valueAtMost(most)));
    }
}
