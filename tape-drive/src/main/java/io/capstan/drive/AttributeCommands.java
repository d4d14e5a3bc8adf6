package io.capstan.drive;

import io.capstan.medium.AttributeStore.Attribute;
import io.capstan.medium.AttributeStore.Format;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.ParameterListReader;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * READ ATTRIBUTE, WRITE ATTRIBUTE and READ MEDIA SERIAL NUMBER.
 *
 * <p>A WRITE ATTRIBUTE changes all attributes of its list or none, and they are on the cartridge when it ends, WTC or
 * not. Text shorter than the attribute is filled up: ASCII with blanks, TEXT with zeros.
 *
 * @see "SPC-4, 6.20 READ ATTRIBUTE, 6.47 WRITE ATTRIBUTE, 6.22 READ MEDIA SERIAL NUMBER"
 */
final class AttributeCommands {

    private static final int VOLUME_NUMBER_AT = 5;
    private static final int PARTITION_AT = 7;
    private static final int FIRST_ATTRIBUTE_AT = 8;
    private static final int LIST_HEADER_BYTES = 4;
    private static final int ATTRIBUTE_HEADER_BYTES = 5;
    private static final int READ_ONLY = 0x80;
    private static final int FORMAT_MASK = 0x03;

    private final Loader loader;
    private final WriteProtection protection;
    private final WriteFaults writeFaults;

    AttributeCommands(Loader loader, WriteProtection protection, WriteFaults writeFaults) {
        this.loader = loader;
        this.protection = protection;
        this.writeFaults = writeFaults;
    }

    // ---- READ ATTRIBUTE

    CommandResult read(SscCommand.ReadAttribute command, Task task) {
        Mount mount = loader.ready();
        checkPlace(mount, command.volumeNumber(), command.partition());
        byte[] data =
                switch (command.action()) {
                    case VALUES -> values(mount, command);
                    case LIST -> list(mount, command);
                    case VOLUME_LIST -> new byte[] {0, 2, 0, 1};
                    case PARTITION_LIST ->
                            new byte[] {0, 2, 0, (byte) mount.medium().partitionCount()};
                    case SUPPORTED -> supported(command);
                };
        task.dataIn().put(data, command.allocationLengthBytes());
        return CommandResult.GOOD;
    }

    private byte[] values(Mount mount, SscCommand.ReadAttribute command) {
        ResponseBuilder response = new ResponseBuilder().u32(0);
        for (Attribute attribute : attributes(mount, command)) {
            boolean readOnly = !MediumMemory.isOfHost(attribute.identifier());
            response.u16(attribute.identifier())
                    .u8((readOnly ? READ_ONLY : 0) | formatCode(attribute.format()))
                    .u16(attribute.value().length)
                    .bytes(attribute.value());
        }
        return response.putLengthU32(0).toByteArray();
    }

    private byte[] list(Mount mount, SscCommand.ReadAttribute command) {
        ResponseBuilder response = new ResponseBuilder().u32(0);
        attributes(mount, command).forEach(attribute -> response.u16(attribute.identifier()));
        return response.putLengthU32(0).toByteArray();
    }

    private byte[] supported(SscCommand.ReadAttribute command) {
        ResponseBuilder response = new ResponseBuilder().u32(0);
        for (MamAttribute attribute : MamAttribute.values()) {
            if (attribute.isIn(command.partition())
                    && attribute.identifier() >= command.firstAttribute()) {
                response.u16(attribute.identifier());
            }
        }
        return response.putLengthU32(0).toByteArray();
    }

    /** All attributes that have a value, from the first one asked for, which must be one of them unless it is 0. */
    private static List<Attribute> attributes(Mount mount, SscCommand.ReadAttribute command) {
        int partition = command.partition();
        TreeMap<Integer, Attribute> found = new TreeMap<>();
        for (MamAttribute each : MamAttribute.values()) {
            mount.memory()
                    .value(each, partition)
                    .map(value -> new Attribute(partition, each.identifier(), each.format(), value))
                    .ifPresent(attribute -> found.put(each.identifier(), attribute));
        }
        mount.memory().attributes().list(partition).stream()
                .filter(attribute -> MamAttribute.isVendorHost(attribute.identifier()))
                .forEach(attribute -> found.put(attribute.identifier(), attribute));
        int first = command.firstAttribute();
        if (first != 0 && !found.containsKey(first)) {
            throw CheckConditionException.invalidFieldInCdb(FIRST_ATTRIBUTE_AT);
        }
        return List.copyOf(found.tailMap(first).values());
    }

    private static void checkPlace(Mount mount, int volumeNumber, int partition) {
        if (volumeNumber != 0) {
            throw CheckConditionException.invalidFieldInCdb(VOLUME_NUMBER_AT);
        }
        if (partition >= mount.medium().partitionCount()) {
            throw CheckConditionException.invalidFieldInCdb(PARTITION_AT);
        }
    }

    // ---- WRITE ATTRIBUTE

    CommandResult write(SscCommand.WriteAttribute command, Task task) {
        Mount mount = loader.ready();
        checkPlace(mount, command.volumeNumber(), command.partition());
        protection.check(mount);
        if (command.parameterListLengthBytes() == 0) {
            return CommandResult.GOOD;
        }
        ParameterListReader list = ParameterListReader.of(task, command.parameterListLengthBytes());
        List<Attribute> wanted = parse(list, command.partition());
        checkSpace(mount, wanted);
        wanted.forEach(attribute -> apply(mount, attribute));
        return synchronize(mount);
    }

    private CommandResult synchronize(Mount mount) {
        long unsynchronizedBefore = mount.medium().unsynchronizedObjects();
        try {
            mount.medium().synchronize();
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            return writeFaults.result(fault, unsynchronizedBefore, 0);
        }
    }

    private static List<Attribute> parse(ParameterListReader list, int partition) {
        list.require(0, LIST_HEADER_BYTES);
        long endAt = LIST_HEADER_BYTES + list.u32(0);
        if (endAt > list.lengthBytes()) {
            throw CheckConditionException.parameterListLengthError();
        }
        List<Attribute> attributes = new ArrayList<>();
        int at = LIST_HEADER_BYTES;
        while (at < endAt) {
            attributes.add(attribute(list, at, partition));
            at += ATTRIBUTE_HEADER_BYTES + list.u16(at + 3);
        }
        return attributes;
    }

    /** The attribute at {@code at}; a value of no bytes stands for its removal. */
    private static Attribute attribute(ParameterListReader list, int at, int partition) {
        list.require(at, ATTRIBUTE_HEADER_BYTES);
        int identifier = list.u16(at);
        if (!MediumMemory.isOfHost(identifier)) {
            throw CheckConditionException.invalidFieldInParameterList(at);
        }
        Format format = format(list, at + 2);
        byte[] value = list.bytes(at + ATTRIBUTE_HEADER_BYTES, list.u16(at + 3));
        return MamAttribute.of(identifier)
                .map(known -> fitted(known, format, value, partition, at))
                .orElseGet(() -> new Attribute(partition, identifier, format, value));
    }

    private static int formatCode(Format format) {
        return switch (format) {
            case BINARY -> 0;
            case ASCII -> 1;
            case TEXT -> 2;
        };
    }

    private static Format format(ParameterListReader list, int at) {
        return switch (list.u8(at) & FORMAT_MASK) {
            case 0 -> Format.BINARY;
            case 1 -> Format.ASCII;
            case 2 -> Format.TEXT;
            default -> throw CheckConditionException.invalidFieldInParameterList(at);
        };
    }

    private static Attribute fitted(
            MamAttribute known, Format format, byte[] value, int partition, int at) {
        if (format != known.format()) {
            throw CheckConditionException.invalidFieldInParameterList(at + 2);
        }
        int lengthBytes = known.lengthBytes();
        boolean exact = format == Format.BINARY;
        if (value.length == 0 || lengthBytes == 0 || value.length == lengthBytes) {
            return new Attribute(partition, known.identifier(), format, value);
        }
        if (exact || value.length > lengthBytes) {
            throw CheckConditionException.invalidFieldInParameterList(at + 3);
        }
        byte[] filled = Arrays.copyOf(value, lengthBytes);
        if (format == Format.ASCII) {
            Arrays.fill(filled, value.length, lengthBytes, (byte) ' ');
        }
        return new Attribute(partition, known.identifier(), format, filled);
    }

    private static void checkSpace(Mount mount, List<Attribute> wanted) {
        TreeMap<Integer, Long> changeBytes = new TreeMap<>();
        for (Attribute attribute : wanted) {
            long former =
                    mount.memory()
                            .attributes()
                            .get(attribute.partition(), attribute.identifier())
                            .map(MediumMemory::sizeBytes)
                            .orElse(0L);
            long now = attribute.value().length == 0 ? 0 : MediumMemory.sizeBytes(attribute);
            changeBytes.put(attribute.identifier(), now - former);
        }
        long more = changeBytes.values().stream().mapToLong(Long::longValue).sum();
        if (more > mount.memory().spaceBytes()) {
            throw CheckConditionException.of(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.AUXILIARY_MEMORY_OUT_OF_SPACE);
        }
    }

    private static void apply(Mount mount, Attribute attribute) {
        if (attribute.value().length == 0) {
            mount.memory().attributes().remove(attribute.partition(), attribute.identifier());
        } else {
            mount.memory().attributes().put(attribute);
        }
    }

    // ---- READ MEDIA SERIAL NUMBER

    CommandResult readMediaSerialNumber(SscCommand.ReadMediaSerialNumber command, Task task) {
        Mount mount = loader.ready();
        byte[] serialNumber =
                mount.memory().value(MamAttribute.MEDIUM_SERIAL_NUMBER, 0).orElseThrow();
        byte[] data =
                new ResponseBuilder().u32(serialNumber.length).bytes(serialNumber).toByteArray();
        task.dataIn().put(data, command.allocationLengthBytes());
        return CommandResult.GOOD;
    }
}
