package io.capstan.catalog;

/**
 * An audit record. Key: sequence (8), rising by one. Body, version 1:
 *
 * <pre>
 *   time, ms since 1970   8
 *   who                       string
 *   what                      string
 *   outcome                   string
 * </pre>
 */
final class AuditDescriptor extends Descriptor<AuditDescriptor.Entry> {

    static final AuditDescriptor INSTANCE = new AuditDescriptor();

    record Entry(long sequence, AuditRecord record) {}

    private AuditDescriptor() {
        super(Database.AUDIT, 1);
    }

    static byte[] key(long sequence) {
        return new Bytes().u64(sequence).toArray();
    }

    @Override
    byte[] key(Entry entry) {
        return key(entry.sequence());
    }

    @Override
    void writeBody(Entry entry, Bytes body) {
        AuditRecord record = entry.record();
        body.u64(record.epochMillis())
                .string(record.who())
                .string(record.what())
                .string(record.outcome());
    }

    @Override
    Entry read(Fields key, Fields body, int version) {
        return new Entry(
                key.u64(),
                new AuditRecord(body.u64(), body.string(), body.string(), body.string()));
    }
}
