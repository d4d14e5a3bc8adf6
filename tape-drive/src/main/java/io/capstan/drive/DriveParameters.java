package io.capstan.drive;

import io.capstan.scsi.Nexus;
import java.util.HashMap;
import java.util.Map;

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
    private final Map<Nexus, Protection> protections = new HashMap<>();

    /** Logical block protection as one nexus has switched it on. */
    private record Protection(
            ProtectionMethod method, ProtectionMethod onWrite, ProtectionMethod onRead) {

        static final Protection NONE =
                new Protection(ProtectionMethod.NONE, ProtectionMethod.NONE, ProtectionMethod.NONE);
    }

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
    ProtectionMethod writeProtectionMethod(Nexus nexus) {
        return protection(nexus).onWrite();
    }

    /** The method that protects blocks on their way to the host (LBP_R). */
    ProtectionMethod readProtectionMethod(Nexus nexus) {
        return protection(nexus).onRead();
    }

    /** LOGICAL BLOCK PROTECTION METHOD, whether LBP_W and LBP_R are set or not. */
    ProtectionMethod protectionMethod(Nexus nexus) {
        return protection(nexus).method();
    }

    private Protection protection(Nexus nexus) {
        return protections.getOrDefault(nexus, Protection.NONE);
    }

    void setProtection(Nexus nexus, ProtectionMethod method, boolean onWrite, boolean onRead) {
        Protection protection =
                new Protection(
                        method,
                        onWrite ? method : ProtectionMethod.NONE,
                        onRead ? method : ProtectionMethod.NONE);
        if (protection.equals(Protection.NONE)) {
            protections.remove(nexus);
        } else {
            protections.put(nexus, protection);
        }
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
