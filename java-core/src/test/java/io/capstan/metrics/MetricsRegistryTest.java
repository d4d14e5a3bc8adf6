package io.capstan.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class MetricsRegistryTest {

    private enum TestCounter implements Counter {
        WRITTEN("capstan_test_written_bytes_total", "bytes", "Bytes \\ written\nto the medium"),
        COMMANDS("capstan_test_commands_total", "", "Commands"),
        BADLY_NAMED("capstan-test", "", "Not a name"),
        BADLY_ENDED("capstan_test_read_total", "bytes", "Not its unit");

        private final String metricName;
        private final String unit;
        private final String help;

        TestCounter(String metricName, String unit, String help) {
            this.metricName = metricName;
            this.unit = unit;
            this.help = help;
        }

        @Override
        public String metricName() {
            return metricName;
        }

        @Override
        public String unit() {
            return unit;
        }

        @Override
        public String help() {
            return help;
        }
    }

    private final MetricsRegistry registry = new MetricsRegistry();

    @Test
    void countsByLabels() {
        registry.counter(TestCounter.COMMANDS, Labels.of("lun", "drive1")).add(5);
        registry.counter(TestCounter.COMMANDS, Labels.of("lun", "drive0")).increment();
        registry.counter(TestCounter.COMMANDS, Labels.of("lun", "drive0")).increment();
        registry.counter(TestCounter.WRITTEN).add(4096);

        assertThat(registry.snapshot())
                .containsExactly(
                        new MetricsRegistry.Sample(
                                TestCounter.COMMANDS, Labels.of("lun", "drive0"), 2),
                        new MetricsRegistry.Sample(
                                TestCounter.COMMANDS, Labels.of("lun", "drive1"), 5),
                        new MetricsRegistry.Sample(TestCounter.WRITTEN, Labels.NONE, 4096));
    }

    @Test
    void givesTheSameAdderAlways() {
        assertThat(registry.counter(TestCounter.COMMANDS))
                .isSameAs(registry.counter(TestCounter.COMMANDS, Labels.NONE));
    }

    @Test
    void losesNoCount() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                all.add(
                        executor.submit(() -> {
                            for (int i = 0; i < 10_000; i++) {
                                registry.counter(TestCounter.COMMANDS).increment();
                            }
                        }));
            }
            for (Future<?> future : all) {
                future.get();
            }
        }

        assertThat(registry.counter(TestCounter.COMMANDS).sum()).isEqualTo(40_000);
    }

    @Test
    void writesPrometheusText() {
        Labels labels = Labels.of("lun", "a\"b\\c\nd").and("library", "lib0");
        registry.counter(TestCounter.COMMANDS, labels).add(3);
        registry.counter(TestCounter.COMMANDS).increment();
        registry.counter(TestCounter.WRITTEN);

        assertThat(PrometheusText.write(registry.snapshot()))
                .isEqualTo(
                        """
                        # HELP capstan_test_commands_total Commands
                        # TYPE capstan_test_commands_total counter
                        capstan_test_commands_total 1
                        capstan_test_commands_total{library="lib0",lun="a\\"b\\\\c\\nd"} 3
                        # HELP capstan_test_written_bytes_total Bytes \\\\ written\\nto the medium
                        # TYPE capstan_test_written_bytes_total counter
                        capstan_test_written_bytes_total 0
                        """);
        assertThat(PrometheusText.write(List.of())).isEmpty();
    }

    @Test
    void namesAreChecked() {
        assertThatThrownBy(() -> registry.counter(TestCounter.BADLY_NAMED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capstan-test");
        assertThatThrownBy(() -> registry.counter(TestCounter.BADLY_ENDED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("_bytes_total");
        assertThatThrownBy(() -> Labels.of("Lun", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
