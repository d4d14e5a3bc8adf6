package io.capstan.scsi;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;

/**
 * One command on its way through a logical unit.
 *
 * @param nexus where it came from
 * @param dataOut what the initiator sent, borrowed until the command completes
 * @param dataIn where the response goes, borrowed until the command completes
 * @see "SAM-6, 5.1"
 */
public record Task(Nexus nexus, Cdb cdb, DataOut dataOut, DataIn dataIn) {}
