package io.capstan.drive;

import io.capstan.drive.VolumeStatistics.Word;
import io.capstan.medium.AttributeStore;
import io.capstan.medium.AttributeStore.Attribute;
import io.capstan.medium.AttributeStore.Format;
import io.capstan.medium.Medium;
import io.capstan.scsi.spc.ResponseBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Optional;

/**
 * The cartridge memory of one mount: what the drive keeps in it by itself, and the values of all attributes as hosts read
 * them.
 *
 * <p>Loads, the drives of the last four loads and the volume change reference are kept at once, totals when the load
 * ends; all become durable with the next synchronize of the medium. Capacities and totals are told as of now.
 *
 * @see "SPC-4, 7.4.2 Medium auxiliary memory attributes"
 */
final class MediumMemory {

    private static final int MIB = 1 << 20;
    private static final int TYPE_DATA = 0x00;
    private static final int TYPE_WORM = 0x80;
    private static final int ATTRIBUTE_HEADER_BYTES = 5;
    private static final long CHANGE_REFERENCE_MAX = 0xFFFF_FFFEL;
    private static final DateTimeFormatter YEAR_MONTH_DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);

    private final Medium medium;
    private final CartridgeType type;
    private final String driveStamp;
    private final DriveCounters counters;
    private final TapeAlerts tapeAlerts;
    private final InstantSource clock;
    private final EncryptedObjects encryptedObjects;
    private VolumeStatistics statistics = new VolumeStatistics();
    private final boolean[] modified = new boolean[Medium.PARTITION_COUNT_MAX];

    /**
     * @param driveStamp vendor and serial number of the drive, for the list of the last loads
     */
    MediumMemory(
            Medium medium,
            CartridgeType type,
            String driveStamp,
            DriveCounters counters,
            TapeAlerts tapeAlerts,
            InstantSource clock) {
        this.medium = medium;
        this.type = type;
        this.driveStamp = driveStamp;
        this.counters = counters;
        this.tapeAlerts = tapeAlerts;
        this.clock = clock;
        this.encryptedObjects = new EncryptedObjects(medium);
    }

    // ---- the life of a load

    void beginLoad() {
        statistics = VolumeStatistics.load(attributes());
        statistics.add(Word.LOADS, 1);
        statistics.store(attributes());
        counters.startLoad();
        counters.add(DriveCounter.LOADS, 1);
        Arrays.fill(modified, false);
        encryptedObjects.load();
        rememberDrive();
        if (attributes().get(0, MamAttribute.MEDIUM_MANUFACTURE_DATE.identifier()).isEmpty()) {
            put(
                    0,
                    MamAttribute.MEDIUM_MANUFACTURE_DATE,
                    ascii(YEAR_MONTH_DAY.format(clock.instant()), 8));
        }
    }

    /** Keeps the totals; harmless if it happens twice. */
    void endLoad() {
        VolumeStatistics totals = VolumeStatistics.load(attributes());
        totals.set(Word.BYTES_WRITTEN, bytesWritten());
        totals.set(Word.BYTES_READ, bytesRead());
        totals.set(Word.LAST_LOAD_BYTES_WRITTEN, counters.sinceLoad(DriveCounter.BYTES_WRITTEN));
        totals.set(Word.LAST_LOAD_BYTES_READ, counters.sinceLoad(DriveCounter.BYTES_READ));
        totals.set(Word.UNRECOVERED_WRITE_ERRORS, unrecoveredWriteErrors());
        totals.set(Word.UNRECOVERED_READ_ERRORS, unrecoveredReadErrors());
        totals.set(Word.LOADED_SECONDS, loadedSeconds());
        totals.store(attributes());
        encryptedObjects.store();
    }

    /** Somebody writes the current partition: its volume change reference changes with the first write of a load. */
    void noteModification() {
        noteModification(medium.position().partition());
    }

    /**
     * The medium was laid out anew.
     *
     * @param proportion of its capacity that is used, as in SET CAPACITY; 0 stands for all
     */
    void noteInitialization(int proportion) {
        statistics.add(Word.INITIALIZATIONS, 1);
        statistics.set(Word.CAPACITY_PROPORTION, proportion);
        statistics.store(attributes());
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            modified[partition] = false;
            noteModification(partition);
            encryptedObjects.endData(partition, 0);
        }
    }

    private void noteModification(int partition) {
        if (modified[partition]) {
            return;
        }
        modified[partition] = true;
        encryptedObjects.noteModification(partition);
        long reference = changeReference(partition) % CHANGE_REFERENCE_MAX + 1;
        put(
                partition,
                MamAttribute.VOLUME_CHANGE_REFERENCE,
                new ResponseBuilder().u32(reference).toByteArray());
    }

    private void rememberDrive() {
        MamAttribute[] latestFirst = {
            MamAttribute.DRIVE_AT_LAST_LOAD,
            MamAttribute.DRIVE_AT_LOAD_1,
            MamAttribute.DRIVE_AT_LOAD_2,
            MamAttribute.DRIVE_AT_LOAD_3
        };
        for (int i = latestFirst.length - 1; i > 0; i--) {
            MamAttribute older = latestFirst[i];
            attributes()
                    .get(0, latestFirst[i - 1].identifier())
                    .ifPresent(newer -> put(0, older, newer.value()));
        }
        put(0, MamAttribute.DRIVE_AT_LAST_LOAD, ascii(driveStamp, 40));
    }

    /** What SET CAPACITY set last; 0 stands for all. */
    int capacityProportion() {
        return (int) statistics.get(Word.CAPACITY_PROPORTION);
    }

    /** How often a cleaning cartridge that has not begun this load has cleaned. */
    long cleanings() {
        return VolumeStatistics.load(attributes()).get(Word.LOADS);
    }

    // ---- totals, this load included

    long loads() {
        return statistics.get(Word.LOADS);
    }

    long bytesWritten() {
        return statistics.get(Word.BYTES_WRITTEN) + counters.sinceLoad(DriveCounter.BYTES_WRITTEN);
    }

    long bytesRead() {
        return statistics.get(Word.BYTES_READ) + counters.sinceLoad(DriveCounter.BYTES_READ);
    }

    long unrecoveredWriteErrors() {
        return statistics.get(Word.UNRECOVERED_WRITE_ERRORS)
                + counters.sinceLoad(DriveCounter.UNRECOVERED_WRITE_ERRORS);
    }

    long unrecoveredReadErrors() {
        return statistics.get(Word.UNRECOVERED_READ_ERRORS)
                + counters.sinceLoad(DriveCounter.UNRECOVERED_READ_ERRORS);
    }

    long loadedSeconds() {
        return statistics.get(Word.LOADED_SECONDS)
                + counters.sinceLoad(DriveCounter.LOADED_SECONDS);
    }

    /** Where encrypted blocks begin and end. */
    EncryptedObjects encryptedObjects() {
        return encryptedObjects;
    }

    // ---- values

    AttributeStore attributes() {
        return medium.attributes();
    }

    /** The value of an attribute in a partition, as it is on the wire; empty if it has none there. */
    Optional<byte[]> value(MamAttribute attribute, int partition) {
        if (!attribute.isIn(partition)) {
            return Optional.empty();
        }
        return stored(attribute, partition).or(() -> told(attribute, partition));
    }

    private Optional<byte[]> stored(MamAttribute attribute, int partition) {
        return attributes().get(partition, attribute.identifier()).map(Attribute::value);
    }

    /** What the drive knows without anybody having stored it. */
    private Optional<byte[]> told(MamAttribute attribute, int partition) {
        return switch (attribute) {
            case REMAINING_CAPACITY -> Optional.of(mib(remainingBytes(partition)));
            case MAXIMUM_CAPACITY -> Optional.of(mib(medium.capacityBytes(partition)));
            case TAPE_ALERT_FLAGS -> Optional.of(u64(tapeAlerts.bits()));
            case LOAD_COUNT -> Optional.of(u64(loads()));
            case MAM_SPACE_REMAINING -> Optional.of(u64(spaceBytes()));
            case ASSIGNING_ORGANIZATION, MEDIUM_ASSIGNING_ORGANIZATION ->
                    Optional.of(ascii(type.assigningOrganization(), 8));
            case FORMATTED_DENSITY_CODE, MEDIUM_DENSITY_CODE ->
                    Optional.of(new byte[] {(byte) type.densityCode()});
            case INITIALIZATION_COUNT ->
                    Optional.of(u16((int) statistics.get(Word.INITIALIZATIONS)));
            case VOLUME_CHANGE_REFERENCE -> Optional.of(new byte[4]);
            case TOTAL_MIB_WRITTEN -> Optional.of(mib(bytesWritten()));
            case TOTAL_MIB_READ -> Optional.of(mib(bytesRead()));
            case LAST_LOAD_MIB_WRITTEN ->
                    Optional.of(mib(counters.sinceLoad(DriveCounter.BYTES_WRITTEN)));
            case LAST_LOAD_MIB_READ ->
                    Optional.of(mib(counters.sinceLoad(DriveCounter.BYTES_READ)));
            case FIRST_ENCRYPTED_OBJECT -> Optional.of(u64(encryptedObjects.first(partition)));
            case FIRST_UNENCRYPTED_OBJECT_BEHIND ->
                    Optional.of(u64(encryptedObjects.firstClearBehind(partition)));
            case MEDIUM_MANUFACTURER -> Optional.of(ascii("CAPSTAN", 8));
            case VOLUME_IDENTIFIER, MEDIUM_SERIAL_NUMBER ->
                    Optional.of(ascii(medium.volumeIdentifier().text(), 32));
            case UNIQUE_CARTRIDGE_IDENTITY, ALTERNATIVE_UNIQUE_CARTRIDGE_IDENTITY ->
                    Optional.of(cartridgeIdentity(attribute.lengthBytes()));
            case MEDIUM_LENGTH ->
                    Optional.of(new ResponseBuilder().u32(type.mediumLengthM()).toByteArray());
            case MEDIUM_WIDTH ->
                    Optional.of(new ResponseBuilder().u32(type.mediumWidthTenthMm()).toByteArray());
            case MAM_CAPACITY -> Optional.of(u64(type.mediumAuxiliaryMemoryBytes()));
            case MEDIUM_TYPE ->
                    Optional.of(
                            new byte[] {
                                (byte) (medium.description().worm() ? TYPE_WORM : TYPE_DATA)
                            });
            case MEDIUM_TYPE_INFORMATION -> Optional.of(u16(0));
            case SUPPORTED_DENSITY_CODES ->
                    Optional.of(Arrays.copyOf(new byte[] {(byte) type.densityCode()}, 10));
            case DRIVE_AT_LAST_LOAD,
                    DRIVE_AT_LOAD_1,
                    DRIVE_AT_LOAD_2,
                    DRIVE_AT_LOAD_3,
                    MEDIUM_MANUFACTURE_DATE,
                    APPLICATION_VENDOR,
                    APPLICATION_NAME,
                    APPLICATION_VERSION,
                    USER_MEDIUM_TEXT_LABEL,
                    DATE_AND_TIME_LAST_WRITTEN,
                    TEXT_LOCALIZATION_IDENTIFIER,
                    BARCODE,
                    OWNING_HOST_TEXTUAL_NAME,
                    MEDIA_POOL,
                    PARTITION_USER_TEXT_LABEL,
                    LOAD_UNLOAD_AT_PARTITION,
                    APPLICATION_FORMAT_VERSION,
                    VOLUME_COHERENCY_INFORMATION,
                    MEDIUM_GLOBALLY_UNIQUE_IDENTIFIER,
                    MEDIA_POOL_GLOBALLY_UNIQUE_IDENTIFIER ->
                    Optional.empty();
        };
    }

    /** Bytes of cartridge memory that hosts have not taken. */
    long spaceBytes() {
        long taken = 0;
        for (int partition = 0; partition < Medium.PARTITION_COUNT_MAX; partition++) {
            taken +=
                    attributes().list(partition).stream()
                            .filter(attribute -> isOfHost(attribute.identifier()))
                            .mapToLong(MediumMemory::sizeBytes)
                            .sum();
        }
        return Math.max(0, type.mediumAuxiliaryMemoryBytes() - taken);
    }

    static boolean isOfHost(int identifier) {
        return MamAttribute.isVendorHost(identifier)
                || MamAttribute.of(identifier).filter(MamAttribute::isHost).isPresent();
    }

    /** Bytes an attribute takes of cartridge memory. */
    static long sizeBytes(Attribute attribute) {
        return (long) ATTRIBUTE_HEADER_BYTES + attribute.value().length;
    }

    private long remainingBytes(int partition) {
        return Math.max(0, medium.capacityBytes(partition) - medium.usedBytes(partition));
    }

    private long changeReference(int partition) {
        return stored(MamAttribute.VOLUME_CHANGE_REFERENCE, partition)
                .map(bytes -> Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt()))
                .orElse(0L);
    }

    private void put(int partition, MamAttribute attribute, byte[] value) {
        Format format = attribute.format();
        attributes().put(new Attribute(partition, attribute.identifier(), format, value));
    }

    /** Nothing but the serial number tells a cartridge from all others; the rest of the field is zero. */
    private byte[] cartridgeIdentity(int lengthBytes) {
        byte[] serialNumber = medium.volumeIdentifier().text().getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(serialNumber, lengthBytes);
    }

    private static byte[] mib(long bytes) {
        return u64(bytes / MIB);
    }

    private static byte[] u64(long value) {
        return new ResponseBuilder().u64(value).toByteArray();
    }

    private static byte[] u16(int value) {
        return new ResponseBuilder().u16(value).toByteArray();
    }

    private static byte[] ascii(String text, int lengthBytes) {
        return new ResponseBuilder().ascii(text, lengthBytes).toByteArray();
    }
}
