package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.smart.history.Trajectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D11: versions are kept, promoted on evidence, and rolled back. */
class ModelRegistryTest {

    @TempDir private Path directory;

    private static FailureModel learn(String version, int trees, List<Trajectory> fleet)
            throws FleetLearner.InsufficientHistory {
        FleetLearner learner =
                new FleetLearner(fleet, Fleets.YEARS_HOURS, new FleetLearner.Effort(3, trees, 1));
        learner.walkTo(Fleets.YEARS_HOURS - 6 * 720);
        return learner.learn(version, Instant.EPOCH.plusSeconds(trees), "x", Horizon.DAYS_30);
    }

    @Test
    void championsArePromotedAndRolledBack() throws Exception {
        List<Trajectory> fleet = Fleets.plain(300, new SplittableRandom(1));
        ModelRegistry registry = new ModelRegistry(directory);
        registry.add(learn("a", 1, fleet));
        registry.add(learn("b", 2, fleet));
        assertThat(registry.champion()).isEmpty();

        registry.promote("a");
        registry.promote("b");
        assertThat(registry.list())
                .extracting(ModelRegistry.Entry::isChampion)
                .containsExactly(false, true);

        assertThat(registry.rollBack()).contains("a");
        ModelRegistry reopened = new ModelRegistry(directory);
        assertThat(reopened.champion().orElseThrow().identity().version()).isEqualTo("a");
    }

    @Test
    void unknownAndOutlandishVersionsAreRefused() throws Exception {
        ModelRegistry registry = new ModelRegistry(directory);

        assertThatThrownBy(() -> registry.promote("none")).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> registry.load("../../etc/passwd"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a version");
    }

    @Test
    void betterChallengerIsPromotedAndWorseOneIsNot() throws Exception {
        List<Trajectory> fleet = Fleets.plain(2000, new SplittableRandom(1));
        List<Trajectory> others = Fleets.plain(2000, new SplittableRandom(4));
        FailureModel weak = learn("weak", 1, fleet.subList(0, 60));
        FailureModel strong = learn("strong", 40, fleet);
        int from = Fleets.YEARS_HOURS - 6 * 720;

        Challenge up = Challenge.of(weak, strong, others, from, Fleets.YEARS_HOURS);
        Challenge down = Challenge.of(strong, weak, others, from, Fleets.YEARS_HOURS);

        assertThat(up.verdict()).isInstanceOf(Challenge.Verdict.Promote.class);
        assertThat(down.verdict()).isInstanceOf(Challenge.Verdict.Keep.class);
    }

    @Test
    void fewFailuresDecideNothing() {
        Challenge challenge = new Challenge(1000, 5, 0.02, 0.01, 5);

        assertThat(challenge.verdict())
                .isEqualTo(
                        new Challenge.Verdict.Keep(
                                "only 5 failures in the window; 20 are needed to tell"));
    }

    @Test
    void challengerThatExpectsTooMuchIsKeptOut() {
        assertThat(new Challenge(100_000, 100, 0.02, 0.01, 150).verdict())
                .isInstanceOf(Challenge.Verdict.Keep.class);
    }
}
