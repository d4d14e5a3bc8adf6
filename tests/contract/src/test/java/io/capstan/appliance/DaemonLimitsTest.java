package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.TapeLedger.Item;
import io.capstan.appliance.node.Storage;
import io.capstan.fakes.iscsi.IscsiInitiator;
import io.capstan.fakes.iscsi.IscsiInitiator.Reply;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon as a process, at the limits of what a machine gives it: little memory and much to do, no more file
 * descriptors, no more inodes. What it cannot do it says, and does again once it can; nothing that was synchronized is lost.
 *
 * <p>{@code -Dcapstan.limits=full} for as many drives, cartridges and logins as {@code docs/OPERATIONS.md} names; {@code make
 * limits-test} sets it.
 */
class DaemonLimitsTest {

    private static final String NOT_ACCEPTED = "cannot be accepted";
    private static final int DESCRIPTORS_FEW = 250;
    private static final boolean IS_FULL = "full".equals(System.getProperty("capstan.limits"));
    private static final int DRIVES = IS_FULL ? 64 : 16;
    private static final int CARTRIDGES = IS_FULL ? 10_000 : 100;
    private static final int LOGINS = IS_FULL ? 1000 : 60;
    private static final int BLOCKS_PER_DRIVE = IS_FULL ? 100 : 8;
    private static final int DRIVE_ELEMENT = 500;
    private static final List<String> MEMORY = List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m");

    @TempDir private Path directory;

    private Path log() {
        return directory.resolve("log");
    }

    private Path configure(Path data, int drives, int cartridges, String catalog, Path... mirrors)
            throws IOException {
        Path file = directory.resolve("capstan.yaml");
        Files.writeString(
                file,
                """
                data-dir: %s
                store: {chunk-size: 1MiB, reserve: 1MiB, pools: [%s]}
                catalog: {map-size-initial: %s}
                kernel: {enabled: off}
                disks: {watch: false}
                api: {socket: %s}
                iscsi: {portals: ['127.0.0.1:0']}
                libraries:
                  - name: lib0
                    drives: {count: %d}
                    storage-elements: %d
                    import-export-elements: 0
                    cartridges: [{prefix: L, count: %d, capacity: 1GiB}]
                """
                        .formatted(
                                data,
                                mirrors.length == 0
                                        ? ""
                                        : "{name: main, copies: 2, directories: %s}"
                                                .formatted(List.of(mirrors)),
                                catalog,
                                directory.resolve("socket"),
                                drives,
                                cartridges,
                                cartridges));
        return file;
    }

    private static String volume(int number) {
        return "L%05dL8".formatted(number + 1);
    }

    /** Drives, cartridges, sessions and a catalog that grows, in 256 MiB of heap and 256 MiB of direct memory. */
    @Test
    void manyThingsAtOnceInLittleMemory() throws Exception {
        Path configuration = configure(directory.resolve("data"), DRIVES, CARTRIDGES, "1MiB");
        long began = System.nanoTime();
        try (DaemonProcess daemon =
                DaemonProcess.start(
                        configuration, log(), new DaemonProcess.Limits(MEMORY, List.of()))) {
            print("ready with %d cartridges after %d ms", CARTRIDGES, millisSince(began));
            try (RemoteDrive changer = open(daemon, 0)) {
                Map<String, Integer> inventory = changer.inventory();
                assertThat(inventory).hasSize(CARTRIDGES);
            }
            List<TapeLedger> ledgers = writeOnAllDrives(daemon);
            logInAndOut(daemon);
            verifyAllDrives(daemon, ledgers);
            print(
                    "%d drives wrote %d blocks each; resident at most %d MiB; %d threads, %d descriptors",
                    DRIVES,
                    BLOCKS_PER_DRIVE,
                    daemon.statusKib("VmHWM") >> 10,
                    daemon.threadCount(),
                    daemon.descriptors().size());
            if (IS_FULL) {
                assertThat(metric("capstan_catalog_map_growths_total")).isPositive();
            }
            assertThat(daemon.log()).doesNotContain("OutOfMemory");
            assertThat(daemon.stop()).isZero();
        }
        assertThat(Storage.check(TestNode.plan(Files.readString(configuration)))).isEmpty();
    }

    private RemoteDrive open(DaemonProcess daemon, int lun) throws IOException {
        return RemoteDrive.open(daemon.portal(), daemon.target(), lun, 1 + lun);
    }

    private interface Work {
        void on(RemoteDrive drive, int number) throws IOException;
    }

    /** Each drive has a session of its own; all work at once. */
    private void onAllDrives(DaemonProcess daemon, Work work) throws Exception {
        List<RemoteDrive> drives = new ArrayList<>();
        for (int i = 0; i < DRIVES; i++) {
            RemoteDrive drive = open(daemon, 1 + i);
            drive.load(volume(i), DRIVE_ELEMENT + i);
            drives.add(drive);
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(DRIVES)) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < DRIVES; i++) {
                int number = i;
                all.add(
                        executor.submit(() -> {
                            work.on(drives.get(number), number);
                            return true;
                        }));
            }
            for (Future<Boolean> each : all) {
                assertThat(each.get()).isTrue();
            }
        }
        for (RemoteDrive drive : drives) {
            drive.close();
        }
    }

    private List<TapeLedger> writeOnAllDrives(DaemonProcess daemon) throws Exception {
        List<TapeLedger> ledgers = new ArrayList<>();
        for (int i = 0; i < DRIVES; i++) {
            ledgers.add(new TapeLedger());
        }
        onAllDrives(
                daemon,
                (drive, number) -> {
                    for (int block = 0; block < BLOCKS_PER_DRIVE; block++) {
                        write(
                                drive,
                                ledgers.get(number),
                                1 + number * 1000L + block,
                                RemoteDrive.BLOCK_LENGTH_MAX);
                    }
                    writeFilemark(drive, ledgers.get(number));
                });
        return ledgers;
    }

    private void verifyAllDrives(DaemonProcess daemon, List<TapeLedger> ledgers) throws Exception {
        onAllDrives(
                daemon, (drive, number) -> ledgers.get(number).verify(drive, "drive " + number));
    }

    private static void write(RemoteDrive drive, TapeLedger ledger, long number, int lengthBytes)
            throws IOException {
        Item item = new Item(number, lengthBytes);
        ledger.append(item);
        drive.write(item.bytes());
    }

    private static void writeFilemark(RemoteDrive drive, TapeLedger ledger) throws IOException {
        ledger.append(Item.FILEMARK);
        drive.writeFilemarks(1);
        ledger.synchronize();
    }

    /** Half log out, half just go away; nothing of them stays. */
    private void logInAndOut(DaemonProcess daemon) throws Exception {
        for (int i = 0; i < 8; i++) {
            logInAndOut(daemon, i);
        }
        awaitNoConnections(daemon);
        int descriptors = daemon.descriptors().size();
        int threads = daemon.threadCount();
        long resident = daemon.statusKib("VmRSS");
        for (int i = 0; i < LOGINS; i++) {
            logInAndOut(daemon, i);
        }
        awaitNoConnections(daemon);
        print(
                "%d logins: descriptors %d, then %d; threads %d, then %d; resident %d MiB, then %d",
                LOGINS,
                descriptors,
                daemon.descriptors().size(),
                threads,
                daemon.threadCount(),
                resident >> 10,
                daemon.statusKib("VmRSS") >> 10);
        assertThat(daemon.descriptors().size()).isLessThan(descriptors + 8);
        assertThat(daemon.threadCount()).isLessThan(threads + 8);
    }

    private static void logInAndOut(DaemonProcess daemon, int number) throws IOException {
        try (IscsiInitiator initiator = IscsiInitiator.connect(daemon.portal())) {
            int status =
                    initiator.login(
                            "iqn.2026-01.test:other" + number, daemon.target(), 1000 + number);
            assertThat(status).isZero();
            if (number % 2 == 0) {
                initiator.logout();
            }
        }
    }

    /** The heap, once it is collected, has no connection any more. */
    private static void awaitNoConnections(DaemonProcess daemon) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (instancesOf(daemon, "io.capstan.iscsi.Connection") > 0) {
            assertThat(System.nanoTime()).as("connections stay in the heap").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }

    private static long instancesOf(DaemonProcess daemon, String className) throws Exception {
        String histogram =
                run(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(daemon.pid()),
                        "GC.class_histogram");
        assertThat(histogram).contains("java.lang.String");
        Matcher line =
                Pattern.compile(":\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(className) + "[ \\n]")
                        .matcher(histogram);
        return line.find() ? Long.parseLong(line.group(1)) : 0;
    }

    private long metric(String name) throws IOException {
        Matcher line =
                Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? ([0-9.E]+)$")
                        .matcher(Http.get(directory.resolve("socket"), "/metrics").body());
        return line.find() ? (long) Double.parseDouble(line.group(1)) : -1;
    }

    /** Hosts that come while there are no descriptors wait, and are not turned away. */
    @Test
    void hostsWaitForDescriptors() throws Exception {
        Path configuration =
                configure(
                        directory.resolve("data"),
                        1,
                        2,
                        "1GiB",
                        Files.createDirectory(directory.resolve("a")),
                        Files.createDirectory(directory.resolve("b")));
        DaemonProcess.Limits limits =
                new DaemonProcess.Limits(
                        List.of("-Xmx512m"),
                        List.of("prlimit", "--nofile=%1$d:%1$d".formatted(DESCRIPTORS_FEW)));
        try (DaemonProcess daemon = DaemonProcess.start(configuration, log(), limits);
                ExecutorService host = Executors.newSingleThreadExecutor()) {
            List<Socket> others = new ArrayList<>();
            while (!daemon.log().contains(NOT_ACCEPTED)) {
                assertThat(others).hasSizeLessThan(DESCRIPTORS_FEW);
                others.add(new Socket(daemon.portal().getAddress(), daemon.portal().getPort()));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            Future<RemoteDrive> waiting = host.submit(() -> open(daemon, 1));
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            assertThat(waiting.isDone()).isFalse();

            for (Socket other : others) {
                other.close();
            }

            waiting.get().close();
        }
    }

    /** New chunks need descriptors. */
    @Test
    void noMoreDescriptors() throws Exception {
        Assumptions.assumeTrue(
                DaemonProcess.isDistribution(),
                "a class that is not in a jar cannot be loaded without descriptors");
        Path configuration =
                configure(
                        directory.resolve("data"),
                        2,
                        4,
                        "1GiB",
                        Files.createDirectory(directory.resolve("a")),
                        Files.createDirectory(directory.resolve("b")));
        try (DaemonProcess daemon =
                DaemonProcess.start(configuration, log(), DaemonProcess.Limits.NONE)) {
            TapeLedger ledger = new TapeLedger();
            try (RemoteDrive drive = open(daemon, 1)) {
                drive.load(volume(0), DRIVE_ELEMENT);
                writeSome(drive, ledger, 1);
                writeFilemark(drive, ledger);

                // Those there are stay; new ones would have to be below it.
                limitDescriptors(daemon, 3);
                String refusal = writeUntilRefused(drive, ledger);
                print("without descriptors a WRITE ends with %s", refusal);
                assertThat(refusal).matches("0[34]/.*");
                assertThat(daemon.log()).containsIgnoringCase("too many open files");
                limitDescriptors(daemon, 4096);
                goOn(drive, ledger);
            }
            assertThat(daemon.stop()).isZero();
        }
        assertThat(Storage.check(TestNode.plan(Files.readString(configuration)))).isEmpty();
    }

    private static void limitDescriptors(DaemonProcess daemon, int count) throws Exception {
        run("prlimit", "--pid", Long.toString(daemon.pid()), "--nofile=" + count + ":");
    }

    /** A file system may have space and yet take no more files. */
    @Test
    void noMoreInodes() throws Exception {
        Assumptions.assumeTrue(
                run("id", "-u").strip().equals("0"), "a file system of its own needs root");
        Path mounted = Files.createDirectory(directory.resolve("mounted"));
        Path configuration = configure(mounted.resolve("data"), 2, 4, "1GiB");
        List<String> wrapper =
                List.of(
                        "unshare",
                        "--mount",
                        "bash",
                        "-c",
                        "mount -t tmpfs -o size=256m,nr_inodes=200 tmpfs "
                                + mounted
                                + " && exec \"$@\"",
                        "bash");
        try (DaemonProcess daemon =
                DaemonProcess.start(
                        configuration,
                        log(),
                        new DaemonProcess.Limits(List.of("-Xmx256m"), wrapper))) {
            TapeLedger ledger = new TapeLedger();
            Path inside = Path.of("/proc/" + daemon.pid() + "/root" + mounted);
            try (RemoteDrive drive = open(daemon, 1)) {
                drive.load(volume(0), DRIVE_ELEMENT);
                writeSome(drive, ledger, 1);
                writeFilemark(drive, ledger);

                List<Path> fillers = fill(Files.createDirectory(inside.resolve("other")));
                String refusal = writeUntilRefused(drive, ledger);
                print("without inodes a WRITE ends with %s", refusal);
                assertThat(refusal).matches("(0[34D])/.*");

                for (Path filler : fillers) {
                    Files.delete(filler);
                }
                goOn(drive, ledger);
            }
            assertThat(daemon.stop()).isZero();
        }
    }

    private static List<Path> fill(Path other) {
        List<Path> fillers = new ArrayList<>();
        try {
            while (true) {
                fillers.add(Files.createFile(other.resolve("file" + fillers.size())));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
            return fillers;
        }
    }

    private static void writeSome(RemoteDrive drive, TapeLedger ledger, long firstNumber)
            throws IOException {
        for (int i = 0; i < 10; i++) {
            write(drive, ledger, firstNumber + i, RemoteDrive.BLOCK_LENGTH_MAX);
        }
    }

    private static String writeUntilRefused(RemoteDrive drive, TapeLedger ledger)
            throws IOException {
        for (int i = 0; i < 200; i++) {
            Item item = new Item(1000 + i, RemoteDrive.BLOCK_LENGTH_MAX);
            ledger.append(item);
            Reply reply =
                    drive.send("0A 00 %06X 00".formatted(item.lengthBytes()), item.bytes(), 0);
            // Early warning: the block is written.
            boolean isWritten =
                    reply.outcome().equals("GOOD") || reply.outcome().equals("00/00/02");
            if (!isWritten) {
                return reply.outcome();
            }
        }
        throw new AssertionError("nothing was refused");
    }

    /** What was synchronized is there, and more can be written. */
    private static void goOn(RemoteDrive drive, TapeLedger ledger) throws IOException {
        int stable = ledger.stableSize();
        for (int i = 0; i < 5 && !drive.send("01 00 00 00 00 00").outcome().equals("GOOD"); i++) {
            // Of what had been acknowledged and could not be written; told once.
        }
        ledger.verify(drive, "afterwards");
        assertThat(ledger.size()).isGreaterThanOrEqualTo(stable);
        writeSome(drive, ledger, 5000);
        writeFilemark(drive, ledger);
        ledger.verify(drive, "at last");
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    @SuppressWarnings({"SystemOut", "AnnotateFormatMethod"}) // figures for whoever reads the log
    private static void print(String format, Object... arguments) {
        System.out.println("DaemonLimitsTest: " + format.formatted(arguments));
    }
}
