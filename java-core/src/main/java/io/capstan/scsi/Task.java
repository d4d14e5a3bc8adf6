package io.capstan.scsi;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;

/**
 * One command on its way through a logical unit.
 *
 * @param nexus where it came from
 * @param dataOut what the initiator sent, borrowed until the command completes
 * @param dataIn where the response goes, borrowed until the command completes
 * @param waiting the commands that wait in the transport
 * @see "SAM-6, 5.1"
 */
public record Task(Nexus nexus, Cdb cdb, DataOut dataOut, DataIn dataIn, TaskSet waiting) {

    /** A command of a transport where none wait. */
    public Task(Nexus nexus, Cdb cdb, DataOut dataOut, DataIn dataIn) {
        this(nexus, cdb, dataOut, dataIn, TaskSet.EMPTY);
    }
}
