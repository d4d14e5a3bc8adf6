/**
 * The tape format: bytes on disk to records and back.
 *
 * <p>May import the JDK, and zstd-jni to undo compression. Start reading at {@code docs/FORMAT.md}.
 */
@NullMarked
package io.capstan.format;

import org.jspecify.annotations.NullMarked;
