package io.capstan.smart.collect;

import java.io.Closeable;
import java.io.IOException;

/** A disk that can be sent commands, all of which read. One thread at a time. */
public interface DiskPort extends Closeable {

    /** Opens the ports of disks. */
    interface Opener {

        /**
         * @param path of the device node
         * @throws IOException if there is none, or this process may not open it, or has no way to
         */
        DiskPort open(String path) throws IOException;
    }

    /**
     * What a SCSI command ended with.
     *
     * @param status of the device, as SAM names them: 0 is GOOD
     * @param hostStatus of the host adapter; other than 0, the device has not answered
     * @param data as asked for, if the status is GOOD
     * @param sense fixed or descriptor format; zeros if there is none
     */
    record Answer(int status, int hostStatus, byte[] data, byte[] sense) {}

    /**
     * @param cdb 1 to 16 bytes
     * @param lengthBytes of data from the disk; 0 for none
     * @throws IOException if the device takes no SCSI commands, or the kernel sends them not
     */
    Answer scsi(byte[] cdb, int lengthBytes) throws IOException;

    /**
     * Get Log Page (02h) or Identify (06h).
     *
     * @throws IOException if it is no NVMe device, or the status is not success
     */
    byte[] nvme(int opcode, int namespace, int dword10, int lengthBytes) throws IOException;

    @Override
    void close();
}
