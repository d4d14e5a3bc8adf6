package io.capstan.config;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * An item of {@code store.pools}: disks over which chunks are spread.
 *
 * @param name names it for ever ({@code name}); required
 * @param copies of each chunk, on as many disks ({@code copies}), 1 to 3
 * @param directories one for each disk ({@code directories}), at least as many as copies
 * @param keepGenerationsDays for which what was on its cartridges before is kept ({@code keep-generations-days}); empty for
 *     as long as {@link GenerationSettings} says
 */
public record PoolSettings(
        String name, int copies, List<Path> directories, OptionalInt keepGenerationsDays) {

    static final int COPIES_DEFAULT = 1;
    static final int COPIES_MAX = 3;

    public PoolSettings {
        directories = List.copyOf(directories);
    }
}
