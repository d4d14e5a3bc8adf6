/**
 * The medium: a sequence of logical objects per partition, over store and catalog.
 *
 * <p>May import {@code store}, {@code catalog}, {@code format}, {@code buffer}; knows nothing of SCSI.
 */
@NullMarked
package io.capstan.medium;

import org.jspecify.annotations.NullMarked;
