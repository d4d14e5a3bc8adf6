package io.capstan.changer;

import io.capstan.catalog.CatalogException;
import io.capstan.changer.SmcCommand.InitializeElementStatus;
import io.capstan.changer.SmcCommand.MoveMedium;
import io.capstan.changer.SmcCommand.StationAction;
import io.capstan.changer.TransportRefusal.InvalidElementAddress;
import io.capstan.changer.TransportRefusal.LoadFailed;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.scsi.spc.DeviceServer;
import io.capstan.scsi.spc.ParameterListReader;
import io.capstan.scsi.spc.UnitAttentions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates between the commands of SMC and the library: what a host can ask for, and the sense data it gets when that
 * cannot be.
 *
 * @see "SMC-3, clause 6"
 */
final class SmcDeviceServer implements DeviceServer<SmcCommand> {

    private static final Logger LOG = LoggerFactory.getLogger(SmcDeviceServer.class);

    private final Library library;
    private final TapeAlerts tapeAlerts;
    private final Map<Nexus, Translation> translations =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Nexus, Translation> eldest) {
                    return size() > UnitAttentions.NEXUS_MAX;
                }
            };

    /** What a nexus searched for last, for REQUEST VOLUME ELEMENT ADDRESS to find. */
    private record Translation(SmcCommand.SendVolumeTag command, VolumeTagTemplate template) {

        /** Actions 4h to 6h are 0h to 2h without regard to the sequence number; 2h and 6h search alternate tags only. */
        boolean matches(ElementStatus element) {
            int action = command.sendActionCode();
            boolean alternateTagsOnly = (action & 3) == 2;
            return !alternateTagsOnly
                    && element.address() >= command.startingAddress()
                    && command.type().filter(type -> type != element.type()).isEmpty()
                    && element.content()
                            .filter(content -> template.matches(content.volume(), action < 4))
                            .isPresent();
        }
    }

    SmcDeviceServer(Library library, TapeAlerts tapeAlerts) {
        this.library = library;
        this.tapeAlerts = tapeAlerts;
    }

    @Override
    public CommandResult execute(SmcCommand command, Task task) {
        try {
            Optional<SenseData> notReady = notReady();
            return notReady.isPresent()
                    ? CommandResult.checkCondition(notReady.get())
                    : executeReady(command, task);
        } catch (CatalogException fault) {
            LOG.error(
                    "library {}: the catalog failed ({}): {}",
                    library.configuration().name(),
                    fault.reason(),
                    fault.getMessage());
            return CommandResult.checkCondition(
                    SenseKey.HARDWARE_ERROR, AdditionalSense.INTERNAL_TARGET_FAILURE);
        }
    }

    @Override
    public Optional<SenseData> notReady() {
        return library.started()
                ? Optional.empty()
                : Optional.of(
                        SenseData.of(
                                SenseKey.NOT_READY,
                                AdditionalSense.LOGICAL_UNIT_IS_IN_PROCESS_OF_BECOMING_READY));
    }

    @Override
    public void manage(TaskManagementFunction function, Nexus nexus) {
        switch (function) {
            case LOGICAL_UNIT_RESET, TARGET_RESET -> translations.clear();
            case I_T_NEXUS_RESET -> translations.remove(nexus);
            case ABORT_TASK, ABORT_TASK_SET, CLEAR_ACA, CLEAR_TASK_SET -> {}
        }
    }

    private CommandResult executeReady(SmcCommand command, Task task) {
        return switch (command) {
            case InitializeElementStatus initialize -> initialize(initialize);
            case SmcCommand.OpenCloseImportExport(int address, StationAction action) ->
                    openClose(address, action);
            case SmcCommand.PositionToElement(int transport, int destination) ->
                    position(transport, destination);
            case MoveMedium move -> move(move);
            case SmcCommand.ExchangeMedium exchange -> exchange(exchange);
            case SmcCommand.ReadElementStatus read -> readElementStatus(read, task);
            case SmcCommand.SendVolumeTag send -> sendVolumeTag(send, task);
            case SmcCommand.RequestVolumeElementAddress request ->
                    requestVolumeElementAddress(request, task);
        };
    }

    private CommandResult initialize(InitializeElementStatus command) {
        IntStream wanted = addresses().addresses();
        if (command.range().isPresent()) {
            InitializeElementStatus.Range range = command.range().get();
            if (addresses().typeOf(range.startingAddress()).isEmpty()) {
                return refused(new InvalidElementAddress(range.startingAddress()));
            }
            wanted =
                    limited(
                            wanted.filter(address -> address >= range.startingAddress()),
                            range.elementCount());
        }
        library.scan(wanted);
        return CommandResult.GOOD;
    }

    private static IntStream limited(IntStream wanted, int countOrAll) {
        return countOrAll == 0 ? wanted : wanted.limit(countOrAll);
    }

    private CommandResult openClose(int address, StationAction action) {
        if (!addresses().range(ElementType.IMPORT_EXPORT).contains(address)) {
            return refused(new InvalidElementAddress(address));
        }
        return switch (action) {
            case OPEN ->
                    library.openStation().map(SmcDeviceServer::refused).orElse(CommandResult.GOOD);
            case CLOSE -> {
                library.closeStation();
                yield CommandResult.GOOD;
            }
        };
    }

    private CommandResult position(int transport, int destination) {
        boolean possible =
                addresses().typeOf(destination).filter(ElementType::holdsCartridges).isPresent();
        return invalidTransport(transport)
                .orElseGet(() ->
                        possible
                                ? CommandResult.GOOD
                                : refused(new InvalidElementAddress(destination)));
    }

    private CommandResult move(MoveMedium command) {
        int source = command.sourceAddress();
        if (command.station().isPresent()
                && source == command.destinationAddress()
                && addresses().range(ElementType.IMPORT_EXPORT).contains(source)) {
            return openClose(source, command.station().get());
        }
        return invalidTransport(command.transportAddress())
                .orElseGet(() -> result(library.move(source, command.destinationAddress())));
    }

    private CommandResult exchange(SmcCommand.ExchangeMedium command) {
        return invalidTransport(command.transportAddress())
                .orElseGet(() ->
                        result(
                                library.exchange(
                                        command.sourceAddress(),
                                        command.firstDestinationAddress(),
                                        command.secondDestinationAddress())));
    }

    private CommandResult readElementStatus(SmcCommand.ReadElementStatus command, Task task) {
        IntStream wanted =
                addresses(command.type(), command.startingAddress())
                        .limit(command.elementCountMax());
        byte[] data =
                elementStatusData(command.volumeTags(), command.deviceIdentifiers())
                        .encode(library.status(wanted), 0, command.allocationLengthBytes());
        return good(task, data, command.allocationLengthBytes());
    }

    private CommandResult sendVolumeTag(SmcCommand.SendVolumeTag command, Task task) {
        VolumeTagTemplate template =
                VolumeTagTemplate.of(
                        ParameterListReader.of(task, command.parameterListLengthBytes()));
        translations.put(task.nexus(), new Translation(command, template));
        return CommandResult.GOOD;
    }

    /** Finds anew at each call, so that the answer is where the cartridges are now. */
    private CommandResult requestVolumeElementAddress(
            SmcCommand.RequestVolumeElementAddress command, Task task) {
        Translation translation = translations.get(task.nexus());
        if (translation == null) {
            return CommandResult.checkCondition(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.COMMAND_SEQUENCE_ERROR);
        }
        IntStream searched = addresses(command.type(), command.startingAddress());
        List<ElementStatus> found =
                library.status(searched).stream()
                        .filter(translation::matches)
                        .limit(command.elementCountMax())
                        .toList();
        byte[] data =
                elementStatusData(command.volumeTags(), false)
                        .encode(
                                found,
                                translation.command().sendActionCode(),
                                command.allocationLengthBytes());
        return good(task, data, command.allocationLengthBytes());
    }

    private ElementStatusData elementStatusData(boolean volumeTags, boolean deviceIdentifiers) {
        return new ElementStatusData(
                volumeTags,
                deviceIdentifiers,
                library.configuration().personality().driveIdentifierWithProduct());
    }

    /** Elements come and go. */
    private ElementAddressMap addresses() {
        return library.addresses();
    }

    private IntStream addresses(Optional<ElementType> type, int startingAddress) {
        ElementAddressMap addresses = addresses();
        return type.map(addresses::addresses)
                .orElseGet(addresses::addresses)
                .filter(address -> address >= startingAddress);
    }

    /** Empty for 0, which is the default transport, and for the one there is. */
    private Optional<CommandResult> invalidTransport(int address) {
        boolean valid =
                address == 0 || addresses().range(ElementType.MEDIUM_TRANSPORT).contains(address);
        return valid ? Optional.empty() : Optional.of(refused(new InvalidElementAddress(address)));
    }

    private CommandResult result(TransportOutcome outcome) {
        return switch (outcome) {
            case Transported() -> CommandResult.GOOD;
            case TransportRefusal refusal -> {
                if (refusal instanceof LoadFailed) {
                    tapeAlerts.raiseLoadRetry();
                }
                yield refused(refusal);
            }
        };
    }

    private static CommandResult good(Task task, byte[] response, long allocationLengthBytes) {
        task.dataIn().put(response, allocationLengthBytes);
        return CommandResult.GOOD;
    }

    /** The one table from refusals to sense data; the first three and the last of its codes are those ch maps to errno. */
    private static CommandResult refused(TransportRefusal refusal) {
        return switch (refusal) {
            case InvalidElementAddress invalid -> illegal(AdditionalSense.INVALID_ELEMENT_ADDRESS);
            case TransportRefusal.SourceEmpty empty ->
                    illegal(AdditionalSense.MEDIUM_SOURCE_ELEMENT_EMPTY);
            case TransportRefusal.DestinationFull full ->
                    illegal(AdditionalSense.MEDIUM_DESTINATION_ELEMENT_FULL);
            case TransportRefusal.RemovalPrevented prevented ->
                    illegal(AdditionalSense.MEDIUM_REMOVAL_PREVENTED);
            case TransportRefusal.StationOpen open ->
                    illegal(AdditionalSense.MEDIUM_MAGAZINE_NOT_ACCESSIBLE);
            case TransportRefusal.NotUnloaded loaded ->
                    illegal(AdditionalSense.MEDIUM_MAGAZINE_NOT_ACCESSIBLE);
            case TransportRefusal.UnloadFailed failed ->
                    CommandResult.checkCondition(
                            SenseKey.HARDWARE_ERROR, AdditionalSense.UNLOAD_TAPE_FAILURE);
            case LoadFailed failed ->
                    CommandResult.checkCondition(
                            SenseKey.HARDWARE_ERROR, AdditionalSense.MEDIA_LOAD_OR_EJECT_FAILED);
        };
    }

    private static CommandResult illegal(AdditionalSense additionalSense) {
        return CommandResult.checkCondition(SenseKey.ILLEGAL_REQUEST, additionalSense);
    }
}
