package io.capstan.smart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every numbered behaviour of disk health is named by a test of this room: in its name or in what it says of itself. */
class RequirementsTest {

    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern NUMBER = Pattern.compile("\\bD(\\d{1,2})(?=_|\\b)");
    private static final int LAST = 18;

    @Test
    void everyNumberIsNamedByATest() throws IOException {
        Set<Integer> named = new TreeSet<>();
        try (Stream<Path> files = Files.walk(TESTS)) {
            for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                Matcher matcher = NUMBER.matcher(Files.readString(file));
                while (matcher.find()) {
                    named.add(Integer.parseInt(matcher.group(1)));
                }
            }
        }

        for (int number = 1; number <= LAST; number++) {
            assertThat(named).as("D%d", number).contains(number);
        }
    }
}
