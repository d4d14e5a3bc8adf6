package io.capstan.iscsi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The targets of this node, by name, and who may discover them. */
final class TargetDirectory {

    private final Map<String, ServedTarget> targets = new LinkedHashMap<>();
    private final AccessRules discovery;

    /**
     * @param discovery who may ask for the targets' names
     * @throws IllegalArgumentException if two targets have one name
     */
    TargetDirectory(List<ServedTarget> served, AccessRules discovery) {
        this.discovery = discovery;
        for (ServedTarget target : served) {
            if (targets.put(canonical(target.target().name()), target) != null) {
                throw new IllegalArgumentException("two targets " + target.target().name());
            }
        }
    }

    AccessRules discovery() {
        return discovery;
    }

    /** Names are compared without regard to case (RFC 7143, 4.2.7.1, stringprep). */
    Optional<ServedTarget> find(String name) {
        return Optional.ofNullable(targets.get(canonical(name)));
    }

    List<ServedTarget> all() {
        return List.copyOf(targets.values());
    }

    private static String canonical(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
