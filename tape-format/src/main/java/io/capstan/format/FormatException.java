package io.capstan.format;

import java.io.IOException;

/**
 * Bytes that are not what the format says: damaged, cut off, of another chunk, or of a newer version. The message names
 * the file, the offset in it and the field.
 */
public final class FormatException extends IOException {

    private final String source;
    private final long offsetBytes;
    private final String field;

    /**
     * @param source the file, as the operator knows it
     * @param offsetBytes of the structure or field in the file
     * @param field the field as {@code docs/FORMAT.md} names it
     * @param problem what is wrong with it
     */
    public FormatException(String source, long offsetBytes, String field, String problem) {
        super(source + ": offset " + offsetBytes + ": " + field + ": " + problem);
        this.source = source;
        this.offsetBytes = offsetBytes;
        this.field = field;
    }

    public String source() {
        return source;
    }

    public long offsetBytes() {
        return offsetBytes;
    }

    public String field() {
        return field;
    }
}
