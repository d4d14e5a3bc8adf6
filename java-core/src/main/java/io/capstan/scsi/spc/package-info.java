/**
 * What every SCSI device server has in common: the SPC commands, and the tables a device server fills with data.
 *
 * <p>Start at {@link io.capstan.scsi.spc.SpcDeviceServer}, the pipeline each command goes through; {@link
 * io.capstan.scsi.spc.CommandSet} is the one table that decodes, refuses and reports commands; {@link
 * io.capstan.scsi.spc.DeviceServer} is what a tape drive or a changer implements.
 *
 * <p>Everything here that has state is owned by the logical unit's owner thread.
 *
 * <p>May import {@code scsi}, {@code buffer} and {@code metrics}.
 */
@NullMarked
package io.capstan.scsi.spc;

import org.jspecify.annotations.NullMarked;
