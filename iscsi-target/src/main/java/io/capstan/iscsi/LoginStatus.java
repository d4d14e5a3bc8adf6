package io.capstan.iscsi;

/**
 * How a login ended or goes on: Status-Class and Status-Detail.
 *
 * @see "RFC 7143, 11.13.5 Status-Class and Status-Detail"
 */
enum LoginStatus {
    SUCCESS(0x0000, "success"),
    TARGET_MOVED_TEMPORARILY(0x0101, "the target is at another address"),
    INITIATOR_ERROR(0x0200, "the initiator broke the rules of a login"),
    AUTHENTICATION_FAILURE(0x0201, "authentication failed"),
    AUTHORIZATION_FAILURE(0x0202, "the initiator is not allowed on this target"),
    TARGET_NOT_FOUND(0x0203, "there is no such target"),
    UNSUPPORTED_VERSION(0x0205, "version of the protocol is not supported"),
    TOO_MANY_CONNECTIONS(0x0206, "a session has one connection here"),
    MISSING_PARAMETER(0x0207, "a key that must be there is missing"),
    SESSION_TYPE_NOT_SUPPORTED(0x0209, "session type is not supported"),
    SESSION_DOES_NOT_EXIST(0x020A, "there is no such session"),
    INVALID_DURING_LOGIN(0x020B, "invalid during login"),
    TARGET_ERROR(0x0300, "the target has an error"),
    SERVICE_UNAVAILABLE(0x0301, "the target is not in service now"),
    OUT_OF_RESOURCES(0x0302, "there are as many sessions as are allowed");

    private final int code;
    private final String meaning;

    LoginStatus(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** Class in the upper byte, detail in the lower. */
    int code() {
        return code;
    }

    /** For the log. */
    String meaning() {
        return meaning;
    }
}
