package io.capstan.catalog;

/**
 * Where to find a filemark by its number. There is one entry for each run that holds a filemark, and the greatest key not
 * above a number is the run that holds it. Key: container (16), generation (8), partition (1), first filemark (8). Body,
 * version 1:
 *
 * <pre>
 *   first object of the run   8
 * </pre>
 */
final class FilemarkDescriptor extends Descriptor<FilemarkDescriptor.Entry> {

    static final FilemarkDescriptor INSTANCE = new FilemarkDescriptor();

    record Entry(PartitionId partition, long firstFilemark, long firstObject) {

        static Entry of(Run run) {
            return new Entry(run.partition(), run.firstFilemark(), run.firstObject());
        }
    }

    private FilemarkDescriptor() {
        super(Database.FILEMARKS, 1);
    }

    static byte[] key(PartitionId partition, long firstFilemark) {
        return new Bytes().partition(partition).u64(firstFilemark).toArray();
    }

    @Override
    byte[] key(Entry entry) {
        return key(entry.partition(), entry.firstFilemark());
    }

    @Override
    void writeBody(Entry entry, Bytes body) {
        body.u64(entry.firstObject());
    }

    @Override
    Entry read(Fields key, Fields body, int version) {
        return new Entry(key.partition(), key.u64(), body.u64());
    }
}
