package io.capstan.smart.history;

/**
 * Something that happened in a disk's life.
 *
 * @param timeSeconds since 1970-01-01T00Z
 * @param detail for people: evidence, reasons, the serial of another disk
 */
public record DiskEvent(long timeSeconds, Kind kind, String detail) {

    /** Codes are part of the file format: they are never reused. */
    public enum Kind {
        OBSERVED(1),
        /** The device is not there any more. */
        MISSING(2),
        /** The device is there and does not answer. */
        SILENT(3),
        /** Nothing new was read for long, as of a disk that sleeps. */
        STALE(4),
        /** It is there, and answers, again. */
        BACK(5),
        REMOVED_HEALTHY(6),
        /** Taken out because failure was predicted: whether it would have failed will never be known. */
        REMOVED_ON_PREDICTION(7),
        FAILED(8),
        REPLACED_BY(9),
        /** A person has seen an attribute at a value: it is told of again only if it grows. */
        ACKNOWLEDGED(10),
        /** A person keeps it in service though it was predicted to fail: policies fire again only if the odds have doubled. */
        KEPT(11),
        /** It is in another place than before: room, enclosure and slot, as {@link DiskHistory#placeText} has them. */
        PLACED(12);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no kind of event has the code " + code);
        }
    }

    /** Whether the disk's life in this node ends with it. */
    public boolean isEnd() {
        return switch (kind) {
            case REMOVED_HEALTHY, REMOVED_ON_PREDICTION, FAILED, REPLACED_BY -> true;
            case OBSERVED, MISSING, SILENT, STALE, BACK, ACKNOWLEDGED, KEPT, PLACED -> false;
        };
    }
}
