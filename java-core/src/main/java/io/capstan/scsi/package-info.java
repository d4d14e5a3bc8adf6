/**
 * SAM and SPC words: CDB, task, logical unit, sense data.
 *
 * <p>Start at {@link io.capstan.scsi.LogicalUnit}, what transports and device servers have between them; {@link
 * io.capstan.scsi.LogicalUnitOwner} says on which thread. Device servers are built from {@link io.capstan.scsi.spc}.
 *
 * <p>May import {@code buffer} and {@code metrics}.
 */
@NullMarked
package io.capstan.scsi;

import org.jspecify.annotations.NullMarked;
