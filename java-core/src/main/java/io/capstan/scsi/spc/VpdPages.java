package io.capstan.scsi.spc;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The vital product data pages of one logical unit. Page 00h, the list of the others, is made here.
 *
 * <p>A supplier gives the bytes behind the four-byte header and is asked at each INQUIRY, so that a page may tell of what
 * changes.
 *
 * @see "SPC-4 and SSC-5, Vital product data parameters"
 */
public final class VpdPages {

    private static final int SUPPORTED_PAGES = 0x00;
    private static final int PER_I_T_NEXUS = 0x03;

    private final TreeMap<Integer, Supplier<byte[]>> pages;

    private VpdPages(Builder builder) {
        pages = new TreeMap<>(builder.pages);
        pages.put(SUPPORTED_PAGES, this::supportedPages);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The page with its header, or empty if it is not supported. */
    public Optional<byte[]> page(int peripheralDeviceType, int pageCode) {
        Supplier<byte[]> supplier = pages.get(pageCode);
        if (supplier == null) {
            return Optional.empty();
        }
        byte[] body = supplier.get();
        return Optional.of(
                new ResponseBuilder()
                        .u8(peripheralDeviceType)
                        .u8(pageCode)
                        .u16(body.length)
                        .bytes(body)
                        .toByteArray());
    }

    private byte[] supportedPages() {
        ResponseBuilder codes = new ResponseBuilder();
        pages.keySet().forEach(codes::u8);
        return codes.toByteArray();
    }

    /** Collects pages; one added again replaces the former. */
    public static final class Builder {

        private final TreeMap<Integer, Supplier<byte[]>> pages = new TreeMap<>();

        private Builder() {}

        /** Any page, by what follows its header. */
        public Builder add(int pageCode, Supplier<byte[]> body) {
            if (pageCode <= SUPPORTED_PAGES || pageCode > 0xFF) {
                throw new IllegalArgumentException("VPD page " + pageCode);
            }
            pages.put(pageCode, body);
            return this;
        }

        /** Any page that never changes, by what follows its header. */
        public Builder add(int pageCode, byte[] body) {
            byte[] copy = body.clone();
            return add(pageCode, () -> copy);
        }

        /** 80h Unit Serial Number. */
        public Builder unitSerialNumber(String serialNumber) {
            return add(0x80, ascii(serialNumber));
        }

        /** 83h Device Identification. */
        public Builder deviceIdentification(Designator... designators) {
            List<Designator> copy = List.of(designators);
            return deviceIdentification(() -> copy);
        }

        /** 83h Device Identification with designators that may change, such as those of target ports. */
        public Builder deviceIdentification(Supplier<List<Designator>> designators) {
            return add(
                    0x83,
                    () -> {
                        ResponseBuilder page = new ResponseBuilder();
                        designators.get().forEach(designator -> designator.encode(page));
                        return page.toByteArray();
                    });
        }

        /**
         * 86h Extended INQUIRY Data, of 64 bytes.
         *
         * @param bytes4on the bytes from 4 on, filled with zeros
         */
        public Builder extendedInquiryData(byte... bytes4on) {
            return add(0x86, padded(bytes4on, 60));
        }

        /** 87h Mode Page Policy: pages that each I_T nexus has for itself; all others are shared. */
        public Builder modePagesSharedBut(ModePageCode... perNexus) {
            ResponseBuilder policies = new ResponseBuilder();
            for (ModePageCode code : perNexus) {
                policies.u8(code.page()).u8(code.subpage()).u8(PER_I_T_NEXUS).u8(0);
            }
            return add(0x87, policies.u8(0x3F).u8(0xFF).u16(0).toByteArray());
        }

        /**
         * 88h SCSI Ports, of a device with one.
         *
         * @param designators of the target port
         */
        public Builder scsiPort(int relativeTargetPort, Designator... designators) {
            ResponseBuilder descriptors = new ResponseBuilder();
            for (Designator designator : designators) {
                designator.encode(descriptors);
            }
            byte[] body =
                    new ResponseBuilder()
                            .u16(0)
                            .u16(relativeTargetPort)
                            .u16(0)
                            .u16(0)
                            .u16(0)
                            .u16(descriptors.lengthBytes())
                            .bytes(descriptors.toByteArray())
                            .toByteArray();
            return add(0x88, body);
        }

        /**
         * B0h Sequential-access Device Capabilities.
         *
         * @param writeOnceReadMany WORM: the device can handle WORM media
         * @param tapeStreamMirroring TSMC
         */
        public Builder sequentialAccessCapabilities(
                boolean writeOnceReadMany, boolean tapeStreamMirroring) {
            int bits = (tapeStreamMirroring ? 0x02 : 0) | (writeOnceReadMany ? 0x01 : 0);
            return add(0xB0, new byte[] {(byte) bits, 0});
        }

        /**
         * B5h Logical Block Protection: methods that can be used on write and on read, beside none.
         *
         * @param informationLengthBytes of each of them
         */
        public Builder logicalBlockProtection(int informationLengthBytes, int... methods) {
            ResponseBuilder page = new ResponseBuilder().u32(0).u8(3).u24(0);
            for (int method : methods) {
                page.u8(3).u8(method).u8(informationLengthBytes).u8(0xC0);
            }
            return add(0xB5, page.toByteArray());
        }

        /** B1h Manufacturer-assigned Serial Number. */
        public Builder manufacturerSerialNumber(String serialNumber) {
            return add(0xB1, ascii(serialNumber));
        }

        /** B2h TapeAlert Supported Flags: flag 1 is the most significant bit. */
        public Builder tapeAlertSupportedFlags(long flags) {
            return add(0xB2, new ResponseBuilder().u64(flags).toByteArray());
        }

        /** B3h Automation Device Serial Number. */
        public Builder automationSerialNumber(Supplier<String> serialNumber) {
            return add(0xB3, () -> ascii(serialNumber.get()));
        }

        /** B4h Data Transfer Device Element Address: how an application finds the drive in the changer. */
        public Builder dataTransferElementAddress(Supplier<Integer> elementAddress) {
            return add(
                    0xB4,
                    () -> new ResponseBuilder().u16(0).u16(elementAddress.get()).toByteArray());
        }

        public VpdPages build() {
            return new VpdPages(this);
        }

        private static byte[] ascii(String text) {
            return new ResponseBuilder().ascii(text, text.length()).toByteArray();
        }

        private static byte[] padded(byte[] bytes, int lengthBytes) {
            return new ResponseBuilder()
                    .bytes(bytes)
                    .zeros(lengthBytes - bytes.length)
                    .toByteArray();
        }
    }
}
