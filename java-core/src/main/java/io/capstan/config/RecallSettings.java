package io.capstan.config;

/**
 * Section {@code recall}: drives that read a cartridge of which part is only in a tier.
 *
 * @param readAheadBytes behind the chunk that is read, asked for with it ({@code read-ahead})
 * @param holdSeconds for which a READ that has to wait is answered BUSY, which hosts retry by themselves, before it is
 *     answered NOT READY ({@code hold-seconds})
 * @param keepsFirstChunks whether what each partition begins with, labels among it, stays here when its cartridge's data
 *     goes to a tier ({@code keep-first-chunks})
 */
public record RecallSettings(long readAheadBytes, int holdSeconds, boolean keepsFirstChunks) {

    public static final RecallSettings DEFAULTS = new RecallSettings(256L << 20, 600, false);
}
