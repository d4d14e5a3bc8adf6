package io.capstan.smart.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.smart.collect.DiskReader.DeviceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D2: the program around the report: exit status, time limit, sleeping disks. */
class SmartctlTest {

    @TempDir private Path directory;

    private ReadOutcome read(String script, long limitMillis, String type)
            throws IOException, InterruptedException {
        Path program = directory.resolve("smartctl");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new Smartctl(program, limitMillis, () -> Instant.ofEpochSecond(5))
                .read(new DeviceName("/dev/sdz", type));
    }

    private static final String REPORT =
            "echo '{\"model_name\":\"WDC WD30EFRX-68\",\"serial_number\":\"W1\"}'\n";

    @Test
    void exitStatusIsAMaskAndAFailingDiskIsReadAllTheSame() throws Exception {
        ReadOutcome outcome = read(REPORT + "exit 216", 20_000, "");

        assertThat(outcome).isInstanceOf(ReadOutcome.Read.class);
        ReadOutcome.Read read = (ReadOutcome.Read) outcome;
        assertThat(read.status().bits())
                .isEqualTo(
                        EnumSet.of(
                                ExitStatus.Bit.SMART_STATUS_FAILING,
                                ExitStatus.Bit.PREFAIL_ATTRIBUTE_BELOW_THRESHOLD,
                                ExitStatus.Bit.ERROR_LOG_HAS_ERRORS,
                                ExitStatus.Bit.SELF_TEST_LOG_HAS_ERRORS));
        assertThat(read.reading().timeSeconds()).isEqualTo(5);
    }

    @Test
    void sleepingDiskIsLeftToSleep() throws Exception {
        assertThat(read("exit 3", 20_000, "")).isEqualTo(new ReadOutcome.Standby());
    }

    @Test
    void asksForEverythingWithoutWakingTheDisk() throws Exception {
        ReadOutcome outcome =
                read(
                        "echo \"$@\" >" + directory.resolve("arguments") + "\n" + REPORT,
                        20_000,
                        "megaraid,3");

        assertThat(outcome).isInstanceOf(ReadOutcome.Read.class);
        assertThat(directory.resolve("arguments"))
                .hasContent("--json=c -x -n standby,3 -d megaraid,3 /dev/sdz");
    }

    @Test
    void deviceThatHangsCostsItsLimitAndNoMore() throws Exception {
        assertThat(read("exec sleep 600", 300, "")).isEqualTo(new ReadOutcome.TimedOut(300));
    }

    @Test
    void deviceThatIsNotOpenedIsRefusedWithTheReason() throws Exception {
        ReadOutcome outcome =
                read(
                        "echo '{\"smartctl\":{\"messages\":[{\"string\":\"No such device\"}]}}'\nexit 2",
                        20_000,
                        "");

        assertThat(outcome).isInstanceOf(ReadOutcome.Refused.class);
        assertThat(((ReadOutcome.Refused) outcome).reason())
                .contains("DEVICE_NOT_OPENED")
                .contains("No such device");
    }

    @Test
    void missingProgramIsAReason() throws Exception {
        ReadOutcome outcome =
                new Smartctl(directory.resolve("none"), 1000, () -> Instant.EPOCH)
                        .read(new DeviceName("/dev/sda", ""));

        assertThat(outcome).isInstanceOf(ReadOutcome.Refused.class);
    }
}
