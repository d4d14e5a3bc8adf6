package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.conformance.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Jazzer target: any bytes as a script of commands. Run as a test it replays the inputs beside this class; with
 * {@code JAZZER_FUZZ=1} it looks for new ones.
 */
@Conformance(
        subject = "any command, arbitrary bytes",
        standard = "SMC-3, Commands for medium changers")
final class ChangerFuzzTest {

    @FuzzTest
    void neverFailsInside(byte[] input) throws IOException {
        Path directory = Files.createTempDirectory("changer-fuzz");
        try (Bench bench = CommandScript.bench(directory, "stk-l700")) {
            CommandScript script = new CommandScript(bench);
            for (int at = 0; at < input.length; at += CommandScript.STEP_BYTES) {
                byte[] step = Arrays.copyOfRange(input, at, at + CommandScript.STEP_BYTES);
                assertThat(script.run(step)).isNotEqualTo("04/44/00");
            }
            script.assertNothingLost(input.length + " bytes");
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}
