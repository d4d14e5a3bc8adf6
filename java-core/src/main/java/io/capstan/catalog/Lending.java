package io.capstan.catalog;

import io.capstan.format.ContainerId;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Which cartridges were put before drives while their data belongs to a tier: they are read only, whether what a drive wants of
 * them is here by now or not, until a job has brought all of it or moved them with it. Saved parameter {@code container/ID/lent}:
 * the generation of the container that was lent, 8 bytes, big-endian. So one that was erased since is not lent any more.
 *
 * @see "docs/ARCHITECTURE.md, A READ never waits for a tier"
 */
public final class Lending {

    private Lending() {}

    private static String name(ContainerId container) {
        return "container/" + container + "/lent";
    }

    /** Whether what is in a container now is lent. */
    public static boolean isLent(CatalogView view, ContainerRecord container) {
        Optional<byte[]> lent = view.parameters(name(container.container()));
        return lent.isPresent()
                && generation(lent.get(), container.container()) == container.generation();
    }

    private static long generation(byte[] bytes, ContainerId container) {
        if (bytes.length != Long.BYTES) {
            throw new CatalogException(
                    CatalogException.Reason.CORRUPT,
                    "the catalog is damaged: what is lent of container %s has %d bytes"
                            .formatted(container, bytes.length));
        }
        return ByteBuffer.wrap(bytes).getLong();
    }

    /** Notes that what is in a container now is lent. */
    public static void begin(CatalogTransaction change, ContainerRecord container) {
        change.putParameters(
                name(container.container()),
                ByteBuffer.allocate(Long.BYTES).putLong(container.generation()).array());
    }

    /** Notes that it is not, or not any more. */
    public static void end(CatalogTransaction change, ContainerId container) {
        boolean _ = change.removeParameters(name(container));
    }
}
