package io.capstan.catalog;

import io.capstan.format.DiskId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a catalog of any schema version becomes one of the newest. */
final class Migrations {

    static final String SCHEMA_VERSION = "schema-version";
    static final String NODE_ID = "node-id";
    static final String CREATED = "created";

    /** All steps by version; the first one makes a catalog out of empty databases. */
    static final List<Migration> ALL =
            List.of(
                    new Migration(1, Migrations::create),
                    new Migration(2, Migrations::registerDisks),
                    // Copies in tiers, jobs and transits: new databases, which are empty.
                    new Migration(3, (raw, options) -> {}),
                    // Copies in tiers say where their filemarks are; older ones are read as they
                    // are.
                    new Migration(4, (raw, options) -> {}),
                    // Generations that are kept: new databases, which are empty. What older ones
                    // left of earlier generations is garbage, as it was.
                    new Migration(5, (raw, options) -> {}));

    private Migrations() {}

    static int newestVersion(List<Migration> migrations) {
        return migrations.getLast().version();
    }

    /** Runs the steps that lead on from a version, and records the version reached. */
    static void run(
            List<Migration> migrations,
            int fromVersion,
            RawTransaction raw,
            CatalogOptions options) {
        for (Migration migration : migrations) {
            if (migration.version() > fromVersion) {
                migration.step().accept(raw, options);
            }
        }
        putMeta(raw, SCHEMA_VERSION, new Bytes().u32(newestVersion(migrations)).toArray());
    }

    static NodeIdentity readIdentity(RawTransaction raw) {
        ByteBuffer nodeId = ByteBuffer.wrap(meta(raw, NODE_ID, 16));
        return new NodeIdentity(
                new UUID(nodeId.getLong(), nodeId.getLong()),
                ByteBuffer.wrap(meta(raw, CREATED, 8)).getLong(),
                readVersion(raw));
    }

    static int readVersion(RawTransaction raw) {
        return ByteBuffer.wrap(meta(raw, SCHEMA_VERSION, 4)).getInt();
    }

    private static void create(RawTransaction raw, CatalogOptions options) {
        UUID nodeId = options.nodeIds().get();
        byte[] nodeIdBytes =
                new Bytes()
                        .u64(nodeId.getMostSignificantBits())
                        .u64(nodeId.getLeastSignificantBits())
                        .toArray();
        putMeta(raw, NODE_ID, nodeIdBytes);
        putMeta(raw, CREATED, new Bytes().u64(options.clock().millis()).toArray());
    }

    /**
     * Directories become disks. Chunk entries are left as they are: their first version reads as a copy on the disk that
     * their directory is known as.
     */
    private static void registerDisks(RawTransaction raw, CatalogOptions options) {
        Map<DiskId, String> directories = new TreeMap<>();
        List<DiskChunkDescriptor.Entry> copies = new ArrayList<>();
        raw.scan(
                Database.CHUNKS,
                new byte[0],
                new byte[0],
                entry -> {
                    String directory = ChunkDescriptor.directoryOfVersion1(entry.value());
                    DiskId disk = ChunkDescriptor.unlabelled(directory);
                    directories.put(disk, directory);
                    copies.add(
                            new DiskChunkDescriptor.Entry(disk, new Fields(entry.key()).chunk()));
                    return true;
                });
        directories.forEach((disk, directory) -> {
            DiskRecord record = DiskRecord.added(disk, directory, ContainerRecord.POOL_DEFAULT);
            raw.put(
                    Database.DISKS,
                    DiskDescriptor.INSTANCE.key(record),
                    DiskDescriptor.INSTANCE.value(record));
        });
        for (DiskChunkDescriptor.Entry copy : copies) {
            DiskChunkDescriptor descriptor = DiskChunkDescriptor.INSTANCE;
            raw.put(Database.DISK_CHUNKS, descriptor.key(copy), descriptor.value(copy));
        }
    }

    private static void putMeta(RawTransaction raw, String name, byte[] value) {
        NamedValueDescriptor.Entry entry = new NamedValueDescriptor.Entry(name, value);
        NamedValueDescriptor descriptor = NamedValueDescriptor.META;
        raw.put(Database.META, descriptor.key(entry), descriptor.value(entry));
    }

    private static byte[] meta(RawTransaction raw, String name, int lengthBytes) {
        byte[] key = NamedValueDescriptor.key(name);
        byte @Nullable [] value = raw.get(Database.META, key);
        byte[] field =
                value == null ? new byte[0] : NamedValueDescriptor.META.decode(key, value).value();
        if (field.length != lengthBytes) {
            throw new CatalogException(
                    CatalogException.Reason.CORRUPT,
                    "the catalog is damaged: its " + name + " is missing");
        }
        return field;
    }
}
