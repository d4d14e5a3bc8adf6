package io.capstan.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Section {@code iscsi}: logical units for hosts on the network.
 *
 * @param portals addresses to listen on ({@code portals}); none for no iSCSI
 * @param baseName what targets' names begin with ({@code base-name}); made of the node's identity where there is none
 * @param targetPer what a target holds ({@code target-per})
 * @param secretsFile names and secrets of CHAP ({@code secrets-file})
 * @param allowUnauthenticated whether portals beyond this host may serve targets without authentication ({@code
 *     allow-unauthenticated})
 * @param access who may use targets ({@code access}), unless a target says otherwise
 * @param targets what differs for the targets of single libraries ({@code targets})
 */
public record IscsiSettings(
        List<PortalAddress> portals,
        Optional<String> baseName,
        TargetPer targetPer,
        Path secretsFile,
        boolean allowUnauthenticated,
        Access access,
        List<Target> targets) {

    static final IscsiSettings DEFAULTS =
            new IscsiSettings(
                    List.of(),
                    Optional.empty(),
                    TargetPer.LIBRARY,
                    Path.of("/etc/capstan/iscsi.secrets"),
                    false,
                    new Access(List.of(), List.of(), Optional.empty()),
                    List.of());

    /** Where everybody who tries the product out looks first. */
    static IscsiSettings demo() {
        return new IscsiSettings(
                List.of(new PortalAddress("127.0.0.1", 3260)),
                Optional.of("iqn.2026-01.io.capstan:demo"),
                DEFAULTS.targetPer(),
                DEFAULTS.secretsFile(),
                DEFAULTS.allowUnauthenticated(),
                DEFAULTS.access(),
                DEFAULTS.targets());
    }

    /** What a target holds. */
    public enum TargetPer {
        /** A changer as LUN 0 and its drives from LUN 1. */
        LIBRARY,
        /** One changer or drive, as LUN 0. */
        DEVICE
    }

    /**
     * Who may use targets.
     *
     * @param initiators names that may ({@code initiators}); empty for any
     * @param users CHAP users that may ({@code users}); empty for no authentication
     * @param mutualUser what the target proves itself with ({@code mutual-user})
     */
    public record Access(List<String> initiators, List<String> users, Optional<String> mutualUser) {

        public Access {
            initiators = List.copyOf(initiators);
            users = List.copyOf(users);
        }
    }

    /**
     * What differs for the targets of one library.
     *
     * @param library its name ({@code library})
     * @param access in place of that for all; empty for the same
     * @param redirection address that logins are sent to instead ({@code redirect-to})
     */
    public record Target(
            String library, Optional<Access> access, Optional<PortalAddress> redirection) {}

    public IscsiSettings {
        portals = List.copyOf(portals);
        targets = List.copyOf(targets);
    }

    /** The same with other portals. */
    public IscsiSettings withPortals(List<PortalAddress> newPortals) {
        return new IscsiSettings(
                newPortals,
                baseName,
                targetPer,
                secretsFile,
                allowUnauthenticated,
                access,
                targets);
    }

    /** The settings for a library's targets; empty where nothing differs. */
    public Optional<Target> target(String library) {
        return targets.stream().filter(target -> target.library().equals(library)).findFirst();
    }
}
