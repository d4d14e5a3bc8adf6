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
            the standard has for it.

            `clients` is what the test's author says uses it and works with it. What it rests on: a client with *(replay)* is one
            whose commands and checks a test of this page repeats, which says where they are from; every other one is run by a
            script of [`tests/clients`](../tests/clients) on a real kernel, which a test makes sure of. That the script uses just
            that command or page is not checked by anything.

            Each test runs three times: on the logical unit itself, over iSCSI on loopback, and over a TCMU ring in memory (not those
            of two initiators, whom a ring does not tell apart). Reservations and REPORT LUNS are the kernel's over TCMU.
            """;

    private static final String TAIL =
            """

            ## Not supported

            What real drives of these models have and these do not. Where a standard has an answer for that, the tests of
            unsupported commands and pages check it.

            | what | why |
            |---|---|
            | READ REVERSE, RECOVER BUFFERED DATA, VERIFY with BYTCMP | no LTO drive has them |
            | READ and WRITE DYNAMIC RUNTIME ATTRIBUTE, READ LOGGED-IN HOST TABLE | no client needs them; refused |
            | VPD pages 03h, 90h, C0h, C1h, C7h, C8h | describe components, ports and defaults of a make's hardware |
            | mode pages 19h/01h, 23h, 24h, 25h, 2Fh, 30h, 3Eh | SAS phys; initiator and engineering settings of a make's firmware |
            | log pages 13h, 15h, 18h, 39h to 3Ch, 3Eh | recovery a library's drive port asks for; ports; engineering counters |
            | MAM 0340h and up | usage records in a make's own layout; 03FEh and 03FFh are ours and not shown |
            | SECURITY PROTOCOL IN page 31h, wrapped keys | keys come in the clear, as host software for LTO sends them |
            | RAO processes other than 2, segments with geometry | a virtual tape has no geometry to tell |
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
        page.append(TAIL);
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
