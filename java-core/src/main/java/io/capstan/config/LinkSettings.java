package io.capstan.config;

import java.util.List;

/**
 * An item of {@code links}: an import/export element of one library that leads to one of another, and back.
 *
 * @param ends both ({@code ends}); required
 * @param identifiers whether hosts are told that they are the same ({@code identifiers})
 * @param departs what makes a cartridge leave ({@code departs})
 */
public record LinkSettings(List<End> ends, Identifiers identifiers, Departs departs) {

    /**
     * One end of a link.
     *
     * @param library that has the element ({@code library}); required
     * @param importExport which of its import/export elements, counted from 1 ({@code import-export}); required
     * @param keep whether copies in the tier of that library stay when a cartridge leaves it here ({@code keep})
     * @param arrivesInStorage whether a cartridge that comes goes on to a storage element ({@code arrive})
     */
    public record End(String library, int importExport, boolean keep, boolean arrivesInStorage) {}

    /** What the two elements are to hosts. */
    public enum Identifiers {
        /** One element, known by one identifier. */
        SAME,
        /** Two, each known by its own; that they lead to each other only this node knows. */
        OWN
    }

    /** What makes a cartridge leave. */
    public enum Departs {
        /** That it is moved to the element. */
        MOVE,
        /** That the station is opened then, or an operator exports it. */
        EJECT
    }

    public LinkSettings {
        ends = List.copyOf(ends);
    }
}
