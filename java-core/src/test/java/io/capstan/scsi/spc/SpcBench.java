package io.capstan.scsi.spc;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A logical unit on the bench: {@link TinyDeviceServer} with a page of every kind, and two initiators, A and B.
 *
 * <p>No unit attention is pending unless a test raises one.
 */
final class SpcBench {

    static final Nexus A = new Nexus("A", "target");
    static final Nexus B = new Nexus("B", "target");

    static final ModePageCode COMPRESSION = ModePageCode.of(0x0F);
    static final ModePageCode DEVICE_CONFIGURATION = ModePageCode.of(0x10);
    static final ModePageCode DEVICE_CONFIGURATION_EXTENSION = ModePageCode.of(0x10, 0x01);
    static final ModePageCode ELEMENTS = ModePageCode.of(0x1D);

    final TinyDeviceServer device = new TinyDeviceServer();
    final TinyModeHeader header = new TinyModeHeader();
    final UnitAttentions unitAttentions = UnitAttentions.afterAdoption();
    final DeferredErrors deferredErrors = new DeferredErrors();
    final MediumRemoval mediumRemoval = new MediumRemoval();
    final MemorySavedParameters saved = new MemorySavedParameters();
    final LogicalUnitOwner owner = new LogicalUnitOwner();
    final List<String> observed = new ArrayList<>();
    final List<byte[]> compressionChanges = new ArrayList<>();
    final List<byte[]> diagnosticsSent = new ArrayList<>();
    final byte[] memory = new byte[300];

    long tapeAlerts = 0x8000_0000_0000_0001L;
    long blocksWritten = 5;
    byte[] elements = {0, 1, 0, 2};
    boolean reservedByOther;
    boolean observerFails;

    ModePages modePages;
    SpcDeviceServer<TinyCommand> logicalUnit;

    SpcBench() {
        build(true);
    }

    /** A bench whose mode pages cannot be saved. */
    static SpcBench withoutSavedParameters() {
        SpcBench bench = new SpcBench();
        bench.build(false);
        return bench;
    }

    /** Puts the same parts together anew, as a restart does. */
    void restart() {
        build(true);
    }

    /** What an initiator got. */
    record Reply(CommandResult result, byte[] data) {

        /** Status, or key and additional sense code as {@code 05/24/00}. */
        String outcome() {
            return result.sense().map(Reply::threeBytes).orElseGet(() -> result.status().name());
        }

        /** Key, additional sense code, and the field pointer: {@code 05/24/00 CD 00 02}. */
        String outcomeWithPointer() {
            byte[] sense = result.sense().orElseThrow().encode();
            return outcome() + " " + hex(Arrays.copyOfRange(sense, 15, 18));
        }

        String hex() {
            return hex(data);
        }

        private static String threeBytes(SenseData sense) {
            byte[] bytes = sense.encode();
            return "%02X/%02X/%02X".formatted(bytes[2] & 0xF, bytes[12], bytes[13]);
        }

        private static String hex(byte[] bytes) {
            return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes);
        }
    }

    Reply send(String cdb) {
        return send(A, cdb, "", 0);
    }

    Reply send(Nexus nexus, String cdb) {
        return send(nexus, cdb, "", 0);
    }

    Reply send(String cdb, String dataOut) {
        return send(A, cdb, dataOut, 0);
    }

    Reply receive(String cdb) {
        return send(A, cdb, "", 4096);
    }

    Reply receive(String cdb, int capacityBytes) {
        return send(A, cdb, "", capacityBytes);
    }

    Reply send(Nexus nexus, String cdb, String dataOut, int capacityBytes) {
        byte[] out = HexFormat.of().parseHex(dataOut.replace(" ", ""));
        return send(nexus, Cdb.parse(cdb), out, capacityBytes);
    }

    Reply send(Nexus nexus, Cdb cdb, byte[] dataOut, int capacityBytes) {
        byte[] buffer = new byte[capacityBytes];
        Arrays.fill(buffer, (byte) 0xA5);
        DataIn dataIn = DataIn.of(buffer);
        CommandResult result =
                logicalUnit.execute(new Task(nexus, cdb, DataOut.of(dataOut), dataIn));
        return new Reply(result, Arrays.copyOf(buffer, (int) dataIn.transferredBytes()));
    }

    private void build(boolean saving) {
        modePages = modePages(saving);
        logicalUnit =
                SpcDeviceServer.builder("bench", owner, commands(), device, inquiryData())
                        .vpdPages(vpdPages())
                        .modePages(modePages)
                        .logPages(logPages())
                        .diagnosticPages(diagnosticPages())
                        .dataBuffers(new DataBuffers().add(0, new MemoryBuffer(memory)))
                        .unitAttentions(unitAttentions)
                        .deferredErrors(deferredErrors)
                        .mediumRemoval(mediumRemoval)
                        .reservations((task, command) ->
                                reservedByOther
                                        && !command.has(
                                                CommandFlag.ALLOWED_WHILE_PERSISTENTLY_RESERVED))
                        .observer(this::observe)
                        .build();
    }

    private void observe(String name, Task task, CommandResult result, long elapsedNanos) {
        observed.add(name + " " + task.cdb().lengthBytes() + " " + result.status());
        if (observerFails) {
            throw new IllegalStateException("observer");
        }
    }

    static CommandSet<TinyCommand> commands() {
        return CommandSet.<TinyCommand>builder()
                .addAll(TinyDeviceServer.COMMANDS)
                .addAllSpc(SpcCommands.ALL)
                .addSpc(SpcCommands.REPORT_IDENTIFYING_INFORMATION)
                .addSpc(SpcCommands.SET_IDENTIFYING_INFORMATION)
                .addSpc(SpcCommands.REPORT_TARGET_PORT_GROUPS)
                .build();
    }

    static InquiryData inquiryData() {
        return InquiryData.of(0x01, "IBM", "ULT3580-TD8", "HB81")
                .withVendorSpecific((byte) 0x11, (byte) 0x22)
                .withVersionDescriptors(0x00A0, 0x0960);
    }

    private static VpdPages vpdPages() {
        return VpdPages.builder()
                .unitSerialNumber("0007800001")
                .deviceIdentification(
                        Designator.t10VendorId("IBM", "ULT3580-TD8", "0007800001"),
                        Designator.naa(0x5005076312345678L),
                        Designator.relativeTargetPort(1),
                        Designator.naa(Designator.TARGET_PORT, 0x5005076312345679L))
                .extendedInquiryData((byte) 0x11, (byte) 0x07)
                .sequentialAccessCapabilities(true, false)
                .manufacturerSerialNumber("13A0000001")
                .tapeAlertSupportedFlags(-1L)
                .automationSerialNumber(() -> "LIB0")
                .dataTransferElementAddress(() -> 0x0101)
                .build();
    }

    private ModePages modePages(boolean saving) {
        ModePages.Builder pages =
                ModePages.builder()
                        .header(header)
                        .add(
                                ModePage.changeable(
                                        COMPRESSION,
                                        "C0 80 00 00 00 01 00 00 00 01 00 00 00 00",
                                        "80 00 00 00 00 00 00 00 00 00 00 00 00 00"))
                        .add(
                                ModePage.changeable(
                                                DEVICE_CONFIGURATION,
                                                "00 00 50 50 00 00",
                                                "00 00 FF FF 00 00")
                                        .withCheck(page ->
                                                page[3] == 0
                                                        ? OptionalInt.of(3)
                                                        : OptionalInt.empty()))
                        .add(
                                ModePage.changeable(
                                                DEVICE_CONFIGURATION_EXTENSION,
                                                "00 00 00 10",
                                                "F0 00 00 00")
                                        .notSaveable())
                        .addLive(ModePage.fixed(ELEMENTS, "00 00 00 00"), () -> elements)
                        .onChange(COMPRESSION, compressionChanges::add);
        return saving ? pages.savedParameters(saved).build() : pages.build();
    }

    private LogPages logPages() {
        return LogPages.builder()
                .add(
                        LogPage.of(
                                        0x0C,
                                        () ->
                                                List.of(
                                                        LogParameter.counter(0, blocksWritten, 4),
                                                        LogParameter.counter(1, 0x0102, 2),
                                                        LogParameter.binary(0x8000, 7, 1)))
                                .withReset(() -> blocksWritten = 0))
                .add(LogPage.of(0x17, 0x01, () -> List.of(LogParameter.ascii(0x40, "SER", 5))))
                .add(LogPage.of(0x17, () -> List.of(LogParameter.binary(0, 1, 1))))
                .add(
                        LogPage.of(
                                        0x2E,
                                        () ->
                                                List.of(
                                                        LogParameter.binary(
                                                                1, tapeAlerts >>> 63, 1),
                                                        LogParameter.binary(2, 0, 1),
                                                        LogParameter.binary(64, tapeAlerts & 1, 1)))
                                .withDelivered(() -> tapeAlerts = 0))
                .build();
    }

    private DiagnosticPages diagnosticPages() {
        return new DiagnosticPages()
                .addSend(0x80, diagnosticsSent::add)
                .addReceive(0x81, () -> new byte[] {9, 8, 7})
                .addSend(0x82, diagnosticsSent::add)
                .addReceive(0x82, () -> new byte[] {6});
    }

    /** Saved parameters that survive {@link #restart}, and can be told to fail. */
    static final class MemorySavedParameters implements SavedParameters {

        final Map<ModePageCode, byte[]> pages = new TreeMap<>();
        boolean failing;

        @Override
        public Optional<byte[]> load(ModePageCode code) {
            return Optional.ofNullable(pages.get(code));
        }

        @Override
        public void save(Map<ModePageCode, byte[]> toSave) {
            if (failing) {
                throw new IllegalStateException("no room");
            }
            pages.putAll(toSave);
        }
    }

    /** A buffer for READ BUFFER and WRITE BUFFER whose first byte cannot be written. */
    private record MemoryBuffer(byte[] memory) implements DataBuffers.Buffer {

        @Override
        public int capacityBytes() {
            return memory.length;
        }

        @Override
        public byte[] read(int offset, int lengthBytes) {
            return Arrays.copyOfRange(memory, offset, offset + lengthBytes);
        }

        @Override
        public void write(int offset, byte[] data) {
            if (offset == 0) {
                throw CheckConditionException.of(
                        SenseKey.DATA_PROTECT, AdditionalSense.WRITE_PROTECTED);
            }
            System.arraycopy(data, 0, memory, offset, data.length);
        }
    }
}
