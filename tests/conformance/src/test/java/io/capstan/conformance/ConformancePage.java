package io.capstan.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@code docs/CONFORMANCE.md}, made from the annotations of the test classes. */
final class ConformancePage {

    /** From the directory of this module, where its tests run. */
    static final Path FILE = Path.of("..", "..", "docs", "CONFORMANCE.md");

    private static final String PACKAGE = "io.capstan.conformance";

    private static final String HEAD =
            """
            # What the devices conform to

            Made from the tests by `make conformance`; do not edit. Each line is a test class under
            [`tests/conformance`](../tests/conformance/src/test/java/io/capstan/conformance), which says in detail what is
            answered to which bytes. `supported` is *yes*, *partly* (the test says which part), or *refused* with the sense data
            the standard has for it. `clients` were seen to work with it: on a real kernel by [`tests/clients`](../tests/clients),
            or, where it says so, by replaying what they send and check. Reservations and REPORT LUNS are the kernel's over TCMU.
            """;

    private ConformancePage() {}

    /** All classes with tests. */
    static List<Class<?>> classes() throws IOException {
        Path root = root();
        try (Stream<Path> files = Files.walk(root.resolve(PACKAGE.replace('.', '/')))) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith("Test.class"))
                    .map(ConformancePage::load)
                    .sorted(Comparator.comparing(Class::getName))
                    .toList();
        }
    }

    private static Path root() {
        try {
            URI location =
                    ConformancePage.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI();
            return Path.of(location);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Class<?> load(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        try {
            return Class.forName(name, false, ConformancePage.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String text(List<Class<?>> classes) {
        StringBuilder page = new StringBuilder(HEAD);
        append(page, "Tape drive", rows(classes, "drive"));
        append(page, "Medium changer", rows(classes, "changer"));
        return page.toString();
    }

    private static void append(StringBuilder page, String title, List<String> rows) {
        page.append("\n## ").append(title).append("\n\n");
        page.append("| command, page or attribute | standard | supported | test | clients |\n");
        page.append("|---|---|---|---|---|\n");
        rows.forEach(row -> page.append(row).append('\n'));
    }

    private static List<String> rows(List<Class<?>> classes, String room) {
        List<Class<?>> described = new ArrayList<>();
        for (Class<?> test : classes) {
            if (test.getPackageName().equals(PACKAGE + "." + room)
                    && test.isAnnotationPresent(Conformance.class)) {
                described.add(test);
            }
        }
        described.sort(
                Comparator.<Class<?>, String>comparing(
                                test -> test.getAnnotation(Conformance.class).subject())
                        .thenComparing(Class::getSimpleName));
        return described.stream().map(test -> row(test, room)).toList();
    }

    private static String row(Class<?> test, String room) {
        Conformance about = test.getAnnotation(Conformance.class);
        String name = test.getSimpleName();
        return "| %s | %s | %s | [%s](../tests/conformance/src/test/java/io/capstan/conformance/%s/%s.java) | %s |"
                .formatted(
                        about.subject(),
                        about.standard(),
                        about.supported().text(),
                        name.substring(0, name.length() - "Test".length()),
                        room,
                        name,
                        String.join(", ", about.clients()));
    }
}
