package io.capstan.smart.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** D9: outliers within clusters, with false discoveries kept in bounds. */
class OutliersTest {

    private static List<Outliers.Count> counts(SplittableRandom random, int disks) {
        List<Outliers.Count> counts = new ArrayList<>();
        for (int disk = 0; disk < disks; disk++) {
            counts.add(
                    new Outliers.Count("d" + disk, "quiet", random.nextInt(4) == 0 ? 1 : 0, 400));
            counts.add(new Outliers.Count("n" + disk, "noisy", random.nextInt(60), 400));
        }
        return counts;
    }

    @Test
    void whatIsUsualInOneClusterStandsOutInAnother() {
        List<Outliers.Count> counts = counts(new SplittableRandom(1), 50);
        counts.add(new Outliers.Count("odd", "quiet", 25, 400));
        counts.add(new Outliers.Count("usual", "noisy", 25, 400));

        assertThat(Outliers.find(counts, 0.99))
                .extracting(outlier -> outlier.count().disk())
                .containsExactly("odd");
    }

    @Test
    void chanceAloneMakesHardlyAnOutlier() {
        int found = 0;
        for (long seed = 0; seed < 20; seed++) {
            found += Outliers.find(counts(new SplittableRandom(seed), 50), 0.99).isEmpty() ? 0 : 1;
        }
        assertThat(found).isLessThanOrEqualTo(2);
    }

    @Test
    void tailIsTheNegativeBinomialOfTheTextbook() {
        // Shape 1 is geometric: the chance of k or more is p^k, with p = mean / (mean + 1).
        assertThat(Outliers.tail(3, 1, 1)).isCloseTo(0.125, within(1e-12));
        assertThat(Outliers.tail(0, 1, 1)).isEqualTo(1);
    }

    private static List<Outliers.Values> temperatures(SplittableRandom random, int disks) {
        List<Outliers.Values> values = new ArrayList<>();
        for (int disk = 0; disk < disks; disk++) {
            double usual = random.nextDouble(30, 34);
            double[] days = random.doubles(30, usual - 1, usual + 1).toArray();
            values.add(new Outliers.Values("d" + disk, "cool", "temperature", days));
            values.add(new Outliers.Values("h" + disk, "hot", "temperature", new double[] {55}));
        }
        return values;
    }

    @Test
    void D9_diskThatIsHotAmongCoolOnesStandsOut() {
        List<Outliers.Values> values = temperatures(new SplittableRandom(1), 20);
        values.add(new Outliers.Values("odd", "cool", "temperature", new double[] {48, 50, 49}));
        values.add(new Outliers.Values("alone", "rare", "temperature", new double[] {70}));

        assertThat(Outliers.findHigh(values, 0.99))
                .extracting(Outliers.HighValue::disk)
                .containsExactly("odd");
        assertThat(Outliers.findHigh(values, 0.99).getFirst().median()).isCloseTo(32, within(1.0));
    }

    @Test
    void D9_chanceAloneMakesHardlyAHighValue() {
        int found = 0;
        for (long seed = 0; seed < 20; seed++) {
            List<Outliers.Values> values = temperatures(new SplittableRandom(seed), 30);
            found += Outliers.findHigh(values, 0.99).isEmpty() ? 0 : 1;
        }
        assertThat(found).isLessThanOrEqualTo(2);
    }

    @Test
    void sketchKnowsQuantilesToAPerCent() {
        QuantileSketch sketch = new QuantileSketch();
        for (int value = 1; value <= 10_000; value++) {
            sketch.add(value);
        }
        for (double share : new double[] {0.01, 0.5, 0.9, 0.99}) {
            assertThat(sketch.quantile(share))
                    .isCloseTo(10_000 * share, within(10_000 * share * 0.011 + 1));
        }
        assertThat(sketch.count()).isEqualTo(10_000);
    }
}
