/**
 * The SSC device server: the tape drive as hosts see it, on any {@link io.capstan.medium.Medium}.
 *
 * <p>Start at {@link io.capstan.drive.TapeDrive}, which puts the parts together; {@code SscDeviceServer} hands each command
 * to its part; {@code SscCommands} is the table of all of them. What differs between drive models and cartridge
 * generations is data: {@link io.capstan.drive.Personality}, {@link io.capstan.drive.CartridgeType}.
 *
 * <p>May import {@code scsi}, {@code medium}, {@code store}, {@code catalog}, {@code format}.
 */
@NullMarked
package io.capstan.drive;

import org.jspecify.annotations.NullMarked;
