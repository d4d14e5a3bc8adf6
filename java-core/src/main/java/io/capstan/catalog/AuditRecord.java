package io.capstan.catalog;

/**
 * Something an operator did, or the node by itself as it was configured to.
 *
 * @param epochMillis when
 * @param who user or peer, up to 255 characters
 * @param what the command, up to 4,095 characters
 * @param outcome what became of it, up to 4,095 characters
 */
public record AuditRecord(long epochMillis, String who, String what, String outcome) {

    static final int WHO_LENGTH_MAX = 255;
    static final int TEXT_LENGTH_MAX = 4095;

    public AuditRecord {
        Range.check("length of who", who.length(), 0, WHO_LENGTH_MAX);
        Range.check("length of what", what.length(), 0, TEXT_LENGTH_MAX);
        Range.check("length of outcome", outcome.length(), 0, TEXT_LENGTH_MAX);
    }
}
