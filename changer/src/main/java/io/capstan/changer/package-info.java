/**
 * The SMC device server and the library model.
 *
 * <p>May import {@code scsi} and {@code catalog}, and a drive only through {@code DataTransferElement}.
 */
@NullMarked
package io.capstan.changer;

import org.jspecify.annotations.NullMarked;
