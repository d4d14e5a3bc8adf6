package io.capstan.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
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
}
