package io.capstan.smart.history;

import java.util.List;

/**
 * What sets a disk apart from others of its model: the program that it runs, and where it is.
 *
 * @param firmware revision; empty if unknown
 * @param place from the outside in: room, enclosure, slot; as far as they are known
 */
public record DiskSurroundings(String firmware, List<String> place) {

    public static final DiskSurroundings UNKNOWN = new DiskSurroundings("", List.of());

    public DiskSurroundings {
        place = List.copyOf(place);
    }
}
