package io.capstan.catalog;

import java.util.OptionalInt;

/**
 * A full element. Key: the library's name, a zero byte, the element address (2), so that a library's elements follow each
 * other by address. Body, version 1:
 *
 * <pre>
 *   volume identifier            string
 *   has source element address   1   0 or 1
 *   source element address       2   0 where there is none
 * </pre>
 */
final class ElementDescriptor extends Descriptor<ElementRecord> {

    static final ElementDescriptor INSTANCE = new ElementDescriptor();

    private ElementDescriptor() {
        super(Database.ELEMENTS, 1);
    }

    /** What the keys of all elements of a library begin with. */
    static byte[] prefix(String library) {
        return new Bytes().ascii(library).u8(0).toArray();
    }

    static byte[] key(ElementLocation location) {
        return new Bytes().raw(prefix(location.library())).u16(location.address()).toArray();
    }

    static ElementLocation readLocation(Fields key) {
        return new ElementLocation(key.asciiToZero(), key.u16());
    }

    @Override
    byte[] key(ElementRecord element) {
        return key(element.location());
    }

    @Override
    void writeBody(ElementRecord element, Bytes body) {
        body.string(element.volume().text())
                .bool(element.sourceElementAddress().isPresent())
                .u16(element.sourceElementAddress().orElse(0));
    }

    @Override
    ElementRecord read(Fields key, Fields body, int version) {
        ElementLocation location = readLocation(key);
        var volume = body.volume();
        boolean hasSource = body.bool();
        int source = body.u16();
        return new ElementRecord(
                location, volume, hasSource ? OptionalInt.of(source) : OptionalInt.empty());
    }
}
