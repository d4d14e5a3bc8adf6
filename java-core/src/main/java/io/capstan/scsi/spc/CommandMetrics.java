package io.capstan.scsi.spc;

import io.capstan.metrics.Labels;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the commands of one logical unit in the node's registry, with the labels {@code lun} and, where a counter is
 * split up, {@code command} or {@code key}. {@link ScsiCounter} lists the counters.
 *
 * <p>There are as many label values as the logical unit has commands: what an initiator makes up counts as UNKNOWN.
 */
public final class CommandMetrics implements CommandObserver {

    private record PerCommand(LongAdder finished, LongAdder nanoseconds) {}

    private final MetricsRegistry registry;
    private final Labels labels;
    private final Map<String, PerCommand> byCommand = new HashMap<>();
    private final Map<SenseKey, LongAdder> byKey = new EnumMap<>(SenseKey.class);
    private final LongAdder internalTargetFailures;
    private final LongAdder dataInBytes;
    private final LongAdder dataOutBytes;

    /**
     * @param logicalUnit the name the operator knows it by, for example {@code lib0/drive1}
     */
    public CommandMetrics(MetricsRegistry registry, String logicalUnit) {
        this.registry = registry;
        labels = Labels.of("lun", logicalUnit);
        internalTargetFailures = registry.counter(ScsiCounter.INTERNAL_TARGET_FAILURES, labels);
        dataInBytes = registry.counter(ScsiCounter.DATA_IN_BYTES, labels);
        dataOutBytes = registry.counter(ScsiCounter.DATA_OUT_BYTES, labels);
    }

    @Override
    public void finished(String commandName, Task task, CommandResult result, long elapsedNanos) {
        PerCommand command = byCommand.computeIfAbsent(commandName, this::perCommand);
        command.finished().increment();
        command.nanoseconds().add(elapsedNanos);
        dataInBytes.add(task.dataIn().transferredBytes());
        dataOutBytes.add(task.dataOut().lengthBytes());
        if (result.sense().isPresent()) {
            count(result.sense().get());
        }
    }

    private void count(SenseData sense) {
        byKey.computeIfAbsent(sense.key(), this::perKey).increment();
        if (sense.additionalSense() == AdditionalSense.INTERNAL_TARGET_FAILURE) {
            internalTargetFailures.increment();
        }
    }

    private PerCommand perCommand(String commandName) {
        Labels ofCommand = labels.and("command", commandName);
        return new PerCommand(
                registry.counter(ScsiCounter.COMMANDS, ofCommand),
                registry.counter(ScsiCounter.COMMAND_NANOSECONDS, ofCommand));
    }

    private LongAdder perKey(SenseKey key) {
        String value = key.name().toLowerCase(Locale.ROOT);
        return registry.counter(ScsiCounter.CHECK_CONDITIONS, labels.and("key", value));
    }
}
