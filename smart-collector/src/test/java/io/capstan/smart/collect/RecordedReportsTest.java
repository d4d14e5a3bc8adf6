package io.capstan.smart.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.smart.Fixtures;
import io.capstan.smart.model.HardEvidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** D1 and D2: what real disks said, of all classes and behind bridges. */
class RecordedReportsTest {

    @Test
    void allRecordedReportsParse() throws IOException {
        Path root = Fixtures.require("fixtures");
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        int disks = 0;
        for (Path file : files) {
            byte[] json = Files.readAllBytes(file);
            String text = Files.readString(file);
            boolean isReport =
                    (text.contains("\"serial_number\"") || text.contains("\"model_name\""))
                            && SmartctlReport.exitStatus(json).isRead();
            if (isReport) {
                Reading reading = SmartctlReport.parse(json, 1);
                assertThat(reading.identity().id()).as("%s", file).isNotEmpty();
                disks++;
            }
        }
        assertThat(disks).isGreaterThan(180);
    }

    @Test
    void failingDisksAreSeenToFail() throws IOException {
        Path root = Fixtures.require("fixtures/scrutiny");

        assertThat(parse(root.resolve("smart-nvme-failed.json")).counters())
                .containsEntry("nvme.media_errors", 7L);
        assertThat(
                        parse(
                                        Fixtures.require(
                                                "fixtures/smartctl_exporter/nvme-null-SAMSUNG_MZWLL3T2HAJQ-00005-nvme0.json"))
                                .evidence())
                .contains(HardEvidence.NVME_CRITICAL_WARNING);
        assertThat(parse(root.resolve("smart-scsi.json")).counters())
                .containsEntry("scsi.grown_defects", 56L);
        assertThat(parse(root.resolve("smart-megaraid0.json")).identity().model())
                .isEqualTo("WD4000FYYX");
    }

    private static Reading parse(Path file) throws IOException {
        return SmartctlReport.parse(Files.readAllBytes(file), 1);
    }
}
