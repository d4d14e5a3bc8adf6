package io.capstan.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A script that failed, stopped early or never ran must not look like one that passed. */
class GuestReportTest {
    @TempDir Path directory;

    @Test
    void passedWithPlanAndStatusIsComplete() throws IOException {
        write("ok 1 - first\nok 2 - second\n1..2\n", "0 1234\n");
        GuestReport report = GuestReport.read("script", directory);
        assertThat(report.isComplete()).isTrue();
        assertThat(report.checks())
                .extracting(GuestReport.Check::name)
                .containsExactly("first", "second");
        assertThat(report.checks()).allMatch(GuestReport.Check::passed);
    }

    @Test
    void failedCheckKeepsItsDetail() throws IOException {
        write(
                "ok 1 - first\nnot ok 2 - second\n#   expected: 1\n#   actual: 2\n1..2\n",
                "1 1234\n");
        GuestReport report = GuestReport.read("script", directory);
        assertThat(report.isComplete()).isTrue();
        assertThat(report.checks().get(1).passed()).isFalse();
        assertThat(report.checks().get(1).detail()).isEqualTo("#   expected: 1\n#   actual: 2\n");
    }

    @Test
    void missingPlanIsNotComplete() throws IOException {
        write("ok 1 - first\n", "0 1234\n");
        assertThat(GuestReport.read("script", directory).isComplete()).isFalse();
    }

    @Test
    void planOfMoreChecksIsNotComplete() throws IOException {
        write("ok 1 - first\n1..2\n", "0 1234\n");
        assertThat(GuestReport.read("script", directory).isComplete()).isFalse();
    }

    @Test
    void exitStatusThatContradictsTheChecksIsNotComplete() throws IOException {
        write("ok 1 - first\n1..1\n", "1 1234\n");
        assertThat(GuestReport.read("script", directory).isComplete()).isFalse();
        write("not ok 1 - first\n1..1\n", "0 1234\n");
        assertThat(GuestReport.read("script", directory).isComplete()).isFalse();
    }

    @Test
    void scriptThatNeverRanIsNotComplete() {
        GuestReport report = GuestReport.read("script", directory);
        assertThat(report.isComplete()).isFalse();
        assertThat(report.describeEnd())
                .isEqualTo("script: 0 checks made, plan missing, exit status missing");
    }

    private void write(String tap, String status) throws IOException {
        Files.writeString(directory.resolve("script.tap"), tap);
        Files.writeString(directory.resolve("script.status"), status);
    }
}
