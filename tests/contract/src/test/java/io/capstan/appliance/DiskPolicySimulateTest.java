package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.cli.CapstanCli;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** D14: what policies would have done to disks; two in three of those that fail warn by pending sectors 25 days before. */
@Timeout(120)
class DiskPolicySimulateTest {

    private static final LocalDate FIRST = LocalDate.parse("2013-01-01");
    private static final int DAYS = 730;
    private static final int WARNING_DAYS = 25;

    @TempDir private Path history;

    @BeforeEach
    void writeHistory() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder disks =
                new StringBuilder(
                        "serial,model,mfr,size_tb,first_date,first_poh,last_date,last_poh,records,failed,poh_ok\n");
        StringBuilder changes =
                new StringBuilder("serial,poh,s5,s10,s12,s187,s188,s189,s196,s197,s198\n");
        for (int disk = 0; disk < 2500; disk++) {
            boolean fails = random.nextBoolean();
            int last = fails ? random.nextInt(30, DAYS) : DAYS;
            disks.append(
                    "D%d,M1,ST,4,%s,0,%s,%d,%d,%d,1\n"
                            .formatted(
                                    disk,
                                    FIRST,
                                    FIRST.plusDays(last),
                                    24 * last,
                                    last,
                                    fails ? 1 : 0));
            changes.append("D%d,0,0,0,0,0,0,0,,0,0\n".formatted(disk));
            if (fails && random.nextInt(3) > 0) {
                changes.append(
                        "D%d,%d,0,0,0,0,0,0,,16,0\n".formatted(disk, 24 * (last - WARNING_DAYS)));
            }
        }
        Files.writeString(history.resolve("disks.csv"), disks);
        Files.writeString(history.resolve("changes.csv"), changes);
    }

    private String simulate(String... policies) {
        StringWriter text = new StringWriter();
        CommandLine line = CapstanCli.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "disk",
                                "policy",
                                "simulate",
                                "--history",
                                history.toString(),
                                "--from",
                                "2014-01-01",
                                "--to",
                                "2014-12-01"));
        arguments.addAll(List.of(policies));
        assertThat(line.execute(arguments.toArray(String[]::new))).as(text.toString()).isZero();
        return text.toString();
    }

    @Test
    void D14_firingsFailuresCaughtFalseAlarmsAndLeadTimeAreTold() throws IOException {
        String table = simulate("--probability", "0.2", "--probability", "0.999");

        Matcher row =
                Pattern.compile(
                                "p>=0.2 +\\S+ % +(\\d+) +(\\d+) +(\\d+) +(\\d+) +(\\d+) .* (\\d+)\n")
                        .matcher(table);
        assertThat(row.find()).as(table).isTrue();
        int failed = Integer.parseInt(row.group(2));
        int fired = Integer.parseInt(row.group(3));
        int caught = Integer.parseInt(row.group(4));
        int falsely = Integer.parseInt(row.group(5));
        assertThat(failed).isBetween(100, 300);
        assertThat(caught).as(table).isBetween(failed / 3, failed);
        assertThat(falsely).as(table).isEqualTo(fired - caught).isLessThan(caught);
        assertThat(Integer.parseInt(row.group(6))).as("days of warning").isBetween(5, 25);
        assertThat(table).containsPattern("p>=0.999 +99.9 % +\\d+ +\\d+ +0 +0 +0 ");
    }
}
