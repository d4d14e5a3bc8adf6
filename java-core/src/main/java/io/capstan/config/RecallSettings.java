package io.capstan.config;

/**
 * Section {@code recall}: drives that read a cartridge of which part is only in a tier.
 *
 * @param readAheadBytes behind the chunk that is read, asked for with it ({@code read-ahead})
 * @param holdSeconds for which a READ that has to wait is answered BUSY, which hosts retry by themselves, before it is
 *     answered NOT READY ({@code hold-seconds})
 */
public record RecallSettings(long readAheadBytes, int holdSeconds) {

    public static final RecallSettings DEFAULTS = new RecallSettings(256L << 20, 600);
}
