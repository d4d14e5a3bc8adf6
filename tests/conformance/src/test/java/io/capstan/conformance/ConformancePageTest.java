package io.capstan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.List;
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
