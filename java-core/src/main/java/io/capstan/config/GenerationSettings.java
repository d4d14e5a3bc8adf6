package io.capstan.config;

/**
 * Section {@code generations}: what was on a cartridge before it was erased, formatted or overwritten from the beginning.
 *
 * @param keepDays for which it can still be shown as another cartridge ({@code keep-days}); 0 for not at all
 */
public record GenerationSettings(int keepDays) {

    public static final int KEEP_MAX_DAYS = 3650;

    public static final GenerationSettings DEFAULTS = new GenerationSettings(0);
}
