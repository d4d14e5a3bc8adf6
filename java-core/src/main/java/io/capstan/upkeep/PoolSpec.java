package io.capstan.upkeep;

import java.nio.file.Path;
import java.util.List;

/** A pool as configuration wants it. */
public record PoolSpec(String name, int copies, List<Path> directories) {

    public PoolSpec {
        directories = List.copyOf(directories);
    }
}
