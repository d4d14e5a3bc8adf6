package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.spc.ModeHeader;
import io.capstan.scsi.spc.ModePage;
import io.capstan.scsi.spc.ModePageCode;
import io.capstan.scsi.spc.ModePages;
import io.capstan.scsi.spc.ModeSelectHeader;
import io.capstan.scsi.spc.PageControl;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.scsi.spc.SavedParameters;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The drive's mode pages, header and block descriptor, and what MODE SELECT to them does to {@link DriveParameters}.
 *
 * <p>Compression has two switches, here and in the device configuration page, which always agree.
 *
 * @see "SSC-5, 8.5 Mode parameters; SPC-4, 7.5"
 */
final class DriveModePages implements ModeHeader {

    static final ModePageCode COMPRESSION = ModePageCode.of(0x0F);
    static final ModePageCode DEVICE_CONFIGURATION = ModePageCode.of(0x10);
    static final ModePageCode DEVICE_CONFIGURATION_EXTENSION = ModePageCode.of(0x10, 0x01);
    static final ModePageCode PARTITION = ModePageCode.of(0x11);

    private static final ModePageCode READ_WRITE_ERROR_RECOVERY = ModePageCode.of(0x01);
    private static final ModePageCode DISCONNECT_RECONNECT = ModePageCode.of(0x02);
    private static final ModePageCode CONTROL = ModePageCode.of(0x0A);
    private static final ModePageCode CONTROL_EXTENSION = ModePageCode.of(0x0A, 0x01);
    private static final ModePageCode PROTOCOL_SPECIFIC_LOGICAL_UNIT = ModePageCode.of(0x18);
    private static final ModePageCode PROTOCOL_SPECIFIC_PORT = ModePageCode.of(0x19);
    static final ModePageCode CONTROL_DATA_PROTECTION = ModePageCode.of(0x0A, 0xF0);
    private static final ModePageCode POWER_CONDITION = ModePageCode.of(0x1A);
    private static final ModePageCode INFORMATIONAL_EXCEPTIONS = ModePageCode.of(0x1C);
    private static final ModePageCode MEDIUM_CONFIGURATION = ModePageCode.of(0x1D);

    private static final int WP = 0x80;
    private static final int BUFFERED_MODE_SHIFT = 4;
    private static final int SPEED_MASK = 0x0F;
    private static final int DENSITY_DEFAULT = 0x00;
    private static final int DENSITY_NO_CHANGE = 0x7F;
    private static final int MEGABYTE = 1_000_000;

    private static final int LBP_W = 0x80;
    private static final int LBP_R = 0x40;
    private static final int DCE = 0x80;
    private static final int COMPRESSION_ALGORITHM_AT = 5;
    private static final int COMPRESSION_SELECTED_AT = 12;
    private static final int ACTIVE_PARTITION_AT = 1;
    private static final int SWP_AT = 8;
    private static final int SWP = 0x04;
    private static final int WRITE_MODE_AT = 1;
    private static final int WRITE_MODE = 0xF0;
    private static final int APPEND_ONLY = 0x10;
    private static final int PEWS_AT = 2;
    private static final int WORMM_AT = 0;
    private static final int WORM_FILEMARKS_RESTRICTIONS_AT = 3;

    private final Personality personality;
    private final Loader loader;
    private final DriveParameters parameters;
    private final WriteProtection protection;
    private final InformationalExceptions exceptions;
    private final int blockLengthMaxBytes;
    private final ModePages pages;
    private Optional<byte[]> partitionRequest = Optional.empty();
    private byte[] deviceConfiguration = deviceConfigurationDefaults();
    private byte[] compression;

    /**
     * @param savedParameters where MODE SELECT with SP saves; empty if nothing can be saved
     */
    DriveModePages(
            Personality personality,
            Loader loader,
            DriveParameters parameters,
            WriteProtection protection,
            InformationalExceptions exceptions,
            Optional<SavedParameters> savedParameters,
            int blockLengthMaxBytes) {
        this.personality = personality;
        this.loader = loader;
        this.parameters = parameters;
        this.protection = protection;
        this.exceptions = exceptions;
        this.blockLengthMaxBytes = blockLengthMaxBytes;
        this.compression = compressionPage().defaults();
        this.pages = build(savedParameters);
    }

    ModePages pages() {
        return pages;
    }

    /** Whether the host wants its data compressed. */
    boolean compressionEnabled() {
        return (compression[0] & DCE) != 0 && compression[COMPRESSION_ALGORITHM_AT] != 0;
    }

    /** What FORMAT MEDIUM lays out: what MODE SELECT asked for last, else the layout there is. */
    byte[] partitionParameters() {
        return partitionRequest.orElseGet(this::layoutOfMedium);
    }

    /** The request was carried out, or its medium is gone. */
    void forgetPartitionRequest() {
        partitionRequest = Optional.empty();
    }

    /** What a reset does beyond the pages: block length, buffered mode and a layout that was asked for. */
    void resetHeader() {
        parameters.resetHeader();
        forgetPartitionRequest();
    }

    // ---- pages

    private ModePages build(Optional<SavedParameters> savedParameters) {
        ModePages.Builder builder =
                ModePages.builder()
                        .header(this)
                        .add(ModePage.fixed(READ_WRITE_ERROR_RECOVERY, new byte[10]))
                        .add(ModePage.fixed(DISCONNECT_RECONNECT, new byte[14]))
                        .add(ModePage.fixed(CONTROL, "02 00 00 00 00 00 00 00 00 00"))
                        .add(ModePage.fixed(CONTROL_EXTENSION, new byte[28]))
                        .addLive(compressionPage(), () -> compression.clone())
                        .onChange(COMPRESSION, page -> compression = page)
                        .addLive(deviceConfigurationPage(), this::deviceConfiguration)
                        .onChange(DEVICE_CONFIGURATION, this::setDeviceConfiguration)
                        .add(deviceConfigurationExtensionPage())
                        .onChange(DEVICE_CONFIGURATION_EXTENSION, this::setExtension)
                        .addLive(partitionPage(), this::partitionParameters)
                        .onChange(PARTITION, this::requestPartitions)
                        .add(ModePage.fixed(PROTOCOL_SPECIFIC_LOGICAL_UNIT, new byte[6]))
                        .add(ModePage.fixed(PROTOCOL_SPECIFIC_PORT, new byte[6]))
                        .add(ModePage.fixed(POWER_CONDITION, new byte[38]))
                        .add(informationalExceptionsPage())
                        .onChange(INFORMATIONAL_EXCEPTIONS, this::setInformationalExceptions)
                        .addLive(
                                ModePage.fixed(MEDIUM_CONFIGURATION, new byte[30]),
                                this::mediumConfiguration);
        if (personality.has(DataFunction.LOGICAL_BLOCK_PROTECTION)) {
            builder.addPerNexus(controlDataProtectionPage(), this::setProtection);
        }
        savedParameters.ifPresent(builder::savedParameters);
        return builder.build();
    }

    /** LOGICAL BLOCK PROTECTION METHOD and INFORMATION LENGTH; LBP_W and LBP_R. */
    private static ModePage controlDataProtectionPage() {
        byte[] changeable = new byte[28];
        changeable[0] = (byte) 0xFF;
        changeable[1] = 0x3F;
        changeable[2] = (byte) (LBP_W | LBP_R);
        return ModePage.changeable(CONTROL_DATA_PROTECTION, new byte[28], changeable)
                .notSaveable()
                .withCheck(DriveModePages::firstInvalidProtection);
    }

    /** Without a method the length may stay as it was, or be zero. */
    private static OptionalInt firstInvalidProtection(byte[] proposed) {
        int method = proposed[0] & 0xFF;
        int lengthBytes = proposed[1];
        if (ProtectionMethod.of(method).isEmpty()) {
            return OptionalInt.of(0);
        }
        boolean lengthFits =
                lengthBytes == ProtectionMethod.INFORMATION_LENGTH_BYTES
                        || (method == 0 && lengthBytes == 0);
        return lengthFits ? OptionalInt.empty() : OptionalInt.of(1);
    }

    private void setProtection(Nexus nexus, byte[] page) {
        parameters.setProtection(
                nexus,
                ProtectionMethod.of(page[0]).orElseThrow(),
                (page[2] & LBP_W) != 0,
                (page[2] & LBP_R) != 0);
    }

    /** DCE and DCC; DDE; COMPRESSION ALGORITHM and DECOMPRESSION ALGORITHM. */
    private ModePage compressionPage() {
        if (!personality.has(DataFunction.COMPRESSION)) {
            return ModePage.fixed(COMPRESSION, new byte[14]);
        }
        int algorithm = personality.compressionAlgorithm();
        byte[] defaults =
                new ResponseBuilder()
                        .u8(0xC0)
                        .u8(0x80)
                        .u32(algorithm)
                        .u32(algorithm)
                        .u32(0)
                        .toByteArray();
        byte[] changeable =
                new ResponseBuilder().u8(0x80).u8(0x00).u32(0xFF).u32(0xFF).toByteArray();
        return ModePage.changeable(COMPRESSION, defaults, changeable)
                .withCheck(this::firstInvalidCompression);
    }

    /** An algorithm is the drive's, none, or the default. */
    private OptionalInt firstInvalidCompression(byte[] proposed) {
        for (int at : new int[] {COMPRESSION_ALGORITHM_AT, COMPRESSION_ALGORITHM_AT + 4}) {
            int algorithm = proposed[at] & 0xFF;
            if (algorithm != 0 && algorithm != personality.compressionAlgorithm()) {
                return OptionalInt.of(at);
            }
        }
        return OptionalInt.empty();
    }

    /** LOIS; EEG and SEW; the drive's compression selected. SWP and the compression selection can be changed. */
    private ModePage deviceConfigurationPage() {
        byte[] changeable = new byte[14];
        changeable[SWP_AT] = SWP;
        changeable[COMPRESSION_SELECTED_AT] =
                (byte) (personality.has(DataFunction.COMPRESSION) ? 0x01 : 0);
        return ModePage.changeable(DEVICE_CONFIGURATION, deviceConfigurationDefaults(), changeable);
    }

    private byte[] deviceConfigurationDefaults() {
        return new byte[] {0, 0, 0, 0, 0, 0, 0x40, 0, 0x18, 0, 0, 0, 0x01, 0};
    }

    /** With the partition the medium stands in as ACTIVE PARTITION; compression is what the page of its own says. */
    private byte[] deviceConfiguration() {
        byte[] page = deviceConfiguration.clone();
        page[COMPRESSION_SELECTED_AT] = (byte) (compressionEnabled() ? 1 : 0);
        loader.loaded()
                .ifPresent(mount ->
                        page[ACTIVE_PARTITION_AT] = (byte) mount.medium().position().partition());
        return page;
    }

    private void setDeviceConfiguration(byte[] page) {
        deviceConfiguration = page.clone();
        deviceConfiguration[ACTIVE_PARTITION_AT] = 0;
        parameters.setSoftwareWriteProtected((page[SWP_AT] & SWP) != 0);
        selectCompression(page[COMPRESSION_SELECTED_AT] != 0);
    }

    /** SELECT DATA COMPRESSION ALGORITHM, the other way to switch compression on and off. */
    private void selectCompression(boolean selected) {
        if (selected != compressionEnabled()) {
            compression[0] = (byte) (selected ? compression[0] | DCE : compression[0] & ~DCE);
            compression[COMPRESSION_ALGORITHM_AT] = (byte) personality.compressionAlgorithm();
        }
    }

    /** WRITE MODE, overwrite allowed or append-only; PEWS is in megabytes. */
    private static ModePage deviceConfigurationExtensionPage() {
        byte[] changeable = new byte[28];
        changeable[WRITE_MODE_AT] = (byte) WRITE_MODE;
        changeable[PEWS_AT] = (byte) 0xFF;
        changeable[PEWS_AT + 1] = (byte) 0xFF;
        return ModePage.changeable(DEVICE_CONFIGURATION_EXTENSION, new byte[28], changeable)
                .withCheck(proposed ->
                        (proposed[WRITE_MODE_AT] & WRITE_MODE) > APPEND_ONLY
                                ? OptionalInt.of(WRITE_MODE_AT)
                                : OptionalInt.empty());
    }

    private void setExtension(byte[] page) {
        int megabytes = ((page[PEWS_AT] & 0xFF) << 8) | (page[PEWS_AT + 1] & 0xFF);
        parameters.setProgrammableEarlyWarningBytes((long) megabytes * MEGABYTE);
        parameters.setAppendOnly((page[WRITE_MODE_AT] & WRITE_MODE) == APPEND_ONLY);
        protection.forgetOverwrite();
    }

    private ModePage partitionPage() {
        return ModePage.changeable(PARTITION, PartitionPage.defaults(), PartitionPage.changeable())
                .notSaveable()
                .withCheck(this::firstInvalidPartitions);
    }

    /** Older cartridges have room for two partitions, or one. */
    private OptionalInt firstInvalidPartitions(byte[] page) {
        int additionalMax = layoutOfMedium()[PartitionPage.ADDITIONAL_MAX_AT];
        return page[PartitionPage.ADDITIONAL_DEFINED_AT] > additionalMax
                ? OptionalInt.of(PartitionPage.ADDITIONAL_DEFINED_AT)
                : PartitionPage.firstInvalid(page);
    }

    private byte[] layoutOfMedium() {
        return loader.loaded().map(PartitionPage::of).orElseGet(PartitionPage::defaults);
    }

    private void requestPartitions(byte[] page) {
        partitionRequest = Optional.of(page.clone());
    }

    /** Not saved: a test that was saved would be performed at each start. */
    private static ModePage informationalExceptionsPage() {
        return ModePage.changeable(
                        INFORMATIONAL_EXCEPTIONS,
                        InformationalExceptions.defaults(),
                        InformationalExceptions.changeable())
                .notSaveable()
                .withCheck(InformationalExceptions::firstInvalid);
    }

    private void setInformationalExceptions(byte[] page) {
        exceptions.set(page);
        pages.setCurrent(INFORMATIONAL_EXCEPTIONS, InformationalExceptions.withoutTest(page));
    }

    /** WORMM; no label may be overwritten, of the filemarks before end-of-data all but the first. */
    private byte[] mediumConfiguration() {
        byte[] page = new byte[30];
        if (loader.loaded().filter(mount -> mount.medium().description().worm()).isPresent()) {
            page[WORMM_AT] = 0x01;
            page[WORM_FILEMARKS_RESTRICTIONS_AT] = 0x02;
        }
        return page;
    }

    // ---- header and block descriptor

    /** Without a medium the type is zero. */
    @Override
    public int mediumType() {
        return loader.loaded().map(mount -> mount.medium().description().mediumType()).orElse(0);
    }

    @Override
    public int deviceSpecificParameter() {
        boolean writeProtected = loader.loaded().filter(protection::isProtected).isPresent();
        return (writeProtected ? WP : 0) | (parameters.buffered() ? 1 << BUFFERED_MODE_SHIFT : 0);
    }

    @Override
    public byte[] blockDescriptors(PageControl pageControl) {
        ResponseBuilder descriptor = new ResponseBuilder();
        switch (pageControl) {
            case CURRENT ->
                    descriptor.u8(densityCode()).u24(0).u8(0).u24(parameters.blockLengthBytes());
            case CHANGEABLE -> descriptor.u8(0xFF).u24(0).u8(0).u24(0xFF_FFFF);
            case DEFAULT, SAVED -> descriptor.u8(ownDensityCode()).u24(0).u8(0).u24(0);
        }
        return descriptor.toByteArray();
    }

    private int densityCode() {
        return loader.loaded().map(mount -> mount.type().densityCode()).orElse(ownDensityCode());
    }

    private int ownDensityCode() {
        return personality.ownCartridge().densityCode();
    }

    /** WP is the cartridge's and ignored; the number of blocks has no meaning for tape. */
    @Override
    public void check(ModeSelectHeader selected) {
        if (selected.mediumType() != 0 && selected.mediumType() != mediumType()) {
            throw selected.invalidMediumType();
        }
        int bufferedMode = (selected.deviceSpecificParameter() & ~WP) >> BUFFERED_MODE_SHIFT;
        if (bufferedMode > 1 || (selected.deviceSpecificParameter() & SPEED_MASK) != 0) {
            throw selected.invalidDeviceSpecificParameter();
        }
        if (!selected.hasBlockDescriptor()) {
            return;
        }
        int density = selected.densityCode();
        boolean densityFits =
                density == DENSITY_DEFAULT
                        || density == DENSITY_NO_CHANGE
                        || density == densityCode();
        if (!densityFits) {
            throw selected.invalidBlockDescriptor(0);
        }
        if (selected.blockLengthBytes()
                > Math.min(blockLengthMaxBytes, Medium.BLOCK_LENGTH_MAX_BYTES)) {
            throw selected.invalidBlockDescriptor(5);
        }
    }

    @Override
    public boolean apply(ModeSelectHeader selected) {
        boolean buffered = (selected.deviceSpecificParameter() & ~WP) >> BUFFERED_MODE_SHIFT != 0;
        int blockLengthBytes =
                selected.hasBlockDescriptor()
                        ? selected.blockLengthBytes()
                        : parameters.blockLengthBytes();
        boolean changed =
                buffered != parameters.buffered()
                        || blockLengthBytes != parameters.blockLengthBytes();
        parameters.setBuffered(buffered);
        parameters.setBlockLengthBytes(blockLengthBytes);
        return changed;
    }
}
