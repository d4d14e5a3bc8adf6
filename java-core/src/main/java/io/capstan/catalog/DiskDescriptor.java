package io.capstan.catalog;

import io.capstan.format.DiskId;
import java.util.Optional;

/**
 * A disk. Key: its id (16). Body, version 1:
 *
 * <pre>
 *   state                        1   0 active, 1 closed, 2 evacuating, 3 deactivated, 4 replaced
 *   labelled                     1   0 or 1
 *   stale                        1   0 or 1
 *   bytes per second at most     8
 *   is replaced                  1   0 or 1
 *   replaced by                 16   only where it is
 *   directory                        string
 *   pool                             string
 * </pre>
 */
final class DiskDescriptor extends Descriptor<DiskRecord> {

    static final DiskDescriptor INSTANCE = new DiskDescriptor();

    private static final DiskRecord.State[] STATES = DiskRecord.State.values();

    private DiskDescriptor() {
        super(Database.DISKS, 1);
    }

    static byte[] key(DiskId disk) {
        return new Bytes().disk(disk).toArray();
    }

    @Override
    byte[] key(DiskRecord disk) {
        return key(disk.disk());
    }

    @Override
    void writeBody(DiskRecord disk, Bytes body) {
        body.u8(disk.state().code())
                .bool(disk.labelled())
                .bool(disk.stale())
                .u64(disk.moveBytesPerSecondMax())
                .bool(disk.replacedBy().isPresent());
        disk.replacedBy().ifPresent(body::disk);
        body.string(disk.directory()).string(disk.pool());
    }

    @Override
    DiskRecord read(Fields key, Fields body, int version) {
        DiskId disk = key.disk();
        DiskRecord.State state = body.constant(STATES);
        boolean labelled = body.bool();
        boolean stale = body.bool();
        long bytesPerSecondMax = body.u64();
        Optional<DiskId> replacedBy = body.bool() ? Optional.of(body.disk()) : Optional.empty();
        return new DiskRecord(
                disk,
                body.string(),
                body.string(),
                state,
                labelled,
                stale,
                bytesPerSecondMax,
                replacedBy);
    }
}
