package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Layout of a cartridge label file.
 *
 * <pre>
 *       +0        +1        +2        +3        +4        +5        +6        +7
 *    0  |  magic "CPSTNLBL"                                                             |
 *    8  |  version          |  flags            |  label length                         |
 *   16  |  container id, most significant byte first                                    |
 *   24  |                                                                               |
 *   32  |  generation                                                                   |
 *   40  |  revision                                                                     |
 *   48  |  created, milliseconds since 1970-01-01T00:00Z                                |
 *   56  |  native capacity                                                              |
 *   64  |  volume identifier, ASCII, left-aligned, zeros to 32 bytes                    |
 *   96  | medium  | density | part.cnt| name len|  element address  |  attribute count  |
 *  104  |  size of partition 0                                                          |
 *  112  |  size of partition 1, or 0                                                    |
 *  120  |  size of partition 2, or 0                                                    |
 *  128  |  size of partition 3, or 0                                                    |
 *  136  |  library name, UTF-8, zeros to 64 bytes                                       |
 *  200  |  attributes                                                                   |
 *       |  CRC-32C of all bytes before                                                  |
 *
 * Attribute:
 *    0  | partit. | format  |  attribute id     |  value length     |  value ...        |
 * </pre>
 *
 * <p>Flags: bit 0 WORM, bit 1 write protected, bit 2 the element address is one. Attributes follow one another without
 * gaps. The label length counts all bytes of the file, the CRC-32C included.
 */
public final class CartridgeLabelDescriptor {

    /** The bytes "CPSTNLBL". */
    public static final long MAGIC = 0x4C424C4E54535043L;

    public static final int VERSION = 1;

    public static final int LABEL_LENGTH_MAX = 64 * 1024;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int FLAGS_OFFSET = 10;
    static final int LABEL_LENGTH_OFFSET = 12;
    static final int CONTAINER_ID_OFFSET = 16;
    static final int GENERATION_OFFSET = 32;
    static final int REVISION_OFFSET = 40;
    static final int CREATED_OFFSET = 48;
    static final int NATIVE_CAPACITY_OFFSET = 56;
    static final int VOLUME_IDENTIFIER_OFFSET = 64;
    static final int MEDIUM_TYPE_OFFSET = 96;
    static final int DENSITY_OFFSET = 97;
    static final int PARTITION_COUNT_OFFSET = 98;
    static final int LIBRARY_NAME_LENGTH_OFFSET = 99;
    static final int ELEMENT_ADDRESS_OFFSET = 100;
    static final int ATTRIBUTE_COUNT_OFFSET = 102;
    static final int PARTITION_SIZES_OFFSET = 104;
    static final int LIBRARY_NAME_OFFSET = 136;
    static final int ATTRIBUTES_OFFSET = 200;

    static final int ATTRIBUTE_PARTITION_OFFSET = 0;
    static final int ATTRIBUTE_FORMAT_OFFSET = 1;
    static final int ATTRIBUTE_ID_OFFSET = 2;
    static final int ATTRIBUTE_VALUE_LENGTH_OFFSET = 4;
    static final int ATTRIBUTE_HEADER_LENGTH_BYTES = 6;

    static final int FLAG_WORM = 0x0001;
    static final int FLAG_WRITE_PROTECTED = 0x0002;
    static final int FLAG_ELEMENT_ADDRESS = 0x0004;

    private static final int CRC_LENGTH_BYTES = 4;
    private static final int LABEL_LENGTH_MIN = ATTRIBUTES_OFFSET + CRC_LENGTH_BYTES;

    private CartridgeLabelDescriptor() {}

    /** Bytes of a label with these attributes. */
    static long lengthBytes(List<MamAttribute> attributes) {
        long length = LABEL_LENGTH_MIN;
        for (MamAttribute attribute : attributes) {
            length += ATTRIBUTE_HEADER_LENGTH_BYTES + attribute.value().length;
        }
        return length;
    }

    /** The bytes of a label file. */
    public static byte[] encode(CartridgeLabel label) {
        byte[] file = new byte[(int) lengthBytes(label.attributes())];
        MemorySegment bytes = MemorySegment.ofArray(file);
        MediumDescription medium = label.medium();
        LittleEndian.putU64(bytes, MAGIC_OFFSET, MAGIC);
        LittleEndian.putU16(bytes, VERSION_OFFSET, VERSION);
        LittleEndian.putU16(bytes, FLAGS_OFFSET, flags(label));
        LittleEndian.putU32(bytes, LABEL_LENGTH_OFFSET, file.length);
        LittleEndian.putContainerId(bytes, CONTAINER_ID_OFFSET, label.container());
        LittleEndian.putU64(bytes, GENERATION_OFFSET, label.generation());
        LittleEndian.putU64(bytes, REVISION_OFFSET, label.revision());
        LittleEndian.putU64(bytes, CREATED_OFFSET, label.createdEpochMillis());
        LittleEndian.putU64(bytes, NATIVE_CAPACITY_OFFSET, medium.nativeCapacityBytes());
        VolumeIdentifierField.put(bytes, VOLUME_IDENTIFIER_OFFSET, medium.volumeIdentifier());
        LittleEndian.putU8(bytes, MEDIUM_TYPE_OFFSET, medium.mediumTypeCode());
        LittleEndian.putU8(bytes, DENSITY_OFFSET, medium.densityCode());
        LittleEndian.putU8(bytes, PARTITION_COUNT_OFFSET, medium.partitionCount());
        LittleEndian.putU16(bytes, ELEMENT_ADDRESS_OFFSET, label.elementAddress().orElse(0));
        LittleEndian.putU16(bytes, ATTRIBUTE_COUNT_OFFSET, label.attributes().size());
        for (int i = 0; i < label.partitionSizesBytes().size(); i++) {
            LittleEndian.putU64(
                    bytes, PARTITION_SIZES_OFFSET + 8L * i, label.partitionSizesBytes().get(i));
        }
        byte[] name = label.libraryName().getBytes(StandardCharsets.UTF_8);
        LittleEndian.putU8(bytes, LIBRARY_NAME_LENGTH_OFFSET, name.length);
        System.arraycopy(name, 0, file, LIBRARY_NAME_OFFSET, name.length);
        putAttributes(file, bytes, label.attributes());
        int crcOffset = file.length - CRC_LENGTH_BYTES;
        LittleEndian.putU32(bytes, crcOffset, Crc32c.of(bytes, 0, crcOffset));
        return file;
    }

    private static int flags(CartridgeLabel label) {
        return (label.medium().worm() ? FLAG_WORM : 0)
                | (label.writeProtected() ? FLAG_WRITE_PROTECTED : 0)
                | (label.elementAddress().isPresent() ? FLAG_ELEMENT_ADDRESS : 0);
    }

    private static void putAttributes(
            byte[] file, MemorySegment bytes, List<MamAttribute> attributes) {
        int offset = ATTRIBUTES_OFFSET;
        for (MamAttribute attribute : attributes) {
            byte[] value = attribute.value();
            LittleEndian.putU8(bytes, offset + ATTRIBUTE_PARTITION_OFFSET, attribute.partition());
            LittleEndian.putU8(bytes, offset + ATTRIBUTE_FORMAT_OFFSET, attribute.format());
            LittleEndian.putU16(bytes, offset + ATTRIBUTE_ID_OFFSET, attribute.id());
            LittleEndian.putU16(bytes, offset + ATTRIBUTE_VALUE_LENGTH_OFFSET, value.length);
            offset += ATTRIBUTE_HEADER_LENGTH_BYTES;
            System.arraycopy(value, 0, file, offset, value.length);
            offset += value.length;
        }
    }

    /**
     * Reads and checks a label file.
     *
     * @param file all its bytes, borrowed
     * @param source the file, for messages
     * @throws FormatException if this is no valid label of a version known here
     */
    public static CartridgeLabel decode(byte[] file, String source) throws FormatException {
        FieldReader in = new FieldReader(MemorySegment.ofArray(file), source, 0);
        if (file.length < LABEL_LENGTH_MIN || file.length > LABEL_LENGTH_MAX) {
            throw in.fault(0, "file length", file.length + " is not that of a label");
        }
        in.requireU64(MAGIC_OFFSET, "label magic", MAGIC);
        in.requireVersion(VERSION_OFFSET, VERSION);
        in.requireU32(LABEL_LENGTH_OFFSET, "label length", file.length);
        in.requireCrc(file.length - CRC_LENGTH_BYTES, "label crc32c");
        int flags = flags(in);
        MediumDescription medium = medium(in, flags);
        return new CartridgeLabel(
                LittleEndian.containerId(in.bytes(), CONTAINER_ID_OFFSET),
                medium,
                partitionSizes(in, medium.partitionCount()),
                in.number(GENERATION_OFFSET, "generation", 0),
                (flags & FLAG_WRITE_PROTECTED) != 0,
                libraryName(in, file),
                elementAddress(in, flags),
                attributes(in, file),
                in.number(REVISION_OFFSET, "revision", 0),
                LittleEndian.u64(in.bytes(), CREATED_OFFSET));
    }

    private static int flags(FieldReader in) throws FormatException {
        int flags = LittleEndian.u16(in.bytes(), FLAGS_OFFSET);
        if ((flags & ~(FLAG_WORM | FLAG_WRITE_PROTECTED | FLAG_ELEMENT_ADDRESS)) != 0) {
            throw in.fault(FLAGS_OFFSET, "flags", "unknown flags %04x".formatted(flags));
        }
        return flags;
    }

    private static MediumDescription medium(FieldReader in, int flags) throws FormatException {
        int partitionCount = LittleEndian.u8(in.bytes(), PARTITION_COUNT_OFFSET);
        if (partitionCount < 1 || partitionCount > ChunkHeader.PARTITION_COUNT_MAX) {
            throw in.fault(PARTITION_COUNT_OFFSET, "partition count", "" + partitionCount);
        }
        return new MediumDescription(
                VolumeIdentifierField.get(in, VOLUME_IDENTIFIER_OFFSET),
                LittleEndian.u8(in.bytes(), MEDIUM_TYPE_OFFSET),
                LittleEndian.u8(in.bytes(), DENSITY_OFFSET),
                in.number(NATIVE_CAPACITY_OFFSET, "native capacity", 0),
                partitionCount,
                (flags & FLAG_WORM) != 0);
    }

    private static List<Long> partitionSizes(FieldReader in, int partitionCount)
            throws FormatException {
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            sizes.add(in.number(PARTITION_SIZES_OFFSET + 8L * i, "size of partition " + i, 0));
        }
        in.requireZeros(
                PARTITION_SIZES_OFFSET + 8L * partitionCount,
                LIBRARY_NAME_OFFSET,
                "sizes of partitions that do not exist");
        return sizes;
    }

    private static String libraryName(FieldReader in, byte[] file) throws FormatException {
        int length = LittleEndian.u8(in.bytes(), LIBRARY_NAME_LENGTH_OFFSET);
        if (length > CartridgeLabel.LIBRARY_NAME_LENGTH_MAX) {
            throw in.fault(LIBRARY_NAME_LENGTH_OFFSET, "library name length", "" + length);
        }
        in.requireZeros(
                LIBRARY_NAME_OFFSET + length, ATTRIBUTES_OFFSET, "zeros behind the library name");
        try {
            String name =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(file, LIBRARY_NAME_OFFSET, length))
                            .toString();
            if (name.indexOf('\0') >= 0) {
                throw in.fault(LIBRARY_NAME_OFFSET, "library name", "holds a zero");
            }
            return name;
        } catch (CharacterCodingException e) {
            throw in.fault(LIBRARY_NAME_OFFSET, "library name", "not UTF-8");
        }
    }

    private static OptionalInt elementAddress(FieldReader in, int flags) throws FormatException {
        int address = LittleEndian.u16(in.bytes(), ELEMENT_ADDRESS_OFFSET);
        if ((flags & FLAG_ELEMENT_ADDRESS) != 0) {
            return OptionalInt.of(address);
        }
        if (address != 0) {
            throw in.fault(ELEMENT_ADDRESS_OFFSET, "element address", "not flagged as one");
        }
        return OptionalInt.empty();
    }

    private static List<MamAttribute> attributes(FieldReader in, byte[] file)
            throws FormatException {
        int count = LittleEndian.u16(in.bytes(), ATTRIBUTE_COUNT_OFFSET);
        int end = file.length - CRC_LENGTH_BYTES;
        int offset = ATTRIBUTES_OFFSET;
        List<MamAttribute> attributes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MamAttribute attribute = attribute(in, offset, end);
            attributes.add(attribute);
            offset += ATTRIBUTE_HEADER_LENGTH_BYTES + attribute.value().length;
        }
        if (offset != end) {
            throw in.fault(offset, "attributes", "bytes behind the last one");
        }
        return attributes;
    }

    private static MamAttribute attribute(FieldReader in, int offset, int end)
            throws FormatException {
        if (end - offset < ATTRIBUTE_HEADER_LENGTH_BYTES) {
            throw in.fault(offset, "attribute", "label ends within it");
        }
        MemorySegment bytes = in.bytes();
        int length = LittleEndian.u16(bytes, offset + ATTRIBUTE_VALUE_LENGTH_OFFSET);
        int valueOffset = offset + ATTRIBUTE_HEADER_LENGTH_BYTES;
        if (end - valueOffset < length) {
            throw in.fault(offset, "attribute value length", length + " is too long");
        }
        try {
            return new MamAttribute(
                    LittleEndian.u8(bytes, offset + ATTRIBUTE_PARTITION_OFFSET),
                    LittleEndian.u16(bytes, offset + ATTRIBUTE_ID_OFFSET),
                    LittleEndian.u8(bytes, offset + ATTRIBUTE_FORMAT_OFFSET),
                    bytes.asSlice(valueOffset, length).toArray(ValueLayout.JAVA_BYTE));
        } catch (IllegalArgumentException e) {
            throw in.fault(offset, "attribute", String.valueOf(e.getMessage()));
        }
    }
}
