package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The transport's part of libiscsi's own test suite, against a tiny disk. */
class IscsiTestSuiteTest {

    private static final Path SUITE = Path.of("/usr/bin/iscsi-test-cu");

    /** Of the summary: how many tests there are, were run, passed and failed. */
    private static final Pattern TESTS =
            Pattern.compile("\\btests\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)");

    @Test
    void passes() throws IOException, InterruptedException {
        boolean present = Files.isExecutable(SUITE);
        if (!present && "true".equals(System.getenv("CI"))) {
            fail("iscsi-test-cu is missing: make setup, or apt-get install libiscsi-bin");
        }
        Assumptions.assumeTrue(present, "libiscsi-bin is not installed");
        try (TestTarget target = new TestTarget(new TinyDisk(16384))) {
            String url =
                    "iscsi://127.0.0.1:%d/%s/0"
                            .formatted(target.portal().getPort(), TestTarget.NAME);
            Process process =
                    new ProcessBuilder(SUITE.toString(), "-d", "-t", "iSCSI.*", url)
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();

            Matcher tests = TESTS.matcher(output);
            assertThat(tests.find()).as(output).isTrue();
            assertThat(Integer.parseInt(tests.group(1))).isGreaterThanOrEqualTo(15);
            assertThat(tests.group(3)).as(output).isEqualTo(tests.group(1));
            assertThat(tests.group(4)).as(output).isEqualTo("0");
        }
    }
}
