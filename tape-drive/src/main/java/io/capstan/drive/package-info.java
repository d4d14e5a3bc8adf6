/**
 * The SSC device server.
 *
 * <p>May import {@code scsi}, {@code medium}, {@code store}, {@code catalog}, {@code format}.
 */
@NullMarked
package io.capstan.drive;

import org.jspecify.annotations.NullMarked;
