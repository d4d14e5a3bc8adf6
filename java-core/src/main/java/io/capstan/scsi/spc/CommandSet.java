package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.SenseKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one device server: its own and those of SPC that it supports, in one immutable table that decodes,
 * refuses and reports them.
 *
 * <p>What is refused here, in this order:
 *
 * <ul>
 *   <li>an operation code without an entry: INVALID COMMAND OPERATION CODE;
 *   <li>a service action without an entry: INVALID FIELD IN CDB at the SERVICE ACTION field;
 *   <li>a bit outside the usage bitmap, or NACA: INVALID FIELD IN CDB at exactly that bit.
 * </ul>
 *
 * In CONTROL, the vendor-specific bits 7 and 6 and the obsolete bits 1 and 0 are ignored, reserved bits refused.
 *
 * @param <C> the device server's own commands, a sealed interface
 * @see "SPC-4, Command Descriptor Block; SAM-5, CONTROL byte"
 */
public final class CommandSet<C> {

    private static final int SERVICE_ACTION_BIT = 4;
    private static final int CONTROL_REFUSED = 0x3C;

    private final @Nullable Entry<C>[] withoutServiceAction = newTable();
    private final @Nullable Entry<C>[][] withServiceAction = newTables();
    private final List<CommandDescriptor<?>> descriptors;
    private final List<Entry<C>> entries;

    private CommandSet(Builder<C> builder) {
        TreeMap<Integer, CommandDescriptor<?>> sorted = new TreeMap<>();
        for (Entry<C> entry : builder.entries) {
            insert(entry);
            CommandDescriptor<?> descriptor = entry.descriptor();
            int order = descriptor.operationCode() << 16 | descriptor.serviceAction().orElse(0);
            sorted.put(order, descriptor);
        }
        descriptors = List.copyOf(sorted.values());
        entries = List.copyOf(builder.entries);
    }

    public static <C> Builder<C> builder() {
        return new Builder<>();
    }

    /** Collects the table. */
    public static final class Builder<C> {

        private final List<Entry<C>> entries = new ArrayList<>();

        private Builder() {}

        /** Adds a command of the device server's own. */
        public Builder<C> add(CommandDescriptor<C> descriptor) {
            entries.add(new Own<>(descriptor));
            return this;
        }

        /** Adds commands of the device server's own. */
        public Builder<C> addAll(List<CommandDescriptor<C>> descriptors) {
            descriptors.forEach(this::add);
            return this;
        }

        /** Adds a command that {@link SpcDeviceServer} executes; see {@link SpcCommands}. */
        public Builder<C> addSpc(CommandDescriptor<SpcCommand> descriptor) {
            entries.add(new Spc<>(descriptor));
            return this;
        }

        /** Adds commands that {@link SpcDeviceServer} executes, for example {@link SpcCommands#ALL}. */
        public Builder<C> addAllSpc(List<CommandDescriptor<SpcCommand>> descriptors) {
            descriptors.forEach(this::addSpc);
            return this;
        }

        /**
         * @throws IllegalArgumentException if two commands cannot be told apart
         */
        public CommandSet<C> build() {
            return new CommandSet<>(this);
        }
    }

    /** These commands, and others that are not among them, for a report of them all. */
    CommandSet<C> with(List<CommandDescriptor<SpcCommand>> others) {
        Builder<C> builder = new Builder<>();
        builder.entries.addAll(entries);
        others.stream().filter(command -> !isKnown(command)).forEach(builder::addSpc);
        return builder.build();
    }

    private boolean isKnown(CommandDescriptor<?> command) {
        return descriptors.stream()
                .anyMatch(known ->
                        known.operationCode() == command.operationCode()
                                && known.serviceAction().equals(command.serviceAction()));
    }

    /** All commands, by operation code and service action. */
    public List<CommandDescriptor<?>> descriptors() {
        return descriptors;
    }

    /** The command {@code cdb} asks for, judged by operation code and service action alone. */
    public Optional<CommandDescriptor<?>> descriptor(Cdb cdb) {
        return Optional.ofNullable(find(cdb)).map(Entry::descriptor);
    }

    /**
     * Decodes a command of the device server's own; for tests of decoders.
     *
     * @throws CheckConditionException if the CDB is refused
     * @throws IllegalArgumentException if it is a command of SPC
     */
    public C decode(Cdb cdb) {
        return switch (checked(cdb)) {
            case Own<C>(CommandDescriptor<C> descriptor) -> descriptor.decoder().decode(cdb);
            case Spc<C>(CommandDescriptor<SpcCommand> descriptor) ->
                    throw new IllegalArgumentException(descriptor.name());
        };
    }

    /** The entry for {@code cdb} once all its bits were checked. */
    Entry<C> checked(Cdb cdb) {
        Entry<C> entry = find(cdb);
        if (entry == null) {
            throw unknown(cdb);
        }
        checkBits(entry.descriptor(), cdb);
        return entry;
    }

    @Nullable Entry<C> find(Cdb cdb) {
        int operationCode = cdb.operationCode();
        @Nullable Entry<C>[] byServiceAction = withServiceAction[operationCode];
        return byServiceAction == null
                ? withoutServiceAction[operationCode]
                : byServiceAction[cdb.u8(1) & CommandDescriptor.SERVICE_ACTION_MASK];
    }

    /** The command with this operation code and no service action. */
    @Nullable CommandDescriptor<?> find(int operationCode) {
        Entry<C> entry = withoutServiceAction[operationCode];
        return entry == null ? null : entry.descriptor();
    }

    /** The command with this operation code and service action. */
    @Nullable CommandDescriptor<?> find(int operationCode, int serviceAction) {
        @Nullable Entry<C>[] byServiceAction = withServiceAction[operationCode];
        if (byServiceAction == null || serviceAction >= byServiceAction.length) {
            return null;
        }
        Entry<C> entry = byServiceAction[serviceAction];
        return entry == null ? null : entry.descriptor();
    }

    boolean hasServiceActions(int operationCode) {
        return withServiceAction[operationCode] != null;
    }

    /** One line of the table: whose command it is decides who executes it. */
    sealed interface Entry<C> {
        CommandDescriptor<?> descriptor();
    }

    /** A command of the device server's own. */
    record Own<C>(CommandDescriptor<C> descriptor) implements Entry<C> {}

    /** A command of SPC. */
    record Spc<C>(CommandDescriptor<SpcCommand> descriptor) implements Entry<C> {}

    private CheckConditionException unknown(Cdb cdb) {
        return hasServiceActions(cdb.operationCode())
                ? CheckConditionException.invalidFieldInCdb(1, SERVICE_ACTION_BIT)
                : CheckConditionException.of(
                        SenseKey.ILLEGAL_REQUEST, AdditionalSense.INVALID_COMMAND_OPERATION_CODE);
    }

    private static void checkBits(CommandDescriptor<?> descriptor, Cdb cdb) {
        int controlAt = descriptor.cdbLengthBytes() - 1;
        int serviceActionBits =
                descriptor.serviceAction().isPresent() ? CommandDescriptor.SERVICE_ACTION_MASK : 0;
        checkByte(cdb, 1, ~(descriptor.usageAt(1) | serviceActionBits));
        for (int at = 2; at < controlAt; at++) {
            checkByte(cdb, at, ~descriptor.usageAt(at));
        }
        checkByte(cdb, controlAt, CONTROL_REFUSED);
    }

    private static void checkByte(Cdb cdb, int offset, int refusedBits) {
        int refused = cdb.u8(offset) & refusedBits;
        if (refused != 0) {
            int bit = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(refused);
            throw CheckConditionException.invalidFieldInCdb(offset, bit);
        }
    }

    private void insert(Entry<C> entry) {
        CommandDescriptor<?> descriptor = entry.descriptor();
        int operationCode = descriptor.operationCode();
        @Nullable Entry<C>[] row;
        int column;
        if (descriptor.serviceAction().isPresent()) {
            column = descriptor.serviceAction().getAsInt();
            row = rowOf(operationCode);
            refuseIf(withoutServiceAction[operationCode] != null, descriptor);
        } else {
            column = operationCode;
            row = withoutServiceAction;
            refuseIf(withServiceAction[operationCode] != null, descriptor);
        }
        refuseIf(row[column] != null, descriptor);
        row[column] = entry;
    }

    private @Nullable Entry<C>[] rowOf(int operationCode) {
        @Nullable Entry<C>[] row = withServiceAction[operationCode];
        if (row == null) {
            row = newTable();
            withServiceAction[operationCode] = row;
        }
        return row;
    }

    private static void refuseIf(boolean taken, CommandDescriptor<?> descriptor) {
        if (taken) {
            throw new IllegalArgumentException("two commands in place of " + descriptor.name());
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <C> @Nullable Entry<C>[] newTable() {
        return new Entry[256];
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <C> @Nullable Entry<C>[][] newTables() {
        return new Entry[256][];
    }
}
