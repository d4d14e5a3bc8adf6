package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The smallest device server that uses all of the framework: four commands, and switches to make them fail. */
final class TinyDeviceServer implements DeviceServer<TinyCommand> {

    static final List<CommandDescriptor<TinyCommand>> COMMANDS =
            List.of(
                    CommandDescriptor.of(
                            "REWIND",
                            "01 01 00 00 00 00",
                            60,
                            600,
                            cdb -> new TinyCommand.Rewind(cdb.bit(1, 0))),
                    CommandDescriptor.of(
                            "READ(6)", "08 00 FF FF FF 00", 0, 0, TinyDeviceServer::decodeRead),
                    CommandDescriptor.ofServiceAction(
                            "READ ATTRIBUTE VALUES",
                            "8C 00 00 00 00 00 00 00 00 00 FF FF FF FF 00 00",
                            1,
                            2,
                            cdb -> new TinyCommand.ReadAttribute((int) cdb.u32(10))),
                    CommandDescriptor.ofServiceAction(
                            "READ ATTRIBUTE LIST",
                            "8C E1 00 00 00 00 00 00 00 00 FF FF FF FF 00 00",
                            1,
                            2,
                            cdb -> new TinyCommand.ReadAttribute((int) cdb.u32(10))),
                    CommandDescriptor.of(
                            "WRITE ATTRIBUTE",
                            "8D 00 00 00 00 00 00 00 00 00 FF FF FF FF 00 00",
                            1,
                            2,
                            cdb -> new TinyCommand.WriteAttribute((int) cdb.u32(10))));

    final List<TinyCommand> executed = new ArrayList<>();
    final List<TaskManagementFunction> managed = new ArrayList<>();
    Optional<SenseData> notReady = Optional.empty();
    Optional<SenseData> currentSense = Optional.empty();
    Optional<SenseData> selfTest = Optional.empty();
    Supplier<CommandResult> answer = () -> CommandResult.GOOD;

    private static TinyCommand decodeRead(Cdb cdb) {
        int transferLengthBytes = cdb.u24(2);
        if (transferLengthBytes > 4096) {
            throw CheckConditionException.invalidFieldInCdb(2);
        }
        return new TinyCommand.Read(transferLengthBytes);
    }

    @Override
    public CommandResult execute(TinyCommand command, Task task) {
        executed.add(command);
        return switch (command) {
            case TinyCommand.Rewind(boolean immediate) -> answer.get();
            case TinyCommand.Read(int transferLengthBytes) -> read(transferLengthBytes, task);
            case TinyCommand.ReadAttribute(int allocationLengthBytes) -> {
                task.dataIn().put(new byte[] {1, 2, 3, 4}, allocationLengthBytes & 0xFFFFFFFFL);
                yield CommandResult.GOOD;
            }
            case TinyCommand.WriteAttribute(int parameterListLengthBytes) -> {
                ParameterListReader list =
                        ParameterListReader.of(task, parameterListLengthBytes & 0xFFFFFFFFL);
                yield list.u32(0) == 0 ? CommandResult.GOOD : answer.get();
            }
        };
    }

    /** A block of 16 bytes, with ILI unless asked for just as many. */
    private CommandResult read(int transferLengthBytes, Task task) {
        task.dataIn().put(new byte[16], transferLengthBytes);
        return transferLengthBytes == 16
                ? answer.get()
                : CommandResult.checkCondition(
                        SenseData.of(
                                        SenseKey.NO_SENSE,
                                        AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION)
                                .withIncorrectLength()
                                .withInformation(transferLengthBytes - 16L));
    }

    @Override
    public Optional<SenseData> notReady() {
        return notReady;
    }

    @Override
    public Optional<SenseData> currentSense() {
        return currentSense;
    }

    @Override
    public Optional<SenseData> selfTest(int selfTestCode) {
        return selfTest;
    }

    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {
        managed.add(function);
    }
}
