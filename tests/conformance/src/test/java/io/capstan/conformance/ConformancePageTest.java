package io.capstan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page in the repository is the one that the tests make. */
final class ConformancePageTest {

    @BeforeAll
    static void writeIfAsked() throws IOException {
        if (Boolean.getBoolean("capstan.conformance.write")) {
            Files.writeString(
                    ConformancePage.FILE, ConformancePage.text(ConformancePage.classes()));
        }
    }

    @Test
    void thePageIsUpToDate() throws IOException {
        assertThat(Files.readString(ConformancePage.FILE).lines())
                .as("docs/CONFORMANCE.md is not what the tests say: run 'make conformance'")
                .containsExactlyInAnyOrderElementsOf(
                        ConformancePage.text(ConformancePage.classes()).lines().toList());
    }

    /** Scripts name kernel drivers by their devices, and sg3_utils by its programs; a client by its name. */
    private static final Map<String, String> HOW_SCRIPTS_RUN =
            Map.of(
                    "st", "\\$T\\b|\\$\\{TAPE\\[",
                    "ch", "\\$CHANGER_SCH",
                    "sg3_utils", "\\bsg_[a-z]+",
                    "Bacula", "\\bbacula-dir -c");

    @Test
    void everyClientThatIsNoReplayIsRunByAScript() throws IOException {
        List<String> scripts = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("..", "clients"))) {
            for (Path script : files.filter(file -> file.toString().endsWith(".sh")).toList()) {
                scripts.add(Files.readString(script));
            }
        }
        for (Class<?> test : ConformancePage.classes()) {
            Conformance about = test.getAnnotation(Conformance.class);
            for (String client : about == null ? new String[0] : about.clients()) {
                Pattern run =
                        Pattern.compile(
                                HOW_SCRIPTS_RUN.getOrDefault(
                                        client, "\\b" + Pattern.quote(client) + "\\b"));
                boolean seen =
                        client.endsWith("(replay)")
                                || scripts.stream().anyMatch(script -> run.matcher(script).find());
                assertThat(seen).as("%s, client of %s", client, test.getSimpleName()).isTrue();
            }
        }
    }

    @Test
    void everyTestSaysWhatItIsAbout() throws IOException {
        List<String> silent =
                ConformancePage.classes().stream()
                        .filter(test -> !test.equals(ConformancePageTest.class))
                        .filter(test -> !Modifier.isAbstract(test.getModifiers()))
                        .filter(test -> !test.isAnnotationPresent(Conformance.class))
                        .map(Class::getSimpleName)
                        .toList();

        assertThat(silent)
                .as("test classes without @Conformance, which their package-info explains")
                .isEmpty();
    }
}
