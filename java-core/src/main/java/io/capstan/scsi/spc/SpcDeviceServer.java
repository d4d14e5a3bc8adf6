package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A logical unit made of a {@link CommandSet}, the tables of SPC and a {@link DeviceServer}.
 *
 * <p>The way of a command:
 *
 * <ol>
 *   <li>the device server settles what it owes to commands before, unless this one may go behind it;
 *   <li>a pending unit attention, else a pending deferred error, is reported instead of executing it, unless the command
 *       is {@link CommandFlag#ALLOWED_WITH_UNIT_ATTENTION};
 *   <li>a reservation of somebody else refuses it;
 *   <li>the CDB is checked and decoded;
 *   <li>a command of SPC is executed here, any other by the device server;
 *   <li>the {@link CommandObserver} sees the result, however it came about.
 * </ol>
 *
 * A bug on the way, whatever it throws, is answered HARDWARE ERROR, INTERNAL TARGET FAILURE with no data, counted and
 * logged once; the next command finds the logical unit in service. That includes the InternalError of a mapped file whose
 * disk fails underneath, and an OutOfMemoryError: the thread here serves a ring, and a ring without a thread hangs its
 * initiators, which is worse.
 *
 * @param <C> the device server's own commands
 */
public final class SpcDeviceServer<C> implements LogicalUnit {

    private static final String UNKNOWN_COMMAND = "UNKNOWN";

    private final String name;
    private final LogicalUnitOwner owner;
    private final CommandSet<C> commands;
    private final DeviceServer<C> deviceServer;
    private final Supplier<InquiryData> inquiryData;
    private final VpdPages vpdPages;
    private final ModePages modePages;
    private final LogPages logPages;
    private final DiagnosticPages diagnosticPages;
    private final DataBuffers dataBuffers;
    private final UnitAttentions unitAttentions;
    private final DeferredErrors deferredErrors;
    private final MediumRemoval mediumRemoval;
    private final Reservations reservations;
    private final Optional<PersistentReservations> persistentReservations;
    private final DeviceClock deviceClock;
    private final IdentifyingInformation identifyingInformation;
    private final Set<TaskManagementFunction> taskManagementFunctions;
    private final Function<Nexus, List<CommandDescriptor<SpcCommand>>> transportCommands;
    private final CommandObserver observer;
    private final LongSupplier nanoTime;
    private final FaultLog faults;

    private SpcDeviceServer(Builder<C> builder) {
        name = builder.name;
        owner = builder.owner;
        commands = builder.commands;
        deviceServer = builder.deviceServer;
        inquiryData = builder.inquiryData;
        vpdPages = builder.vpdPages;
        modePages = builder.modePages;
        logPages = builder.logPages;
        diagnosticPages = builder.diagnosticPages;
        dataBuffers = builder.dataBuffers;
        unitAttentions = builder.unitAttentions;
        deferredErrors = builder.deferredErrors;
        mediumRemoval = builder.mediumRemoval;
        reservations = builder.reservations;
        persistentReservations = builder.persistentReservations;
        deviceClock = new DeviceClock(builder.clock);
        identifyingInformation = new IdentifyingInformation(builder.savedIdentifyingInformation);
        taskManagementFunctions = builder.taskManagementFunctions;
        transportCommands = builder.transportCommands;
        observer = builder.observer;
        nanoTime = builder.nanoTime;
        faults = new FaultLog(name);
    }

    /**
     * @param name the name the operator knows it by, for example {@code lib0/drive1}
     */
    public static <C> Builder<C> builder(
            String name,
            LogicalUnitOwner owner,
            CommandSet<C> commands,
            DeviceServer<C> deviceServer,
            InquiryData inquiryData) {
        return new Builder<>(name, owner, commands, deviceServer, inquiryData);
    }

    /** Collects the parts; what is not given is empty, or does nothing. */
    public static final class Builder<C> {

        private final String name;
        private final LogicalUnitOwner owner;
        private final CommandSet<C> commands;
        private final DeviceServer<C> deviceServer;
        private Supplier<InquiryData> inquiryData;
        private VpdPages vpdPages = VpdPages.builder().build();
        private ModePages modePages = ModePages.builder().build();
        private LogPages logPages = LogPages.builder().build();
        private DiagnosticPages diagnosticPages = new DiagnosticPages();
        private DataBuffers dataBuffers = new DataBuffers();
        private UnitAttentions unitAttentions =
                UnitAttentions.afterPowerOn(
                        AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);
        private DeferredErrors deferredErrors = new DeferredErrors();
        private MediumRemoval mediumRemoval = new MediumRemoval();
        private Reservations reservations = Reservations.NONE;
        private Optional<PersistentReservations> persistentReservations = Optional.empty();
        private InstantSource clock = InstantSource.system();
        private SavedIdentifyingInformation savedIdentifyingInformation =
                SavedIdentifyingInformation.inMemory();
        private Set<TaskManagementFunction> taskManagementFunctions =
                EnumSet.of(
                        TaskManagementFunction.ABORT_TASK,
                        TaskManagementFunction.ABORT_TASK_SET,
                        TaskManagementFunction.CLEAR_TASK_SET,
                        TaskManagementFunction.LOGICAL_UNIT_RESET,
                        TaskManagementFunction.I_T_NEXUS_RESET);
        private Function<Nexus, List<CommandDescriptor<SpcCommand>>> transportCommands =
                nexus -> List.of();
        private CommandObserver observer = CommandObserver.NONE;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(
                String name,
                LogicalUnitOwner owner,
                CommandSet<C> commands,
                DeviceServer<C> deviceServer,
                InquiryData inquiryData) {
            this.name = name;
            this.owner = owner;
            this.commands = commands;
            this.deviceServer = deviceServer;
            this.inquiryData = () -> inquiryData;
        }

        /** INQUIRY data that may change while the logical unit is in service. */
        public Builder<C> inquiryData(Supplier<InquiryData> supplier) {
            inquiryData = supplier;
            return this;
        }

        public Builder<C> vpdPages(VpdPages pages) {
            vpdPages = pages;
            return this;
        }

        public Builder<C> modePages(ModePages pages) {
            modePages = pages;
            return this;
        }

        public Builder<C> logPages(LogPages pages) {
            logPages = pages;
            return this;
        }

        public Builder<C> diagnosticPages(DiagnosticPages pages) {
            diagnosticPages = pages;
            return this;
        }

        public Builder<C> dataBuffers(DataBuffers buffers) {
            dataBuffers = buffers;
            return this;
        }

        /** Shared with the device server, which raises conditions. By default every nexus starts with 29h/00h. */
        public Builder<C> unitAttentions(UnitAttentions conditions) {
            unitAttentions = conditions;
            return this;
        }

        /** Shared with the device server, which posts errors. */
        public Builder<C> deferredErrors(DeferredErrors errors) {
            deferredErrors = errors;
            return this;
        }

        /** Shared with the device server, which asks before it lets a medium go. */
        public Builder<C> mediumRemoval(MediumRemoval removal) {
            mediumRemoval = removal;
            return this;
        }

        /** Who keeps reservations, if the logical unit does not. */
        public Builder<C> reservations(Reservations hook) {
            reservations = hook;
            return this;
        }

        /** For a logical unit whose command set has {@link SpcCommands#RESERVATIONS}. */
        public Builder<C> persistentReservations(PersistentReservations newReservations) {
            persistentReservations = Optional.of(newReservations);
            return reservations(newReservations);
        }

        /** What the device clock shows until a host sets another time. */
        public Builder<C> clock(InstantSource newClock) {
            clock = newClock;
            return this;
        }

        /** Where identifying information is kept; by default in memory. */
        public Builder<C> savedIdentifyingInformation(SavedIdentifyingInformation store) {
            savedIdentifyingInformation = store;
            return this;
        }

        /** What the transport can do, for REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS. */
        public Builder<C> taskManagementFunctions(Set<TaskManagementFunction> functions) {
            taskManagementFunctions = Set.copyOf(functions);
            return this;
        }

        /** What the transport of a nexus executes itself; see {@link TransportCommands}. */
        public Builder<C> transportCommands(
                Function<Nexus, List<CommandDescriptor<SpcCommand>>> commandsOfNexus) {
            transportCommands = commandsOfNexus;
            return this;
        }

        public Builder<C> observer(CommandObserver newObserver) {
            observer = newObserver;
            return this;
        }

        /** The clock that times commands for the observer. */
        public Builder<C> nanoTime(LongSupplier clock) {
            nanoTime = clock;
            return this;
        }

        public SpcDeviceServer<C> build() {
            return new SpcDeviceServer<>(this);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int peripheralDeviceType() {
        return inquiryData.get().peripheralDeviceType();
    }

    /** Commands that met a bug since this object was made; readable from any thread. */
    public long internalTargetFailures() {
        return faults.count();
    }

    @Override
    public CommandResult execute(Task task) {
        checkOwner();
        long startNanos = nanoTime.getAsLong();
        CommandSet.@Nullable Entry<C> entry = commands.find(task.cdb());
        String commandName = entry == null ? UNKNOWN_COMMAND : entry.descriptor().name();
        CommandResult result = guarded(entry, task);
        observe(commandName, task, result, nanoTime.getAsLong() - startNanos);
        return result;
    }

    /**
     * A reset forgets prevention of medium removal and unsaved mode pages. Deferred errors outlive it: what they tell of
     * is not on the medium, reset or not.
     */
    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {
        checkOwner();
        try {
            reset(function, nexus);
            deviceServer.manage(function, nexus);
        } catch (RuntimeException | Error fault) {
            faults.record(function, fault);
        }
    }

    @Override
    public void commandsCleared(Nexus nexus) {
        checkOwner();
        unitAttentions.raise(nexus, AdditionalSense.COMMANDS_CLEARED_BY_ANOTHER_INITIATOR);
    }

    private void reset(TaskManagementFunction function, Nexus nexus) {
        switch (function) {
            case LOGICAL_UNIT_RESET, TARGET_RESET -> {
                mediumRemoval.allowAll();
                persistentReservations.ifPresent(PersistentReservations::reset);
                modePages.reset();
                unitAttentions.raise(AdditionalSense.BUS_DEVICE_RESET_FUNCTION_OCCURRED);
            }
            case I_T_NEXUS_RESET -> {
                mediumRemoval.allow(nexus);
                persistentReservations.ifPresent(held -> held.forget(nexus));
                unitAttentions.raise(nexus, AdditionalSense.I_T_NEXUS_LOSS_OCCURRED);
            }
            case ABORT_TASK, ABORT_TASK_SET, CLEAR_ACA, CLEAR_TASK_SET -> {}
        }
    }

    private void checkOwner() {
        if (!owner.isOwner()) {
            throw new IllegalStateException(
                    name + " is touched by " + Thread.currentThread() + ", not its owner");
        }
    }

    private CommandResult guarded(CommandSet.@Nullable Entry<C> entry, Task task) {
        try {
            return admitted(entry, task);
        } catch (CheckConditionException refusal) {
            task.dataIn().transferred(0);
            return CommandResult.checkCondition(refusal.sense());
        } catch (RuntimeException | Error fault) {
            faults.record(task.cdb(), fault);
            task.dataIn().transferred(0);
            return CommandResult.checkCondition(
                    SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE);
        }
    }

    private void observe(String commandName, Task task, CommandResult result, long elapsedNanos) {
        try {
            observer.finished(commandName, task, result, elapsedNanos);
        } catch (RuntimeException | Error fault) {
            faults.record(task.cdb(), fault);
        }
    }

    private CommandResult admitted(CommandSet.@Nullable Entry<C> entry, Task task) {
        if (!has(entry, CommandFlag.ALLOWED_WITH_UNIT_ATTENTION)) {
            if (!has(entry, CommandFlag.BEHIND_UNSETTLED)) {
                deviceServer.settle();
            }
            Optional<SenseData> pending = takePending(task.nexus());
            if (pending.isPresent()) {
                return CommandResult.checkCondition(pending.get());
            }
        }
        if (entry != null
                && !has(entry, CommandFlag.ALLOWED_WHILE_RESERVED)
                && reservations.conflict(task, entry.descriptor())) {
            return CommandResult.of(Status.RESERVATION_CONFLICT);
        }
        return switch (commands.checked(task.cdb())) {
            case CommandSet.Own<C>(CommandDescriptor<C> descriptor) ->
                    deviceServer.execute(descriptor.decoder().decode(task.cdb()), task);
            case CommandSet.Spc<C>(CommandDescriptor<SpcCommand> descriptor) ->
                    execute(descriptor.decoder().decode(task.cdb()), task);
        };
    }

    private static boolean has(CommandSet.@Nullable Entry<?> entry, CommandFlag flag) {
        return entry != null && entry.descriptor().has(flag);
    }

    private Optional<SenseData> takePending(Nexus nexus) {
        if (unitAttentions.isPending(nexus)) {
            return unitAttentions
                    .take(nexus)
                    .map(condition -> SenseData.of(SenseKey.UNIT_ATTENTION, condition));
        }
        return deferredErrors.isEmpty() ? Optional.empty() : deferredErrors.take(nexus);
    }

    private CommandResult execute(SpcCommand command, Task task) {
        return switch (command) {
            case SpcCommand.TestUnitReady() -> result(deviceServer.notReady());
            case SpcCommand.RequestSense requestSense -> requestSense(requestSense, task);
            case SpcCommand.Inquiry inquiry -> inquiry(inquiry, task);
            case SpcCommand.ModeSense modeSense ->
                    good(
                            task,
                            modePages.sense(modeSense, task.nexus()),
                            modeSense.allocationLengthBytes());
            case SpcCommand.ModeSelect modeSelect -> modeSelect(modeSelect, task);
            case SpcCommand.LogSense logSense -> {
                logPages.sense(logSense, task);
                yield CommandResult.GOOD;
            }
            case SpcCommand.LogSelect logSelect -> logSelect(logSelect, task);
            case SpcCommand.PreventAllowMediumRemoval(boolean prevent) ->
                    preventAllow(prevent, task.nexus());
            case SpcCommand.Reserve() -> held().reserve(task.nexus());
            case SpcCommand.Release() -> held().release(task.nexus());
            case SpcCommand.PersistentReserveIn in -> held().in(in, task);
            case SpcCommand.PersistentReserveOut out -> held().out(out, task);
            case SpcCommand.SendDiagnostic sendDiagnostic -> sendDiagnostic(sendDiagnostic, task);
            case SpcCommand.ReceiveDiagnosticResults receive ->
                    good(task, diagnosticPages.receive(receive), receive.allocationLengthBytes());
            case SpcCommand.ReadBuffer readBuffer ->
                    good(task, dataBuffers.read(readBuffer), readBuffer.allocationLengthBytes());
            case SpcCommand.WriteBuffer writeBuffer -> dataBuffers.write(writeBuffer, task);
            case SpcCommand.ReportSupportedOperationCodes report ->
                    good(
                            task,
                            SupportedOperationCodes.report(
                                    commands.with(transportCommands.apply(task.nexus())), report),
                            report.allocationLengthBytes());
            case SpcCommand.ReportSupportedTaskManagementFunctions report ->
                    good(
                            task,
                            SupportedTaskManagementFunctions.report(
                                    taskManagementFunctions, report.returnExtended()),
                            report.allocationLengthBytes());
            case SpcCommand.ReportTimestamp(long allocationLengthBytes) ->
                    good(task, deviceClock.report(), allocationLengthBytes);
            case SpcCommand.SetTimestamp(long parameterListLengthBytes) ->
                    setTimestamp(parameterListLengthBytes, task);
            case SpcCommand.ReportIdentifyingInformation report ->
                    good(
                            task,
                            identifyingInformation.report(report),
                            report.allocationLengthBytes());
            case SpcCommand.SetIdentifyingInformation set -> setIdentifyingInformation(set, task);
            case SpcCommand.ReportTargetPortGroups report ->
                    good(
                            task,
                            TargetPortGroups.report(report.parameterDataFormat()),
                            report.allocationLengthBytes());
        };
    }

    private PersistentReservations held() {
        return persistentReservations.orElseThrow(() ->
                CheckConditionException.of(
                        SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_COMMAND_OPERATION_CODE));
    }

    private static CommandResult good(Task task, byte[] response, long allocationLengthBytes) {
        task.dataIn().put(response, allocationLengthBytes);
        return CommandResult.GOOD;
    }

    private static CommandResult result(Optional<SenseData> problem) {
        return problem.map(CommandResult::checkCondition).orElse(CommandResult.GOOD);
    }

    /** A pending unit attention or deferred error is reported as data, and is pending no more. */
    private CommandResult requestSense(SpcCommand.RequestSense command, Task task) {
        SenseData sense =
                takePending(task.nexus())
                        .or(deviceServer::currentSense)
                        .orElseGet(() ->
                                SenseData.of(
                                        SenseKey.NO_SENSE,
                                        AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION));
        byte[] data = command.descriptorFormat() ? sense.encodeDescriptorFormat() : sense.encode();
        return good(task, data, command.allocationLengthBytes());
    }

    private CommandResult inquiry(SpcCommand.Inquiry command, Task task) {
        InquiryData standard = inquiryData.get();
        if (!command.vitalProductData()) {
            return good(task, standard.encode(), command.allocationLengthBytes());
        }
        byte[] page =
                vpdPages.page(standard.peripheralDeviceType(), command.pageCode())
                        .orElseThrow(() -> CheckConditionException.invalidFieldInCdb(2));
        return good(task, page, command.allocationLengthBytes());
    }

    private CommandResult modeSelect(SpcCommand.ModeSelect command, Task task) {
        if (modePages.select(command, task)) {
            unitAttentions.raiseForOthers(task.nexus(), AdditionalSense.MODE_PARAMETERS_CHANGED);
        }
        return CommandResult.GOOD;
    }

    private CommandResult logSelect(SpcCommand.LogSelect command, Task task) {
        if (logPages.select(command)) {
            unitAttentions.raiseForOthers(task.nexus(), AdditionalSense.LOG_PARAMETERS_CHANGED);
        }
        return CommandResult.GOOD;
    }

    /** No parameter list is not an error, and sets nothing. */
    private CommandResult setTimestamp(long parameterListLengthBytes, Task task) {
        if (parameterListLengthBytes != 0) {
            deviceClock.set(ParameterListReader.of(task, parameterListLengthBytes));
            unitAttentions.raiseForOthers(task.nexus(), AdditionalSense.TIMESTAMP_CHANGED);
        }
        return CommandResult.GOOD;
    }

    private CommandResult setIdentifyingInformation(
            SpcCommand.SetIdentifyingInformation command, Task task) {
        identifyingInformation.set(command, task);
        unitAttentions.raiseForOthers(task.nexus(), AdditionalSense.DEVICE_IDENTIFIER_CHANGED);
        return CommandResult.GOOD;
    }

    private CommandResult preventAllow(boolean prevent, Nexus nexus) {
        if (prevent) {
            mediumRemoval.prevent(nexus);
        } else {
            mediumRemoval.allow(nexus);
        }
        return CommandResult.GOOD;
    }

    private CommandResult sendDiagnostic(SpcCommand.SendDiagnostic command, Task task) {
        if (command.selfTest() || command.selfTestCode() != 0) {
            if (command.parameterListLengthBytes() != 0) {
                throw CheckConditionException.invalidFieldInCdb(3);
            }
            return result(deviceServer.selfTest(command.selfTestCode()));
        }
        if (command.parameterListLengthBytes() != 0) {
            diagnosticPages.send(command, task);
        }
        return CommandResult.GOOD;
    }
}
