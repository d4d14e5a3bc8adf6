package io.capstan.tier;

import java.io.InputStream;

/** What became of asking for an object's bytes. */
public sealed interface GetOutcome {

    /**
     * They come.
     *
     * @param bytes as many as were asked for; to be closed by the caller. It throws where the tier fails on the way
     */
    record Bytes(InputStream bytes) implements GetOutcome {}

    record Absent() implements GetOutcome {}

    /** It is archived: it has to be recalled first. */
    record NotRecalled() implements GetOutcome {}
}
