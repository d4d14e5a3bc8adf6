package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.scsi.spc.DeferredErrors;
import io.capstan.scsi.spc.DeviceServer;
import java.util.Optional;

/**
 * Hands each command of SSC to the part of the drive that executes it, with the buffer on stable storage first where the
 * command moves the medium.
 *
 * <p>Commands with IMMED do their work and are answered then: all of it is short, and an initiator that polls finds the
 * drive ready.
 */
final class SscDeviceServer implements DeviceServer<SscCommand> {

    private final Loader loader;
    private final ReadWrite readWrite;
    private final Verification verification;
    private final Positioning positioning;
    private final MediumLayout layout;
    private final AttributeCommands attributes;
    private final DensitySupport densities;
    private final WriteProtection protection;
    private final WrapPositions wrapPositions;
    private final RecommendedAccessOrder accessOrder;
    private final SecurityProtocols securityProtocols;
    private final DataEncryption encryption;
    private final DriveModePages modePages;
    private final TapeAlerts tapeAlerts;
    private final InformationalExceptions exceptions;
    private final WriteFaults writeFaults;
    private final SelfTestLog selfTests;
    private final DeferredErrors deferredErrors;
    private final CompressingBuffer buffer;

    SscDeviceServer(
            Loader loader,
            ReadWrite readWrite,
            Verification verification,
            Positioning positioning,
            MediumLayout layout,
            AttributeCommands attributes,
            DensitySupport densities,
            WriteProtection protection,
            WrapPositions wrapPositions,
            RecommendedAccessOrder accessOrder,
            SecurityProtocols securityProtocols,
            DataEncryption encryption,
            DriveModePages modePages,
            TapeAlerts tapeAlerts,
            InformationalExceptions exceptions,
            WriteFaults writeFaults,
            SelfTestLog selfTests,
            DeferredErrors deferredErrors,
            CompressingBuffer buffer) {
        this.loader = loader;
        this.readWrite = readWrite;
        this.verification = verification;
        this.positioning = positioning;
        this.layout = layout;
        this.attributes = attributes;
        this.densities = densities;
        this.protection = protection;
        this.wrapPositions = wrapPositions;
        this.accessOrder = accessOrder;
        this.securityProtocols = securityProtocols;
        this.encryption = encryption;
        this.modePages = modePages;
        this.tapeAlerts = tapeAlerts;
        this.exceptions = exceptions;
        this.writeFaults = writeFaults;
        this.selfTests = selfTests;
        this.deferredErrors = deferredErrors;
        this.buffer = buffer;
    }

    @Override
    public CommandResult execute(SscCommand command, Task task) {
        Optional<SenseData> fault = synchronizesFirst(command) ? synchronize() : Optional.empty();
        return fault.isPresent()
                ? CommandResult.checkCondition(fault.get())
                : withException(perform(command, task));
    }

    @Override
    public void settle() {
        buffer.settle().ifPresent(deferredErrors::post);
    }

    private CommandResult withException(CommandResult result) {
        return result.status() == Status.GOOD
                ? exceptions.takeForCommand().map(CommandResult::checkCondition).orElse(result)
                : result;
    }

    @Override
    public Optional<SenseData> currentSense() {
        return exceptions.takeForRequestSense();
    }

    private CommandResult perform(SscCommand command, Task task) {
        if (movesTheMedium(command)) {
            protection.forgetOverwrite();
        }
        return switch (command) {
            case SscCommand.Write write -> readWrite.write(write, task);
            case SscCommand.Read read -> readWrite.read(read, task);
            case SscCommand.WriteFilemarks filemarks -> readWrite.writeFilemarks(filemarks);
            case SscCommand.Verify verify -> verification.verify(verify, task);
            case SscCommand.Rewind _ -> positioning.rewind();
            case SscCommand.Space space -> positioning.space(space);
            case SscCommand.Locate locate -> positioning.locate(locate);
            case SscCommand.ReadPosition position -> positioning.readPosition(position, task);
            case SscCommand.Erase _ -> {
                accessOrder.forget();
                yield layout.erase();
            }
            case SscCommand.FormatMedium format -> {
                accessOrder.forget();
                yield layout.formatMedium(format);
            }
            case SscCommand.SetCapacity capacity -> {
                accessOrder.forget();
                yield layout.setCapacity(capacity);
            }
            case SscCommand.AllowOverwrite allow -> {
                protection.allowOverwrite(allow, loader.ready().medium());
                yield CommandResult.GOOD;
            }
            case SscCommand.LoadUnload load -> loadUnload(load, task.nexus());
            case SscCommand.ReadBlockLimits limits -> densities.readBlockLimits(limits, task);
            case SscCommand.ReportDensitySupport report ->
                    densities.reportDensitySupport(report, task);
            case SscCommand.ReadAttribute read -> attributes.read(read, task);
            case SscCommand.WriteAttribute write -> attributes.write(write, task);
            case SscCommand.ReadMediaSerialNumber read ->
                    attributes.readMediaSerialNumber(read, task);
            case SscCommand.ReadEndOfWrapPosition read -> wrapPositions.read(read, task);
            case SscCommand.GenerateAccessOrder generate -> accessOrder.generate(generate, task);
            case SscCommand.ReceiveAccessOrder receive -> accessOrder.receive(receive, task);
            case SscCommand.SecurityProtocolIn in -> securityProtocols.in(in, task);
            case SscCommand.SecurityProtocolOut out -> securityProtocols.out(out, task);
        };
    }

    private static boolean movesTheMedium(SscCommand command) {
        return command instanceof SscCommand.Read
                || command instanceof SscCommand.Verify
                || command instanceof SscCommand.Rewind
                || command instanceof SscCommand.Space
                || command instanceof SscCommand.Locate
                || command instanceof SscCommand.LoadUnload;
    }

    /** Whether the buffer must be on stable storage before the command begins. */
    private static boolean synchronizesFirst(SscCommand command) {
        return switch (command) {
            case SscCommand.Rewind _,
                    SscCommand.Locate _,
                    SscCommand.Erase _,
                    SscCommand.LoadUnload _,
                    SscCommand.SetCapacity _,
                    SscCommand.ReadEndOfWrapPosition _,
                    SscCommand.FormatMedium _ ->
                    true;
            case SscCommand.Space(SscCommand.SpaceUnit unit, long count) ->
                    count != 0 || unit == SscCommand.SpaceUnit.END_OF_DATA;
            case SscCommand.AllowOverwrite _,
                    SscCommand.Read _,
                    SscCommand.Write _,
                    SscCommand.WriteFilemarks _,
                    SscCommand.Verify _,
                    SscCommand.ReadPosition _,
                    SscCommand.ReadBlockLimits _,
                    SscCommand.ReportDensitySupport _,
                    SscCommand.ReadAttribute _,
                    SscCommand.WriteAttribute _,
                    SscCommand.ReadMediaSerialNumber _,
                    SscCommand.GenerateAccessOrder _,
                    SscCommand.ReceiveAccessOrder _,
                    SscCommand.SecurityProtocolIn _,
                    SscCommand.SecurityProtocolOut _ ->
                    false;
        };
    }

    private Optional<SenseData> synchronize() {
        return loader.loaded().map(Mount::medium).flatMap(writeFaults::synchronize);
    }

    /** A layout that was asked for goes with the medium it was asked for. */
    private CommandResult loadUnload(SscCommand.LoadUnload command, Nexus nexus) {
        CommandResult result = loader.loadUnload(command, nexus);
        modePages.forgetPartitionRequest();
        if (loader.loaded().isEmpty()) {
            encryption.noteDemount();
            accessOrder.forget();
        }
        return result;
    }

    @Override
    public Optional<SenseData> notReady() {
        return loader.notReady().or(readWrite::becomingReady);
    }

    /**
     * Puts the buffer on stable storage, which is all of a drive without mechanics that can be tried. What could not be
     * put there is told with a deferred error too, because the initiator was told GOOD.
     */
    @Override
    public Optional<SenseData> selfTest(int selfTestCode) {
        Optional<SenseData> fault = synchronize();
        fault.ifPresent(deferredErrors::post);
        selfTests.note(selfTestCode, fault);
        return fault.map(failed ->
                SenseData.of(
                        SenseKey.HARDWARE_ERROR, AdditionalSense.LOGICAL_UNIT_FAILED_SELF_TEST));
    }

    /**
     * A reset leaves the medium where it is, with everything written on stable storage; what could not be put there is
     * told with a deferred error, because the initiator was told GOOD.
     */
    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {
        switch (function) {
            case LOGICAL_UNIT_RESET, TARGET_RESET -> {
                modePages.resetHeader();
                tapeAlerts.clear();
                encryption.reset();
                accessOrder.forget();
                settle();
                loader.loaded().map(Mount::medium).ifPresent(this::synchronizeAtReset);
            }
            case I_T_NEXUS_RESET -> {
                encryption.noteNexusLoss(nexus);
                modePages.pages().forget(nexus);
                accessOrder.forget(nexus);
            }
            case ABORT_TASK, ABORT_TASK_SET, CLEAR_ACA, CLEAR_TASK_SET -> {}
        }
    }

    private void synchronizeAtReset(Medium medium) {
        writeFaults.synchronize(medium).ifPresent(deferredErrors::post);
    }
}
