package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.appliance.api.Api;
import io.capstan.appliance.cli.CapstanCli;
import io.capstan.appliance.http.HttpLimits;
import io.capstan.appliance.http.UnixHttpServer;
import io.capstan.appliance.node.DiskHealthUnit;
import io.capstan.appliance.node.Node;
import io.capstan.config.Configuration;
import io.capstan.smart.DeviceSource;
import io.capstan.smart.DiskLocation;
import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.collect.DiskReader;
import io.capstan.smart.collect.ExitStatus;
import io.capstan.smart.collect.ReadOutcome;
import io.capstan.smart.collect.Reading;
import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.HardEvidence;
import io.capstan.store.DiskStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** D18: disks by REST and by the command line. */
@Timeout(120)
class DiskApiTest {

    private static final String DISK = "ST4000DM000-1F2168_Z30";

    @TempDir private Path directory;

    private Node node;
    private DiskHealthUnit unit;
    private UnixHttpServer server;
    private Path socket;

    /** One disk, with pending sectors. */
    private static final class OneDisk implements DeviceSource, DiskReader {

        @Override
        public List<DeviceName> devices() {
            return List.of(new DeviceName("/dev/sda", ""));
        }

        @Override
        public SortedSet<String> disksBelow(DiskStatus placed) {
            return new TreeSet<>();
        }

        @Override
        public SortedMap<String, Long> counters(String device) {
            return new TreeMap<>();
        }

        @Override
        public SortedMap<String, Long> gauges(String device) {
            return new TreeMap<>();
        }

        @Override
        public DiskLocation location(String device) {
            return new DiskLocation(
                    Optional.of("slot 4 of enclosure 0x5001"), new TreeSet<>(List.of("md0")));
        }

        @Override
        public ReadOutcome read(DeviceName device) {
            return new ReadOutcome.Read(
                    new Reading(
                            new DiskIdentity(
                                    DiskClass.ATA_HDD,
                                    "5000c500",
                                    "Z30",
                                    "ST",
                                    "Desktop",
                                    "ST4000DM000-1F2168",
                                    "CC54",
                                    4_000_787_030_016L),
                            InstantSource.system().instant().getEpochSecond(),
                            OptionalInt.of(20_000),
                            new TreeMap<>(Map.of("ata.197.raw", 24L, "ata.5.raw", 0L)),
                            new TreeMap<>(Map.of("temperature", 31L)),
                            EnumSet.of(HardEvidence.SELF_TEST_FAILED),
                            Map.of()),
                    new ExitStatus(0));
        }
    }

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(TestNode.plan(directory.resolve("data")));
        OneDisk disk = new OneDisk();
        unit =
                DiskHealthUnit.watch(
                        Configuration.defaults().disks(),
                        node,
                        disk,
                        disk,
                        List.of(),
                        InstantSource.system());
        socket = directory.resolve("api.sock");
        server =
                UnixHttpServer.start(
                        socket,
                        HttpLimits.DEFAULTS,
                        new Api(node, Optional.of(unit), "1.2.3", keep -> {}));
        while (get("/v1/disks").path("disks").isEmpty()) {
            Thread.sleep(20);
        }
    }

    @AfterEach
    void stop() {
        server.close();
        unit.close();
        node.close();
    }

    private JsonNode get(String path) throws IOException {
        Http answer = Http.get(socket, path);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    private String cli(String... arguments) {
        StringWriter text = new StringWriter();
        CommandLine line = CapstanCli.commandLine();
        line.setOut(new PrintWriter(text));
        line.setErr(new PrintWriter(text));
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--socket";
        all[arguments.length + 1] = socket.toString();
        assertThat(line.execute(all)).as(text.toString()).isZero();
        return text.toString();
    }

    @Test
    void diskIsListedWithItsChances() throws IOException {
        JsonNode disk = get("/v1/disks").path("disks").path(0);

        assertThat(disk.path("id").asText()).isEqualTo(DISK);
        assertThat(disk.path("presence").asText()).isEqualTo("answering");
        assertThat(disk.path("basis").asText()).isEqualTo("learned-model");
        assertThat(disk.path("probabilities")).hasSize(3);
        double before = 0;
        for (JsonNode p : disk.path("probabilities")) {
            assertThat(p.path("value").asDouble()).isGreaterThan(before);
            assertThat(p.path("low").asDouble()).isLessThan(p.path("value").asDouble());
            before = p.path("value").asDouble();
        }
    }

    @Test
    void reasonsEventsAndHistoryAreTold() throws IOException {
        JsonNode detail = get("/v1/disks/" + DISK);

        assertThat(detail.path("reasons").path(0).path("oddsFactor").asDouble()).isGreaterThan(1);
        assertThat(detail.path("events").path(0).path("kind").asText()).isEqualTo("observed");
        assertThat(
                        get("/v1/disks/" + DISK + "/history")
                                .path("rows")
                                .path(0)
                                .path("counters")
                                .path("ata.197.raw")
                                .asLong())
                .isEqualTo(24);
        assertThat(Http.get(socket, "/v1/disks/none").status()).isEqualTo(404);
    }

    @Test
    void predictionIsARequestThatCanBeAskedHowFarItIs() throws Exception {
        Http begun = Http.send(socket, "POST", "/v1/disk-predictions", "{}");
        assertThat(begun.status()).as(begun.toString()).isEqualTo(200);
        String path = "/v1/disk-predictions/" + begun.json().path("request").asText();
        JsonNode status = get(path);
        while (!status.path("state").asText().equals("done")) {
            Thread.sleep(20);
            status = get(path);
        }

        assertThat(status.path("progress").asDouble()).isEqualTo(1);
        assertThat(status.path("results").path(0).path("disk").asText()).isEqualTo(DISK);
        assertThat(Http.send(socket, "POST", "/v1/disk-predictions", "{\"start\":\"x\"}").status())
                .isEqualTo(400);
        assertThat(Http.get(socket, "/v1/disk-predictions/none").status()).isEqualTo(404);
    }

    @Test
    void acknowledgedCounterIsNoAlarmAnyMore() throws IOException {
        String key = "counter:" + DISK + ":ata.197.raw";
        assertThat(get("/v1/disk-alarms").toString()).contains(key);

        Http answer =
                Http.send(
                        socket,
                        "POST",
                        "/v1/disks/" + DISK + "/acknowledge",
                        "{\"counter\":\"ata.197.raw\"}");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(get("/v1/disk-alarms").toString()).doesNotContain(key);
    }

    @Test
    void diskWithoutStoreDirectoriesCannotBeEvacuated() throws IOException {
        Http answer = Http.send(socket, "POST", "/v1/disks/" + DISK + "/evacuate", "{}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("detail").asText())
                .contains("no store directory lies on disk");
    }

    @Test
    void D1_slotAndArraysAreTold() throws IOException {
        JsonNode disk = get("/v1/disks").path("disks").path(0);

        assertThat(disk.path("slot").asText()).isEqualTo("slot 4 of enclosure 0x5001");
        assertThat(disk.path("arrays").path(0).asText()).isEqualTo("md0");
        assertThat(cli("disk", "show", DISK))
                .contains("slot 4 of enclosure 0x5001")
                .contains("part of      md0");
    }

    @Test
    void D9_outliersAreTold() throws IOException {
        JsonNode document = get("/v1/disk-outliers");
        assertThat(document.path("outliers").isArray()).isTrue();
        assertThat(document.path("high").isArray()).isTrue();
    }

    @Test
    void D9_clustersAndTheirRatesAreTold() throws IOException {
        JsonNode clusters = get("/v1/disk-clusters").path("clusters");

        assertThat(clusters).hasSize(4);
        JsonNode model = clusters.path(2);
        assertThat(model.path("attribute").asText()).isEqualTo("model");
        assertThat(model.path("path").path(2).asText()).isEqualTo("ST4000DM000");
        assertThat(model.path("failuresPerYear").asDouble())
                .isBetween(model.path("low").asDouble(), model.path("high").asDouble());
        assertThat(cli("disk", "clusters")).contains("ST4000DM000").contains("2 to 3 years");
    }

    @Test
    void D6_rateGivenAModelAndARoomIsTold() throws IOException {
        JsonNode rate = get("/v1/disk-rate?model=ST4000DM000&age=2&room=A&usage=always-on");

        assertThat(rate.path("parts")).hasSize(3);
        JsonNode ofModel = rate.path("parts").path(0);
        assertThat(ofModel.path("path").path(1).asText()).isEqualTo("ST");
        assertThat(ofModel.path("failures").asDouble()).isGreaterThan(100);
        assertThat(ofModel.path("diskYears").asDouble()).isGreaterThan(1000);
        assertThat(rate.path("failuresPerYear").asDouble())
                .isBetween(rate.path("low").asDouble(), rate.path("high").asDouble());
        assertThat(cli("disk", "rate", "model=ST4000DM000", "room=A"))
                .contains("ATA_HDD, ST, ST4000DM000")
                .contains("place")
                .contains("all of it");
    }

    @Test
    void D6_questionThatCannotBeAnsweredSaysWhy() throws IOException {
        assertThat(problem("model=NEVER")).contains("no disk 'NEVER' was ever counted");
        assertThat(problem("slot=4")).contains("slot '4' needs enclosure");
        assertThat(problem("firmware=CC54")).contains("a firmware is of a model: give one");
        assertThat(problem("usage=seldom")).contains("always-on");
    }

    private String problem(String question) throws IOException {
        Http answer = Http.get(socket, "/v1/disk-rate?" + question);
        assertThat(answer.status()).isEqualTo(400);
        return answer.json().path("detail").asText();
    }

    @Test
    void D13_riskOfThePoolIsTold() throws IOException {
        JsonNode pool = get("/v1/disk-pools").path("pools").path(0);

        assertThat(pool.path("pool").asText()).isEqualTo("default");
        assertThat(pool.path("dataLoss")).hasSize(3);
        assertThat(cli("disk", "pools")).contains("default").contains(" %");
    }

    @Test
    void D11_modelThatWasLearnedElsewhereIsInstalledAndRolledBack() throws IOException {
        Path file = directory.resolve("fleet.json");
        Files.writeString(
                file,
                new String(FailureModel.shipped().toJson(), StandardCharsets.UTF_8)
                        .replaceFirst("backblaze-2013-2016", "fleet-2026"));

        assertThat(cli("disk", "models", "--install", file.toString()))
                .contains("fleet-2026 predicts from now on");
        assertThat(cli("disk", "models")).containsPattern("fleet-2026 +yes");
        String request = "{\"file\":\"" + file + "\"}";
        assertThat(Http.send(socket, "POST", "/v1/disk-models/install", request).status())
                .as("it is there already")
                .isEqualTo(400);
        assertThat(cli("disk", "models", "--rollback"))
                .contains("backblaze-2013-2016 predicts from now on");
    }

    @Test
    void D4_diskThatIsThereIsNotForgotten() throws IOException {
        Http answer = Http.send(socket, "POST", "/v1/disks/" + DISK + "/forget", "{}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("detail").asText()).contains("is still there");
    }

    @Test
    void historiesAreExportedAndImportedAsFiles() throws IOException {
        Path file = directory.resolve("disks.zip");

        assertThat(cli("disk", "export", file.toString())).contains("histories of 1 disks");
        assertThat(cli("disk", "import", file.toString())).contains("histories of 1 disks");

        String request = "{\"file\":\"" + file + "\"}";
        assertThat(Http.send(socket, "POST", "/v1/disk-histories/export", request).status())
                .as("it is there already")
                .isEqualTo(409);
        assertThat(
                        Http.send(
                                        socket,
                                        "POST",
                                        "/v1/disk-histories/import",
                                        "{\"file\":\"/none.zip\"}")
                                .status())
                .isEqualTo(400);
        assertThat(
                        Http.send(
                                        socket,
                                        "POST",
                                        "/v1/disk-histories/import",
                                        "{\"file\":\"disks.zip\"}")
                                .status())
                .isEqualTo(400);
    }

    /** Of three disks, one fails after twenty days of pending sectors, one without any sign. */
    private void importThreeHistories() throws IOException {
        ArchivedDisks disks =
                new ArchivedDisks(
                        Files.createDirectory(directory.resolve("archived")),
                        LocalDate.parse("2024-01-01"));
        disks.add("WARNS", 200, 180, true);
        disks.add("DIES", 150, 151, true);
        disks.add("LIVES", 365, 366, false);
        Path archive = directory.resolve("another.zip");
        disks.write(archive);
        assertThat(cli("disk", "import", archive.toString())).contains("histories of 3 disks");
    }

    @Test
    void D14_liveNodeSimulatesPoliciesOnTheHistoriesThatItHas() throws IOException {
        importThreeHistories();

        String table =
                cli(
                        "disk",
                        "policy",
                        "simulate",
                        "--from",
                        "2024-01-01",
                        "--to",
                        "2024-12-31",
                        "--probability",
                        "0.05",
                        "--probability",
                        "0.999");

        assertThat(table)
                .containsPattern(
                        "p>=0\\.05 +5.00 % +3 +2 +1 +1 +0 +50.0 % +0.000 % +(1\\d|2[01])\n")
                .containsPattern("p>=0.999 +99.9 % +3 +2 +0 +0 +0 +0.000 % +0.000 %\n")
                .containsPattern(
                        "2024-0[67]-\\d\\d  p>=0.05 fires on "
                                + ArchivedDisks.id("WARNS")
                                + ", which failed (1\\d|2[01]) days later")
                .doesNotContain(ArchivedDisks.id("DIES"))
                .doesNotContain(ArchivedDisks.id("LIVES"));
        assertThat(cli("disk", "policy", "simulate"))
                .as("what is configured, in the last year")
                .containsPattern("copy-away +90.0 % +0 +0 +0 +0 +0")
                .contains("watch");
    }

    @Test
    void D14_failureBehindTheSimulatedTimeIsNoneOfIt() throws IOException {
        importThreeHistories();

        assertThat(
                        cli(
                                "disk",
                                "policy",
                                "simulate",
                                "--from",
                                "2024-01-01",
                                "--to",
                                "2024-07-10",
                                "--probability",
                                "0.05"))
                .containsPattern("p>=0\\.05 +5.00 % +3 +1 +1 +0 +1 ")
                .contains(ArchivedDisks.id("WARNS") + ", which did not fail");
    }

    @Test
    void D18_simulationIsARequestThatCanBeAskedHowFarItIs() throws Exception {
        importThreeHistories();
        Http begun =
                Http.send(
                        socket,
                        "POST",
                        "/v1/disk-simulations",
                        """
                        {"start": "2024-01-01", "end": "2024-12-31", "policies": [
                          {"name": "soon", "probability": 0.05},
                          {"name": "in a year", "horizonDays": 365, "failureCost": 4}]}
                        """);
        assertThat(begun.status()).as(begun.toString()).isEqualTo(200);
        String path = "/v1/disk-simulations/" + begun.json().path("request").asText();
        JsonNode status = get(path);
        while (status.path("state").asText().equals("running")) {
            Thread.sleep(20);
            status = get(path);
        }

        assertThat(status.path("state").asText()).isEqualTo("done");
        assertThat(status.path("results").path(0).path("caught").asInt()).isEqualTo(1);
        JsonNode year = status.path("results").path(1);
        assertThat(year.path("horizonDays").asInt()).isEqualTo(365);
        assertThat(year.path("threshold").asDouble()).isEqualTo(0.25);
        assertThat(year.path("firings").path(0).path("disk").asText())
                .isEqualTo(ArchivedDisks.id("WARNS"));
        for (String policies :
                List.of(
                        "[{\"name\": \"neither\"}]",
                        "[{\"probability\": 0.5, \"precision\": 0.5}]",
                        "[{\"probability\": 2}]",
                        "[{\"probability\": 0.5, \"horizonDays\": 31}]")) {
            assertThat(
                            Http.send(
                                            socket,
                                            "POST",
                                            "/v1/disk-simulations",
                                            "{\"policies\": " + policies + "}")
                                    .status())
                    .as(policies)
                    .isEqualTo(400);
        }
        assertThat(Http.get(socket, "/v1/disk-simulations/none").status()).isEqualTo(404);
    }

    @Test
    void retrainingSaysWhyTheModelStays() throws IOException {
        assertThat(cli("disk", "retrain"))
                .contains("the model stays: none of 1 disks is known to have failed");
        assertThat(cli("disk", "models")).contains("a better one was looked for at");
        assertThat(get("/v1/disk-models").path("retraining").asText()).startsWith("none of 1");
    }

    @Test
    void metricsHaveTheProbability() throws IOException {
        assertThat(Http.get(socket, "/metrics").toString())
                .contains("capstan_disk_failure_probability_30_days{disk=\"" + DISK + "\"} 0.")
                .contains("capstan_disk_temperature_celsius{disk=\"" + DISK + "\"} 31");
    }

    @Test
    void commandLineReadsWellToAPerson() {
        assertThat(cli("disk", "list")).contains("30 DAYS").contains(DISK).contains(" %");
        assertThat(cli("disk", "show", DISK))
                .contains("chance to fail")
                .contains("within  30 days")
                .contains("why (odds of failing within 30 days)")
                .contains("pending sectors = 24")
                .contains("the newest self-test failed");
        assertThat(cli("disk", "alarms")).contains("pending sectors: 24");
        assertThat(cli("disk", "show", DISK)).contains("past disks that looked like it");
        assertThat(cli("disk", "predict", DISK)).contains("30 DAYS AHEAD").containsPattern("[▁-█]");
        assertThat(cli("disk", "predict", "--model", "another")).doesNotContain(DISK);
        assertThat(cli("disk", "outliers")).contains("BY CHANCE");
        assertThat(cli("disk", "policy", "list"))
                .contains("copy-away")
                .contains("0.95")
                .contains("25.0 %");
        assertThat(cli("disk", "models")).contains("backblaze-2013-2016").contains("yes");
    }
}
