package io.capstan.scsi.spc;

/** What sets a command apart in the pipeline before it is decoded. */
public enum CommandFlag {
    /**
     * Executed although a unit attention or a deferred error is pending, which then stays pending: INQUIRY, REPORT LUNS
     * and REQUEST SENSE.
     */
    ALLOWED_WITH_UNIT_ATTENTION,
    /**
     * Goes behind what the device server still has to do for commands that were answered GOOD. For any other, but those {@link
     * #ALLOWED_WITH_UNIT_ATTENTION}, that is done first.
     *
     * @see DeviceServer#settle
     */
    BEHIND_UNSETTLED,
    /** Executed although another I_T nexus holds a reservation. */
    ALLOWED_WHILE_RESERVED,
    /** Executed although another I_T nexus holds a persistent reservation, but not one of RESERVE. */
    ALLOWED_WHILE_PERSISTENTLY_RESERVED
}
