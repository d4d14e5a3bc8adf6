package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Changes of a catalog that follow from a seed and their number, and the states that they lead to. */
final class NumberedChanges {

    private static final String LAST = "last";

    private final long seed;

    NumberedChanges(long seed) {
        this.seed = seed;
    }

    /** The change of a number, which is 1 or more; it can be made in one catalog, and again in another. */
    Consumer<CatalogTransaction> change(int number) {
        return transaction -> {
            Random random = new Random(seed * 0x9E3779B97F4A7C15L + number);
            transaction.putParameters(LAST, ByteBuffer.allocate(4).putInt(0, number).array());
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                try {
                    changeSomething(transaction, random);
                } catch (IllegalStateException | IllegalArgumentException e) {
                    // A rule is broken, here as in the other catalog, and nothing changed.
                }
            }
        };
    }

    private static void changeSomething(CatalogTransaction transaction, Random random) {
        VolumeIdentifier volume = new VolumeIdentifier("V" + random.nextInt(40));
        ElementLocation element = new ElementLocation("lib0", random.nextInt(30));
        ChunkId chunk = new ChunkId(Samples.CONTAINER, 1 + random.nextInt(200));
        String name = "page" + random.nextInt(30);
        switch (random.nextInt(10)) {
            case 0, 1 ->
                    transaction.putCartridge(
                            Samples.cartridge(volume, Samples.CONTAINER)
                                    .withLoadCount(random.nextInt(1000)));
            case 2 ->
                    transaction.putElement(new ElementRecord(element, volume, OptionalInt.empty()));
            case 3 -> transaction.clearElement(element);
            case 4 -> {
                byte[] value = new byte[random.nextInt(12_000)];
                random.nextBytes(value);
                transaction.putParameters(name, value);
            }
            case 5 -> transaction.removeParameters(name);
            case 6 -> {
                for (int sequence = 1; sequence < random.nextInt(150); sequence++) {
                    transaction.putChunk(
                            ChunkRecord.open(
                                    new ChunkId(Samples.CONTAINER, sequence),
                                    List.of(new DiskId(random.nextInt(3), 0)),
                                    random.nextInt(1 << 20),
                                    1000));
                }
            }
            case 7 -> transaction.removeChunk(chunk);
            case 8 -> appendRun(transaction, chunk, 1 + random.nextInt(9));
            default ->
                    transaction.appendAudit(
                            new AuditRecord(1, "who", "w".repeat(random.nextInt(300)), "done"));
        }
    }

    private static void appendRun(CatalogTransaction transaction, ChunkId chunk, int objectCount) {
        Optional<Run> last = transaction.lastRun(Samples.PARTITION);
        transaction.putRun(
                new Run(
                        Samples.PARTITION,
                        last.map(Run::endObject).orElse(0L),
                        chunk,
                        objectCount,
                        last.map(Run::endFilemark).orElse(0L),
                        objectCount / 3,
                        last.map(Run::endByte).orElse(0L),
                        objectCount * 100L));
    }

    /** The number of the change that came last; 0 before the first. */
    static int lastIn(Catalog catalog) {
        return catalog.read(view -> view.parameters(LAST))
                .map(bytes -> ByteBuffer.wrap(bytes).getInt())
                .orElse(0);
    }

    /** A checksum of every entry of every database. */
    static long digest(Catalog catalog) {
        return catalog.read(view -> {
            CRC32C crc = new CRC32C();
            for (Database database : Database.values()) {
                byte[] name = database.databaseName.getBytes(StandardCharsets.UTF_8);
                ((LmdbView) view)
                        .raw.scan(
                                database,
                                new byte[0],
                                new byte[0],
                                entry -> {
                                    crc.update(name);
                                    crc.update(entry.key());
                                    crc.update(entry.value());
                                    return true;
                                });
            }
            return crc.getValue();
        });
    }
}
