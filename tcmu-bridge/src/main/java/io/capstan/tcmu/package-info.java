/**
 * TCMU rings and the kernel target's configfs.
 *
 * <p>May import {@code scsi}, {@code buffer}, {@code metrics}; FFM types stay in here.
 */
@NullMarked
package io.capstan.tcmu;

import org.jspecify.annotations.NullMarked;
