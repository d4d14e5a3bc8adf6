package io.capstan.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code tiers} and {@code links}, and compares them with the libraries they name. */
final class TiersReader {

    private static final Pattern NAME = Pattern.compile("(?!active$)[a-z][a-z0-9-]{0,31}");
    private static final long TIB = 1L << 40;

    private final Problems problems;
    private final List<LibrarySettings> libraries;

    TiersReader(Problems problems, List<LibrarySettings> libraries) {
        this.problems = problems;
        this.libraries = libraries;
    }

    TierSettings readTier(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        TierSettings.Kind kind =
                section.constant(
                        "kind", List.of(TierSettings.Kind.values()), TierSettings.Kind.DIRECTORY);
        boolean isS3 = kind == TierSettings.Kind.S3;
        for (String key : isS3 ? List.of("name") : List.of("name", "kind", "directory")) {
            if (section.value(key).isEmpty()) {
                section.problem(key, "is missing");
            }
        }
        Optional<String> name =
                section.text(
                        "name",
                        NAME,
                        "a name: a lower-case letter, then up to 31 of a-z, 0-9 and '-', and not 'active'");
        name.ifPresent(value ->
                problems.take("tier", value, section.location("name"), section.path("name")));
        Path directory = isS3 ? Path.of("/") : section.path("directory", Path.of("/"));
        if (!isS3 && section.value("directory").isPresent()) {
            problems.take(
                    "tier directory",
                    directory.toString(),
                    section.location("directory"),
                    section.path("directory"));
        }
        TierSettings tier =
                new TierSettings(
                        name.orElse(""),
                        kind,
                        directory,
                        section
                                .list("libraries", (at, item) -> readLibrary(section, at, item))
                                .stream()
                                .flatMap(Optional::stream)
                                .toList(),
                        section.size(
                                "bandwidth", 1L << 20, TIB, TierSettings.BANDWIDTH_DEFAULT_BYTES),
                        isS3
                                ? TierSettings.DELAY_DEFAULT_SECONDS
                                : section.integer(
                                        "delay-seconds",
                                        0,
                                        30 * 86_400,
                                        TierSettings.DELAY_DEFAULT_SECONDS),
                        isS3
                                ? TierSettings.BATCH_DEFAULT_SECONDS
                                : section.integer(
                                        "batch-seconds",
                                        0,
                                        86_400,
                                        TierSettings.BATCH_DEFAULT_SECONDS),
                        isS3
                                ? TierSettings.RECALLED_DEFAULT_HOURS
                                : section.integer(
                                        "recalled-hours",
                                        1,
                                        8760,
                                        TierSettings.RECALLED_DEFAULT_HOURS),
                        isS3
                                ? Optional.of(new S3Reader(problems).read(section))
                                : Optional.empty());
        section.end();
        return tier;
    }

    /** A library that has its data in this tier, and in no other. */
    private Optional<String> readLibrary(Section section, String path, YamlNode node) {
        Optional<String> name = section.text(path, node);
        Optional<LibrarySettings> library = name.flatMap(this::library);
        if (name.isEmpty()) {
            return name;
        }
        if (library.isEmpty()) {
            problems.add(node.location(), path, "there is no library " + name.get());
        } else if (!library.get().drives().isEmpty()) {
            problems.add(
                    node.location(),
                    path,
                    "library %s has drives, which work with the node's own disks alone"
                            .formatted(name.get()));
        }
        problems.take("library with a tier", name.get(), node.location(), path);
        return name;
    }

    private Optional<LibrarySettings> library(String name) {
        return libraries.stream().filter(library -> library.name().equals(name)).findFirst();
    }

    ShelfSettings readShelf(Section section, List<TierSettings> tiers) {
        Optional<String> tier = section.text("tier");
        if (tier.isPresent() && tiers.stream().noneMatch(t -> t.name().equals(tier.get()))) {
            section.problem("tier", "there is no tier " + tier.get());
        }
        ShelfSettings shelf =
                new ShelfSettings(tier, section.flag("keep", ShelfSettings.DEFAULTS.keep()));
        section.end();
        return shelf;
    }

    LinkSettings readLink(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        List<LinkSettings.End> ends = section.list("ends", this::readEnd);
        if (ends.size() != 2) {
            section.problem("ends", "a link has two ends, and there are " + ends.size());
        } else if (ends.getFirst().library().equals(ends.getLast().library())) {
            section.problem("ends", "both are in library " + ends.getFirst().library());
        }
        LinkSettings link =
                new LinkSettings(
                        ends,
                        section.constant(
                                "identifiers",
                                List.of(
                                        LinkSettings.Identifiers.SAME,
                                        LinkSettings.Identifiers.OWN),
                                LinkSettings.Identifiers.SAME),
                        section.constant(
                                "departs",
                                List.of(LinkSettings.Departs.MOVE, LinkSettings.Departs.EJECT),
                                LinkSettings.Departs.MOVE));
        section.end();
        return link;
    }

    private LinkSettings.End readEnd(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        String name = section.text("library").orElse("");
        int number = section.integer("import-export", 1, 0xFFFF, 1);
        for (String key : List.of("library", "import-export")) {
            if (section.value(key).isEmpty()) {
                section.problem(key, "is missing");
            }
        }
        checkElement(section, name, number);
        LinkSettings.End end =
                new LinkSettings.End(
                        name,
                        number,
                        section.flag("keep", false),
                        section.word("arrive", Set.of("import-export", "storage"))
                                .filter("storage"::equals)
                                .isPresent());
        section.end();
        return end;
    }

    private void checkElement(Section section, String name, int number) {
        Optional<LibrarySettings> library = library(name);
        List<String> wrong = new ArrayList<>();
        if (library.isEmpty()) {
            wrong.add("there is no library " + name);
        } else if (number > library.get().importExportElements()) {
            wrong.add(
                    "library %s has %d import/export elements, and not number %d"
                            .formatted(name, library.get().importExportElements(), number));
        }
        if (section.value("library").isPresent() && section.value("import-export").isPresent()) {
            wrong.forEach(reason -> section.problem("library", reason));
            problems.take(
                    "import/export element",
                    number + " of library " + name,
                    section.location("import-export"),
                    section.path("import-export"));
        }
    }
}
