package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.metrics.MetricsRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CommandMetricsTest {

    private final SpcBench bench = new SpcBench();

    private final MetricsRegistry registry = new MetricsRegistry();
    private final AtomicLong now = new AtomicLong();

    @Test
    void countsWhatEachCommandDid() {
        bench.logicalUnit = counted();
        bench.receive("12 00 00 00 24 00");
        bench.receive("12 00 00 00 60 00");
        bench.send("8D 00 00 00 00 00 00 00 00 00 00 00 00 04 00 00", "00 00 00 00");
        bench.receive("08 00 00 00 20 00");
        bench.send("01 02 00 00 00 00");
        bench.send("02 00 00 00 00 00");
        bench.send("EE 00 00 00 00 00");
        bench.device.answer =
                () -> {
                    throw new IllegalStateException("bug");
                };
        bench.send("01 00 00 00 00 00");

        assertThat(counts())
                .containsExactly(
                        "capstan_scsi_check_conditions_total{key=\"hardware_error\",lun=\"lib0/drive1\"} 1",
                        "capstan_scsi_check_conditions_total{key=\"illegal_request\",lun=\"lib0/drive1\"} 3",
                        "capstan_scsi_check_conditions_total{key=\"no_sense\",lun=\"lib0/drive1\"} 1",
                        "capstan_scsi_command_nanoseconds_total{command=\"INQUIRY\",lun=\"lib0/drive1\"} 200",
                        "capstan_scsi_command_nanoseconds_total{command=\"READ(6)\",lun=\"lib0/drive1\"} 100",
                        "capstan_scsi_command_nanoseconds_total{command=\"REWIND\",lun=\"lib0/drive1\"} 200",
                        "capstan_scsi_command_nanoseconds_total{command=\"UNKNOWN\",lun=\"lib0/drive1\"} 200",
                        "capstan_scsi_command_nanoseconds_total{command=\"WRITE ATTRIBUTE\",lun=\"lib0/drive1\"} 100",
                        "capstan_scsi_commands_total{command=\"INQUIRY\",lun=\"lib0/drive1\"} 2",
                        "capstan_scsi_commands_total{command=\"READ(6)\",lun=\"lib0/drive1\"} 1",
                        "capstan_scsi_commands_total{command=\"REWIND\",lun=\"lib0/drive1\"} 2",
                        "capstan_scsi_commands_total{command=\"UNKNOWN\",lun=\"lib0/drive1\"} 2",
                        "capstan_scsi_commands_total{command=\"WRITE ATTRIBUTE\",lun=\"lib0/drive1\"} 1",
                        "capstan_scsi_data_in_bytes_total{lun=\"lib0/drive1\"} 148",
                        "capstan_scsi_data_out_bytes_total{lun=\"lib0/drive1\"} 4",
                        "capstan_scsi_internal_target_failures_total{lun=\"lib0/drive1\"} 1");
    }

    @Test
    void namesAreInterface() {
        assertThat(Arrays.stream(ScsiCounter.values()).map(ScsiCounter::metricName))
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).matches("capstan_scsi_[a-z_]+_total"));
        assertThat(ScsiCounter.DATA_IN_BYTES.unit()).isEqualTo("bytes");
        assertThat(ScsiCounter.COMMANDS.help()).isNotBlank();
    }

    private SpcDeviceServer<TinyCommand> counted() {
        return SpcDeviceServer.builder(
                        "lib0/drive1",
                        bench.owner,
                        SpcBench.commands(),
                        bench.device,
                        SpcBench.inquiryData())
                .unitAttentions(UnitAttentions.afterAdoption())
                .nanoTime(() -> now.addAndGet(100))
                .observer(new CommandMetrics(registry, "lib0/drive1"))
                .build();
    }

    private List<String> counts() {
        return registry.snapshot().stream()
                .map(each -> each.counter().metricName() + each.labels() + " " + each.value())
                .toList();
    }
}
