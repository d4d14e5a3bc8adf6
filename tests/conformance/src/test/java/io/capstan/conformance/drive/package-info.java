/**
 * What the tape drive answers, byte by byte: one class for each command and aspect, named for both, so that the list of
 * files is the list of what is checked. Start reading at {@link io.capstan.conformance.drive.DriveConformance}.
 *
 * <p>Each class with tests has a {@link io.capstan.conformance.Conformance} annotation, which says what its line in {@code
 * docs/CONFORMANCE.md} says; {@code make conformance} writes that page anew.
 */
@NullMarked
package io.capstan.conformance.drive;

import org.jspecify.annotations.NullMarked;
