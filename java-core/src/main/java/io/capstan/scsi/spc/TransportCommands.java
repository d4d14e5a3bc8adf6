package io.capstan.scsi.spc;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Commands that a transport executes, so that no logical unit ever sees them, and that REPORT SUPPORTED OPERATION CODES
 * tells all the same: software that takes its timeouts from there does not use a command that is missing.
 *
 * @see "SPC-4, PERSISTENT RESERVE IN, PERSISTENT RESERVE OUT, REPORT LUNS; SPC-2, RESERVE, RELEASE"
 */
public final class TransportCommands {

    private static final int NOMINAL_SECONDS = 1;
    private static final int RECOMMENDED_SECONDS = 60;
    private static final int PERSISTENT_RESERVE_IN_LAST = 3;
    private static final int PERSISTENT_RESERVE_OUT_LAST = 7;

    public static final CommandDescriptor<SpcCommand> REPORT_LUNS =
            of("REPORT LUNS", "A0 00 FF 00 00 00 FF FF FF FF 00 00");

    /** What LIO executes for a device in user space, with its persistent reservations. */
    public static final List<CommandDescriptor<SpcCommand>> OF_KERNEL_TARGET =
            Stream.of(
                            Stream.of(
                                    of("RESERVE(6)", "16 00 00 00 00 00"),
                                    of("RELEASE(6)", "17 00 00 00 00 00"),
                                    of("RESERVE(10)", "56 00 00 00 00 00 00 00 00 00"),
                                    of("RELEASE(10)", "57 00 00 00 00 00 00 00 00 00"),
                                    REPORT_LUNS),
                            serviceActions(
                                    "PERSISTENT RESERVE IN",
                                    "5E %02X 00 00 00 00 00 FF FF 00",
                                    PERSISTENT_RESERVE_IN_LAST),
                            serviceActions(
                                    "PERSISTENT RESERVE OUT",
                                    "5F %02X FF 00 00 FF FF FF FF 00",
                                    PERSISTENT_RESERVE_OUT_LAST))
                    .flatMap(commands -> commands)
                    .toList();

    private TransportCommands() {}

    private static CommandDescriptor<SpcCommand> of(String name, String usageHex) {
        return CommandDescriptor.of(
                name, usageHex, NOMINAL_SECONDS, RECOMMENDED_SECONDS, neverDecoded());
    }

    private static Stream<CommandDescriptor<SpcCommand>> serviceActions(
            String name, String usageFormat, int last) {
        return IntStream.rangeClosed(0, last)
                .mapToObj(serviceAction ->
                        CommandDescriptor.ofServiceAction(
                                name,
                                usageFormat.formatted(serviceAction),
                                NOMINAL_SECONDS,
                                RECOMMENDED_SECONDS,
                                neverDecoded()));
    }

    private static CommandDecoder<SpcCommand> neverDecoded() {
        return cdb -> {
            throw new IllegalStateException("a command of the transport: " + cdb);
        };
    }
}
