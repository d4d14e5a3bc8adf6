package io.capstan.catalog;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.LmdbException;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/**
 * One LMDB transaction over all databases, in bytes. After a fault nothing more can be done in it; whoever runs the
 * transaction asks for the {@link #fault} even if the code inside swallowed the exception.
 *
 * <p>Design note: keys and values are byte arrays, not views of the map. It costs a copy of a hundred bytes, and no
 * mistake with them can read unmapped memory.
 */
final class RawTransaction implements AutoCloseable {

    private static final PutFlags[] NO_FLAGS = {};

    private final Txn<byte[]> transaction;
    private final Map<Database, Dbi<byte[]>> databases;
    private @Nullable LmdbException fault;
    private boolean isEnded;

    RawTransaction(Txn<byte[]> transaction, Map<Database, Dbi<byte[]>> databases) {
        this.transaction = transaction;
        this.databases = databases;
    }

    byte @Nullable [] get(Database database, byte[] key) {
        return guard(() -> dbi(database).get(transaction, key));
    }

    void put(Database database, byte[] key, byte[] value) {
        guard(() -> dbi(database).put(transaction, key, value, NO_FLAGS));
    }

    boolean delete(Database database, byte[] key) {
        return guard(() -> dbi(database).delete(transaction, key));
    }

    /** The entry with the lowest key not below this one. */
    @Nullable RawEntry ceiling(Database database, byte[] key) {
        return guard(() -> {
            try (Cursor<byte[]> cursor = dbi(database).openCursor(transaction)) {
                return cursor.get(key, GetOp.MDB_SET_RANGE) ? entry(cursor) : null;
            }
        });
    }

    /** The entry with the greatest key not above this one. */
    @Nullable RawEntry floor(Database database, byte[] key) {
        return guard(() -> {
            try (Cursor<byte[]> cursor = dbi(database).openCursor(transaction)) {
                if (!cursor.get(key, GetOp.MDB_SET_RANGE)) {
                    return cursor.last() ? entry(cursor) : null;
                }
                if (Arrays.equals(cursor.key(), key) || cursor.prev()) {
                    return entry(cursor);
                }
                return null;
            }
        });
    }

    /**
     * Hands over entries by rising key, from {@code fromKey} on, while their keys begin with {@code prefix} and the
     * visitor returns true. The visitor must not change the database.
     */
    void scan(Database database, byte[] fromKey, byte[] prefix, Predicate<RawEntry> visitor) {
        guard(() -> {
            try (Cursor<byte[]> cursor = dbi(database).openCursor(transaction)) {
                boolean found =
                        fromKey.length == 0
                                ? cursor.first()
                                : cursor.get(fromKey, GetOp.MDB_SET_RANGE);
                while (found && startsWith(cursor.key(), prefix) && visitor.test(entry(cursor))) {
                    found = cursor.next();
                }
            }
            return true;
        });
    }

    /** Hands over entries by falling key while the visitor returns true. */
    void scanBackwards(Database database, Predicate<RawEntry> visitor) {
        guard(() -> {
            try (Cursor<byte[]> cursor = dbi(database).openCursor(transaction)) {
                boolean found = cursor.last();
                while (found && visitor.test(entry(cursor))) {
                    found = cursor.prev();
                }
            }
            return true;
        });
    }

    long count(Database database) {
        return guard(() -> dbi(database).stat(transaction).entries);
    }

    /** What LMDB threw first, if it threw. */
    @Nullable LmdbException fault() {
        return fault;
    }

    /** Makes the changes of a write transaction durable and visible. */
    void commit() {
        isEnded = true;
        transaction.commit();
    }

    /** Ends the transaction; what was not committed is undone. */
    @Override
    public void close() {
        isEnded = true;
        transaction.close();
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private Dbi<byte[]> dbi(Database database) {
        return Objects.requireNonNull(databases.get(database));
    }

    private static RawEntry entry(Cursor<byte[]> cursor) {
        return new RawEntry(cursor.key(), cursor.val());
    }

    private <T extends @Nullable Object> T guard(Supplier<T> access) {
        if (isEnded) {
            throw new IllegalStateException("a catalog view was used after its read or change");
        }
        try {
            return access.get();
        } catch (LmdbException e) {
            if (fault == null) {
                fault = e;
            }
            throw Faults.translate(e);
        }
    }
}
