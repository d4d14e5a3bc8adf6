package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.capstan.smart.history.DiskSurroundings;
import io.capstan.smart.history.DiskTraits;
import io.capstan.smart.history.DiskTraits.DiskClass;
import io.capstan.smart.history.SmartAttribute;
import io.capstan.smart.history.Trajectory;
import io.capstan.smart.history.UsagePattern;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** D6: what is believed of disks by any of the factors, alone and together. */
class RateQuestionTest {

    private static final int YEAR_HOURS = 8760;
    private static final double YEAR_DAYS = 365;

    private final FleetRates rates = new FleetRates();

    private static DiskTraits traits(DiskClass of, String model, String firmware, String... place) {
        return new DiskTraits(
                of, "ST", model, "", 4, new DiskSurroundings(firmware, List.of(place)));
    }

    /** Of a disk that was started so often in its first year. */
    @SuppressWarnings("EnumOrdinal") // columns are kept in the order of the attributes
    private static Trajectory disk(DiskTraits traits, long starts) {
        long[][] values = new long[SmartAttribute.values().length][1];
        for (long[] column : values) {
            Arrays.fill(column, Trajectory.NOT_REPORTED);
        }
        values[SmartAttribute.POWER_CYCLES.ordinal()][0] = starts;
        return new Trajectory(
                "X",
                traits,
                new int[] {0},
                values,
                new Trajectory.Span(0, 0, YEAR_HOURS, YEAR_HOURS),
                false);
    }

    private void observe(Trajectory disk, double failures, double diskYears) {
        rates.observe(disk, YEAR_HOURS, failures, diskYears * YEAR_DAYS);
    }

    private void observe(DiskTraits traits, double failures, double diskYears) {
        observe(disk(traits, Trajectory.NOT_REPORTED), failures, diskYears);
    }

    private static RateQuestion given(String model, String firmware, String... place) {
        return new RateQuestion(
                Optional.empty(),
                "",
                model,
                OptionalInt.empty(),
                firmware,
                List.of(place),
                Optional.empty());
    }

    private double yearly(RateQuestion question) throws RateQuestion.UnanswerableException {
        return question.answer(rates).posterior().mean() * YEAR_DAYS;
    }

    @Test
    void roomOfABadModelIsNoBadRoom() throws RateQuestion.UnanswerableException {
        for (int round = 0; round < 50; round++) {
            observe(traits(DiskClass.ATA_HDD, "GOOD", "", "quiet"), 1, 100);
            observe(traits(DiskClass.ATA_HDD, "BAD", "", "full of bad ones"), 20, 100);
        }

        assertThat(yearly(given("BAD", ""))).isCloseTo(0.2, within(0.01));
        assertThat(yearly(given("BAD", "", "full of bad ones"))).isBetween(0.17, 0.25);
        assertThat(yearly(given("GOOD", "", "full of bad ones"))).isBetween(0.008, 0.014);
    }

    @Test
    void roomThatKillsDisksIsFoundWhateverTheModel() throws RateQuestion.UnanswerableException {
        for (int round = 0; round < 50; round++) {
            for (String model : List.of("GOOD", "BAD")) {
                double rate = model.equals("BAD") ? 0.2 : 0.01;
                observe(traits(DiskClass.ATA_HDD, model, "", "cold", "1"), 100 * rate, 100);
                observe(traits(DiskClass.ATA_HDD, model, "", "cold", "2"), 100 * rate, 100);
                observe(traits(DiskClass.ATA_HDD, model, "", "hot", "3"), 300 * rate, 100);
            }
        }

        double cold = yearly(given("GOOD", "", "cold"));
        assertThat(yearly(given("GOOD", "", "hot"))).isBetween(2.5 * cold, 3.5 * cold);
        assertThat(yearly(given("BAD", "", "hot")) / yearly(given("BAD", "", "cold")))
                .isCloseTo(yearly(given("GOOD", "", "hot")) / cold, within(1e-9));
        // A rack that nobody has seen is like its room, until it is seen.
        assertThat(yearly(given("GOOD", "", "hot", "new")))
                .isCloseTo(yearly(given("GOOD", "", "hot")), within(1e-12));
    }

    @Test
    void firmwareShrinksToItsModel() throws RateQuestion.UnanswerableException {
        for (int round = 0; round < 50; round++) {
            observe(traits(DiskClass.ATA_HDD, "M", "old"), 8, 100);
            observe(traits(DiskClass.ATA_HDD, "M", "new"), 2, 100);
        }
        observe(traits(DiskClass.ATA_HDD, "M", "newest"), 0, 1);

        assertThat(yearly(given("M", "old"))).isBetween(0.07, 0.09);
        assertThat(yearly(given("M", "new"))).isBetween(0.015, 0.025);
        assertThat(yearly(given("M", "newest"))).isBetween(0.04, 0.055);
        assertThat(yearly(given("M", "unseen"))).isCloseTo(yearly(given("M", "")), within(1e-9));
    }

    @Test
    void usageIsOfAClass() throws RateQuestion.UnanswerableException {
        for (int round = 0; round < 50; round++) {
            observe(disk(traits(DiskClass.NVME, "N", ""), 1), 1, 100);
            observe(disk(traits(DiskClass.NVME, "N", ""), 300), 4, 100);
        }
        RateQuestion switched =
                new RateQuestion(
                        Optional.of(DiskClass.NVME),
                        "",
                        "",
                        OptionalInt.empty(),
                        "",
                        List.of(),
                        Optional.of(UsagePattern.SWITCHED));

        assertThat(yearly(switched)).isBetween(0.033, 0.047);
        assertThat(switched.answer(rates).parts())
                .extracting(RateQuestion.Part::factor)
                .containsExactly("model", "usage");
    }

    @Test
    void intervalOfAProductIsWiderThanOfItsParts() throws RateQuestion.UnanswerableException {
        observe(traits(DiskClass.ATA_HDD, "M", "", "A"), 30, 1000);
        RateQuestion.Answer answer = given("M", "", "A").answer(rates);

        assertThat(answer.posterior().shape())
                .isLessThan(answer.parts().get(0).known().posterior().shape())
                .isLessThan(answer.parts().get(1).known().posterior().shape());
    }

    @Test
    void modelOfTwoMakersIsAskedBack() {
        observe(traits(DiskClass.ATA_HDD, "M", ""), 1, 100);
        observe(traits(DiskClass.SAS, "M", ""), 1, 100);

        assertThatThrownBy(() -> given("M", "").answer(rates))
                .isInstanceOf(RateQuestion.UnanswerableException.class)
                .hasMessageContaining("give class or maker");
    }

    @Test
    void predictionsFollowFirmwareAndRoomAndSaySo() throws Exception {
        FleetLearner learner =
                new FleetLearner(
                        Fleets.plain(800, new SplittableRandom(3)),
                        Fleets.YEARS_HOURS,
                        new FleetLearner.Effort(2, 20, 1));
        learner.walkTo(Fleets.YEARS_HOURS);
        FailureModel learned = learner.learn("m", Instant.EPOCH, "made up", Horizon.DAYS_30);
        DiskTraits hot = traits(DiskClass.NVME, "N", "F1", "hot");
        for (int round = 0; round < 50; round++) {
            learned.rates().observe(disk(hot, 1), YEAR_HOURS, 9, 100 * YEAR_DAYS);
            learned.rates()
                    .observe(
                            disk(traits(DiskClass.NVME, "N", "F1", "cold"), 1),
                            YEAR_HOURS,
                            3,
                            100 * YEAR_DAYS);
        }
        FailureModel model = FailureModel.fromJson(learned.toJson());
        for (DiskClass of : List.of(DiskClass.NVME, DiskClass.ATA_HDD)) {
            String name = of == DiskClass.NVME ? "N" : "B1";
            Prediction inHot = predict(model, traits(of, name, "F1", "hot"));
            Prediction inCold = predict(model, traits(of, name, "F1", "cold"));

            assertThat(inHot.score() - inCold.score()).isCloseTo(Math.log(3), within(0.15));
            assertThat(inHot.contributions())
                    .extracting(Prediction.Contribution::factor)
                    .contains("risk_place");
        }
    }

    private static Prediction predict(FailureModel model, DiskTraits traits) {
        return model.predict(
                disk(traits, 1), YEAR_HOURS, Set.of(), HardEvidence.Weights.defaults());
    }
}
