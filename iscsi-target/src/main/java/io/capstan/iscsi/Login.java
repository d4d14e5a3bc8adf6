package io.capstan.iscsi;

import java.util.Optional;

/**
 * What a login came to.
 *
 * @param initiatorName iSCSI name of the initiator
 * @param initiatorAlias what its administrator calls it; may be empty
 * @param isid the initiator's part of the session's name, 48 bits
 * @param target empty in a discovery session
 * @param userName whom CHAP authenticated; empty without authentication
 */
record Login(
        String initiatorName,
        String initiatorAlias,
        long isid,
        int cid,
        Optional<ServedTarget> target,
        String userName,
        SessionParameters parameters) {

    /** The name of the initiator's port, as SCSI knows it. */
    String initiatorPortName() {
        return "%s,i,0x%012x".formatted(initiatorName, isid);
    }
}
