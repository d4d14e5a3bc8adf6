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

    /** What the block descriptor and header hold after a reset. */
    void resetHeader() {
        blockLengthBytes = 0;
        buffered = true;
    }
}
