package io.capstan.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads tenants, and finds what would let one of them see another. */
final class TenantsReader {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Problems problems;
    private final List<LibrarySettings> libraries;
    private final List<LinkSettings> links;
    private final IscsiSettings iscsi;

    TenantsReader(
            Problems problems,
            List<LibrarySettings> libraries,
            List<LinkSettings> links,
            IscsiSettings iscsi) {
        this.problems = problems;
        this.libraries = libraries;
        this.links = links;
        this.iscsi = iscsi;
    }

    TenantSettings read(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        if (section.value("name").isEmpty()) {
            section.problem("name", "is missing");
        }
        Optional<String> name =
                section.text(
                        "name",
                        NAME,
                        "a name: a lower-case letter, then up to 31 of a-z, 0-9 and '-'");
        name.ifPresent(value ->
                problems.take("tenant", value, section.location("name"), section.path("name")));
        TenantSettings tenant =
                new TenantSettings(
                        name.orElse(""),
                        list(section, "libraries"),
                        IscsiReader.accessOf(problems, section),
                        list(section, "token-sha256"));
        section.end();
        checkLibraries(section, tenant);
        checkTokens(section, tenant);
        checkInitiators(section, tenant);
        return tenant;
    }

    private static List<String> list(Section section, String key) {
        return section.list(key, (path, node) -> section.text(path, node)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private void checkLibraries(Section section, TenantSettings tenant) {
        for (String name : tenant.libraries()) {
            if (libraries.stream().noneMatch(library -> library.name().equals(name))) {
                section.problem("libraries", "there is no library " + name);
            }
            problems.take(
                    "library of a tenant",
                    name,
                    section.location("libraries"),
                    section.path("libraries"));
        }
        for (LinkSettings link : links) {
            long own =
                    link.ends().stream()
                            .filter(end -> tenant.libraries().contains(end.library()))
                            .count();
            if (own == 1 && link.ends().size() == 2) {
                section.problem(
                        "libraries",
                        "a link leads from library %s to library %s, and only one of them is this tenant's"
                                .formatted(
                                        link.ends().getFirst().library(),
                                        link.ends().getLast().library()));
            }
        }
    }

    private void checkTokens(Section section, TenantSettings tenant) {
        for (String digest : tenant.tokenDigests()) {
            if (!DIGEST.matcher(digest).matches()) {
                section.problem(
                        "token-sha256",
                        "'%s' is not a SHA-256 in lower-case hexadecimal".formatted(digest));
            }
            problems.take(
                    "token",
                    digest,
                    section.location("token-sha256"),
                    section.path("token-sha256"));
        }
    }

    private void checkInitiators(Section section, TenantSettings tenant) {
        take(section, "users", "CHAP user of a tenant", tenant.access().users());
        take(section, "initiators", "initiator of a tenant", tenant.access().initiators());
        refuseOthers(section, "iscsi.access", iscsi.access(), tenant);
        for (IscsiSettings.Target target : iscsi.targets()) {
            if (target.access().isEmpty()) {
                continue;
            }
            IscsiSettings.Access access = target.access().get();
            if (!tenant.libraries().contains(target.library())) {
                refuseOthers(section, "the target of library " + target.library(), access, tenant);
            } else if (isOpen(access)) {
                section.problem(
                        "libraries",
                        "the target of library %s lets anybody in".formatted(target.library()));
            }
        }
        boolean isServed =
                tenant.libraries().stream()
                        .anyMatch(library ->
                                iscsi.target(library)
                                        .flatMap(IscsiSettings.Target::access)
                                        .isEmpty());
        if (!iscsi.portals().isEmpty() && isServed && isOpen(tenant.access())) {
            section.problem(
                    "users",
                    "iSCSI portals serve this tenant's libraries, and with neither users nor initiators anybody would get in");
        }
    }

    private void take(Section section, String key, String what, List<String> names) {
        for (String name : names) {
            problems.take(what, name, section.location(key), section.path(key));
        }
    }

    private static boolean isOpen(IscsiSettings.Access access) {
        return access.users().isEmpty() && access.initiators().isEmpty();
    }

    private static void refuseOthers(
            Section section, String where, IscsiSettings.Access access, TenantSettings tenant) {
        for (String user : access.users()) {
            if (tenant.access().users().contains(user)) {
                section.problem("users", "%s lets user %s in too".formatted(where, user));
            }
        }
        for (String initiator : access.initiators()) {
            if (tenant.access().initiators().contains(initiator)) {
                section.problem(
                        "initiators", "%s lets initiator %s in too".formatted(where, initiator));
            }
        }
    }
}
