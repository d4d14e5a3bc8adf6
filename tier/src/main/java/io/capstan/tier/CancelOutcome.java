package io.capstan.tier;

/** What became of asking a job to give up. */
public enum CancelOutcome {
    /** It is on its way back, or ended. */
    CANCELLED,
    /** It was over, or asked to before. */
    TOO_LATE,
    UNKNOWN
}
