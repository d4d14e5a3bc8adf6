package io.capstan.format.tools;

/** What a partition can be extracted to. */
public enum ImageFormat {
    /** The blocks one after the other; filemarks and block boundaries are gone. */
    PLAIN,
    /** A SIMH magnetic tape image (.tap). */
    SIMH,
    /** An AWSTAPE image (.aws), as P/390 and Hercules use it. */
    AWSTAPE
}
