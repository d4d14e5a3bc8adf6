package io.capstan.drive;

import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.ResponseBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * READ BLOCK LIMITS and REPORT DENSITY SUPPORT: what the drive can do.
 *
 * @see "SSC-5, READ BLOCK LIMITS, REPORT DENSITY SUPPORT"
 */
final class DensitySupport {

    private static final int WRTOK = 0x80;
    private static final int DEFLT = 0x20;
    private static final int DENSITY_CODES_MAX = 9;
    private static final int MEDIUM_TYPE_DESCRIPTOR_REST_BYTES = 52;
    private static final long MEGABYTE = 1_000_000;
    private static final long OBJECT_NUMBER_MAX = Long.MAX_VALUE;

    private final Personality personality;
    private final Loader loader;
    private final WriteProtection protection;
    private final int blockLengthMaxBytes;

    DensitySupport(
            Personality personality,
            Loader loader,
            WriteProtection protection,
            int blockLengthMaxBytes) {
        this.personality = personality;
        this.loader = loader;
        this.protection = protection;
        this.blockLengthMaxBytes = blockLengthMaxBytes;
    }

    /** Granularity zero and a minimum of one: any length to the maximum goes. */
    CommandResult readBlockLimits(SscCommand.ReadBlockLimits command, Task task) {
        ResponseBuilder response = new ResponseBuilder();
        if (command.maximumLogicalObjectIdentifier()) {
            response.zeros(12).u64(OBJECT_NUMBER_MAX);
        } else {
            response.u8(0).u24(blockLengthMaxBytes).u16(1);
        }
        byte[] data = response.toByteArray();
        task.dataIn().put(data, data.length);
        return CommandResult.GOOD;
    }

    CommandResult reportDensitySupport(SscCommand.ReportDensitySupport command, Task task) {
        ResponseBuilder response = new ResponseBuilder().u16(0).u16(0);
        if (command.media()) {
            Mount mount = loader.ready();
            putMedia(response, mount, command.mediumType());
        } else if (command.mediumType()) {
            putMediumTypes(response, personality.readableCartridges());
        } else {
            putDensities(response);
        }
        task.dataIn().put(response.putLengthU16(0).toByteArray(), command.allocationLengthBytes());
        return CommandResult.GOOD;
    }

    private void putMedia(ResponseBuilder response, Mount mount, boolean mediumType) {
        if (mediumType) {
            boolean worm = mount.medium().description().worm();
            int code = mount.medium().description().mediumType();
            putMediumType(response, code, worm, List.of(mount.type()));
        } else {
            long capacityBytes = mount.medium().description().nativeCapacityBytes();
            int flags = protection.isProtected(mount) ? 0 : WRTOK;
            putDensity(response, mount.type(), flags, capacityBytes / MEGABYTE);
        }
    }

    private void putDensities(ResponseBuilder response) {
        List<CartridgeType> ascending = new ArrayList<>(personality.readableCartridges());
        ascending.sort(Comparator.comparingInt(CartridgeType::densityCode));
        for (CartridgeType type : ascending) {
            int flags =
                    (personality.readWriteCartridges().contains(type) ? WRTOK : 0)
                            | (type.equals(personality.ownCartridge()) ? DEFLT : 0);
            putDensity(response, type, flags, type.nativeCapacityMegabytes());
        }
    }

    private static void putDensity(
            ResponseBuilder response, CartridgeType type, int flags, long capacityMegabytes) {
        response.u8(type.densityCode())
                .u8(type.densityCode())
                .u8(flags)
                .u16(0)
                .u24(type.bitsPerMm())
                .u16(type.mediumWidthTenthMm())
                .u16(type.tracks())
                .u32(capacityMegabytes)
                .ascii(type.assigningOrganization(), 8)
                .ascii(type.densityName(), 8)
                .ascii(type.densityDescription(), 20);
    }

    /** One descriptor for each medium type; generations that share one (an LTO-7 as type M) share the descriptor. */
    private static void putMediumTypes(ResponseBuilder response, List<CartridgeType> types) {
        TreeMap<Integer, List<CartridgeType>> data = new TreeMap<>();
        TreeMap<Integer, List<CartridgeType>> worm = new TreeMap<>();
        for (CartridgeType type : types) {
            data.computeIfAbsent(type.mediumTypeData(), code -> new ArrayList<>()).add(type);
            type.mediumTypeWorm()
                    .ifPresent(code ->
                            worm.computeIfAbsent(code, none -> new ArrayList<>()).add(type));
        }
        TreeSet<Integer> codes = new TreeSet<>(data.keySet());
        codes.addAll(worm.keySet());
        for (int code : codes) {
            boolean isWorm = worm.containsKey(code);
            List<CartridgeType> sharing =
                    isWorm
                            ? worm.getOrDefault(code, List.of())
                            : data.getOrDefault(code, List.of());
            putMediumType(response, code, isWorm, sharing);
        }
    }

    private static void putMediumType(
            ResponseBuilder response, int mediumType, boolean worm, List<CartridgeType> sharing) {
        CartridgeType first = sharing.getFirst();
        response.u8(mediumType).u8(0).u16(MEDIUM_TYPE_DESCRIPTOR_REST_BYTES).u8(sharing.size());
        sharing.stream().mapToInt(CartridgeType::densityCode).sorted().forEach(response::u8);
        response.zeros(DENSITY_CODES_MAX - sharing.size())
                .u16(first.mediumWidthTenthMm())
                .u16(first.mediumLengthM())
                .u16(0)
                .ascii(first.assigningOrganization(), 8)
                .ascii(first.name(), 8)
                .ascii(first.densityDescription() + (worm ? " WORM" : " Data"), 20);
    }
}
