package io.capstan.config;

import io.capstan.config.IscsiSettings.Access;
import io.capstan.config.IscsiSettings.TargetPer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads section {@code iscsi}. */
final class IscsiReader {

    /** RFC 7143, 4.2.7: iqn., eui. and naa. names. */
    private static final Pattern ISCSI_NAME =
            Pattern.compile(
                    "(?:iqn\\.[0-9]{4}-[0-9]{2}\\.[a-z0-9.:-]{1,200}|eui\\.[0-9A-Fa-f]{16}"
                            + "|naa\\.[0-9A-Fa-f]{16,32})");

    private static final Pattern BASE_NAME =
            Pattern.compile("iqn\\.[0-9]{4}-[0-9]{2}\\.[a-z0-9.:-]{1,120}");

    private static final String ADDRESS = "an address: HOST:PORT, IPv6 in brackets";

    private final Problems problems;

    IscsiReader(Problems problems) {
        this.problems = problems;
    }

    IscsiSettings read(Section section) {
        IscsiSettings defaults = IscsiSettings.DEFAULTS;
        IscsiSettings settings =
                new IscsiSettings(
                        section
                                .list(
                                        "portals",
                                        (path, node) ->
                                                section.text(path, node)
                                                        .flatMap(text -> portal(path, node, text)))
                                .stream()
                                .flatMap(Optional::stream)
                                .toList(),
                        section.text(
                                "base-name",
                                BASE_NAME,
                                "a name: iqn.YYYY-MM.reversed.domain, with ':' and more if wanted"),
                        section.constant(
                                "target-per",
                                List.of(TargetPer.LIBRARY, TargetPer.DEVICE),
                                defaults.targetPer()),
                        section.path("secrets-file", defaults.secretsFile()),
                        section.flag("allow-unauthenticated", defaults.allowUnauthenticated()),
                        section.value("access")
                                .map(node -> readAccess(section.path("access"), node))
                                .orElse(defaults.access()),
                        section.list("targets", this::readTarget));
        section.end();
        return settings;
    }

    private Optional<PortalAddress> portal(String path, YamlNode node, String text) {
        Optional<PortalAddress> portal = PortalAddress.parse(text);
        if (portal.isEmpty()) {
            problems.add(node.location(), path, "'%s' is not %s".formatted(text, ADDRESS));
        } else {
            problems.take("portal", text, node.location(), path);
        }
        return portal;
    }

    private Access readAccess(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        Access access = accessOf(problems, section);
        section.end();
        return access;
    }

    /** Reads the keys of a section that say who may use targets. */
    static Access accessOf(Problems problems, Section section) {
        IscsiReader reader = new IscsiReader(problems);
        Access access =
                new Access(
                        reader.names(section, "initiators", ISCSI_NAME, "an iSCSI name"),
                        reader.names(
                                section, "users", Pattern.compile("\\S{1,255}"), "a user's name"),
                        section.text(
                                "mutual-user", Pattern.compile("\\S{1,255}"), "a user's name"));
        if (access.mutualUser().isPresent() && access.users().isEmpty()) {
            section.problem("mutual-user", "needs users, for authentication begins with theirs");
        }
        return access;
    }

    private List<String> names(Section section, String key, Pattern form, String description) {
        return section
                .list(
                        key,
                        (path, node) ->
                                section.text(path, node)
                                        .filter(text -> {
                                            boolean right = form.matcher(text).matches();
                                            if (!right) {
                                                problems.add(
                                                        node.location(),
                                                        path,
                                                        "'%s' is not %s"
                                                                .formatted(text, description));
                                            }
                                            return right;
                                        }))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private IscsiSettings.Target readTarget(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        Optional<String> library = section.text("library", Pattern.compile("\\S+"), "a name");
        if (library.isEmpty()) {
            section.problem("library", "is missing");
        }
        library.ifPresent(name ->
                problems.take("target of library", name, section.location("library"), path));
        IscsiSettings.Target target =
                new IscsiSettings.Target(
                        library.orElse(""),
                        section.value("access")
                                .map(access -> readAccess(section.path("access"), access)),
                        section.value("redirect-to")
                                .flatMap(value ->
                                        section.text(section.path("redirect-to"), value)
                                                .flatMap(text -> redirection(section, text))));
        section.end();
        return target;
    }

    private static Optional<PortalAddress> redirection(Section section, String text) {
        Optional<PortalAddress> address = PortalAddress.parse(text);
        if (address.isEmpty()) {
            section.problem("redirect-to", "'%s' is not %s".formatted(text, ADDRESS));
        }
        return address;
    }
}
