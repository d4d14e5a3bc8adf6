package io.capstan.simulation.upgrade;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.BadCopyRecord;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.AttributeStore;
import io.capstan.medium.Medium;
import io.capstan.medium.NewCartridge;
import io.capstan.medium.ShowOutcome;
import io.capstan.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes a golden data directory with the software of today, once before each release that changes a format: {@code make
 * golden VERSION=vN}, where N is the catalog's schema version.
 *
 * <p>It holds a cartridge in every state that survives a stop: overwritten, partitioned, erased, formatted, write
 * protected, WORM, one that is locked, one that is in a tier too, one that shows what another one held before, and one that
 * was being written when the power went; a job that waits and a copy that is bad. Beside it stands what is on them. A
 * directory that was released never changes.
 */
final class GoldenDirectory {

    static final String LISTING = "listing.txt";

    private GoldenDirectory() {}

    static void make(Path target) throws Exception {
        Path scratch = Files.createTempDirectory("golden");
        try (DataDirectoryCopy node = new DataDirectoryCopy(scratch)) {
            overwritten(node);
            partitionedAndErased(node);
            writeOnce(node);
            formatted(node);
            keptAndLocked(node);
            inTier(node);
            Medium torn = beingWritten(node);
            // As the power leaves it: the last blocks are not synchronized, and nothing was closed.
            copy(scratch, target);
            torn.close();
        }
        List<String> listing;
        Path copy = Files.createTempDirectory("golden");
        copy(target, copy);
        try (DataDirectoryCopy node = new DataDirectoryCopy(copy)) {
            listing = node.listing();
        }
        Files.write(target.resolve(LISTING), listing, StandardCharsets.UTF_8);
    }

    private static Medium create(DataDirectoryCopy node, NewCartridge cartridge)
            throws StoreException {
        node.cartridges().create(cartridge);
        return node.mount(cartridge.volume().text());
    }

    private static NewCartridge cartridge(String volume, boolean worm, Long... capacitiesBytes) {
        return new NewCartridge(
                new VolumeIdentifier(volume), 0x88, 0x5E, List.of(capacitiesBytes), worm);
    }

    private static void append(Medium medium, int seed, int count) throws StoreException {
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            byte[] block = new byte[1 + random.nextInt(6_000)];
            random.nextBytes(block);
            medium.append(DataOut.of(block), 0, block.length);
            if (i % 7 == 6) {
                medium.appendFilemarks(1);
            }
        }
    }

    private static void overwritten(DataDirectoryCopy node) throws StoreException {
        Medium medium = create(node, cartridge("GLD001L8", false, 1_000_000L));
        append(medium, 1, 25);
        medium.synchronize();
        medium.locate(0, 18);
        append(medium, 2, 9);
        medium.close();
        place(node, "GLD001L8", 1001);
    }

    private static void place(DataDirectoryCopy node, String volume, int address) {
        node.catalog()
                .commit(change ->
                        change.putElement(
                                new ElementRecord(
                                        new ElementLocation("lib0", address),
                                        new VolumeIdentifier(volume),
                                        OptionalInt.empty())));
        node.cartridges().moved(new VolumeIdentifier(volume));
    }

    private static void partitionedAndErased(DataDirectoryCopy node) throws StoreException {
        Medium medium = create(node, cartridge("GLD002L8", false, 500_000L, 600_000L));
        append(medium, 3, 8);
        medium.locate(1, 0);
        append(medium, 4, 8);
        medium.locate(1, 3);
        medium.erase();
        medium.attributes()
                .put(
                        new AttributeStore.Attribute(
                                0,
                                0x0803,
                                AttributeStore.Format.TEXT,
                                "golden".getBytes(StandardCharsets.US_ASCII)));
        medium.close();
        node.cartridges().setWriteProtected(new VolumeIdentifier("GLD002L8"), true);
    }

    private static void writeOnce(DataDirectoryCopy node) throws StoreException {
        Medium medium = create(node, cartridge("GLD003L8", true, 400_000L));
        append(medium, 5, 5);
        medium.close();
    }

    private static void formatted(DataDirectoryCopy node) throws StoreException {
        Medium medium = create(node, cartridge("GLD004L8", false, 900_000L));
        append(medium, 6, 5);
        medium.format(List.of(300_000L, 200_000L, 100_000L));
        medium.locate(2, 0);
        append(medium, 7, 3);
        medium.close();
    }

    /** What it held before is kept, and shown as another cartridge. */
    private static void keptAndLocked(DataDirectoryCopy node) throws StoreException {
        VolumeIdentifier volume = new VolumeIdentifier("GLD006L8");
        Medium medium = create(node, cartridge(volume.text(), false, 800_000L));
        append(medium, 10, 12);
        medium.synchronize();
        medium.locate(0, 0);
        append(medium, 11, 4);
        medium.close();
        ShowOutcome shown = node.cartridges().show(volume, 0, new VolumeIdentifier("GLD007L8"));
        if (shown != ShowOutcome.SHOWN) {
            throw new AssertionError("not shown: " + shown);
        }
        node.cartridges()
                .retain(
                        volume,
                        before ->
                                before.withLockedUntil(
                                        DataDirectoryCopy.NOW.plus(Duration.ofDays(36_500))));
    }

    /** On its way to a tier that does not answer, with all its chunks there by now, one of which is bad here. */
    private static void inTier(DataDirectoryCopy node) throws StoreException {
        VolumeIdentifier volume = new VolumeIdentifier("GLD008L8");
        Medium medium = create(node, cartridge(volume.text(), false, 700_000L));
        append(medium, 12, 20);
        medium.close();
        node.catalog()
                .commit(change -> {
                    ContainerId container = change.cartridge(volume).orElseThrow().container();
                    List<ChunkRecord> chunks =
                            change.chunksOf(container, 1, 100).stream()
                                    .filter(chunk -> chunk.state() == ChunkState.SEALED)
                                    .toList();
                    chunks.forEach(chunk -> change.putTierCopy(tierCopy(chunk)));
                    ChunkRecord first = chunks.getFirst();
                    change.putBadCopy(
                            new BadCopyRecord(
                                    first.chunk(), first.disks().getFirst(), millis(), "rot"));
                    long job = change.nextJob();
                    change.putJob(
                            JobRecord.queued(
                                    job,
                                    volume,
                                    "vault",
                                    List.of(),
                                    Optional.empty(),
                                    TierCopyRecord.ACTIVE,
                                    Optional.empty(),
                                    false,
                                    true,
                                    millis()));
                });
    }

    private static TierCopyRecord tierCopy(ChunkRecord chunk) {
        return new TierCopyRecord(
                chunk.chunk(),
                "vault",
                chunk.lengthBytes(),
                chunk.digest().orElseThrow(),
                millis(),
                Optional.of(List.of(2, 3)));
    }

    private static long millis() {
        return DataDirectoryCopy.NOW.toEpochMilli();
    }

    private static Medium beingWritten(DataDirectoryCopy node) throws StoreException {
        Medium medium = create(node, cartridge("GLD005L8", false, 900_000L));
        append(medium, 8, 10);
        medium.synchronize();
        append(medium, 9, 20);
        return medium;
    }

    /** Copies a data directory without what belongs to a process. */
    static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = String.valueOf(file.getFileName());
                if (!name.equals("lock") && !name.equals("lock.mdb")) {
                    Path copy = target.resolve(source.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
