package io.capstan.tier;

import java.util.OptionalLong;

/** What a tier says of an object without handing it out. */
public sealed interface ObjectState {

    /** There is none. */
    record Absent() implements ObjectState {}

    /** It can be read now. */
    record Online(long lengthBytes) implements ObjectState {}

    /** It is there, and must be recalled before it can be read. */
    record Archived(long lengthBytes) implements ObjectState {}

    /**
     * It was asked for and is on its way.
     *
     * @param readyEpochMillis when it is expected, where the tier can tell
     */
    record Recalling(long lengthBytes, OptionalLong readyEpochMillis) implements ObjectState {}
}
