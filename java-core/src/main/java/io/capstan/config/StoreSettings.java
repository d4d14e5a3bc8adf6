package io.capstan.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Section {@code store}: where data is kept.
 *
 * @param directories where chunks go ({@code directories}); empty for one below the data directory
 * @param chunkSizeBytes length at which a chunk is full ({@code chunk-size})
 * @param reserveBytes of each directory's file system that data may not use ({@code reserve})
 */
public record StoreSettings(List<Path> directories, long chunkSizeBytes, long reserveBytes) {

    static final StoreSettings DEFAULTS = new StoreSettings(List.of(), 64L << 20, 256L << 20);

    public StoreSettings {
        directories = List.copyOf(directories);
    }
}
