package io.capstan.changer;

import io.capstan.scsi.spc.Designator;
import io.capstan.scsi.spc.InquiryData;
import io.capstan.scsi.spc.LogPage;
import io.capstan.scsi.spc.LogPages;
import io.capstan.scsi.spc.LogParameter;
import io.capstan.scsi.spc.ModePage;
import io.capstan.scsi.spc.ModePageCode;
import io.capstan.scsi.spc.ModePages;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.scsi.spc.VpdPages;
import java.util.List;
import java.util.Map;

/** What a library says of itself: INQUIRY data, vital product data, mode pages and log pages, from personality and elements. */
final class ChangerPages {

    static final int MEDIUM_CHANGER = 0x08;

    static final ModePageCode INFORMATIONAL_EXCEPTIONS_CONTROL = ModePageCode.of(0x1C);
    static final ModePageCode ELEMENT_ADDRESS_ASSIGNMENT = ModePageCode.of(0x1D);
    static final ModePageCode TRANSPORT_GEOMETRY = ModePageCode.of(0x1E);
    static final ModePageCode DEVICE_CAPABILITIES = ModePageCode.of(0x1F);
    static final ModePageCode EXTENDED_DEVICE_CAPABILITIES = ModePageCode.of(0x1F, 0x41);

    private static final int TEMPERATURE_PAGE = 0x0D;

    /** There is no sensor in a library that is not there. */
    private static final int TEMPERATURE_UNKNOWN = 0xFF;

    private static final int CAPABILITIES_AT = 5;
    private static final int CAPABILITIES_END = 8;
    private static final int VENDOR_SPECIFIC_AT = 36;
    private static final int VENDOR_SPECIFIC_END = 56;

    private static final int STORAGE_AND_IMPORT_EXPORT = 0x06;
    private static final int DATA_TRANSFER = 0x08;

    private static final int LCKIE = 0x02;

    private ChangerPages() {}

    /** Whether a personality says what is in that byte of standard INQUIRY data: the capability bits and its own. */
    static boolean isPersonalityByte(int offset) {
        return (offset >= CAPABILITIES_AT && offset < CAPABILITIES_END)
                || (offset >= VENDOR_SPECIFIC_AT && offset < VENDOR_SPECIFIC_END);
    }

    static InquiryData inquiryData(LibraryConfiguration library) {
        ChangerPersonality personality = library.personality();
        Map<Integer, Integer> bytes = personality.inquiryBytes();
        int capabilities = 0;
        for (int at = CAPABILITIES_AT; at < CAPABILITIES_END; at++) {
            capabilities = capabilities << 8 | bytes.getOrDefault(at, 0);
        }
        return InquiryData.of(
                        MEDIUM_CHANGER,
                        personality.vendorIdentification(),
                        personality.productIdentification(),
                        personality.productRevisionLevel())
                .withVersion(personality.version())
                .withCapabilities(capabilities)
                .withVendorSpecific(vendorSpecific(library))
                .withVersionDescriptors(personality.versionDescriptors().toArray(Integer[]::new))
                .withLengthBytes(personality.inquiryLengthBytes());
    }

    private static byte[] vendorSpecific(LibraryConfiguration library) {
        ChangerPersonality personality = library.personality();
        ResponseBuilder bytes =
                new ResponseBuilder().zeros(VENDOR_SPECIFIC_END - VENDOR_SPECIFIC_AT);
        personality
                .inquiryBytes()
                .forEach((at, value) -> {
                    if (at >= VENDOR_SPECIFIC_AT && at < VENDOR_SPECIFIC_END) {
                        bytes.putU8(at - VENDOR_SPECIFIC_AT, value);
                    }
                });
        if (personality.inquirySerialNumberOffset().isPresent()) {
            int at = personality.inquirySerialNumberOffset().getAsInt() - VENDOR_SPECIFIC_AT;
            String serialNumber = personality.formatSerialNumber(library.serialNumber());
            for (int i = 0; i < serialNumber.length(); i++) {
                bytes.putU8(at + i, serialNumber.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    static VpdPages vpdPages(LibraryConfiguration library) {
        ChangerPersonality personality = library.personality();
        String serialNumber = personality.formatUnitSerialNumber(library.serialNumber());
        VpdPages.Builder pages = VpdPages.builder().unitSerialNumber(serialNumber);
        if (personality.deviceIdentification()) {
            pages.deviceIdentification(
                    Designator.t10VendorId(
                            personality.vendorIdentification(),
                            personality.productIdentification(),
                            serialNumber));
        }
        personality
                .vendorPages()
                .keySet()
                .forEach(code -> pages.add(code, personality.vendorPage(code)));
        return pages.build();
    }

    /** Pages that follow from the elements are made when they are asked for, because elements come and go. */
    static ModePages modePages(Library library) {
        return ModePages.builder()
                .add(informationalExceptionsControl())
                .addLive(
                        ModePage.fixed(
                                ELEMENT_ADDRESS_ASSIGNMENT,
                                elementAddressAssignment(library.addresses())),
                        () -> elementAddressAssignment(library.addresses()))
                .add(ModePage.fixed(TRANSPORT_GEOMETRY, "00 00"))
                .addLive(
                        ModePage.fixed(
                                DEVICE_CAPABILITIES, deviceCapabilities(library.addresses())),
                        () -> deviceCapabilities(library.addresses()))
                .add(ModePage.fixed(EXTENDED_DEVICE_CAPABILITIES, extendedDeviceCapabilities()))
                .build();
    }

    /** DEXCPT is one and MRIE three: TapeAlert is for who polls it. DEXCPT may be changed. */
    private static ModePage informationalExceptionsControl() {
        return ModePage.changeable(
                        INFORMATIONAL_EXCEPTIONS_CONTROL,
                        "08 03 00 00 00 00 00 00 00 00",
                        "08 00 00 00 00 00 00 00 00 00")
                .notSaveable();
    }

    /** Ranges without elements have address 0, which clients take for not there. */
    private static byte[] elementAddressAssignment(ElementAddressMap addresses) {
        ResponseBuilder page = new ResponseBuilder();
        List<ElementType> order =
                List.of(
                        ElementType.MEDIUM_TRANSPORT,
                        ElementType.STORAGE,
                        ElementType.IMPORT_EXPORT,
                        ElementType.DATA_TRANSFER);
        for (ElementType type : order) {
            ElementRange range = addresses.range(type);
            page.u16(range.count() == 0 ? 0 : range.firstAddress()).u16(range.count());
        }
        return page.u16(0).toByteArray();
    }

    /**
     * Cartridges can be stored in, moved and exchanged between elements of all types that there are, but not the medium
     * transport, which holds one only on its way.
     *
     * @see "SMC-3, 7.3.3 Device Capabilities mode page: bits DT 08h, I/E 04h, ST 02h, MT 01h"
     */
    private static byte[] deviceCapabilities(ElementAddressMap addresses) {
        boolean drives = addresses.range(ElementType.DATA_TRANSFER).count() > 0;
        int holders = STORAGE_AND_IMPORT_EXPORT | (drives ? DATA_TRANSFER : 0);
        int fromDrives = drives ? holders : 0;
        return new ResponseBuilder()
                .u8(holders)
                .u8(0)
                .u8(0)
                .u8(holders)
                .u8(holders)
                .u8(fromDrives)
                .zeros(4)
                .u8(0)
                .u8(holders)
                .u8(holders)
                .u8(fromDrives)
                .zeros(4)
                .toByteArray();
    }

    /**
     * LCKIE alone: PREVENT ALLOW MEDIUM REMOVAL keeps operators from the import/export elements. There are no doors,
     * magazines or moves that a host would have to know more of.
     *
     * @see "SMC-3, 7.3 Mode parameters, Extended Device Capabilities mode page"
     */
    private static byte[] extendedDeviceCapabilities() {
        return new ResponseBuilder().zeros(2).u8(LCKIE).zeros(13).toByteArray();
    }

    static LogPages logPages(TapeAlerts tapeAlerts, TransportStatistics statistics) {
        return LogPages.builder()
                .add(LogPage.of(TEMPERATURE_PAGE, ChangerPages::temperature))
                .add(statistics.logPage())
                .add(tapeAlerts.logPage())
                .build();
    }

    private static List<LogParameter> temperature() {
        return List.of(
                LogParameter.binary(0, TEMPERATURE_UNKNOWN, 2),
                LogParameter.binary(1, TEMPERATURE_UNKNOWN, 2));
    }
}
