package io.capstan.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.smart.collect.DiskIdentity;
import io.capstan.smart.collect.DiskReader;
import io.capstan.smart.collect.ExitStatus;
import io.capstan.smart.collect.ReadOutcome;
import io.capstan.smart.collect.Reading;
import io.capstan.smart.history.DiskEvent;
import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.model.FailureModel;
import io.capstan.smart.model.HardEvidence;
import io.capstan.smart.model.Horizon;
import io.capstan.smart.model.ModelRegistry;
import io.capstan.smart.model.Outliers;
import io.capstan.smart.model.Prediction;
import io.capstan.smart.model.RateQuestion;
import io.capstan.smart.policy.DiskCase;
import io.capstan.smart.policy.FakePlacement;
import io.capstan.smart.policy.Policy;
import io.capstan.smart.policy.ServiceLevels;
import io.capstan.smart.policy.Workflow;
import io.capstan.store.DiskState;
import io.capstan.store.DiskStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
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
import org.junit.jupiter.api.io.TempDir;

/** A node with four disks, the model that ships, and scripted SMART histories: D4, D5, D10, D14 to D18 together. */
class DiskHealthTest {

    private static final int DAY = 24 * 3600;
    private static final String FIRST = "ST4000DM000-1F2168_S0";

    @TempDir private Path directory;

    private final Node node = new Node();
    private final FakePlacement placement = new FakePlacement(2, 4);
    private final List<String> told = new ArrayList<>();
    private DiskHealth health;

    /** Four disks of a model that Backblaze had many of, as a script moves their counters. */
    private static final class Node implements DeviceSource, DiskReader {

        long now = 1_700_000_000;
        final Map<String, TreeMap<String, Long>> counters = new LinkedHashMap<>();
        final Map<String, ReadOutcome> instead = new LinkedHashMap<>();
        final Map<String, String> lodged = new LinkedHashMap<>();
        final Map<String, Long> degrees = new LinkedHashMap<>();
        EnumSet<HardEvidence> evidence = EnumSet.noneOf(HardEvidence.class);

        Node() {
            for (int disk = 0; disk < 4; disk++) {
                TreeMap<String, Long> zeros = new TreeMap<>();
                for (int id : new int[] {5, 10, 12, 187, 188, 189, 197, 198}) {
                    zeros.put("ata." + id + ".raw", 0L);
                }
                counters.put("/dev/sd" + (char) ('a' + disk), zeros);
            }
        }

        void set(String device, int attribute, long value) {
            counters.get(device).put("ata." + attribute + ".raw", value);
        }

        @Override
        public List<DeviceName> devices() {
            return counters.keySet().stream().map(device -> new DeviceName(device, "")).toList();
        }

        @Override
        public SortedSet<String> disksBelow(DiskStatus placed) {
            String disk = placed.device().orElseThrow().substring(0, 8);
            return new TreeSet<>(List.of(lodged.getOrDefault(disk, disk)));
        }

        @Override
        public SortedMap<String, Long> counters(String device) {
            return new TreeMap<>(Map.of("kernel.io_errors", 0L));
        }

        @Override
        public SortedMap<String, Long> gauges(String device) {
            return new TreeMap<>();
        }

        @Override
        public DiskLocation location(String device) {
            return new DiskLocation(
                    Optional.of("slot " + (device.charAt(7) - 'a')), new TreeSet<>());
        }

        @Override
        public ReadOutcome read(DeviceName device) {
            ReadOutcome other = instead.get(device.path());
            if (other != null) {
                return other;
            }
            int number = device.path().charAt(7) - 'a';
            return new ReadOutcome.Read(
                    new Reading(
                            new DiskIdentity(
                                    DiskClass.ATA_HDD,
                                    "5000c50000000" + number,
                                    "S" + number,
                                    "ST",
                                    "Desktop",
                                    "ST4000DM000-1F2168",
                                    "CC54",
                                    4_000_787_030_016L),
                            now,
                            OptionalInt.of((int) ((now - 1_650_000_000) / 3600)),
                            new TreeMap<>(counters.get(device.path())),
                            new TreeMap<>(
                                    Map.of(
                                            "temperature",
                                            degrees.getOrDefault(device.path(), 30L))),
                            number == 0 ? evidence : EnumSet.noneOf(HardEvidence.class),
                            Map.of()),
                    new ExitStatus(0));
        }
    }

    @BeforeEach
    void start() throws Exception {
        placement.write(40);
        health = open();
    }

    @AfterEach
    void stop() {
        health.close();
    }

    private DiskHealth open() throws Exception {
        return open(
                DiskHealthSettings.defaults(directory)
                        .with(
                                new Workflow.Limits(
                                        1 << 20, Map.of("main", 2), 64 << 20, 0, 10, 300)));
    }

    private DiskHealth open(DiskHealthSettings settings) throws Exception {
        return DiskHealth.open(
                settings,
                node,
                node,
                placement,
                (disk, on) -> {},
                List.of((alarm, ended) -> told.add((ended ? "ended " : "") + alarm.key())),
                FailureModel::shipped,
                () -> Instant.ofEpochSecond(node.now));
    }

    private void days(int days) throws Exception {
        for (int day = 0; day < days; day++) {
            health.poll();
            for (int step = 0; step < 15; step++) {
                placement.work();
            }
            node.now += DAY;
        }
    }

    private double p30(String id) throws Exception {
        return health.disk(id)
                .orElseThrow()
                .prediction()
                .orElseThrow()
                .probability(Horizon.DAYS_30)
                .value();
    }

    /** Of the one pool, within 30 days. */
    private double dataLoss() throws Exception {
        PoolRisk main = health.pools().getFirst();
        assertThat(main.pool()).isEqualTo("main");
        return main.probabilities().getFirst();
    }

    @Test
    void D16_failingDiskIsForeseenEvacuatedTakenOutAndReplaced() throws Exception {
        days(30);
        double healthy = p30(FIRST);
        assertThat(healthy).isLessThan(0.01);
        assertThat(told).isEmpty();

        for (int day = 1; day <= 20; day++) {
            node.set("/dev/sda", 197, 16L * day);
            node.set("/dev/sda", 198, 16L * day);
            node.set("/dev/sda", 187, 4L * day);
            node.set("/dev/sda", 5, 30L * day);
            days(1);
        }

        assertThat(p30(FIRST)).isGreaterThan(20 * healthy).isGreaterThan(0.25);
        DiskView disk = health.disk(FIRST).orElseThrow();
        assertThat(disk.prediction().orElseThrow().contributions().getFirst().logOdds())
                .isPositive();
        assertThat(disk.cases())
                .extracting(DiskCase::step)
                .containsExactly(DiskCase.Step.AWAITING_REPLACEMENT);
        assertThat(placement.state(0)).isEqualTo(DiskState.DEACTIVATED);
        assertThat(placement.chunksOn(0)).isZero();
        assertThat(placement.lostChunks()).isZero();
        assertThat(placement.degradedChunks()).isZero();
        assertThat(told).contains("prediction:" + FIRST, "case:" + FIRST);

        health.replace(FakePlacement.id(0), Path.of("/data/new"));
        node.counters.remove("/dev/sda");
        days(3);

        assertThat(health.cases()).extracting(DiskCase::step).containsExactly(DiskCase.Step.DONE);
        assertThat(health.disk(FIRST).orElseThrow().events())
                .extracting(DiskEvent::kind)
                .containsExactly(DiskEvent.Kind.OBSERVED, DiskEvent.Kind.REMOVED_ON_PREDICTION);
        assertThat(told).contains("ended case:" + FIRST);
    }

    @Test
    void D16_diskThatDiesWithoutWarningCostsNothing() throws Exception {
        days(5);
        placement.fail(2);
        node.counters.remove("/dev/sdc");
        days(10);

        assertThat(placement.lostChunks()).isZero();
        assertThat(placement.degradedChunks()).isZero();
        assertThat(placement.state(2)).isEqualTo(DiskState.DEACTIVATED);
        assertThat(told).containsOnlyOnce("presence:ST4000DM000-1F2168_S2");
        assertThat(health.disk("ST4000DM000-1F2168_S2").orElseThrow().presence())
                .isEqualTo(DiskView.Presence.MISSING);

        health.replace(FakePlacement.id(2), Path.of("/data/new"));
        assertThat(health.disk("ST4000DM000-1F2168_S2").orElseThrow().events())
                .extracting(DiskEvent::kind)
                .containsExactly(
                        DiskEvent.Kind.OBSERVED, DiskEvent.Kind.MISSING, DiskEvent.Kind.FAILED);
    }

    @Test
    void D18_peopleAreToldOfChangesAndNeverTwice() throws Exception {
        node.set("/dev/sdb", 5, 8);
        days(5);
        String key = "counter:ST4000DM000-1F2168_S1:ata.5.raw";
        assertThat(told).containsOnlyOnce(key);

        health.close();
        health = open();
        days(3);
        assertThat(told).as("after a restart").containsOnlyOnce(key);

        node.set("/dev/sdb", 5, 9);
        days(3);
        assertThat(told.stream().filter(key::equals)).as("after it grew").hasSize(2);
    }

    @Test
    void D16_acknowledgedCounterAlertsAgainOnlyIfItGrows() throws Exception {
        node.set("/dev/sdb", 5, 8);
        days(2);

        assertThat(health.acknowledge("ST4000DM000-1F2168_S1", "ata.5.raw")).isTrue();
        days(2);
        assertThat(health.alarms()).isEmpty();

        node.set("/dev/sdb", 5, 9);
        days(1);
        assertThat(health.alarms())
                .extracting(Alarm::message)
                .containsExactly("reallocated sectors: 9 (acknowledged at 8)");
        assertThat(health.acknowledge("ST4000DM000-1F2168_S1", "none")).isFalse();
    }

    @Test
    void D4_silentAndMissingDisksAreEventsOnce() throws Exception {
        days(2);
        node.instead.put("/dev/sdd", new ReadOutcome.TimedOut(1000));
        days(3);
        node.instead.clear();
        days(2);

        assertThat(health.disk("ST4000DM000-1F2168_S3").orElseThrow().events())
                .extracting(DiskEvent::kind)
                .containsExactly(
                        DiskEvent.Kind.OBSERVED, DiskEvent.Kind.SILENT, DiskEvent.Kind.BACK);
    }

    @Test
    void D2_sleepingDiskIsStaleAfterAWeekAndNoAlarmBefore() throws Exception {
        days(1);
        node.instead.put("/dev/sdd", new ReadOutcome.Standby());
        days(5);
        assertThat(told).isEmpty();
        days(5);
        assertThat(told).containsExactly("stale:ST4000DM000-1F2168_S3");
    }

    @Test
    void D12_diskThatSaysItFailsIsActedOn() throws Exception {
        days(3);
        double before = p30(FIRST);
        node.evidence = EnumSet.of(HardEvidence.SMART_STATUS_FAILED);
        days(1);

        assertThat(p30(FIRST)).isGreaterThan(10 * before);
        assertThat(told).contains("evidence:" + FIRST + ":SMART_STATUS_FAILED");
    }

    @Test
    void D16_personEvacuatesAndHolds() throws Exception {
        days(1);
        assertThat(health.evacuate(FIRST, Policy.Action.EVACUATE))
                .isInstanceOf(Workflow.Outcome.Accepted.class);
        assertThat(health.hold(FIRST, true)).isInstanceOf(Workflow.Outcome.Accepted.class);
        days(5);
        assertThat(placement.chunksOn(0)).isPositive();

        health.hold(FIRST, false);
        days(5);
        assertThat(placement.chunksOn(0)).isZero();
        assertThat(health.evacuate("none", Policy.Action.EVACUATE))
                .isInstanceOf(Workflow.Outcome.Refused.class);
    }

    @Test
    void D16_keptDiskIsActedOnAgainOnlyWhenItsOddsHaveDoubled() throws Exception {
        days(3);
        node.set("/dev/sda", 197, 100);
        node.set("/dev/sda", 198, 100);
        node.set("/dev/sda", 187, 20);
        days(10);
        assertThat(health.disk(FIRST).orElseThrow().cases()).isNotEmpty();

        assertThat(health.keep(FIRST)).isInstanceOf(Workflow.Outcome.Accepted.class);
        days(10);
        assertThat(placement.state(0)).isEqualTo(DiskState.ACTIVE);
        assertThat(health.cases()).extracting(DiskCase::step).containsOnly(DiskCase.Step.DONE);

        node.evidence = EnumSet.of(HardEvidence.SMART_STATUS_FAILED);
        days(10);
        assertThat(placement.state(0)).isEqualTo(DiskState.DEACTIVATED);
    }

    @Test
    void D16_diskIsFoundByItsDirectoryAfterARestartWithoutIt() throws Exception {
        days(3);
        placement.fail(2);
        node.counters.remove("/dev/sdc");
        health.close();
        health = open();
        days(3);

        health.replace(FakePlacement.id(2), Path.of("/data/new"));

        assertThat(health.disk("ST4000DM000-1F2168_S2").orElseThrow().events())
                .extracting(DiskEvent::kind)
                .endsWith(DiskEvent.Kind.FAILED);
    }

    private static DiskHealthSettings with(
            DiskHealthSettings settings,
            List<Policy> policies,
            ServiceLevels levels,
            String... site) {
        return with(settings, policies, levels, settings.weights(), site);
    }

    private static DiskHealthSettings with(
            DiskHealthSettings settings, List<Policy> policies, HardEvidence.Weights weights) {
        return with(settings, policies, new ServiceLevels(Map.of()), weights);
    }

    private static DiskHealthSettings with(
            DiskHealthSettings settings,
            List<Policy> policies,
            ServiceLevels levels,
            HardEvidence.Weights weights,
            String... site) {
        return new DiskHealthSettings(
                settings.directory(),
                settings.staleSeconds(),
                settings.confirmations(),
                policies,
                levels,
                weights,
                settings.limits(),
                settings.outlierConfidence(),
                settings.repairDays(),
                settings.retrainSeconds(),
                List.of(site));
    }

    @Test
    void D14_policyOfAShareFiresFromWhereThePastSays() throws Exception {
        health.close();
        Policy sure =
                new Policy(
                        "sure",
                        Horizon.DAYS_30,
                        new Policy.Criterion.Precision(0.5),
                        Policy.Action.DEACTIVATE_AND_REPLACE);
        double threshold = sure.criterion().threshold(FailureModel.shipped().operating());
        assertThat(threshold).isBetween(0.01, 0.9);
        health =
                open(
                        with(
                                DiskHealthSettings.defaults(directory),
                                List.of(sure),
                                new ServiceLevels(Map.of())));
        days(3);
        assertThat(health.cases()).isEmpty();

        node.set("/dev/sda", 197, 2000);
        node.set("/dev/sda", 198, 2000);
        node.set("/dev/sda", 187, 100);
        node.evidence = EnumSet.of(HardEvidence.SMART_STATUS_FAILED);
        days(4);

        assertThat(p30(FIRST)).isGreaterThan(threshold);
        assertThat(health.cases()).extracting(DiskCase::disk).containsExactly(FakePlacement.id(0));
    }

    /** The evidence of the second half is worth four fifths of what the policy fires at. */
    @Test
    void D14_policyLetsGoOnlyWhenTheProbabilityIsWellBelowItsThreshold() throws Exception {
        days(2);
        double healthy = p30(FIRST);
        double odds = 50 * healthy / (1 - healthy);
        Policy alert =
                new Policy(
                        "alert",
                        Horizon.DAYS_30,
                        new Policy.Criterion.Probability(odds / (1 + odds)),
                        Policy.Action.ALERT);
        health.close();
        health =
                open(
                        with(
                                DiskHealthSettings.defaults(directory),
                                List.of(alert),
                                new HardEvidence.Weights(
                                        Map.of(
                                                HardEvidence.SMART_STATUS_FAILED,
                                                60.0,
                                                HardEvidence.SELF_TEST_FAILED,
                                                40.0))));
        String key = "prediction:" + FIRST;

        node.evidence = EnumSet.of(HardEvidence.SMART_STATUS_FAILED);
        days(4);
        assertThat(told).contains(key);
        node.evidence = EnumSet.of(HardEvidence.SELF_TEST_FAILED);
        days(4);
        assertThat(told).as("a little below").doesNotContain("ended " + key);
        assertThat(health.cases())
                .extracting(DiskCase::step)
                .containsExactly(DiskCase.Step.ALERTED);

        node.evidence = EnumSet.noneOf(HardEvidence.class);
        days(2);
        assertThat(told).as("well below").contains("ended " + key);
        assertThat(health.cases()).extracting(DiskCase::step).containsExactly(DiskCase.Step.DONE);
    }

    @Test
    void D15_diskFollowsTheServiceLevelOfItsPool() throws Exception {
        health.close();
        health =
                open(
                        with(
                                DiskHealthSettings.defaults(directory),
                                List.of(),
                                new ServiceLevels(Map.of("main", 0.02))));
        days(3);
        assertThat(health.cases()).isEmpty();

        node.set("/dev/sda", 197, 100);
        node.set("/dev/sda", 187, 20);
        days(4);

        assertThat(p30(FIRST)).isGreaterThan(0.02);
        assertThat(health.cases())
                .extracting(DiskCase::action)
                .containsExactly(Policy.Action.EVACUATE);
        assertThat(health.cases().getFirst().reason()).contains("(policy service-level");
    }

    @Test
    void D15_diskWithDataOfTwoPoolsFollowsTheStricter() throws Exception {
        health.close();
        placement.assign(0, "bronze");
        placement.assign(1, "gold");
        placement.assign(2, "bronze");
        node.lodged.put("/dev/sdb", "/dev/sda");
        health =
                open(
                        with(
                                DiskHealthSettings.defaults(directory),
                                List.of(),
                                new ServiceLevels(Map.of("bronze", 0.9, "gold", 0.02))));
        days(3);
        for (String device : List.of("/dev/sda", "/dev/sdc")) {
            node.set(device, 197, 100);
            node.set(device, 187, 20);
        }
        days(4);

        assertThat(p30(FIRST)).isBetween(0.02, 0.9);
        assertThat(p30("ST4000DM000-1F2168_S2")).isBetween(0.02, 0.9);
        assertThat(health.cases())
                .as("both directories of the one disk, none of the other")
                .extracting(DiskCase::disk)
                .containsExactlyInAnyOrder(FakePlacement.id(0), FakePlacement.id(1));
        assertThat(health.cases())
                .extracting(DiskCase::reason)
                .allMatch(reason -> reason.contains("(policy service-level"));
    }

    @Test
    void D11_retrainingIsTriedWhenItIsDueAndSaysWhyNothingChanged() throws Exception {
        days(3);
        assertThat(health.retrainIfDue()).isPresent();
        assertThat(health.lastRetraining().reason()).startsWith("none of 4 disks");
        assertThat(health.retrainIfDue()).isEmpty();

        days(29);
        assertThat(health.retrainIfDue()).isEmpty();
        days(1);
        assertThat(health.retrainIfDue()).isPresent();
    }

    @Test
    void D11_importedHistoriesAreLearnedFromButNotOnesOwn() throws Exception {
        days(3);
        Path file = directory.resolve("own.zip");
        assertThat(health.exportHistory(file, "elsewhere")).isEqualTo(4);
        assertThat(health.importHistory(file)).isEqualTo(4);
        assertThat(health.retrain().reason()).startsWith("none of 4 disks");

        try (FileSystem zip = FileSystems.newFileSystem(file)) {
            for (String end : List.of(".json", ".log")) {
                byte[] bytes = Files.readAllBytes(zip.getPath(FIRST + end));
                String text = new String(bytes, StandardCharsets.ISO_8859_1);
                Files.write(
                        zip.getPath("another" + end),
                        text.replace("\"S0\"", "\"X0\"").getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(health.importHistory(file)).isEqualTo(5);
        assertThat(health.retrain().reason()).startsWith("none of 5 disks");

        Files.writeString(file, "no archive");
        assertThatThrownBy(() -> health.importHistory(file)).isInstanceOf(IOException.class);
        assertThat(health.retrain().reason()).as("as before").startsWith("none of 5 disks");
    }

    @Test
    void D6_ratesLearnOfTheNodesOwnDisksWeekByWeek() throws Exception {
        days(1);
        double before = health.model().rates().byAge().posterior().rateDays();
        days(6);
        assertThat(health.model().rates().byAge().posterior().rateDays()).isEqualTo(before);
        days(24);

        double after = health.model().rates().byAge().posterior().rateDays();
        assertThat(after - before).isBetween(4 * 23.0, 4 * 31.0);
        health.close();
        health = open();
        assertThat(health.model().rates().byAge().posterior().rateDays())
                .as("none is counted twice, or forgotten")
                .isBetween(after - 1, after + 4 * 8);
    }

    @Test
    void D6_placeThatIsConfiguredIsCounted() throws Exception {
        health.close();
        health = open(at(DiskHealthSettings.defaults(directory), "cellar", "rack 7"));
        days(9);

        double inRack = failuresExpected("cellar", "rack 7");
        assertThat(inRack).isPositive().isEqualTo(failuresExpected("cellar"));
        assertThat(failuresExpected("cellar", "rack 7", "slot 0"))
                .isBetween(inRack / 5, inRack / 3);
        assertThat(failuresExpected("attic")).isZero();
        health.close();
        health = open(at(DiskHealthSettings.defaults(directory), "attic"));
        days(9);
        assertThat(failuresExpected("attic")).isPositive();
        assertThat(failuresExpected("attic", "slot 0")).as("no enclosure, no slot").isZero();
    }

    /** Its slot is known of a disk that is gone, too, whatever is configured now. */
    @Test
    void D6_pastDiskCountsForThePlaceThatItWasIn() throws Exception {
        health.close();
        health = open(at(DiskHealthSettings.defaults(directory), "cellar", "rack 7"));
        days(9);
        String gone = health.disks().getFirst().id();
        node.counters.remove("/dev/sda");
        days(1);
        health.forget(gone);
        health.close();
        health = open(at(DiskHealthSettings.defaults(directory), "attic", "rack 1"));
        days(9);

        assertThat(health.disk(gone).orElseThrow().events())
                .filteredOn(event -> event.kind() == DiskEvent.Kind.PLACED)
                .singleElement()
                .extracting(DiskEvent::detail)
                .isEqualTo("cellar > rack 7 > slot 0");
        double inCellar = failuresExpected("cellar", "rack 7");
        assertThat(failuresExpected("cellar", "rack 7", "slot 0"))
                .isBetween(inCellar / 5, inCellar / 3);
        double inAttic = failuresExpected("attic", "rack 1");
        assertThat(failuresExpected("attic", "rack 1", "slot 1"))
                .isBetween(inAttic / 4, inAttic / 2);
        assertThat(failuresExpected("attic", "rack 1", "slot 0")).isZero();
    }

    private static DiskHealthSettings at(DiskHealthSettings settings, String... site) {
        return with(settings, settings.policies(), settings.serviceLevels(), site);
    }

    private double failuresExpected(String... place) throws Exception {
        RateQuestion question =
                new RateQuestion(
                        Optional.empty(),
                        "",
                        "",
                        OptionalInt.empty(),
                        "",
                        List.of(place),
                        Optional.empty());
        return health.rate(question).parts().getLast().known().diskDays();
    }

    @Test
    void D13_riskOfThePoolRisesWithItsDisks() throws Exception {
        days(3);
        double before = dataLoss();
        node.set("/dev/sda", 197, 100);
        node.set("/dev/sdb", 197, 100);
        days(1);

        assertThat(dataLoss()).isGreaterThan(5 * before);
    }

    @Test
    void D13_directoriesOnOneDiskAreLostTogether() throws Exception {
        days(3);
        double apart = dataLoss();
        for (String other : List.of("/dev/sdb", "/dev/sdc", "/dev/sdd")) {
            node.lodged.put(other, "/dev/sda");
        }
        days(1);

        assertThat(dataLoss())
                .as("one disk has both copies of everything")
                .isCloseTo(p30(FIRST), org.assertj.core.api.Assertions.withinPercentage(1))
                .isGreaterThan(5 * apart);
    }

    @Test
    void D5_predictionOfThePastKnowsNothingOfTheFuture() throws Exception {
        days(5);
        long then = node.now - DAY;
        double before = p30(FIRST);
        node.set("/dev/sda", 197, 100);
        days(2);

        assertThat(p30At(FIRST, then))
                .isCloseTo(before, org.assertj.core.api.Assertions.within(before / 2));
        assertThat(p30(FIRST)).isGreaterThan(3 * before);
    }

    @Test
    void D5_predictionOfThePastKnowsNoEvidenceThatCameLater() throws Exception {
        days(5);
        long then = node.now - DAY;
        double before = p30(FIRST);
        node.evidence = EnumSet.of(HardEvidence.SMART_STATUS_FAILED);
        days(2);

        assertThat(p30(FIRST)).isGreaterThan(10 * before);
        assertThat(p30At(FIRST, then))
                .isCloseTo(before, org.assertj.core.api.Assertions.withinPercentage(5));
        assertThat(p30At(FIRST, node.now)).as("now it is known").isGreaterThan(10 * before);
    }

    private double p30At(String id, long seconds) throws Exception {
        return health.predictionAt(id, seconds).orElseThrow().probability(Horizon.DAYS_30).value();
    }

    private List<DiskEvent.Kind> kinds(int disk) throws Exception {
        return health.disk("ST4000DM000-1F2168_S" + disk).orElseThrow().events().stream()
                .map(DiskEvent::kind)
                .toList();
    }

    @Test
    void D4_diskThatWasReplacedNamesTheOneThatHasItsPlace() throws Exception {
        days(3);
        health.replace(FakePlacement.id(1), Path.of("/data/new"));
        node.counters.remove("/dev/sdb");
        days(1);
        assertThat(kinds(1))
                .as("nothing spoke against it, and a person took it out")
                .containsExactly(DiskEvent.Kind.OBSERVED, DiskEvent.Kind.REMOVED_HEALTHY);

        node.counters.put("/dev/sdz", node.counters.get("/dev/sda"));
        days(3);

        List<DiskEvent> events = health.disk("ST4000DM000-1F2168_S1").orElseThrow().events();
        assertThat(events.getLast().kind()).isEqualTo(DiskEvent.Kind.REPLACED_BY);
        assertThat(events.getLast().detail()).isEqualTo("ST4000DM000-1F2168_S25");
        assertThat(events).hasSize(3);
    }

    @Test
    void D4_replacedDiskThatIsStillPluggedInIsNobodysBusiness() throws Exception {
        days(3);
        health.replace(FakePlacement.id(1), Path.of("/data/new"));
        node.set("/dev/sdb", 5, 100);
        days(3);

        assertThat(health.alarms()).isEmpty();
        assertThat(kinds(1))
                .containsExactly(DiskEvent.Kind.OBSERVED, DiskEvent.Kind.REMOVED_HEALTHY);
    }

    @Test
    void D4_missingDiskIsForgottenWhenAPersonTookItAwayAndBeginsAnewWhenItIsBack()
            throws Exception {
        node.counters.put("/dev/sdu", new TreeMap<>(node.counters.get("/dev/sda")));
        days(2);
        String id = "ST4000DM000-1F2168_S20";
        assertThat(health.forget(id).orElseThrow()).contains("is still there");
        node.counters.remove("/dev/sdu");
        days(1);
        assertThat(health.alarms())
                .extracting(Alarm::message)
                .containsExactly("disk %s (/dev/sdu, slot 20) is not there any more".formatted(id));

        assertThat(health.forget(id)).isEmpty();
        days(2);
        assertThat(health.alarms()).isEmpty();
        assertThat(health.disk(id).orElseThrow().presence()).isEqualTo(DiskView.Presence.GONE);

        node.counters.put("/dev/sdu", new TreeMap<>(node.counters.get("/dev/sda")));
        days(2);
        assertThat(kinds(20))
                .containsExactly(
                        DiskEvent.Kind.OBSERVED,
                        DiskEvent.Kind.MISSING,
                        DiskEvent.Kind.REMOVED_HEALTHY,
                        DiskEvent.Kind.OBSERVED);
        assertThat(health.disk(id).orElseThrow().presence()).isEqualTo(DiskView.Presence.ANSWERING);
    }

    @Test
    void D4_diskThatHoldsADirectoryIsNotForgotten() throws Exception {
        days(2);
        node.counters.remove("/dev/sdc");
        days(1);

        assertThat(health.forget("ST4000DM000-1F2168_S2").orElseThrow())
                .contains("a store directory lies on disk");
    }

    @Test
    void D4_missingDiskIsToldOfOnceWhateverElseIsTakenDown() throws Exception {
        node.set("/dev/sdc", 5, 8);
        days(2);
        node.counters.remove("/dev/sdc");
        days(1);
        health.acknowledge("ST4000DM000-1F2168_S2", "ata.5.raw");
        days(3);

        assertThat(kinds(2))
                .containsExactly(
                        DiskEvent.Kind.OBSERVED,
                        DiskEvent.Kind.MISSING,
                        DiskEvent.Kind.ACKNOWLEDGED);
    }

    @Test
    void D10_lastChangesAreToldWithTheirDates() throws Exception {
        days(2);
        node.set("/dev/sda", 12, 77);
        node.set("/dev/sda", 197, 16);
        long then = node.now;
        days(2);
        node.set("/dev/sda", 197, 8);
        days(1);

        assertThat(health.disk(FIRST).orElseThrow().changes())
                .containsExactly(
                        new DiskView.Change(
                                node.now - DAY, "ata.197.raw", "pending sectors", 16, 8),
                        new DiskView.Change(then, "ata.197.raw", "pending sectors", 0, 16));
    }

    @Test
    void D10_pastDisksThatLookedLikeItAndTheirFateAreTold() throws Exception {
        days(2);
        node.set("/dev/sda", 197, 100);
        node.set("/dev/sda", 187, 20);
        days(2);
        Prediction failing = health.disk(FIRST).orElseThrow().prediction().orElseThrow();
        Prediction healthy = health.disks().getLast().prediction().orElseThrow();

        assertThat(failing.similarChecks()).isPositive();
        assertThat(failing.similarFailures()).isPositive();
        assertThat(healthy.similarFailures() / healthy.similarChecks())
                .as("of the healthy ones fewer failed")
                .isLessThan(failing.similarFailures() / failing.similarChecks() / 10);
    }

    @Test
    void D9_diskWithMoreErrorsThanOthersOfItsModelStandsOut() throws Exception {
        node.set("/dev/sda", 5, 8);
        node.set("/dev/sdb", 5, 8);
        days(2);
        assertThat(health.outliers()).isEmpty();

        node.set("/dev/sda", 5, 50_000);
        days(1);

        assertThat(health.outliers())
                .singleElement()
                .satisfies(outlier -> {
                    assertThat(outlier.count().disk()).isEqualTo(FIRST);
                    assertThat(outlier.expected()).isLessThan(50_000);
                });
    }

    @Test
    void D9_clustersAreTheDisksCommonAttributesWithTheRatesThatGoWithThem() throws Exception {
        node.set("/dev/sda", 5, 8);
        days(2);

        assertThat(health.clusters())
                .extracting(DiskCluster::attribute)
                .containsExactly("class", "maker", "model", "age");
        DiskCluster model = health.clusters().get(2);
        assertThat(model.path()).containsExactly("ATA_HDD", "ST", "ST4000DM000");
        assertThat(model.disks()).isEqualTo(4);
        assertThat(model.withErrors()).isEqualTo(1);
        assertThat(model.rate().failures()).as("of Backblaze's").isGreaterThan(500);
        assertThat(365 * model.rate().posterior().mean()).isBetween(0.02, 0.04);
        assertThat(health.clusters().get(3).path()).endsWith("1 to 2 years");
    }

    @Test
    void D9_diskIsComparedByWhatItMeasuredInTheLastThirtyDays() throws Exception {
        for (char disk = 'e'; disk <= 'l'; disk++) {
            node.counters.put("/dev/sd" + disk, new TreeMap<>(node.counters.get("/dev/sda")));
        }
        node.degrees.put("/dev/sda", 50L);
        days(10);
        assertThat(health.highValues())
                .extracting(Outliers.HighValue::disk, Outliers.HighValue::measure)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(FIRST, "temperature"));
        assertThat(health.highValues().getFirst().mean()).isEqualTo(50);

        node.degrees.clear();
        days(25);
        assertThat(health.highValues()).as("four of the thirty days were hot").hasSize(1);
        days(6);
        assertThat(health.highValues()).as("it was hot, long ago").isEmpty();
    }

    @Test
    void D11_modelThatWasLearnedHereIsRolledBackToTheOneThatCameWithTheProduct() throws Exception {
        health.close();
        FailureModel other =
                FailureModel.fromJson(
                        new String(FailureModel.shipped().toJson(), StandardCharsets.UTF_8)
                                .replaceFirst("backblaze-2013-2016", "learned-here")
                                .getBytes(StandardCharsets.UTF_8));
        ModelRegistry registry = new ModelRegistry(directory.resolve("models"));
        registry.add(other);
        registry.promote("learned-here");
        health = open();
        assertThat(health.model().identity().version()).isEqualTo("learned-here");

        assertThat(health.rollBackModel()).contains("backblaze-2013-2016");
        assertThat(health.model().identity().version()).isEqualTo("backblaze-2013-2016");
        assertThat(health.models()).extracting(ModelRegistry.Entry::isChampion).containsOnly(false);
        assertThat(health.rollBackModel()).as("there is none before it").isEmpty();
    }
}
