package io.capstan.appliance.api;

import io.capstan.scsi.AdditionalSense;

/**
 * Why a request was not done.
 *
 * @see "RFC 9457, Problem Details for HTTP APIs"
 */
final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;

    /**
     * @param reason one word for programs, in capitals
     * @param detail one sentence for people
     */
    Problem(int status, String reason, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.reason = reason;
    }

    /** What a host would be told with CHECK CONDITION, in the same word. */
    static Problem ofSense(int status, AdditionalSense sense, String detail) {
        return new Problem(status, sense.name(), detail);
    }

    /** A body, parameter or path that says nothing that could be done. */
    static Problem badRequest(String detail) {
        return new Problem(400, "INVALID_REQUEST", detail);
    }

    static Problem notFound(String reason, String detail) {
        return new Problem(404, reason, detail);
    }

    static Problem conflict(String reason, String detail) {
        return new Problem(409, reason, detail);
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
