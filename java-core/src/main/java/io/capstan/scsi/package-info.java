/**
 * SAM and SPC words: CDB, task, logical unit, sense data.
 *
 * <p>May import {@code buffer} and {@code metrics}.
 */
@NullMarked
package io.capstan.scsi;

import org.jspecify.annotations.NullMarked;
