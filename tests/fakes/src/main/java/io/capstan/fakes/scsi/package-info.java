/**
 * The initiator's side of a logical unit, and stores that forget or fail, for tests of device servers.
 */
@NullMarked
package io.capstan.fakes.scsi;

import org.jspecify.annotations.NullMarked;
