package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import java.util.Map;
import java.util.TreeMap;

/**
 * The buffers behind READ BUFFER and WRITE BUFFER: an echo buffer, and those a device server adds, by BUFFER ID.
 *
 * <p>Modes: combined header and data (00h), data (02h), descriptor (03h), echo buffer (0Ah) and its descriptor (0Bh).
 *
 * @see "SPC-4, READ BUFFER and WRITE BUFFER commands"
 */
public final class DataBuffers {

    /** Bytes of the echo buffer, which all nexuses share. */
    public static final int ECHO_BYTES = 252;

    private static final int COMBINED = 0x00;
    private static final int DATA = 0x02;
    private static final int DESCRIPTOR = 0x03;
    private static final int ECHO = 0x0A;
    private static final int ECHO_DESCRIPTOR = 0x0B;

    private final Map<Integer, Buffer> buffers = new TreeMap<>();
    private MicrocodeSink microcode = MicrocodeSink.REFUSING;
    private byte[] echo = new byte[0];
    private boolean echoWritten;

    /** One buffer of a device server. */
    public interface Buffer {

        int capacityBytes();

        /** {@code lengthBytes} from {@code offset}, a range inside the capacity. */
        byte[] read(int offset, int lengthBytes);

        /**
         * Writes a range inside the capacity.
         *
         * @throws CheckConditionException if it cannot be written
         */
        void write(int offset, byte[] data);
    }

    /** Takes what the microcode modes (04h to 07h, 0Dh to 0Fh) of WRITE BUFFER bring. */
    @FunctionalInterface
    public interface MicrocodeSink {

        /** Refuses microcode as a mode that is not supported. */
        MicrocodeSink REFUSING =
                (command, data) -> {
                    throw CheckConditionException.invalidFieldInCdb(1, 4);
                };

        CommandResult download(SpcCommand.WriteBuffer command, byte[] data);
    }

    /** Adds a buffer; one added again replaces the former. */
    public DataBuffers add(int bufferId, Buffer buffer) {
        buffers.put(bufferId, buffer);
        return this;
    }

    public DataBuffers microcode(MicrocodeSink sink) {
        microcode = sink;
        return this;
    }

    /** The response to READ BUFFER. */
    byte[] read(SpcCommand.ReadBuffer command) {
        return switch (command.mode()) {
            case COMBINED -> combined(command);
            case DATA -> data(command);
            case DESCRIPTOR -> descriptor(command);
            case ECHO -> echo();
            case ECHO_DESCRIPTOR -> new ResponseBuilder().u16(0).u16(ECHO_BYTES).toByteArray();
            default -> throw CheckConditionException.invalidFieldInCdb(1, 4);
        };
    }

    /** Executes WRITE BUFFER. */
    CommandResult write(SpcCommand.WriteBuffer command, Task task) {
        return switch (command.mode()) {
            case DATA -> writeData(command, task);
            case ECHO -> writeEcho(command, task);
            case 0x04, 0x05, 0x06, 0x07, 0x0D, 0x0E, 0x0F ->
                    microcode.download(command, parameters(command, task));
            default -> throw CheckConditionException.invalidFieldInCdb(1, 4);
        };
    }

    private byte[] combined(SpcCommand.ReadBuffer command) {
        Buffer buffer = buffer(command.bufferId());
        if (command.bufferOffsetBytes() != 0) {
            throw CheckConditionException.invalidFieldInCdb(3);
        }
        int lengthBytes =
                Math.min(buffer.capacityBytes(), Math.max(0, command.allocationLengthBytes() - 4));
        return new ResponseBuilder()
                .u8(0)
                .u24(buffer.capacityBytes())
                .bytes(buffer.read(0, lengthBytes))
                .toByteArray();
    }

    private byte[] data(SpcCommand.ReadBuffer command) {
        Buffer buffer = buffer(command.bufferId());
        int offset = command.bufferOffsetBytes();
        if (offset > buffer.capacityBytes()) {
            throw CheckConditionException.invalidFieldInCdb(3);
        }
        return buffer.read(
                offset, Math.min(buffer.capacityBytes() - offset, command.allocationLengthBytes()));
    }

    /** A buffer that is not there has a capacity of zero, so that an initiator can look for those that are. */
    private byte[] descriptor(SpcCommand.ReadBuffer command) {
        Buffer buffer = buffers.get(command.bufferId());
        int capacityBytes = buffer == null ? 0 : buffer.capacityBytes();
        return new ResponseBuilder().u8(0).u24(capacityBytes).toByteArray();
    }

    private byte[] echo() {
        if (!echoWritten) {
            throw CheckConditionException.of(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.COMMAND_SEQUENCE_ERROR);
        }
        return echo;
    }

    private CommandResult writeData(SpcCommand.WriteBuffer command, Task task) {
        Buffer buffer = buffer(command.bufferId());
        int offset = command.bufferOffsetBytes();
        if (offset > buffer.capacityBytes()) {
            throw CheckConditionException.invalidFieldInCdb(3);
        }
        if (command.parameterListLengthBytes() > buffer.capacityBytes() - offset) {
            throw CheckConditionException.invalidFieldInCdb(6);
        }
        buffer.write(offset, parameters(command, task));
        return CommandResult.GOOD;
    }

    private CommandResult writeEcho(SpcCommand.WriteBuffer command, Task task) {
        if (command.parameterListLengthBytes() > ECHO_BYTES) {
            throw CheckConditionException.invalidFieldInCdb(6);
        }
        echo = parameters(command, task);
        echoWritten = true;
        return CommandResult.GOOD;
    }

    private Buffer buffer(int bufferId) {
        Buffer buffer = buffers.get(bufferId);
        if (buffer == null) {
            throw CheckConditionException.invalidFieldInCdb(2);
        }
        return buffer;
    }

    private static byte[] parameters(SpcCommand.WriteBuffer command, Task task) {
        return ParameterListReader.of(task, command.parameterListLengthBytes())
                .bytes(0, command.parameterListLengthBytes());
    }
}
