package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.TapeLedger.Item;
import io.capstan.appliance.node.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon as a process is killed at random instants while two hosts write, with two copies of everything on three disks:
 * while it writes and seals chunks, collects garbage, repairs bad copies, brings a disk up to date that was away, starts,
 * or while its catalog is rebuilt. Whenever it serves again, the tapes hold what was synchronized, and of what was written
 * since a whole prefix.
 *
 * <p>{@code -Dcapstan.kill.runs=N} for how many times, {@code -Dcapstan.kill.seed=N} for the same as before as far as
 * time allows, {@code -Dcapstan.distribution=DIR} for the daemon as it ships. {@code make kill-test} sets these.
 */
class DaemonKillTest {

    private static final int RUNS = Integer.getInteger("capstan.kill.runs", 3);
    private static final int DRIVES = 2;
    private static final int DRIVE_ELEMENT = 500;
    private static final int OBJECTS_MAX = 600;

    /** What goes on besides when the daemon is killed. */
    private enum Deed {
        WRITING,
        COLLECTING_GARBAGE,
        REPAIRING,
        RESILVERING,
        REBUILDING,
        STARTING
    }

    @TempDir private Path directory;

    private final long seed = Long.getLong("capstan.kill.seed", System.nanoTime() >>> 8);
    private final Random random = new Random(seed);
    private final List<TapeLedger> ledgers = List.of(new TapeLedger(), new TapeLedger());
    private long nextNumber = 1;
    private Path configuration = Path.of("");
    private Path log = Path.of("");
    private int killed;
    private int rotten;

    @Test
    void nothingSynchronizedIsLost() throws Exception {
        System.out.println("DaemonKillTest seed " + seed);
        configure();
        for (int run = 0; run < RUNS; run++) {
            Deed deed =
                    run < Deed.values().length
                            ? Deed.values()[run]
                            : Deed.values()[random.nextInt(Deed.values().length)];
            try {
                runOnce(deed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        "run %d, %s, seed %d: %s%n%s"
                                .formatted(run, deed, seed, e.getMessage(), logTail()),
                        e);
            }
            System.out.printf("kill %d: %s: %s%n", run + 1, deed, ledgers);
        }
        finish();
        System.out.printf(
                "DaemonKillTest: %d kills, %d objects synchronized, none lost, %d bad copies made%n",
                killed, ledgers.stream().mapToLong(TapeLedger::acknowledged).sum(), rotten);
    }

    private void configure() throws IOException {
        configuration = directory.resolve("capstan.yaml");
        log = directory.resolve("log");
        for (int disk = 0; disk < 3; disk++) {
            Files.createDirectory(disk(disk));
        }
        Files.writeString(
                configuration,
                """
                data-dir: %s
                store:
                  chunk-size: 1MiB
                  reserve: 1MiB
                  repair-delay-seconds: 0
                  pools:
                    - {name: main, copies: 2, directories: [%s, %s, %s]}
                kernel: {enabled: off}
                disks: {watch: false}
                api: {socket: %s}
                iscsi: {portals: ['127.0.0.1:0']}
                libraries:
                  - name: lib0
                    drives: {count: %d}
                    storage-elements: 4
                    import-export-elements: 0
                    cartridges: [{prefix: KIL, count: %d, capacity: 20GiB}]
                """
                        .formatted(
                                directory.resolve("data"),
                                disk(0),
                                disk(1),
                                disk(2),
                                socket(),
                                DRIVES,
                                DRIVES));
    }

    private Path disk(int number) {
        return directory.resolve("disk" + number);
    }

    private Path socket() {
        return directory.resolve("socket");
    }

    private String logTail() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    // ---- one time

    private void runOnce(Deed deed) throws Exception {
        DaemonProcess.clear(log);
        prepare(deed);
        try (DaemonProcess daemon =
                DaemonProcess.start(configuration, log, DaemonProcess.Limits.NONE)) {
            List<RemoteDrive> drives = openAndVerify(daemon);
            workUntilKilled(deed, daemon, drives);
            for (RemoteDrive drive : drives) {
                drive.close();
            }
        }
    }

    /** Nothing runs; the third disk is the one that things happen to, and everything has a copy elsewhere. */
    private void prepare(Deed deed) throws Exception {
        switch (deed) {
            case REPAIRING -> rot();
            case RESILVERING -> Files.move(disk(2), away());
            case REBUILDING -> rebuild();
            case STARTING -> {
                for (int i = 0; i < 3; i++) {
                    DaemonProcess daemon =
                            DaemonProcess.launch(configuration, log, DaemonProcess.Limits.NONE);
                    Thread.sleep(200 + random.nextInt(1500));
                    kill(daemon);
                }
            }
            case WRITING, COLLECTING_GARBAGE -> {}
        }
        DaemonProcess.clear(log);
    }

    private Path away() {
        return directory.resolve("away");
    }

    /** Bits of full chunks flip, on that one disk. */
    private void rot() throws IOException {
        List<Path> chunks;
        try (Stream<Path> files = Files.walk(disk(2))) {
            chunks =
                    files.filter(file -> file.toString().endsWith(".chunk"))
                            .filter(file -> file.toFile().length() >= 1 << 20)
                            .sorted()
                            .toList();
        }
        for (Path chunk : chunks) {
            if (random.nextInt(3) > 0) {
                flipByte(chunk);
                rotten++;
            }
        }
    }

    private void flipByte(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long position = random.nextLong(bytes.length());
            bytes.seek(position);
            int value = bytes.read();
            bytes.seek(position);
            bytes.write(value ^ 1 << random.nextInt(8));
        }
    }

    private void rebuild() throws Exception {
        for (int i = 0; i < 2; i++) {
            DaemonProcess command = rebuildCommand();
            Thread.sleep(200 + random.nextInt(1200));
            kill(command);
        }
        try (DaemonProcess command = rebuildCommand()) {
            assertThat(command.await()).as(() -> "catalog rebuild").isIn(0, 4);
        }
    }

    private DaemonProcess rebuildCommand() throws IOException {
        return DaemonProcess.command(
                log, "catalog", "rebuild", "--config", configuration.toString());
    }

    private void kill(DaemonProcess process) throws InterruptedException {
        if (process.isAlive()) {
            killed++;
        }
        process.kill();
    }

    private List<RemoteDrive> openAndVerify(DaemonProcess daemon) throws IOException {
        List<RemoteDrive> drives = new ArrayList<>();
        for (int i = 0; i < DRIVES; i++) {
            RemoteDrive drive = RemoteDrive.open(daemon.portal(), daemon.target(), 1 + i, 1 + i);
            drive.load("KIL00%dL8".formatted(i + 1), DRIVE_ELEMENT + i);
            ledgers.get(i).verify(drive, "cartridge " + i);
            drives.add(drive);
        }
        return drives;
    }

    private void workUntilKilled(Deed deed, DaemonProcess daemon, List<RemoteDrive> drives)
            throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(DRIVES)) {
            List<Future<Optional<Throwable>>> work = new ArrayList<>();
            for (int i = 0; i < DRIVES; i++) {
                Host host =
                        new Host(
                                drives.get(i), ledgers.get(i), new Random(random.nextLong()), deed);
                host.nextNumber = nextNumber;
                nextNumber += 1_000_000;
                work.add(executor.submit(host::workUntilDisconnected));
            }
            int millis = 50 + random.nextInt(1500);
            if (deed == Deed.RESILVERING) {
                Thread.sleep(random.nextInt(1500));
                Files.move(away(), disk(2));
                // A disk that is away is looked for again every few seconds.
                millis += random.nextInt(8000);
            } else if (deed == Deed.REPAIRING) {
                assertThat(Http.send(socket(), "POST", "/v1/store/scrub/start", "").status())
                        .isEqualTo(200);
            }
            Thread.sleep(millis);
            kill(daemon);
            for (Future<Optional<Throwable>> each : work) {
                Optional<Throwable> failure = result(each);
                if (failure.isPresent()) {
                    throw new AssertionError("a host was refused", failure.get());
                }
            }
        }
    }

    private static Optional<Throwable> result(Future<Optional<Throwable>> work)
            throws InterruptedException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            return Optional.of(e);
        }
    }

    /** What a backup does to a tape, and what it may. */
    private static final class Host {

        private final RemoteDrive drive;
        private final TapeLedger ledger;
        private final Random random;
        private final Deed deed;
        private long nextNumber;

        Host(RemoteDrive drive, TapeLedger ledger, Random random, Deed deed) {
            this.drive = drive;
            this.ledger = ledger;
            this.random = random;
            this.deed = deed;
        }

        /** Returns what went wrong besides. */
        Optional<Throwable> workUntilDisconnected() {
            try {
                toEndOfData();
                while (true) {
                    step();
                }
            } catch (IOException e) {
                return Optional.empty();
            } catch (AssertionError e) {
                return Optional.of(e);
            }
        }

        private void step() throws IOException {
            int dice = random.nextInt(100);
            if (ledger.size() > OBJECTS_MAX || dice < overwritingPercent()) {
                overwrite();
            } else if (dice < 85) {
                write();
            } else if (dice < 93) {
                ledger.append(Item.FILEMARK);
                drive.writeFilemarks(1);
                ledger.synchronize();
            } else if (dice < 97) {
                drive.writeFilemarks(0);
                ledger.synchronize();
            } else {
                drive.rewind();
                ledger.synchronize();
                toEndOfData();
            }
        }

        private int overwritingPercent() {
            return deed == Deed.COLLECTING_GARBAGE ? 6 : 1;
        }

        private void write() throws IOException {
            int lengthBytes =
                    random.nextInt(4) == 0
                            ? 1 + random.nextInt(2000)
                            : 1 + random.nextInt(RemoteDrive.BLOCK_LENGTH_MAX);
            Item item = new Item(nextNumber++, lengthBytes);
            ledger.append(item);
            drive.write(item.bytes());
        }

        private void overwrite() throws IOException {
            int position =
                    ledger.size() > OBJECTS_MAX
                            ? random.nextInt(50)
                            : random.nextInt(ledger.size() + 1);
            drive.locate(position);
            ledger.synchronize();
            if (random.nextInt(3) == 0) {
                ledger.erase(position);
                drive.require("19 00 00 00 00 00");
                ledger.synchronize();
            } else {
                ledger.cut(position);
                write();
            }
        }

        private void toEndOfData() throws IOException {
            drive.locate(ledger.size());
            ledger.synchronize();
        }
    }

    // ---- the end

    /** Stopped in order, everything is there, and catalog and files agree. */
    private void finish() throws Exception {
        DaemonProcess.clear(log);
        try (DaemonProcess daemon =
                DaemonProcess.start(configuration, log, DaemonProcess.Limits.NONE)) {
            for (RemoteDrive drive : openAndVerify(daemon)) {
                drive.close();
            }
            assertThat(daemon.stop()).as(this::logTailQuietly).isZero();
        }
        assertThat(Storage.check(TestNode.plan(Files.readString(configuration)))).isEmpty();
    }

    private String logTailQuietly() {
        try {
            return logTail();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
