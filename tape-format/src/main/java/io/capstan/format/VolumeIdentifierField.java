package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A volume identifier in 32 bytes: ASCII, left-aligned, zeros behind it. */
final class VolumeIdentifierField {

    private VolumeIdentifierField() {}

    static void put(MemorySegment bytes, long offset, VolumeIdentifier identifier) {
        byte[] field = new byte[VolumeIdentifier.FIELD_LENGTH_BYTES];
        byte[] text = identifier.text().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, field, 0, text.length);
        MemorySegment.copy(field, 0, bytes, ValueLayout.JAVA_BYTE, offset, field.length);
    }

    static VolumeIdentifier get(FieldReader in, long offset) throws FormatException {
        byte[] field =
                in.bytes()
                        .asSlice(offset, VolumeIdentifier.FIELD_LENGTH_BYTES)
                        .toArray(ValueLayout.JAVA_BYTE);
        int length = field.length;
        while (length > 0 && field[length - 1] == 0) {
            length--;
        }
        String text = new String(field, 0, length, StandardCharsets.ISO_8859_1);
        try {
            return new VolumeIdentifier(text);
        } catch (IllegalArgumentException e) {
            throw in.fault(offset, "volume identifier", "not one");
        }
    }
}
