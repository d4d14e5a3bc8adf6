package io.capstan.scsi.spc;

import io.capstan.scsi.Nexus;
import java.util.HashSet;
import java.util.Set;

/**
 * Who prevents medium removal. Each I_T nexus prevents and allows for itself; removal is allowed when none prevents it.
 *
 * @see "SPC-4, PREVENT ALLOW MEDIUM REMOVAL command"
 */
public final class MediumRemoval {

    private final Set<Nexus> preventing = new HashSet<>();

    /** Whether any I_T nexus prevents removal. */
    public boolean isPrevented() {
        return !preventing.isEmpty();
    }

    public boolean isPreventedBy(Nexus nexus) {
        return preventing.contains(nexus);
    }

    public void prevent(Nexus nexus) {
        preventing.add(nexus);
    }

    /** Allows for {@code nexus}, as ALLOW or the loss of the nexus does. */
    public void allow(Nexus nexus) {
        preventing.remove(nexus);
    }

    /** Allows for all, as a reset or an operator does. */
    public void allowAll() {
        preventing.clear();
    }
}
