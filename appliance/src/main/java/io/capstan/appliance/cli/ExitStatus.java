package io.capstan.appliance.cli;

/** Exit status of the command line: interface to scripts. */
final class ExitStatus {

    /** Done. */
    static final int DONE = 0;

    /** Refused, or failed; the message says why. */
    static final int FAILED = 1;

    /** The command line says nothing that could be done. */
    static final int USAGE = 2;

    /** The daemon does not answer. */
    static final int NO_DAEMON = 3;

    /** A check found damage. */
    static final int FINDINGS = 4;

    private ExitStatus() {}
}
