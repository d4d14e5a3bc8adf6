package io.capstan.changer;

import io.capstan.catalog.CatalogTransaction;
import io.capstan.format.VolumeIdentifier;
import java.util.Optional;

/**
 * The import/export elements of a library that lead somewhere: a cartridge that is put there leaves the library. Whoever
 * takes it on implements this; the library does not know where to.
 *
 * <p>Called on the changer's owner thread, but for {@link #depart} and {@link #shelve}, which run where the catalog's changes do.
 */
public interface ElementLinks {

    /** When a cartridge that was put into a linked element leaves. */
    enum Departs {
        /** Never: the element leads nowhere. */
        NOT,
        /** At once: the move is the request. */
        ON_MOVE,
        /** When the station is opened, or an operator exports it. */
        ON_EJECT
    }

    /** A library whose elements lead nowhere. */
    ElementLinks NONE =
            new ElementLinks() {
                @Override
                public Departs departs(int address) {
                    return Departs.NOT;
                }

                @Override
                public Optional<String> identifier(int address) {
                    return Optional.empty();
                }

                @Override
                public void depart(
                        CatalogTransaction change, VolumeIdentifier volume, int from, int address) {
                    throw new IllegalStateException("element " + address + " leads nowhere");
                }

                @Override
                public void departed() {}
            };

    Departs departs(int address);

    /**
     * What hosts are told an element is, with DVCID: the same for two elements of two libraries that are one. At most {@link
     * #IDENTIFIER_LENGTH_MAX_BYTES} characters of printable ASCII.
     */
    Optional<String> identifier(int address);

    /** Longest identifier of an element. */
    int IDENTIFIER_LENGTH_MAX_BYTES = 64;

    /**
     * Takes on a cartridge, in the transaction that has taken it out of its element.
     *
     * @param from element that it was in before it was put into the linked one, which it goes back to if need be
     * @param address the linked element
     */
    void depart(CatalogTransaction change, VolumeIdentifier volume, int from, int address);

    /**
     * A cartridge goes to outside every library, in the transaction that has taken it out of its element. By default nothing
     * more becomes of it.
     *
     * @param from the element
     */
    default void shelve(CatalogTransaction change, VolumeIdentifier volume, int from) {}

    /** What {@link #depart} or {@link #shelve} took on is committed. */
    void departed();
}
