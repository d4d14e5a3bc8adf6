package io.capstan.iscsi;

/**
 * The initiator did what the protocol forbids, in a way that leaves nothing but to drop the connection. The message is one
 * sentence for the log; there is no stack trace, for it tells nothing and a hostile initiator could ask for many.
 */
final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message, null, false, false);
    }
}
