package io.capstan.tcmu;

import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;

/**
 * A logical unit to be made a kernel device.
 *
 * @param owner of {@code unit}; the ring's thread takes it over
 * @param unitSerialNumber the serial number of VPD page 80h
 * @param dataAreaMib memory for data in flight, 1 or more
 */
public record UnitExport(
        LogicalUnit unit, LogicalUnitOwner owner, String unitSerialNumber, int dataAreaMib) {}
