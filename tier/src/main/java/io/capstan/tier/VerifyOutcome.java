package io.capstan.tier;

/** Whether an object of a tier is what its name says, as far as the tier can tell without recalling it. */
public enum VerifyOutcome {
    VERIFIED,
    ABSENT,
    /** Its length or its digest is another. */
    DIFFERENT
}
