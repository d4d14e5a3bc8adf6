package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.conformance.Conformance;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random bytes as CDBs, parameter lists and buffer lengths: never an internal failure, never a lost cartridge. */
@Conformance(
        subject = "any command, random bytes",
        standard = "SMC-3, Commands for medium changers")
final class RandomCommandsTest {

    private static final int COMMANDS = 4_000;

    @TempDir Path directory;

    static LongStream seeds() {
        return LongStream.range(100, 106);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void survivesAnything(long seed) {
        Random random = new Random(seed);
        try (Bench bench =
                CommandScript.bench(directory, ChangerPersonality.names().get((int) seed % 2))) {
            CommandScript script = new CommandScript(bench);
            for (int i = 0; i < COMMANDS; i++) {
                String context = "seed %d, command %d".formatted(seed, i);
                byte[] step = new byte[CommandScript.STEP_BYTES];
                random.nextBytes(step);
                if (random.nextInt(3) != 0) {
                    step[0] = CommandScript.KNOWN_OPERATION;
                }
                assertThat(script.run(step)).as(context).isNotEqualTo("04/44/00");
            }
            script.assertNothingLost("seed " + seed);
        }
    }
}
