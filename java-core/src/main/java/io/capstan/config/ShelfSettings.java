package io.capstan.config;

import java.util.Optional;

/**
 * Section {@code shelf}: cartridges that are taken out of a library to outside every library.
 *
 * @param tier where their data goes then ({@code tier}); empty for where it is
 * @param keep whether copies stay where the library has its data ({@code keep})
 */
public record ShelfSettings(Optional<String> tier, boolean keep) {

    public static final ShelfSettings DEFAULTS = new ShelfSettings(Optional.empty(), false);
}
