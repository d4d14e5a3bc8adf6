package io.capstan.changer;

import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.spc.ResponseBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of READ ELEMENT STATUS and REQUEST VOLUME ELEMENT ADDRESS.
 *
 * <pre>
 * element status data             status page, one for each type    element descriptor
 *  0-1 FIRST ELEMENT ADDRESS       0 ELEMENT TYPE CODE               0-1 ELEMENT ADDRESS
 *  2-3 NUMBER OF ELEMENTS          1 PVOLTAG 80h                     2 flags
 *  4   SEND ACTION CODE, or 0      2-3 ELEMENT DESCRIPTOR LENGTH     4 ASC, 5 ASCQ, with EXCEPT
 *  5-7 BYTE COUNT OF REPORT        5-7 BYTE COUNT OF DESCRIPTOR      9 SVALID 80h, MEDIUM TYPE
 *  8-  status pages                8-  element descriptors           10-11 SOURCE ELEMENT ADDRESS
 *                                                                    12-47 PVOLTAG, if VOLTAG
 *                                                                    then the identifier: code set,
 *                                                                    type, 0, length, bytes
 * </pre>
 *
 * A storage element takes 52 bytes with its volume tag, 16 without; 1,000 of them fit the 65,536 bytes some software has.
 *
 * @see "SMC-3, 6.10 READ ELEMENT STATUS; 6.12 REQUEST VOLUME ELEMENT ADDRESS"
 */
final class ElementStatusData {

    static final int HEADER_BYTES = 8;
    static final int PAGE_HEADER_BYTES = 8;
    static final int VOLUME_TAG_BYTES = 36;

    private static final int PVOLTAG = 0x80;
    private static final int SVALID = 0x80;

    private static final int FULL = 0x01;
    private static final int IMPEXP = 0x02;
    private static final int EXCEPT = 0x04;
    private static final int ACCESS = 0x08;
    private static final int EXENAB = 0x10;
    private static final int INENAB = 0x20;

    /** Whose identifiers those of elements are. */
    private static final String VENDOR = "CAPSTAN";

    private static final int ASCII = 2;
    private static final int VENDOR_SPECIFIC = 0;
    private static final int T10_VENDOR_ID = 1;

    private final boolean volumeTags;
    private final boolean deviceIdentifiers;
    private final boolean withProduct;

    /**
     * @param volumeTags VOLTAG: with volume tags
     * @param deviceIdentifiers DVCID: with the identities of drives
     * @param withProduct whether a drive's identity is vendor, product and serial number; else its serial number alone
     */
    ElementStatusData(boolean volumeTags, boolean deviceIdentifiers, boolean withProduct) {
        this.volumeTags = volumeTags;
        this.deviceIdentifiers = deviceIdentifiers;
        this.withProduct = withProduct;
    }

    /**
     * Encodes what fits: whole headers and whole descriptors. The counts in them tell how much there is.
     *
     * @param elements by rising address, so that elements of one type follow each other
     * @param sendActionCode of the SEND VOLUME TAG this answers, or 0
     */
    byte[] encode(List<ElementStatus> elements, int sendActionCode, int allocationLengthBytes) {
        List<byte[]> pieces = new ArrayList<>();
        for (List<ElementStatus> page : pages(elements)) {
            int identifierLengthBytes =
                    page.stream()
                            .flatMap(element -> element.identifier().stream())
                            .mapToInt(String::length)
                            .max()
                            .orElse(0);
            List<byte[]> descriptors =
                    page.stream()
                            .map(element -> descriptor(element, identifierLengthBytes))
                            .toList();
            pieces.add(pageHeader(page.getFirst().type(), descriptors));
            pieces.addAll(descriptors);
        }
        ResponseBuilder data =
                new ResponseBuilder()
                        .u16(elements.isEmpty() ? 0 : elements.getFirst().address())
                        .u16(elements.size())
                        .u8(sendActionCode)
                        .u24(pieces.stream().mapToInt(piece -> piece.length).sum());
        for (byte[] piece : pieces) {
            if (data.lengthBytes() + piece.length > allocationLengthBytes) {
                break;
            }
            data.bytes(piece);
        }
        return data.toByteArray();
    }

    private static List<List<ElementStatus>> pages(List<ElementStatus> elements) {
        List<List<ElementStatus>> pages = new ArrayList<>();
        for (ElementStatus element : elements) {
            if (pages.isEmpty() || pages.getLast().getFirst().type() != element.type()) {
                pages.add(new ArrayList<>());
            }
            pages.getLast().add(element);
        }
        return pages;
    }

    /** All descriptors of a page have one length, because what is in them depends on the type alone. */
    private byte[] pageHeader(ElementType type, List<byte[]> descriptors) {
        int descriptorLengthBytes = descriptors.getFirst().length;
        return new ResponseBuilder()
                .u8(type.code())
                .u8(volumeTags ? PVOLTAG : 0)
                .u16(descriptorLengthBytes)
                .u8(0)
                .u24(descriptorLengthBytes * descriptors.size())
                .toByteArray();
    }

    /**
     * @param identifierLengthBytes of the longest identifier of an import/export element; shorter ones are filled up
     */
    private byte[] descriptor(ElementStatus element, int identifierLengthBytes) {
        ResponseBuilder descriptor =
                new ResponseBuilder().u16(element.address()).u8(flags(element)).u8(0);
        putException(descriptor, element);
        descriptor.zeros(3);
        putContent(descriptor, element);
        if (volumeTags) {
            putVolumeTag(descriptor, element);
        }
        if (deviceIdentifiers && identifierLengthBytes > 0) {
            putElementIdentifier(descriptor, element.identifier(), identifierLengthBytes);
        } else {
            putIdentifier(descriptor, element);
        }
        return descriptor.toByteArray();
    }

    private static int flags(ElementStatus element) {
        int flags = (element.full() ? FULL : 0) | (element.exception().isPresent() ? EXCEPT : 0);
        int access = element.accessible() ? ACCESS : 0;
        return switch (element.type()) {
            case MEDIUM_TRANSPORT -> flags;
            case STORAGE, DATA_TRANSFER -> flags | access;
            case IMPORT_EXPORT ->
                    flags | access | INENAB | EXENAB | (element.placedByOperator() ? IMPEXP : 0);
        };
    }

    private static void putException(ResponseBuilder descriptor, ElementStatus element) {
        if (element.exception().isPresent()) {
            AdditionalSense reason = AdditionalSense.MEDIA_LOAD_OR_EJECT_FAILED;
            descriptor.u8(reason.code()).u8(reason.qualifier());
        } else {
            descriptor.u16(0);
        }
    }

    private static void putContent(ResponseBuilder descriptor, ElementStatus element) {
        if (element.content().isEmpty()) {
            descriptor.u8(0).u16(0);
            return;
        }
        ElementStatus.Content content = element.content().get();
        boolean sourceValid = content.sourceElementAddress().isPresent();
        descriptor
                .u8((sourceValid ? SVALID : 0) | content.kind().code())
                .u16(content.sourceElementAddress().orElse(0));
    }

    /** The identifier, two reserved bytes and a volume sequence number of 0; zeros for an empty element. */
    private static void putVolumeTag(ResponseBuilder descriptor, ElementStatus element) {
        if (element.content().isEmpty()) {
            descriptor.zeros(VOLUME_TAG_BYTES);
            return;
        }
        descriptor
                .ascii(element.content().get().volume().text(), VolumeIdentifier.FIELD_LENGTH_BYTES)
                .zeros(VOLUME_TAG_BYTES - VolumeIdentifier.FIELD_LENGTH_BYTES);
    }

    /** Vendor and identifier, which two elements that are one have alike. */
    private static void putElementIdentifier(
            ResponseBuilder descriptor, Optional<String> identifier, int lengthMaxBytes) {
        int lengthBytes = DriveIdentity.VENDOR_LENGTH_BYTES + lengthMaxBytes;
        if (identifier.isEmpty()) {
            descriptor.zeros(4 + lengthBytes);
            return;
        }
        descriptor
                .u8(ASCII)
                .u8(T10_VENDOR_ID)
                .u8(0)
                .u8(lengthBytes)
                .ascii(VENDOR, DriveIdentity.VENDOR_LENGTH_BYTES)
                .ascii(identifier.get(), lengthMaxBytes);
    }

    private void putIdentifier(ResponseBuilder descriptor, ElementStatus element) {
        if (!deviceIdentifiers || element.drive().isEmpty()) {
            descriptor.zeros(4);
            return;
        }
        DriveIdentity drive = element.drive().get();
        ResponseBuilder identifier = new ResponseBuilder();
        if (withProduct) {
            identifier
                    .ascii(drive.vendorIdentification(), DriveIdentity.VENDOR_LENGTH_BYTES)
                    .ascii(drive.productIdentification(), DriveIdentity.PRODUCT_LENGTH_BYTES);
        }
        identifier.ascii(drive.serialNumber(), DriveIdentity.SERIAL_LENGTH_BYTES);
        descriptor
                .u8(ASCII)
                .u8(withProduct ? T10_VENDOR_ID : VENDOR_SPECIFIC)
                .u8(0)
                .u8(identifier.lengthBytes())
                .bytes(identifier.toByteArray());
    }
}
