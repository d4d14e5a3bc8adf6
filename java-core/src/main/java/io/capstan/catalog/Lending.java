package io.capstan.catalog;

import io.capstan.format.ContainerId;
import java.util.OptionalLong;

/**
 * Which cartridges were put before drives while their data belongs to a tier: they are read only, whether what a drive wants of
 * them is here by now or not, until a job has brought all of it or moved them with it. Saved parameter {@code container/ID/lent}:
 * the generation of the container that was lent, a {@link SavedNumber}. So one that was erased since is not lent any more.
 *
 * @see "docs/ARCHITECTURE.md, A READ never waits for a tier"
 */
public final class Lending {

    private Lending() {}

    private static SavedNumber generation(ContainerId container) {
        return new SavedNumber(
                "container/" + container + "/lent", "what is lent of container " + container);
    }

    /** Whether what is in a container now is lent. */
    public static boolean isLent(CatalogView view, ContainerRecord container) {
        OptionalLong lent = generation(container.container()).in(view);
        return lent.isPresent() && lent.getAsLong() == container.generation();
    }

    /** Notes that what is in a container now is lent. */
    public static void begin(CatalogTransaction change, ContainerRecord container) {
        generation(container.container()).put(change, container.generation());
    }

    /** Notes that it is not, or not any more. */
    public static void end(CatalogTransaction change, ContainerId container) {
        generation(container).remove(change);
    }
}
