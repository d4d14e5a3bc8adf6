package io.capstan.appliance.node;

/** The node cannot start. The message is one sentence for the operator that says why and, where there is one, what to do. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
