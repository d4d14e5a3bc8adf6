/**
 * The command flight recorder: what each logical unit was asked last, and what it answered.
 *
 * <p>Start at {@link io.capstan.scsi.flight.FlightRecorder}, which writes; {@link io.capstan.scsi.flight.FlightLog} reads, also
 * what a process that was killed has left; {@link io.capstan.scsi.flight.FlightRecordDescriptor} is the file's layout.
 *
 * <p>Data never gets here, and so neither do keys: those travel as data.
 *
 * <p>May import {@code scsi} and {@code buffer}.
 */
@NullMarked
package io.capstan.scsi.flight;

import org.jspecify.annotations.NullMarked;
