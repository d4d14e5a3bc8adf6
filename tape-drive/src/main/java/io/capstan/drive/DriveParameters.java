package io.capstan.drive;

/**
 * The mode parameters that change what commands do, in the form the commands want them. {@link DriveModePages} sets
 * them. Owner thread only.
 */
final class DriveParameters {

    private int blockLengthBytes;
    private boolean buffered = true;
    private boolean softwareWriteProtected;
    private long programmableEarlyWarningBytes;
    private boolean appendOnly;
    private ProtectionMethod protectionMethod = ProtectionMethod.NONE;
    private ProtectionMethod writeProtectionMethod = ProtectionMethod.NONE;
    private ProtectionMethod readProtectionMethod = ProtectionMethod.NONE;

    /** BLOCK LENGTH of the block descriptor; 0 is variable block mode. */
    int blockLengthBytes() {
        return blockLengthBytes;
    }

    void setBlockLengthBytes(int lengthBytes) {
        blockLengthBytes = lengthBytes;
    }

    /** Whether GOOD for a write may come before the data is on stable storage. */
    boolean buffered() {
        return buffered;
    }

    void setBuffered(boolean newBuffered) {
        buffered = newBuffered;
    }

    /** SWP of the device configuration page. */
    boolean softwareWriteProtected() {
        return softwareWriteProtected;
    }

    void setSoftwareWriteProtected(boolean newSoftwareWriteProtected) {
        softwareWriteProtected = newSoftwareWriteProtected;
    }

    /** PEWS in bytes; 0 for none. */
    long programmableEarlyWarningBytes() {
        return programmableEarlyWarningBytes;
    }

    void setProgrammableEarlyWarningBytes(long newProgrammableEarlyWarningBytes) {
        programmableEarlyWarningBytes = newProgrammableEarlyWarningBytes;
    }

    /** The method that protects blocks on their way from the host (LBP_W). */
    ProtectionMethod writeProtectionMethod() {
        return writeProtectionMethod;
    }

    /** The method that protects blocks on their way to the host (LBP_R). */
    ProtectionMethod readProtectionMethod() {
        return readProtectionMethod;
    }

    /** LOGICAL BLOCK PROTECTION METHOD, whether LBP_W and LBP_R are set or not. */
    ProtectionMethod protectionMethod() {
        return protectionMethod;
    }

    void setProtection(ProtectionMethod method, boolean onWrite, boolean onRead) {
        protectionMethod = method;
        writeProtectionMethod = onWrite ? method : ProtectionMethod.NONE;
        readProtectionMethod = onRead ? method : ProtectionMethod.NONE;
    }

    /** WRITE MODE is append-only: what is there is not overwritten unless ALLOW OVERWRITE says so. */
    boolean appendOnly() {
        return appendOnly;
    }

    void setAppendOnly(boolean newAppendOnly) {
        appendOnly = newAppendOnly;
    }

    /** What the block descriptor and header hold after a reset. */
    void resetHeader() {
        blockLengthBytes = 0;
        buffered = true;
    }
}
