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
 * @param isHidden whether only those learn of the target who could log in to it, by the user they discover as
 */
public record AccessRules(
        Set<String> initiators, List<ChapUser> users, Optional<ChapUser> mutual, boolean isHidden) {

    /** Anybody. */
    public static final AccessRules OPEN = new AccessRules(Set.of(), List.of(), Optional.empty());

    /** Of a target that is not hidden. */
    public AccessRules(Set<String> initiators, List<ChapUser> users, Optional<ChapUser> mutual) {
        this(initiators, users, mutual, false);
    }

    public AccessRules {
        initiators = Set.copyOf(initiators);
        users = List.copyOf(users);
    }

    boolean admits(String initiatorName) {
        return initiators.isEmpty() || initiators.contains(initiatorName);
    }

    /**
     * Whether somebody who asks for targets is told of this one.
     *
     * @param userName whom CHAP authenticated; empty without authentication
     */
    boolean isShownTo(String initiatorName, String userName) {
        return admits(initiatorName)
                && (!isHidden
                        || users.isEmpty()
                        || users.stream().anyMatch(user -> user.name().equals(userName)));
    }

    boolean authenticates() {
        return !users.isEmpty();
    }
}
