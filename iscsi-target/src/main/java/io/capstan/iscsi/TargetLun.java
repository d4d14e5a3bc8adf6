package io.capstan.iscsi;

import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;

/**
 * A logical unit under its number.
 *
 * @param lun 0 to 16383
 * @param owner of {@code unit}, served by somebody
 */
public record TargetLun(int lun, LogicalUnit unit, LogicalUnitOwner owner) {}
