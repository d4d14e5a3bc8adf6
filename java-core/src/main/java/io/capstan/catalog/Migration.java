package io.capstan.catalog;

import java.util.function.BiConsumer;

/**
 * One step forward of the schema. All steps that a catalog needs run in one transaction, with the databases of the newest
 * schema already created, so that it is either untouched or complete.
 *
 * @param version the schema version it leads to, one above the one it starts from
 * @param step changes the entries; may be run again from the start when the map had to grow
 */
record Migration(int version, BiConsumer<RawTransaction, CatalogOptions> step) {}
