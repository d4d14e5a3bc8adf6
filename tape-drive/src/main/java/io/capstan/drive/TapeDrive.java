package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.scsi.spc.CommandDescriptor;
import io.capstan.scsi.spc.CommandObserver;
import io.capstan.scsi.spc.CommandSet;
import io.capstan.scsi.spc.DataBuffers;
import io.capstan.scsi.spc.DeferredErrors;
import io.capstan.scsi.spc.DiagnosticPages;
import io.capstan.scsi.spc.MediumRemoval;
import io.capstan.scsi.spc.PersistentReservations;
import io.capstan.scsi.spc.ReservationStore;
import io.capstan.scsi.spc.SavedIdentifyingInformation;
import io.capstan.scsi.spc.SavedParameters;
import io.capstan.scsi.spc.SpcCommand;
import io.capstan.scsi.spc.SpcDeviceServer;
import io.capstan.scsi.spc.UnitAttentions;
import io.capstan.store.StoreException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A tape drive: a logical unit to hosts, a data transfer element to a changer.
 *
 * <p>The logical unit's methods are called on its owner thread. {@link #load}, {@link #eject} and {@link #status} may be
 * called from any thread: they are sent to the owner, and their outcome comes when the owner got to them, behind the
 * command it is executing. The sending throws {@link java.util.concurrent.RejectedExecutionException} when the owner does
 * not keep up or there is none.
 *
 * @see "SSC-5, 4.2 Sequential-access device model"
 */
public final class TapeDrive implements LogicalUnit {

    private final Personality personality;
    private final DriveIdentity identity;
    private final LogicalUnitOwner owner;
    private final MediumRemoval mediumRemoval = new MediumRemoval();
    private final DriveParameters parameters = new DriveParameters();
    private final TapeAlerts tapeAlerts = new TapeAlerts();
    private final InformationalExceptions exceptions;
    private final FaultHistory faultHistory;
    private final WriteProtection protection = new WriteProtection(parameters, tapeAlerts);
    private final DriveCounters counters;
    private final UpTime upTime;
    private final Loader loader;
    private final DriveModePages modePages;
    private final CommandSet<SscCommand> commands;
    private final DataEncryption encryption;
    private final Transformation transformation;
    private final WriteFaults writeFaults;
    private final CompressingBuffer buffer;
    private final DeferredErrors deferredErrors = new DeferredErrors();
    private final RecommendedAccessOrder accessOrder;
    private final SelfTestLog selfTests;
    private final SpcDeviceServer<SscCommand> server;
    private Optional<SenseData> lastSense = Optional.empty();

    private TapeDrive(Builder builder) {
        personality = builder.personality;
        identity = builder.identity;
        owner = builder.owner;
        exceptions = new InformationalExceptions(builder.unitAttentions, tapeAlerts);
        counters = new DriveCounters(builder.lifetimeCounters);
        counters.add(DriveCounter.POWER_CYCLES, 1);
        upTime = new UpTime(counters, builder.clock);
        StoreFaults storeFaults = new StoreFaults(builder.name, counters, tapeAlerts);
        loader =
                new Loader(
                        personality,
                        new Mounting(
                                personality,
                                identity.stamp(personality),
                                counters,
                                upTime,
                                tapeAlerts,
                                builder.clock),
                        storeFaults,
                        builder.unitAttentions,
                        deferredErrors,
                        mediumRemoval,
                        tapeAlerts);
        faultHistory =
                new FaultHistory(loader, counters, builder.clock, personality.productRevision());
        modePages =
                new DriveModePages(
                        personality,
                        loader,
                        parameters,
                        protection,
                        exceptions,
                        builder.savedParameters,
                        builder.blockLengthMaxBytes);
        commands = SscCommands.commandSet(personality, builder.reservationStore.isPresent());
        encryption = new DataEncryption(builder.random, builder.unitAttentions);
        transformation = new Transformation(modePages, parameters, encryption);
        writeFaults = new WriteFaults(storeFaults, counters, loader);
        buffer =
                new CompressingBuffer(
                        builder.compressesBehind,
                        loader,
                        parameters,
                        transformation,
                        writeFaults,
                        counters);
        accessOrder = new RecommendedAccessOrder(loader);
        selfTests = new SelfTestLog(counters, upTime, loader);
        server = server(builder, deviceServer(builder, storeFaults));
    }

    private SscDeviceServer deviceServer(Builder builder, StoreFaults storeFaults) {
        int blockLengthMaxBytes = builder.blockLengthMaxBytes;
        return new SscDeviceServer(
                loader,
                new ReadWrite(
                        loader,
                        parameters,
                        protection,
                        writeFaults,
                        storeFaults,
                        counters,
                        transformation,
                        new RecalledReads(builder.clock, builder.recallHoldMillis),
                        buffer,
                        blockLengthMaxBytes),
                new Verification(loader, parameters, storeFaults, transformation),
                new Positioning(loader, parameters, storeFaults, counters),
                new MediumLayout(loader, protection, modePages, storeFaults),
                new AttributeCommands(loader, protection, writeFaults),
                new DensitySupport(personality, loader, protection, blockLengthMaxBytes),
                protection,
                new WrapPositions(loader, storeFaults),
                accessOrder,
                new SecurityProtocols(loader, encryption, transformation, builder.random),
                encryption,
                modePages,
                tapeAlerts,
                exceptions,
                writeFaults,
                selfTests,
                deferredErrors,
                buffer);
    }

    private SpcDeviceServer<SscCommand> server(Builder builder, SscDeviceServer deviceServer) {
        DriveLogPages logPages =
                new DriveLogPages(
                        loader,
                        counters,
                        upTime,
                        tapeAlerts,
                        modePages,
                        protection,
                        mediumRemoval,
                        faultHistory,
                        selfTests,
                        this::internalTargetFailures,
                        identity.serialNumber());
        DriveDump dump = new DriveDump(this::statusNow, faultHistory);
        SpcDeviceServer.Builder<SscCommand> spc =
                SpcDeviceServer.builder(
                                builder.name,
                                owner,
                                commands,
                                deviceServer,
                                identity.inquiryData(personality))
                        .vpdPages(identity.vpdPages(personality))
                        .modePages(modePages.pages())
                        .logPages(logPages.pages())
                        .diagnosticPages(
                                new DiagnosticPages()
                                        .addSend(DriveDump.FORCE_PAGE, page -> dump.force()))
                        .dataBuffers(new DataBuffers().add(DriveDump.BUFFER_ID, dump))
                        .unitAttentions(builder.unitAttentions)
                        .deferredErrors(deferredErrors)
                        .mediumRemoval(mediumRemoval)
                        .clock(builder.clock)
                        .transportCommands(nexus ->
                                SscCommands.withTimeouts(
                                        builder.transportCommands.apply(nexus), personality))
                        .savedIdentifyingInformation(builder.savedIdentifyingInformation)
                        .observer(builder.observer.andThen(this::noteSense));
        builder.reservationStore.ifPresent(store ->
                spc.persistentReservations(
                        new PersistentReservations(builder.unitAttentions, store)));
        return spc.build();
    }

    private void noteSense(String command, Task task, CommandResult result, long elapsedNanos) {
        if (result.sense().isPresent()) {
            lastSense = result.sense();
            int serviceAction =
                    commands.descriptor(task.cdb())
                            .map(descriptor -> descriptor.serviceAction().orElse(0))
                            .orElse(0);
            faultHistory.note(task.cdb(), serviceAction, result.sense().get());
            if (result.sense().get().additionalSense() == AdditionalSense.INTERNAL_TARGET_FAILURE) {
                tapeAlerts.raise(TapeAlert.FIRMWARE_FAILURE);
            }
        }
    }

    private long internalTargetFailures() {
        return server.internalTargetFailures();
    }

    /**
     * @param name the name the operator knows it by, for example {@code lib0/drive1}
     */
    public static Builder builder(String name, Personality personality, DriveIdentity identity) {
        return new Builder(name, personality, identity);
    }

    /** Collects what a drive is made of. */
    public static final class Builder {

        private final String name;
        private final Personality personality;
        private final DriveIdentity identity;
        private LogicalUnitOwner owner = new LogicalUnitOwner();
        private InstantSource clock = InstantSource.system();
        private RandomGenerator random = new SecureRandom();
        private int blockLengthMaxBytes = Medium.BLOCK_LENGTH_MAX_BYTES;
        private long recallHoldMillis;
        private boolean compressesBehind = true;
        private Optional<SavedParameters> savedParameters = Optional.empty();
        private Optional<ReservationStore> reservationStore = Optional.empty();
        private SavedIdentifyingInformation savedIdentifyingInformation =
                SavedIdentifyingInformation.inMemory();
        private Function<Nexus, List<CommandDescriptor<SpcCommand>>> transportCommands =
                nexus -> List.of();
        private Map<DriveCounter, Long> lifetimeCounters = Map.of();
        private CommandObserver observer = CommandObserver.NONE;
        private UnitAttentions unitAttentions =
                UnitAttentions.afterPowerOn(
                        AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);

        private Builder(String name, Personality personality, DriveIdentity identity) {
            this.name = name;
            this.personality = personality;
            this.identity = identity;
        }

        /** Who may touch the drive; by default the thread that makes it. */
        public Builder owner(LogicalUnitOwner newOwner) {
            owner = newOwner;
            return this;
        }

        public Builder clock(InstantSource newClock) {
            clock = newClock;
            return this;
        }

        /** Where salts and random numbers for cryptography come from; by default where they should. */
        public Builder random(RandomGenerator newRandom) {
            random = newRandom;
            return this;
        }

        /**
         * The largest block READ BLOCK LIMITS reports and WRITE takes; a drive that hosts reach through tcm_loop alone
         * wants 1 MiB, which is all that gets through.
         */
        public Builder blockLengthMaxBytes(int newBlockLengthMaxBytes) {
            if (newBlockLengthMaxBytes < 1
                    || newBlockLengthMaxBytes > Medium.BLOCK_LENGTH_MAX_BYTES) {
                throw new IllegalArgumentException("block length limit " + newBlockLengthMaxBytes);
            }
            blockLengthMaxBytes = newBlockLengthMaxBytes;
            return this;
        }

        /**
         * How long a READ that has to wait for a tier is answered BUSY, which hosts retry by themselves, before it is
         * answered NOT READY; by default not at all.
         */
        public Builder recallHoldMillis(long newRecallHoldMillis) {
            recallHoldMillis = newRecallHoldMillis;
            return this;
        }

        /**
         * Makes the drive compress each block before it answers the command that wrote it, on its own thread; by default other
         * threads do that behind the answer, where a host cannot tell.
         */
        public Builder compressingAtOnce() {
            compressesBehind = false;
            return this;
        }

        /** Where MODE SELECT with SP saves; without it nothing can be saved. */
        public Builder savedParameters(SavedParameters store) {
            savedParameters = Optional.of(store);
            return this;
        }

        /** Makes the drive keep reservations itself; without it, a transport does. */
        public Builder reservations(ReservationStore store) {
            reservationStore = Optional.of(store);
            return this;
        }

        /** Where SET IDENTIFYING INFORMATION saves; by default in memory. */
        public Builder savedIdentifyingInformation(SavedIdentifyingInformation store) {
            savedIdentifyingInformation = store;
            return this;
        }

        /** What the transport of a nexus executes itself, for REPORT SUPPORTED OPERATION CODES; by default nothing. */
        public Builder transportCommands(
                Function<Nexus, List<CommandDescriptor<SpcCommand>>> commandsOfNexus) {
            transportCommands = commandsOfNexus;
            return this;
        }

        /** What the drive had counted when it was last in service, from {@link DriveStatus#counters}. */
        public Builder lifetimeCounters(Map<DriveCounter, Long> counters) {
            lifetimeCounters = Map.copyOf(counters);
            return this;
        }

        /** Sees every command that is finished. */
        public Builder observer(CommandObserver newObserver) {
            observer = newObserver;
            return this;
        }

        /** The drive takes the place of one that hosts have open: they must see no power-on unit attention. */
        public Builder adopted() {
            unitAttentions = UnitAttentions.afterAdoption();
            return this;
        }

        public TapeDrive build() {
            return new TapeDrive(this);
        }
    }

    // ---- the logical unit

    @Override
    public String name() {
        return server.name();
    }

    @Override
    public int peripheralDeviceType() {
        return server.peripheralDeviceType();
    }

    @Override
    public CommandResult execute(Task task) {
        return server.execute(task);
    }

    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {
        server.manage(function, nexus);
    }

    @Override
    public void commandsCleared(Nexus nexus) {
        server.commandsCleared(nexus);
    }

    @Override
    public void prepare() {
        loader.loaded().ifPresent(mount -> mount.medium().prepareRead());
    }

    /** Who may touch the drive; transports take ownership of it. */
    public LogicalUnitOwner owner() {
        return owner;
    }

    // ---- the data transfer element

    public DriveIdentity identity() {
        return identity;
    }

    public Personality personality() {
        return personality;
    }

    /**
     * Puts a cartridge in and loads it. Hosts see a unit attention, then a drive that is ready.
     *
     * @param medium at its beginning; the drive's until it is ejected, unless the outcome is {@link
     *     LoadOutcome#OCCUPIED}
     */
    public CompletableFuture<LoadOutcome> load(Medium medium) {
        return owner.submit(() -> loader.load(medium));
    }

    /** Tells hosts that look for alerts that a cartridge could not be opened, and so did not come. */
    public CompletableFuture<Void> noteLoadFailure() {
        return owner.submit(() -> {
            tapeAlerts.raise(TapeAlert.LOADING_FAILURE);
            return null;
        });
    }

    /** Takes the cartridge out, unloaded by a host or not. */
    public CompletableFuture<EjectOutcome> eject() {
        return owner.submit(this::ejectNow);
    }

    /** Where the loaded medium stands; empty without one. On the owner. */
    public Optional<MediumPosition> position() {
        return buffer.position();
    }

    private EjectOutcome ejectNow() {
        EjectOutcome outcome = buffer.settle().map(loader::ejectFailed).orElseGet(loader::eject);
        modePages.forgetPartitionRequest();
        encryption.noteDemount();
        accessOrder.forget();
        protection.forgetOverwrite();
        transformation.release();
        return outcome;
    }

    /**
     * Takes the cartridge out as an operator does who knows better than the hosts: prevention of removal is forgotten.
     */
    public CompletableFuture<EjectOutcome> forceEject() {
        return owner.submit(() -> {
            boolean wasPrevented = mediumRemoval.isPrevented();
            mediumRemoval.allowAll();
            EjectOutcome outcome = ejectNow();
            if (wasPrevented && outcome instanceof EjectOutcome.Ejected) {
                noteForcedEject();
            }
            return outcome;
        });
    }

    private void noteForcedEject() {
        upTime.update(false);
        counters.add(DriveCounter.FORCED_EJECTS, 1);
        counters.note(DriveCounter.POWER_ON_SECONDS_AT_FORCED_EJECT, DriveCounter.POWER_ON_SECONDS);
        tapeAlerts.raise(TapeAlert.FORCED_EJECT);
    }

    /**
     * Has the cartridge, whether loaded or not, let go of disks that are to get empty; see {@link Medium#leaveDisks}. Hosts see
     * nothing of it. Fails with a {@link StoreException} if that cannot be done now, and nothing is lost; asked again, it is tried
     * again. What is lost, hosts are told as if they had synchronized.
     */
    public CompletableFuture<Void> leaveDisks() {
        return owner.submit(() -> {
            buffer.settle().ifPresent(deferredErrors::post);
            Optional<Medium> medium = loader.medium();
            if (medium.isPresent()) {
                writeFaults.leaveDisks(medium.get()).ifPresent(deferredErrors::post);
            }
            return null;
        });
    }

    public CompletableFuture<DriveStatus> status() {
        return owner.submit(this::statusNow);
    }

    private DriveStatus statusNow() {
        buffer.settle().ifPresent(deferredErrors::post);
        upTime.update(loader.state() == LoadState.LOADED);
        Optional<Mount> mount = loader.loaded();
        return new DriveStatus(
                name(),
                personality.name(),
                identity.serialNumber(),
                loader.state(),
                loader.medium().map(Medium::volumeIdentifier),
                mount.map(loaded -> loaded.medium().position()),
                mount.map(loaded -> loaded.medium().remainingBytes()).orElse(0L),
                mount.filter(protection::isProtected).isPresent(),
                parameters.blockLengthBytes(),
                modePages.compressionEnabled(),
                mediumRemoval.isPrevented(),
                tapeAlerts.bits(),
                lastSense,
                server.internalTargetFailures(),
                counters.snapshot());
    }
}
