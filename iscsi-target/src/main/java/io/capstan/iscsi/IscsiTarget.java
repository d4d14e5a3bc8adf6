package io.capstan.iscsi;

import java.util.List;
import java.util.Optional;

/**
 * A target node with its logical units.
 *
 * @param name iSCSI name, for example {@code iqn.2026-01.io.capstan:node1.lib0}
 * @param alias what an administrator calls it; may be empty
 * @param redirection address ({@code HOST:PORT}) that logins are sent to instead; empty to serve here
 */
public record IscsiTarget(
        String name,
        String alias,
        List<TargetLun> luns,
        AccessRules access,
        Optional<String> redirection) {

    /** Portal group of every portal of this node. */
    static final int PORTAL_GROUP_TAG = 1;

    public IscsiTarget {
        luns = List.copyOf(luns);
    }

    /** The name of this target's port, as SCSI knows it. */
    public String portName() {
        return "%s,t,0x%04x".formatted(name, PORTAL_GROUP_TAG);
    }
}
