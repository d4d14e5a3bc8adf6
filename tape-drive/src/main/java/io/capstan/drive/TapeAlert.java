package io.capstan.drive;

/**
 * The TapeAlert flags this drive can raise. What has no counterpart in a drive without mechanics is never raised.
 *
 * @see "SSC-5, annex A TapeAlert applications"
 */
enum TapeAlert {
    /** Something could be read from another copy only, or a tier fails that has it: no data is lost. */
    READ_WARNING(1),
    /** Something could not be read or written at all. */
    HARD_ERROR(3),
    /** What is on the medium is damaged or gone. */
    MEDIA(4),
    /** The drive cannot read the medium. */
    READ_FAILURE(5),
    /** The drive cannot write the medium. */
    WRITE_FAILURE(6),
    /** A host tried to write a write-protected cartridge. */
    WRITE_PROTECT(9),
    /** A host tried to unload a cartridge whose removal is prevented. */
    NO_REMOVAL(10),
    /** The cartridge is of a generation the drive cannot read. */
    UNSUPPORTED_FORMAT(12),
    /** An operator took the cartridge out although a host prevents that. */
    FORCED_EJECT(16),
    /** The cartridge is of a generation the drive reads and does not write. */
    READ_ONLY_FORMAT(17),
    /** The cleaning cartridge is used up. */
    EXPIRED_CLEANING_MEDIA(22),
    /** A cartridge was put in whose content could not be opened. */
    LOADING_FAILURE(55),
    /** A cartridge could not be given up, because what was written could not be put on stable storage. */
    UNLOAD_FAILURE(56),
    /** A command met a bug in this product. */
    FIRMWARE_FAILURE(58),
    /** A host tried to overwrite a WORM medium. */
    WORM_OVERWRITE_ATTEMPTED(60);

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
