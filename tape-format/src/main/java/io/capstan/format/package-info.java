/**
 * The tape format: bytes on disk to records and back.
 *
 * <p>May import the JDK alone. Start reading at {@code docs/FORMAT.md}.
 */
@NullMarked
package io.capstan.format;

import org.jspecify.annotations.NullMarked;
