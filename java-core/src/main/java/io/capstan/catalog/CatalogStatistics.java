package io.capstan.catalog;

import java.util.SortedMap;

/**
 * How full the catalog is.
 *
 * @param entriesByDatabase number of entries, by name of the database
 * @param mapSizeBytes address space reserved; grows on demand
 * @param pageSizeBytes size of a page
 * @param usedPages pages of the file that have ever been used; those freed since are used again first
 */
public record CatalogStatistics(
        SortedMap<String, Long> entriesByDatabase,
        long mapSizeBytes,
        long pageSizeBytes,
        long usedPages) {}
