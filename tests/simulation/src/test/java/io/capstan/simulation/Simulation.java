package io.capstan.simulation;

import io.capstan.catalog.Catalog;
import io.capstan.drive.EjectOutcome;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.Finding;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.CatalogRebuild;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumCheck;
import io.capstan.medium.MediumDescription;
import io.capstan.medium.NewCartridge;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.store.FileIo;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One run, from its seed: a node with one or two drives gets random commands, while its disk fails and background work goes
 * on; it is stopped, killed, or loses power; it starts again, and all of it from the beginning. In the end bits rot.
 *
 * <p>What must hold:
 *
 * <ul>
 *   <li>Every command is answered as a {@link SimpleTape} in a drive of its own answers it, unless a fault came to pass
 *       since: then it may end with the sense data of a fault.
 *   <li>After a fault, a kill or a loss of power the cartridge holds what was synchronized and of what was written since a
 *       whole prefix, and nothing else; see {@link Medium}.
 *   <li>The catalog agrees with itself and with the files, and one that is rebuilt from the files says the same.
 *   <li>A bit that rots costs one object at most, and none is read wrong.
 *   <li>On a mirrored pool nothing that happens to its directories is seen by a host: see {@link Mishaps}.
 * </ul>
 */
public final class Simulation {

    private static final long CAPACITY_BYTES = 1_000_000_000;
    private static final long DISK_BYTES = 1L << 40;
    private static final int TRACE_LENGTH = 60;
    private static final int REBUILD_ONE_IN = 4;
    private static final List<TaskManagementFunction> FUNCTIONS =
            List.of(TaskManagementFunction.values());

    private final long seed;
    private final Random random;
    private final Swarm swarm;
    private final Path directory;
    private final ArrayDeque<String> trace = new ArrayDeque<>();
    private final List<TwinDrive> drives = new ArrayList<>();
    private final Commands commands;
    private final Totals totals;
    private Mishaps mishaps;
    private int traceHash;
    private int catalogCount;

    /** What runs did, for the one who wants to know whether they did enough. */
    public static final class Totals {
        long runs;
        long commands;
        long powerCuts;
        long kills;
        long stops;
        long faults;
        long rottenBits;
        long rebuilds;
        long mishaps;

        void add(Totals other) {
            runs += other.runs;
            commands += other.commands;
            powerCuts += other.powerCuts;
            kills += other.kills;
            stops += other.stops;
            faults += other.faults;
            rottenBits += other.rottenBits;
            rebuilds += other.rebuilds;
            mishaps += other.mishaps;
        }

        @Override
        public String toString() {
            return "%d runs, %d commands, %d losses of power, %d kills, %d stops, %d faults, %d rotten bits, %d catalogs rebuilt, %d mishaps"
                    .formatted(
                            runs,
                            commands,
                            powerCuts,
                            kills,
                            stops,
                            faults,
                            rottenBits,
                            rebuilds,
                            mishaps);
        }
    }

    private Simulation(long seed, boolean mirrored, Path directory, Totals totals) {
        this.seed = seed;
        this.directory = directory;
        this.totals = totals;
        // Neighbouring seeds give Random nearly the same first numbers; this spreads them.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        Swarm drawn = Swarm.draw(random);
        this.swarm = mirrored ? drawn.mirrored(random) : drawn;
        this.commands = new Commands(random, swarm);
    }

    /** As {@link #run}, with plain directories. */
    public static int run(long seed, Path directory, Totals totals) {
        return run(seed, false, directory, totals);
    }

    /**
     * Runs one seed.
     *
     * @param mirrored whether chunks are on a pool with 1 to 3 copies
     * @param directory for catalogs; what is left in it is deleted
     * @return a number that is the same whenever the run is
     * @throws AssertionError if something does not hold, with the seed and what happened last
     */
    public static int run(long seed, boolean mirrored, Path directory, Totals totals) {
        Simulation simulation = new Simulation(seed, mirrored, directory, totals);
        try {
            simulation.run();
            return simulation.traceHash;
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed %d: %s%nreplay it with -Dcapstan.simulation.%s=%d%nrun: %s%nlast:%n  %s"
                            .formatted(
                                    seed,
                                    e.getMessage(),
                                    mirrored ? "mirrored-seed" : "seed",
                                    seed,
                                    simulation.swarm,
                                    String.join("\n  ", simulation.trace)),
                    e);
        } finally {
            deleteAll(directory);
        }
    }

    private void run() throws StoreException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.capacityBytes(DISK_BYTES);
        try (SimulatedNode node = new SimulatedNode(swarm, random, disk, newDirectory())) {
            run(node);
        }
        totals.runs++;
        totals.faults += disk.faults();
    }

    private void run(SimulatedNode node) throws StoreException {
        mishaps = new Mishaps(node, swarm, random, line -> note("%s", line));
        makeCartridges(node);
        for (int round = 0; round < swarm.rounds(); round++) {
            if (swarm.powerCuts()) {
                node.disk().losePowerAt(1 + random.nextInt(swarm.changesPerRound()));
            }
            work(node);
            end(node);
            checkAll(node);
        }
        rot(node);
        totals.mishaps += mishaps.count();
    }

    private void makeCartridges(SimulatedNode node) throws StoreException {
        for (int i = 0; i < swarm.cartridges(); i++) {
            VolumeIdentifier volume = new VolumeIdentifier("SIM00%dL8".formatted(i));
            List<Long> layout =
                    random.nextInt(3) == 0
                            ? List.of(CAPACITY_BYTES / 2, CAPACITY_BYTES / 2)
                            : List.of(CAPACITY_BYTES);
            node.cartridges().create(new NewCartridge(volume, 0x88, 0x5E, layout, false));
            drives.add(
                    new TwinDrive(
                            node.clock(),
                            random.nextInt(3) == 0 ? 512 : 0,
                            node.mount(volume),
                            new SimpleTape(
                                    volume,
                                    new MediumDescription(0x88, 0x5E, CAPACITY_BYTES, false, false),
                                    layout),
                            0));
        }
        node.finishHousekeeping();
    }

    // ---- commands

    private void work(SimulatedNode node) throws StoreException {
        for (int i = 0; i < swarm.commandsPerRound(); i++) {
            TwinDrive drive = drives.get(random.nextInt(drives.size()));
            setFault(node.disk());
            step(node, drive, commands.next(drive.tape(), drive.blockLengthBytes()));
            if (node.disk().isPowerLost()) {
                return;
            }
            node.disk().clearFaults();
            manage(node, drive);
            node.betweenCommands();
            if (swarm.isMirrored() && !node.disk().isPowerLost()) {
                mishaps.betweenCommands(drives);
            }
            if (node.disk().isPowerLost()) {
                return;
            }
        }
    }

    private void step(SimulatedNode node, TwinDrive drive, Commands.Command command)
            throws StoreException {
        totals.commands++;
        List<Contents> before = drive.acceptable();
        FakeReply reply = drive.sendToReal(command);
        note("%s %s: %s", drive.volume(), command, reply.outcome());
        if (node.disk().isPowerLost()) {
            note("the power is gone");
            drive.interrupt(command);
            return;
        }
        FakeReply expected = drive.sendToModel(command);
        boolean mayWait = command.mayBeBuffered() && random.nextInt(4) > 0;
        boolean isSame = isSame(reply, expected) && (mayWait || drive.isPositionSame());
        if (node.disk().isPowerLost()) {
            note("the power is gone behind it");
            before.addAll(drive.acceptable());
            drive.mayHold(before);
            return;
        }
        if (isSame) {
            if (command.isSynchronizing()) {
                // The model's drive is the same software; what must be stable now is for the
                // standard to say.
                drive.tape().synchronize();
            }
            return;
        }
        if (node.disk().faults() == drive.faultsExcused()) {
            throw new AssertionError(
                    "%s ended with %s instead of %s, at %s"
                            .formatted(command, reply, expected, drive.positions()));
        }
        requireFault(command, reply, expected);
        drive.interrupt(command);
        before.addAll(drive.acceptable());
        reconcile(node, drive, before);
    }

    /** Now and then the host gives up on its tasks, or resets the logical unit. */
    private void manage(SimulatedNode node, TwinDrive drive) {
        boolean mayDiffer = node.disk().faults() != drive.faultsExcused();
        if (!mayDiffer && random.nextInt(1000) < swarm.managementPermille()) {
            TaskManagementFunction function = FUNCTIONS.get(random.nextInt(FUNCTIONS.size()));
            note("%s %s", drive.volume(), function);
            List<Contents> before = drive.acceptable();
            boolean isSame = drive.manage(function);
            if (node.disk().isPowerLost()) {
                // A reset synchronizes, and this one did not come to its end.
                before.addAll(drive.acceptable());
                drive.mayHold(before);
            } else if (!isSame) {
                throw new AssertionError("after " + function + ": at " + drive.positions());
            }
        }
    }

    private static boolean isSame(FakeReply reply, FakeReply expected) {
        return reply.outcome().equals(expected.outcome())
                && Arrays.equals(reply.data(), expected.data())
                && information(reply) == information(expected);
    }

    private static long information(FakeReply reply) {
        return reply.result().sense().map(s -> s.information().orElse(-1)).orElse(-1L);
    }

    /** A fault is told by its sense data; nothing wrong is ever GOOD. */
    private static void requireFault(
            Commands.Command command, FakeReply reply, FakeReply expected) {
        boolean isTold =
                reply.result()
                        .sense()
                        .filter(sense -> isFault(sense.key()) || sense.endOfMedium())
                        .isPresent();
        // A fault before may have moved the position, and this command says so truthfully.
        boolean movedBefore = reply.data().length == 0 && expected.data().length == 0;
        if (!isTold && !movedBefore) {
            throw new AssertionError(
                    "%s ended with %s instead of %s".formatted(command, reply, expected));
        }
    }

    private static boolean isFault(SenseKey key) {
        return key == SenseKey.MEDIUM_ERROR
                || key == SenseKey.HARDWARE_ERROR
                || key == SenseKey.VOLUME_OVERFLOW
                || key == SenseKey.NOT_READY;
    }

    /** After a fault the disk works again: what is there is looked at, and the model goes on from it. */
    private void reconcile(SimulatedNode node, TwinDrive drive, List<Contents> acceptable)
            throws StoreException {
        node.disk().clearFaults();
        List<Contents> possible = acceptable;
        try {
            Contents found = Contents.of(drive.medium());
            requireOne(found, possible, drive);
            note("after the fault %s holds %s", drive.volume(), found.describe());
            // What a second fault kept from being undone comes back when the cartridge is loaded
            // again.
            boolean isUndone = node.disk().faults() == drive.faultsExcused() + 1;
            possible = isUndone ? List.of(found) : acceptable;
            Medium again = exchange(node, drive);
            Contents foundAgain = Contents.of(again);
            requireOne(foundAgain, possible, drive);
            drive.load(again, modelOf(drive.tape(), again, foundAgain), node.disk().faults());
        } catch (StoreException e) {
            if (!node.disk().isPowerLost()) {
                throw e;
            }
            note("the power is gone");
            drive.mayHold(possible);
        }
    }

    /** Takes the cartridge out, whatever comes of it, and mounts it again. */
    private Medium exchange(SimulatedNode node, TwinDrive drive) throws StoreException {
        EjectOutcome outcome = drive.real().eject().join();
        note("ejecting: %s", outcome.getClass().getSimpleName());
        if (outcome instanceof EjectOutcome.Ejected(Medium medium)) {
            medium.close();
        } else {
            // What is on it stays; the drive is given up with the cartridge in it.
            drive.medium().close();
        }
        return node.mount(drive.volume());
    }

    private static SimpleTape modelOf(SimpleTape like, Medium medium, Contents content) {
        List<Long> layout = new ArrayList<>();
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            layout.add(medium.capacityBytes(partition));
        }
        return SimpleTape.holding(like, layout, content.partitions());
    }

    private void requireOne(Contents found, List<Contents> acceptable, TwinDrive drive) {
        if (acceptable.stream().noneMatch(found::isSame)) {
            throw new AssertionError(
                    "%s holds %s; it was synchronized as %s and written as %s"
                            .formatted(
                                    drive.volume(),
                                    found.describe(),
                                    acceptable.getFirst().describe(),
                                    acceptable.getLast().describe()));
        }
    }

    // ---- faults

    private void setFault(SimulatedDisk disk) {
        if (!swarm.hasFaults() || random.nextInt(1000) >= swarm.faultPermille()) {
            return;
        }
        Swarm.Fault fault = Swarm.pick(random, swarm.faultWeights());
        note("fault: %s", fault);
        switch (fault) {
            case WRITE_FAILS -> fail(disk, SimulatedDisk.Call.WRITE);
            case FORCE_FAILS -> fail(disk, SimulatedDisk.Call.FORCE);
            case READ_FAILS -> fail(disk, SimulatedDisk.Call.READ);
            case READ_ENDS_EARLY -> disk.shortenNextRead();
            case READ_FLIPS_A_BIT -> disk.flipNextRead();
            case CREATE_FAILS -> fail(disk, SimulatedDisk.Call.CREATE);
            case NAMES_FAIL -> fail(disk, SimulatedDisk.Call.FORCE_DIRECTORY);
            case TRUNCATE_FAILS -> fail(disk, SimulatedDisk.Call.TRUNCATE);
            case DELETE_FAILS -> fail(disk, SimulatedDisk.Call.DELETE);
            case DISK_FULL ->
                    disk.failNext(
                            SimulatedDisk.Call.WRITE,
                            new FileIo.OutOfSpaceException("no space left on device"));
        }
    }

    private static void fail(SimulatedDisk disk, SimulatedDisk.Call call) {
        disk.failNext(call, new IOException("Input/output error"));
    }

    // ---- the end of a round

    private void end(SimulatedNode node) throws StoreException {
        SimulatedDisk disk = node.disk();
        disk.clearFaults();
        if (disk.isPowerLost()) {
            totals.powerCuts++;
            note("loss of power");
            node.stop();
            disk.restart();
        } else if (random.nextInt(3) == 0) {
            disk.losePowerAt(Long.MAX_VALUE);
            totals.stops++;
            note("stop");
            ejectAll();
            node.stop();
        } else {
            disk.losePowerAt(Long.MAX_VALUE);
            totals.kills++;
            note("kill");
            node.stop();
        }
        mishaps.restarted();
        node.start();
    }

    private void ejectAll() throws StoreException {
        for (TwinDrive drive : drives) {
            if (drive.real().eject().join() instanceof EjectOutcome.Ejected(Medium medium)) {
                medium.close();
                drive.tape().synchronize();
            } else if (!swarm.hasFaults()) {
                throw new AssertionError(drive.volume() + " could not be ejected");
            }
        }
    }

    private void checkAll(SimulatedNode node) throws StoreException {
        List<Contents> all = new ArrayList<>();
        for (TwinDrive drive : drives) {
            Medium medium = node.mount(drive.volume());
            Contents found = Contents.of(medium);
            note("started again, %s holds %s", drive.volume(), found.describe());
            requireOne(found, drive.acceptable(), drive);
            drive.load(medium, modelOf(drive.tape(), medium, found), node.disk().faults());
            all.add(found);
        }
        node.finishHousekeeping();
        if (swarm.isMirrored()) {
            if (random.nextBoolean()) {
                return;
            }
            mishaps.settle();
        }
        // A chunk that is being written has the copies it was begun with, which is a note.
        List<Finding> findings =
                MediumCheck.run(node.catalog(), node.store(), node.io()).stream()
                        .filter(finding -> finding.severity() != Finding.Severity.NOTE)
                        .toList();
        if (!findings.isEmpty()) {
            throw new AssertionError("the check finds " + findings);
        }
        if (random.nextInt(REBUILD_ONE_IN) == 0) {
            checkRebuilt(node, all);
        }
    }

    private void checkRebuilt(SimulatedNode node, List<Contents> expected) throws StoreException {
        totals.rebuilds++;
        try (Catalog fresh = SimulatedNode.openCatalog(newDirectory())) {
            CatalogRebuild.Report report = CatalogRebuild.run(node.store(), node.io(), fresh);
            if (!report.findings().isEmpty()) {
                throw new AssertionError("the rebuild finds " + report.findings());
            }
            for (int i = 0; i < drives.size(); i++) {
                Contents rebuilt = Contents.of(node.mount(fresh, drives.get(i).volume()));
                if (!rebuilt.isSame(expected.get(i))) {
                    throw new AssertionError(
                            "rebuilt, %s holds %s instead of %s"
                                    .formatted(
                                            drives.get(i).volume(),
                                            rebuilt.describe(),
                                            expected.get(i).describe()));
                }
            }
        }
    }

    // ---- rot

    private void rot(SimulatedNode node) throws StoreException {
        List<Contents> expected = drives.stream().map(drive -> Contents.of(drive.tape())).toList();
        ejectAll();
        node.finishHousekeeping();
        if (swarm.isMirrored()) {
            mishaps.settle();
        }
        node.stop();
        List<Path> chunks =
                new ArrayList<>(
                        node.disk().files().stream()
                                .filter(file -> file.toString().endsWith(".chunk"))
                                .filter(file -> node.disk().content(file).length > 0)
                                .toList());
        Collections.shuffle(chunks, random);
        // One a chunk: a record and the trailer together look like a torn tail.
        chunks = swarm.isMirrored() ? oneCopyOfEach(chunks) : chunks;
        int bits = Math.min(chunks.size(), 1 + random.nextInt(3));
        for (Path chunk : chunks.subList(0, bits)) {
            long bit = random.nextLong(8L * node.disk().content(chunk).length);
            note("bit %d of %s rots", bit, chunk);
            node.disk().flipBit(chunk, bit);
        }
        totals.rottenBits += bits;
        node.start();
        int damaged = 0;
        for (int i = 0; i < drives.size(); i++) {
            Medium medium = node.mount(drives.get(i).volume());
            damaged += Contents.ofDamaged(medium).damageAgainst(expected.get(i));
            medium.close();
        }
        if (damaged > (swarm.copies() > 1 ? 0 : bits)) {
            throw new AssertionError(bits + " bits made " + damaged + " objects unreadable");
        }
    }

    private static List<Path> oneCopyOfEach(List<Path> files) {
        Map<String, Path> byChunk = new LinkedHashMap<>();
        files.forEach(file ->
                byChunk.putIfAbsent(
                        file.getParent().getFileName() + "/" + file.getFileName(), file));
        return List.copyOf(byChunk.values());
    }

    // ---- notes

    @SuppressWarnings("AnnotateFormatMethod") // of a library that nothing else here needs
    private void note(String format, Object... arguments) {
        String line = format.formatted(arguments);
        traceHash = 31 * traceHash + line.hashCode();
        trace.add(line);
        if (trace.size() > TRACE_LENGTH) {
            trace.removeFirst();
        }
    }

    private Path newDirectory() {
        try {
            return Files.createDirectories(directory.resolve("catalog" + catalogCount++));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void deleteAll(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                if (!path.equals(directory)) {
                    Files.delete(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
