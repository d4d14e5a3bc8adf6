package io.capstan.config;

/**
 * Section {@code catalog}: the index of everything.
 *
 * @param mapSizeInitialBytes address space it takes at first ({@code map-size-initial}); grows on demand
 * @param synchronousCommits whether commits wait for the disk ({@code synchronous-commits}); only benchmarks may do without
 */
public record CatalogSettings(long mapSizeInitialBytes, boolean synchronousCommits) {

    static final CatalogSettings DEFAULTS = new CatalogSettings(1L << 30, true);
}
