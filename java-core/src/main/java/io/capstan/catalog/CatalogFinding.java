package io.capstan.catalog;

/**
 * Something that {@link Catalog#check} found to be wrong.
 *
 * @param kind which rule does not hold
 * @param text one line that names the entries and what they say
 */
public record CatalogFinding(Kind kind, String text) {

    /** The rules, each by its breach. */
    public enum Kind {
        /** An entry whose checksum, version or fields are wrong. */
        UNDECODABLE_ENTRY,
        /** A cartridge whose container has no record. */
        CARTRIDGE_WITHOUT_CONTAINER,
        /** A container that two cartridges claim. */
        CONTAINER_OF_TWO_CARTRIDGES,
        /** An element that holds a cartridge without a record, or only with a tombstone. */
        ELEMENT_WITH_UNKNOWN_CARTRIDGE,
        /** A cartridge that is in two elements. */
        CARTRIDGE_IN_TWO_ELEMENTS,
        /** Elements by address and elements by cartridge disagree. */
        ELEMENT_INDEX_WRONG,
        /** The end of data, filemarks or bytes of a partition are not those of its runs. */
        PARTITION_STATE_WRONG,
        /** A run of a container, generation or partition that does not exist. */
        RUN_OUT_OF_PLACE,
        /** Objects, filemarks or bytes between two runs that no run holds. */
        RUN_HOLE,
        /** Objects, filemarks or bytes that two runs hold. */
        RUN_OVERLAP,
        /** A run whose chunk has no record. */
        RUN_WITHOUT_CHUNK,
        /** A run of more objects than its chunk's record says. */
        RUN_LONGER_THAN_CHUNK,
        /** A chunk that two runs of one container refer to. */
        CHUNK_IN_TWO_RUNS,
        /** A run with filemarks that the filemark index does not know, or the other way round. */
        FILEMARK_INDEX_WRONG,
        /** A chunk whose reference count is not the number of runs that refer to it. */
        REFERENCE_COUNT_WRONG,
        /** A chunk in a state that its references exclude, or that the index of states disagrees with. */
        CHUNK_STATE_WRONG,
        /** A chunk whose sequence its container would give again. */
        CHUNK_SEQUENCE_NOT_TAKEN,
        /** A chunk of which a copy, or every one, is not there. */
        CHUNK_FILE_MISSING,
        /** A copy of a chunk that is shorter than what was synchronized. */
        CHUNK_FILE_SHORT,
        /** A copy of a chunk on a disk without a record. */
        COPY_ON_UNKNOWN_DISK,
        /** Chunks and the index of what is on a disk disagree. */
        DISK_INDEX_WRONG,
        /** A bad copy that is no copy. */
        BAD_COPY_OF_NOTHING,
        /** A generation that is kept and is no earlier one, or that is shown and is not kept. */
        GENERATION_WRONG,
        /** A cartridge in transit that is in an element, does not exist, or is in the care of no job. */
        TRANSIT_WRONG
    }

    @Override
    public String toString() {
        return kind + ": " + text;
    }
}
