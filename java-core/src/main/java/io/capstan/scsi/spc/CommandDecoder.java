package io.capstan.scsi.spc;

import io.capstan.scsi.Cdb;

/**
 * Turns a CDB, whose bits were already checked against the usage bitmap, into a command value.
 *
 * @param <C> the commands of one device server
 */
@FunctionalInterface
public interface CommandDecoder<C> {

    /**
     * @throws CheckConditionException if a field holds a value, or fields a combination, that is not supported
     */
    C decode(Cdb cdb);
}
