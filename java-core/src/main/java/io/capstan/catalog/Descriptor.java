package io.capstan.catalog;

import io.capstan.catalog.CatalogException.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The layout of the keys and values of one database. Every value is
 *
 * <pre>
 *   0        1                          n-4        n
 *   +--------+-- - - - - - - - - - - --+----------+
 *   | version|  body, see subclass      | checksum |
 *   +--------+-- - - - - - - - - - - --+----------+
 * </pre>
 *
 * where the checksum is the CRC-32C of the key and of the value before it: LMDB has none of its own, and a value under
 * the wrong key is as wrong as a flipped bit.
 *
 * @param <R> the record, which has the fields of key and value
 */
abstract class Descriptor<R> {

    private static final int CHECKSUM_LENGTH_BYTES = 4;
    private static final int LENGTH_MIN_BYTES = 1 + CHECKSUM_LENGTH_BYTES;

    private final Database database;
    private final int version;

    /**
     * @param version of the body that is written; all earlier ones are read
     */
    Descriptor(Database database, int version) {
        this.database = database;
        this.version = version;
    }

    final Database database() {
        return database;
    }

    /** The key this record is stored under. */
    abstract byte[] key(R record);

    abstract void writeBody(R record, Bytes body);

    /**
     * The record.
     *
     * @param version of the body, from 1 to the one that is written
     */
    abstract R read(Fields key, Fields body, int version);

    final byte[] value(R record) {
        Bytes value = new Bytes().u8(version);
        writeBody(record, value);
        byte[] unchecked = value.toArray();
        return value.u32(checksum(key(record), unchecked, unchecked.length)).toArray();
    }

    /**
     * The record stored under that key.
     *
     * @throws CatalogException if it does not decode
     */
    final R decode(byte[] key, byte[] value) {
        try {
            return decodeChecked(key, value);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw undecodable(key, e.getMessage() == null ? "it ends too soon" : e.getMessage(), e);
        }
    }

    private R decodeChecked(byte[] key, byte[] value) {
        if (value.length < LENGTH_MIN_BYTES) {
            throw new IllegalArgumentException("it has only " + value.length + " bytes");
        }
        int bodyEnd = value.length - CHECKSUM_LENGTH_BYTES;
        if (ByteBuffer.wrap(value).getInt(bodyEnd) != checksum(key, value, bodyEnd)) {
            throw new IllegalArgumentException("its checksum is wrong");
        }
        int found = Byte.toUnsignedInt(value[0]);
        if (found < 1 || found > version) {
            throw new IllegalArgumentException(
                    "its version is " + found + " and this software knows 1 to " + version);
        }
        Fields keyFields = new Fields(key);
        Fields body = new Fields(ByteBuffer.wrap(value, 1, bodyEnd - 1).slice());
        R record = read(keyFields, body, found);
        if (keyFields.remaining() + body.remaining() != 0) {
            throw new IllegalArgumentException("it is too long");
        }
        return record;
    }

    private CatalogException undecodable(byte[] key, String why, Exception cause) {
        return new CatalogException(
                Reason.CORRUPT,
                "entry %s of catalog database '%s' does not decode: %s"
                        .formatted(HexFormat.of().formatHex(key), database, why),
                cause);
    }

    private static int checksum(byte[] key, byte[] value, int length) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(value, 0, length);
        return (int) crc.getValue();
    }
}
