package io.capstan.catalog;

import java.util.UUID;

/**
 * What a catalog says about itself.
 *
 * @param nodeId identity of the node, drawn when its catalog was created
 * @param createdEpochMillis when that was
 * @param schemaVersion version of the catalog's layout
 */
public record NodeIdentity(UUID nodeId, long createdEpochMillis, int schemaVersion) {}
