package io.capstan.tier;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A tier did not do what it was asked: which one, what, and why, in the message. Nothing it acknowledged is harmed. */
public final class TierException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What an operator can do about it. */
    public enum Reason {
        /** It does not answer, or not in time; it may by itself. */
        UNREACHABLE,
        /** What should hold the objects is not there: a directory that is not mounted, a bucket that was deleted. */
        NOT_THERE,
        /** Credentials are wrong or expired, or do not allow it. */
        DENIED,
        /** There is no space, or a quota is used up. */
        FULL,
        /** An object is not what its name says. */
        CORRUPT,
        /** The far end failed otherwise. */
        FAILED
    }

    private final Reason reason;

    public TierException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public TierException(Reason reason, String message) {
        this(reason, message, null);
    }

    public Reason reason() {
        return reason;
    }
}
