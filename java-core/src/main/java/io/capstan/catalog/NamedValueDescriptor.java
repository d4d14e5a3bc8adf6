package io.capstan.catalog;

/**
 * A value by name. Key: the name's characters. Body, version 1: the value, to the end.
 */
final class NamedValueDescriptor extends Descriptor<NamedValueDescriptor.Entry> {

    static final NamedValueDescriptor META = new NamedValueDescriptor(Database.META);
    static final NamedValueDescriptor IDENTITIES = new NamedValueDescriptor(Database.IDENTITIES);
    static final NamedValueDescriptor PARAMETERS = new NamedValueDescriptor(Database.PARAMETERS);

    /** LMDB takes keys of up to 511 bytes; names stay well below. */
    static final int NAME_LENGTH_MAX = 255;

    record Entry(String name, byte[] value) {
        Entry {
            Range.checkName("name", name, NAME_LENGTH_MAX);
        }
    }

    private NamedValueDescriptor(Database database) {
        super(database, 1);
    }

    static byte[] key(String name) {
        Range.checkName("name", name, NAME_LENGTH_MAX);
        return new Bytes().ascii(name).toArray();
    }

    @Override
    byte[] key(Entry entry) {
        return key(entry.name());
    }

    @Override
    void writeBody(Entry entry, Bytes body) {
        body.raw(entry.value());
    }

    @Override
    Entry read(Fields key, Fields body, int version) {
        return new Entry(key.asciiToEnd(), body.raw(body.remaining()));
    }
}
