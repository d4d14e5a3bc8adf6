package io.capstan.drive;

/**
 * The TapeAlert flags this drive can raise. What has no counterpart in a drive without mechanics is never raised.
 *
 * @see "SSC-5, annex A TapeAlert applications"
 */
enum TapeAlert {
    /** The drive cannot read the medium. */
    READ_WARNING(1),
    HARD_ERROR(3),
    MEDIUM(4),
    READ_FAILURE(5),
    WRITE_FAILURE(6),
    WRITE_PROTECT(9),
    UNSUPPORTED_FORMAT(15);

    static final int FLAG_COUNT = 64;

    private final int number;

    TapeAlert(int number) {
        this.number = number;
    }

    /** The flag's number, from 1. */
    int number() {
        return number;
    }
}
