package io.capstan.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code blank-cartridges}, and compares them with the libraries they name. */
final class BlankReader {

    private static final int AT_LEAST_MAX = 10_000;

    private final Problems problems;
    private final Equipment equipment;
    private final List<LibrarySettings> libraries;
    private final Set<String> poolNames;

    BlankReader(
            Problems problems,
            Equipment equipment,
            List<LibrarySettings> libraries,
            Set<String> poolNames) {
        this.problems = problems;
        this.equipment = equipment;
        this.libraries = libraries;
        this.poolNames = poolNames;
    }

    BlankSettings read(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        for (String key : List.of("library", "prefix", "at-least")) {
            if (section.value(key).isEmpty()) {
                section.problem(key, "is missing");
            }
        }
        String library = section.text("library").orElse("");
        String medium =
                section.word("medium", equipment.barcodeSuffixes().keySet())
                        .orElse(CartridgeSettings.MEDIUM_DEFAULT);
        BlankSettings rule =
                new BlankSettings(
                        library,
                        section.text(
                                        "prefix",
                                        LibraryReader.PREFIX,
                                        "a barcode prefix: 1 to 5 of A-Z and 0-9")
                                .orElse(""),
                        section.integer("at-least", 1, AT_LEAST_MAX, 1),
                        medium,
                        section.text(
                                        "suffix",
                                        LibraryReader.SUFFIX,
                                        "a barcode suffix: up to 2 of A-Z and 0-9")
                                .orElse(equipment.barcodeSuffixes().getOrDefault(medium, "")),
                        section.size("capacity", 1L << 20, 1L << 50),
                        section.word("arrive", Set.of("storage", "import-export"))
                                .filter("import-export"::equals)
                                .isPresent(),
                        section.word("pool", poolNames).orElse(StoreSettings.POOL_DEFAULT),
                        section.integer(
                                "keep-generations-days", 0, GenerationSettings.KEEP_MAX_DAYS),
                        section.integer("lock-days", 0, GenerationSettings.KEEP_MAX_DAYS));
        section.end();
        check(section, rule);
        return rule;
    }

    private void check(Section section, BlankSettings rule) {
        Optional<LibrarySettings> library =
                libraries.stream().filter(l -> l.name().equals(rule.library())).findFirst();
        if (section.value("library").isPresent() && library.isEmpty()) {
            section.problem("library", "there is no library " + rule.library());
        } else if (library.isPresent()
                && rule.arrivesInImportExport()
                && library.get().importExportElements() == 0) {
            section.problem(
                    "arrive", "library %s has no import/export element".formatted(rule.library()));
        }
        if (section.value("prefix").isPresent()) {
            problems.take(
                    "prefix of blank cartridges",
                    rule.prefix() + " in library " + rule.library(),
                    section.location("prefix"),
                    section.path("prefix"));
        }
    }
}
