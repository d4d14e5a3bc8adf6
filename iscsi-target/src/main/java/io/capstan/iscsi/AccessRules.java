package io.capstan.iscsi;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may log in to a target, or discover targets.
 *
 * @param initiators names that may; empty for any
 * @param users initiators must know one of these secrets by CHAP; empty for no authentication
 * @param mutual what the target proves itself with when an initiator asks
 */
public record AccessRules(Set<String> initiators, List<ChapUser> users, Optional<ChapUser> mutual) {

    /** Anybody. */
    public static final AccessRules OPEN = new AccessRules(Set.of(), List.of(), Optional.empty());

    public AccessRules {
        initiators = Set.copyOf(initiators);
        users = List.copyOf(users);
    }

    boolean admits(String initiatorName) {
        return initiators.isEmpty() || initiators.contains(initiatorName);
    }

    boolean authenticates() {
        return !users.isEmpty();
    }
}
