package io.capstan.scsi.spc;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Everything the framework knows about one command of a device server.
 *
 * <p>The usage bitmap has a byte for each byte of the CDB. Byte 0 is the operation code; the low five bits of byte 1 are
 * the service action where there is one; every other bit is one if the device server looks at it. The last byte, CONTROL,
 * is written 00: {@link CommandSet} judges it alike for all commands.
 *
 * @param name as the standards write it
 * @param usage CDB usage data as REPORT SUPPORTED OPERATION CODES returns it
 * @param nominalTimeoutSeconds how long the command takes when all is well; 0 means no estimate
 * @param recommendedTimeoutSeconds when an initiator may take it for lost; 0 means no recommendation
 * @see "SPC-4, REPORT SUPPORTED OPERATION CODES command, CDB USAGE DATA field"
 */
public record CommandDescriptor<C>(
        String name,
        int operationCode,
        OptionalInt serviceAction,
        byte[] usage,
        int nominalTimeoutSeconds,
        int recommendedTimeoutSeconds,
        Set<CommandFlag> flags,
        CommandDecoder<? extends C> decoder) {

    static final int SERVICE_ACTION_MASK = 0x1F;

    public CommandDescriptor {
        usage = usage.clone();
        flags = Set.copyOf(flags);
        if (usage.length < 6 || (usage[0] & 0xFF) != operationCode) {
            throw new IllegalArgumentException(
                    name + ": the usage bitmap does not begin with the operation code");
        }
        if (serviceAction.isPresent()
                && (usage[1] & SERVICE_ACTION_MASK) != serviceAction.getAsInt()) {
            throw new IllegalArgumentException(
                    name + ": the usage bitmap does not hold the service action");
        }
        if (usage[usage.length - 1] != 0) {
            throw new IllegalArgumentException(name + ": CONTROL is not the device server's");
        }
    }

    /**
     * A command that its operation code alone tells.
     *
     * @param usageHex the usage bitmap, for example {@code "12 01 FF FF FF 00"}
     */
    public static <C> CommandDescriptor<C> of(
            String name,
            String usageHex,
            int nominalTimeoutSeconds,
            int recommendedTimeoutSeconds,
            CommandDecoder<? extends C> decoder,
            CommandFlag... flags) {
        byte[] usage = parse(usageHex);
        return new CommandDescriptor<>(
                name,
                usage[0] & 0xFF,
                OptionalInt.empty(),
                usage,
                nominalTimeoutSeconds,
                recommendedTimeoutSeconds,
                setOf(flags),
                decoder);
    }

    /**
     * A command that the service action in bits 4 to 0 of byte 1 tells from others of its operation code.
     *
     * @param usageHex the usage bitmap, for example {@code "A3 0C 87 FF FF FF FF FF FF FF 00 00"}
     */
    public static <C> CommandDescriptor<C> ofServiceAction(
            String name,
            String usageHex,
            int nominalTimeoutSeconds,
            int recommendedTimeoutSeconds,
            CommandDecoder<? extends C> decoder,
            CommandFlag... flags) {
        byte[] usage = parse(usageHex);
        return new CommandDescriptor<>(
                name,
                usage[0] & 0xFF,
                OptionalInt.of(usage[1] & SERVICE_ACTION_MASK),
                usage,
                nominalTimeoutSeconds,
                recommendedTimeoutSeconds,
                setOf(flags),
                decoder);
    }

    /** The same command with other timeouts, for a device that is faster or slower. */
    public CommandDescriptor<C> withTimeouts(
            int newNominalTimeoutSeconds, int newRecommendedTimeoutSeconds) {
        return new CommandDescriptor<>(
                name,
                operationCode,
                serviceAction,
                usage,
                newNominalTimeoutSeconds,
                newRecommendedTimeoutSeconds,
                flags,
                decoder);
    }

    @Override
    public byte[] usage() {
        return usage.clone();
    }

    /** Bytes of the CDB. */
    public int cdbLengthBytes() {
        return usage.length;
    }

    public boolean has(CommandFlag flag) {
        return flags.contains(flag);
    }

    /** Byte {@code offset} of the usage bitmap, without a copy. */
    int usageAt(int offset) {
        return usage[offset] & 0xFF;
    }

    private static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static Set<CommandFlag> setOf(CommandFlag... flags) {
        return flags.length == 0
                ? EnumSet.noneOf(CommandFlag.class)
                : EnumSet.copyOf(List.of(flags));
    }
}
