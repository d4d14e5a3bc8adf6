package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskSet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reservations of one logical unit: persistent ones, and those of RESERVE and RELEASE.
 *
 * <p>Registrations belong to I_T nexuses by name, so they outlive the loss of a nexus and a reset; they outlive a loss of
 * power when the latest REGISTER asked for that. A nexus without the right to a command gets RESERVATION CONFLICT for every
 * command that no {@link CommandFlag} lets through: on a tape or in a changer what reads moves the medium, so a write
 * exclusive reservation excludes as much as exclusive access does.
 *
 * <p>A command is executed to its end once it has begun, so what PREEMPT AND ABORT aborts are the commands that wait in the
 * transport ({@link TaskSet}).
 *
 * @see "SPC-4, 5.13 Reservations, 6.15 PERSISTENT RESERVE IN, 6.16 PERSISTENT RESERVE OUT"
 */
public final class PersistentReservations implements Reservations {

    /** Nexuses that can be registered. */
    static final int REGISTRATIONS_MAX = 128;

    private static final int PARAMETER_LIST_BYTES = 24;
    private static final int STATE_VERSION = 1;

    private static final int WRITE_EXCLUSIVE = 1;
    private static final int EXCLUSIVE_ACCESS = 3;
    private static final int WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 5;
    private static final int EXCLUSIVE_ACCESS_REGISTRANTS_ONLY = 6;
    private static final int WRITE_EXCLUSIVE_ALL_REGISTRANTS = 7;
    private static final int EXCLUSIVE_ACCESS_ALL_REGISTRANTS = 8;

    private static final int RELATIVE_TARGET_PORT = 1;
    private static final int TRANSPORT_ID_ISCSI = 0x45;

    private final UnitAttentions unitAttentions;
    private final ReservationStore store;
    private final Map<Nexus, Long> registrations = new LinkedHashMap<>();
    private @Nullable Nexus holder;
    private int type;
    private int generation;
    private boolean persistent;
    private @Nullable Nexus reservedBy;

    /**
     * @param unitAttentions those of the logical unit
     */
    public PersistentReservations(UnitAttentions unitAttentions, ReservationStore store) {
        this.unitAttentions = unitAttentions;
        this.store = store;
        store.load().ifPresent(this::restore);
    }

    @Override
    public boolean conflict(Task task, CommandDescriptor<?> command) {
        Nexus nexus = task.nexus();
        if (reservedBy != null) {
            return !nexus.equals(reservedBy);
        }
        if (type == 0
                || isHolder(nexus)
                || command.has(CommandFlag.ALLOWED_WHILE_PERSISTENTLY_RESERVED)) {
            return false;
        }
        return isExclusive(type) || !registrations.containsKey(nexus);
    }

    /** A reset ends a reservation of RESERVE; persistent ones are called so because it does not end them. */
    void reset() {
        reservedBy = null;
    }

    /** The loss of a nexus ends its reservation of RESERVE. */
    void forget(Nexus nexus) {
        if (nexus.equals(reservedBy)) {
            reservedBy = null;
        }
    }

    // ---- RESERVE and RELEASE

    CommandResult reserve(Nexus nexus) {
        if (!registrations.isEmpty() || (reservedBy != null && !nexus.equals(reservedBy))) {
            return conflict();
        }
        reservedBy = nexus;
        return CommandResult.GOOD;
    }

    CommandResult release(Nexus nexus) {
        if (!registrations.isEmpty()) {
            return conflict();
        }
        forget(nexus);
        return CommandResult.GOOD;
    }

    private static CommandResult conflict() {
        return CommandResult.of(Status.RESERVATION_CONFLICT);
    }

    // ---- PERSISTENT RESERVE IN

    CommandResult in(SpcCommand.PersistentReserveIn command, Task task) {
        if (reservedBy != null && !task.nexus().equals(reservedBy)) {
            return conflict();
        }
        byte[] response =
                switch (command.serviceAction()) {
                    case 0 -> keys();
                    case 1 -> reservation();
                    case 2 -> capabilities();
                    case 3 -> fullStatus();
                    default -> throw CheckConditionException.invalidFieldInCdb(1, 4);
                };
        task.dataIn().put(response, command.allocationLengthBytes());
        return CommandResult.GOOD;
    }

    private byte[] keys() {
        ResponseBuilder response =
                new ResponseBuilder().u32(generation).u32(registrations.size() * 8L);
        registrations.values().forEach(response::u64);
        return response.toByteArray();
    }

    private byte[] reservation() {
        ResponseBuilder response = new ResponseBuilder().u32(generation);
        if (type == 0) {
            return response.u32(0).toByteArray();
        }
        return response.u32(16).u64(holderKey()).u32(0).u8(0).u8(type).u16(0).toByteArray();
    }

    /** The key of the holder; zero where all registrants hold the reservation. */
    private long holderKey() {
        Nexus one = holder;
        return isAllRegistrants(type) || one == null ? 0 : registrations.getOrDefault(one, 0L);
    }

    /** ATP_C and PTPL_C; TMV and PTPL_A; all six types. */
    private byte[] capabilities() {
        return new ResponseBuilder()
                .u16(8)
                .u8(0x05)
                .u8(0x80 | (persistent ? 1 : 0))
                .u16(0xEA01)
                .u16(0)
                .toByteArray();
    }

    private byte[] fullStatus() {
        ResponseBuilder response = new ResponseBuilder().u32(generation).u32(0);
        registrations.forEach((nexus, key) -> {
            boolean holds = isHolder(nexus);
            byte[] transportId = transportId(nexus);
            response.u64(key)
                    .u32(0)
                    .u8(0x02 | (holds ? 1 : 0))
                    .u8(holds ? type : 0)
                    .u32(0)
                    .u16(RELATIVE_TARGET_PORT)
                    .u32(transportId.length)
                    .bytes(transportId);
        });
        return response.putLengthU32(4).toByteArray();
    }

    /** Format 01b of an iSCSI TransportID is the initiator port's name, which is what a nexus has. */
    static byte[] transportId(Nexus nexus) {
        byte[] name = nexus.initiatorPort().getBytes(StandardCharsets.UTF_8);
        int paddedBytes = Math.max(20, name.length + 1 + 3 & ~3);
        return new ResponseBuilder()
                .u8(TRANSPORT_ID_ISCSI)
                .u8(0)
                .u16(paddedBytes)
                .bytes(name)
                .zeros(paddedBytes - name.length)
                .toByteArray();
    }

    // ---- PERSISTENT RESERVE OUT

    CommandResult out(SpcCommand.PersistentReserveOut command, Task task) {
        if (reservedBy != null && !task.nexus().equals(reservedBy)) {
            return conflict();
        }
        boolean move = command.serviceAction() == 7;
        if (command.parameterListLengthBytes() < PARAMETER_LIST_BYTES
                || (!move && command.parameterListLengthBytes() != PARAMETER_LIST_BYTES)) {
            throw CheckConditionException.parameterListLengthError();
        }
        ParameterListReader list = ParameterListReader.of(task, command.parameterListLengthBytes());
        long key = list.u64(0);
        long actionKey = list.u64(8);
        Nexus nexus = task.nexus();
        return switch (command.serviceAction()) {
            case 0 -> register(nexus, list, key, actionKey, false);
            case 6 -> register(nexus, list, key, actionKey, true);
            default ->
                    isRegistered(nexus, key)
                            ? registered(command, task, list, actionKey)
                            : conflict();
        };
    }

    private CommandResult registered(
            SpcCommand.PersistentReserveOut command,
            Task task,
            ParameterListReader list,
            long actionKey) {
        Nexus nexus = task.nexus();
        return switch (command.serviceAction()) {
            case 1 -> reserve(nexus, command);
            case 2 -> release(nexus, command);
            case 3 -> clear(nexus);
            case 4 -> preempt(nexus, command, actionKey, TaskSet.EMPTY);
            case 5 -> preempt(nexus, command, actionKey, task.waiting());
            case 7 -> move(nexus, list, actionKey);
            default -> throw CheckConditionException.invalidFieldInCdb(1, 4);
        };
    }

    private boolean isRegistered(Nexus nexus, long key) {
        Long own = registrations.get(nexus);
        return own != null && own == key;
    }

    private CommandResult register(
            Nexus nexus, ParameterListReader list, long key, long actionKey, boolean ignoreKey) {
        if (list.bit(20, 3)) {
            // SPEC_I_PT: capabilities say that it is not supported.
            throw CheckConditionException.invalidFieldInParameterList(20, 3);
        }
        boolean known = registrations.containsKey(nexus);
        if (!ignoreKey && (known ? !isRegistered(nexus, key) : key != 0)) {
            return conflict();
        }
        if (!known && actionKey == 0) {
            return CommandResult.GOOD;
        }
        if (!known && registrations.size() >= REGISTRATIONS_MAX) {
            return CommandResult.checkCondition(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.INSUFFICIENT_REGISTRATION_RESOURCES);
        }
        boolean newPersistent = list.bit(20, 0);
        return changed(() -> {
            persistent = newPersistent;
            generation++;
            if (actionKey == 0) {
                unregister(nexus);
            } else {
                registrations.put(nexus, actionKey);
            }
        });
    }

    /** Removes a registration, and the reservation with it where it was the holder's or the last one. */
    private void unregister(Nexus nexus) {
        boolean held = isHolder(nexus);
        registrations.remove(nexus);
        if (!held || (isAllRegistrants(type) && !registrations.isEmpty())) {
            return;
        }
        int ended = type;
        type = 0;
        holder = null;
        if (!isExclusive(ended)) {
            tell(other -> true, AdditionalSense.RESERVATIONS_RELEASED);
        }
    }

    private CommandResult reserve(Nexus nexus, SpcCommand.PersistentReserveOut command) {
        checkScopeAndType(command);
        if (type != 0) {
            return isHolder(nexus) && type == command.type() ? CommandResult.GOOD : conflict();
        }
        return changed(() -> {
            holder = nexus;
            type = command.type();
        });
    }

    private CommandResult release(Nexus nexus, SpcCommand.PersistentReserveOut command) {
        if (type == 0 || !isHolder(nexus)) {
            return CommandResult.GOOD;
        }
        if (command.type() != type || command.scope() != 0) {
            return CommandResult.checkCondition(
                    SenseKey.ILLEGAL_REQUEST,
                    AdditionalSense.INVALID_RELEASE_OF_PERSISTENT_RESERVATION);
        }
        return changed(() -> {
            int ended = type;
            type = 0;
            holder = null;
            if (!isExclusive(ended)) {
                tell(other -> !other.equals(nexus), AdditionalSense.RESERVATIONS_RELEASED);
            }
        });
    }

    private CommandResult clear(Nexus nexus) {
        return changed(() -> {
            generation++;
            tell(other -> !other.equals(nexus), AdditionalSense.RESERVATIONS_PREEMPTED);
            registrations.clear();
            type = 0;
            holder = null;
        });
    }

    private CommandResult preempt(
            Nexus nexus, SpcCommand.PersistentReserveOut command, long actionKey, TaskSet aborted) {
        boolean all = isAllRegistrants(type);
        if (actionKey == 0 && !all) {
            throw CheckConditionException.invalidFieldInParameterList(8, 7);
        }
        boolean takesReservation = type != 0 && (all ? actionKey == 0 : actionKey == holderKey());
        if (takesReservation) {
            checkScopeAndType(command);
        } else if (!registrations.containsValue(actionKey)) {
            return conflict();
        }
        List<Nexus> preempted = new ArrayList<>();
        registrations.forEach((other, key) -> {
            if (!other.equals(nexus) && (key == actionKey || (all && actionKey == 0))) {
                preempted.add(other);
            }
        });
        CommandResult result =
                changed(() -> {
                    generation++;
                    if (takesReservation) {
                        int before = type;
                        holder = nexus;
                        type = command.type();
                        if (before != type && !isExclusive(before)) {
                            tell(
                                    other -> !other.equals(nexus) && !preempted.contains(other),
                                    AdditionalSense.RESERVATIONS_RELEASED);
                        }
                    }
                    for (Nexus other : preempted) {
                        registrations.remove(other);
                        unitAttentions.raise(other, AdditionalSense.REGISTRATIONS_PREEMPTED);
                    }
                    if (!takesReservation && actionKey != 0 && isRegistered(nexus, actionKey)) {
                        unregister(nexus);
                    }
                });
        preempted.forEach(aborted::abort);
        return result;
    }

    /** Registers another nexus and gives it the reservation. */
    private CommandResult move(Nexus nexus, ParameterListReader list, long actionKey) {
        if (!isHolder(nexus) || isAllRegistrants(type)) {
            return type == 0
                    ? CommandResult.checkCondition(SenseData.invalidFieldInCdb(1, 4))
                    : conflict();
        }
        if (actionKey == 0) {
            throw CheckConditionException.invalidFieldInParameterList(8, 7);
        }
        if (list.u16(18) != RELATIVE_TARGET_PORT) {
            throw CheckConditionException.invalidFieldInParameterList(18, 7);
        }
        Nexus other = new Nexus(initiatorPort(list), nexus.targetPort());
        if (other.equals(nexus)) {
            throw CheckConditionException.invalidFieldInParameterList(24, 7);
        }
        boolean unregister = list.bit(17, 1);
        boolean newPersistent = list.bit(17, 0);
        return changed(() -> {
            persistent = newPersistent;
            generation++;
            registrations.put(other, actionKey);
            holder = other;
            if (unregister) {
                registrations.remove(nexus);
            }
        });
    }

    private static String initiatorPort(ParameterListReader list) {
        int transportIdBytes = Math.toIntExact(Math.min(list.u32(20), 1024));
        byte[] id = list.bytes(PARAMETER_LIST_BYTES, transportIdBytes);
        if (transportIdBytes < 24 || (id[0] & 0xFF) != TRANSPORT_ID_ISCSI) {
            throw CheckConditionException.invalidFieldInParameterList(PARAMETER_LIST_BYTES, 7);
        }
        int end = 4;
        while (end < id.length && id[end] != 0) {
            end++;
        }
        return new String(id, 4, end - 4, StandardCharsets.UTF_8);
    }

    private static void checkScopeAndType(SpcCommand.PersistentReserveOut command) {
        switch (command.type()) {
            case WRITE_EXCLUSIVE,
                    EXCLUSIVE_ACCESS,
                    WRITE_EXCLUSIVE_REGISTRANTS_ONLY,
                    EXCLUSIVE_ACCESS_REGISTRANTS_ONLY,
                    WRITE_EXCLUSIVE_ALL_REGISTRANTS,
                    EXCLUSIVE_ACCESS_ALL_REGISTRANTS -> {}
            default -> throw CheckConditionException.invalidFieldInCdb(2, 3);
        }
        if (command.scope() != 0) {
            throw CheckConditionException.invalidFieldInCdb(2, 7);
        }
    }

    private boolean isHolder(Nexus nexus) {
        return type != 0
                && (isAllRegistrants(type)
                        ? registrations.containsKey(nexus)
                        : nexus.equals(holder));
    }

    private static boolean isExclusive(int type) {
        return type == WRITE_EXCLUSIVE || type == EXCLUSIVE_ACCESS;
    }

    private static boolean isAllRegistrants(int type) {
        return type == WRITE_EXCLUSIVE_ALL_REGISTRANTS || type == EXCLUSIVE_ACCESS_ALL_REGISTRANTS;
    }

    private void tell(Predicate<Nexus> whom, AdditionalSense condition) {
        registrations.keySet().stream()
                .filter(whom)
                .forEach(nexus -> unitAttentions.raise(nexus, condition));
    }

    // ---- what survives a loss of power

    /** Makes a change and saves it where that was asked for; where it cannot be saved, nothing has changed. */
    private CommandResult changed(Runnable change) {
        byte[] before = encode();
        boolean wasPersistent = persistent;
        change.run();
        try {
            if (persistent) {
                store.save(encode());
            } else if (wasPersistent) {
                store.clear();
            }
        } catch (RuntimeException e) {
            registrations.clear();
            restore(before);
            persistent = wasPersistent;
            throw e;
        }
        return CommandResult.GOOD;
    }

    /**
     * <pre>
     *  version 1 | generation 4 | type 1 | index of the holder 4, -1 for none | count 4
     *  count times: key 8 | length 2, initiator port | length 2, target port
     * </pre>
     */
    private byte[] encode() {
        List<Nexus> nexuses = List.copyOf(registrations.keySet());
        Nexus one = holder;
        ResponseBuilder state =
                new ResponseBuilder()
                        .u8(STATE_VERSION)
                        .u32(generation)
                        .u8(type)
                        .u32(one == null ? -1 : nexuses.indexOf(one))
                        .u32(nexuses.size());
        for (Nexus nexus : nexuses) {
            state.u64(registrations.getOrDefault(nexus, 0L));
            for (String name : List.of(nexus.initiatorPort(), nexus.targetPort())) {
                byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                state.u16(bytes.length).bytes(bytes);
            }
        }
        return state.toByteArray();
    }

    private void restore(byte[] state) {
        ByteBuffer bytes = ByteBuffer.wrap(state);
        if (bytes.get() != STATE_VERSION) {
            throw new IllegalArgumentException("reservations of a version that is not known");
        }
        generation = bytes.getInt();
        type = bytes.get();
        int holderIndex = bytes.getInt();
        int count = bytes.getInt();
        List<Nexus> nexuses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long key = bytes.getLong();
            Nexus nexus = new Nexus(text(bytes), text(bytes));
            nexuses.add(nexus);
            registrations.put(nexus, key);
        }
        holder = Optional.of(holderIndex).filter(i -> i >= 0).map(nexuses::get).orElse(null);
        persistent = true;
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[bytes.getShort() & 0xFFFF];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
