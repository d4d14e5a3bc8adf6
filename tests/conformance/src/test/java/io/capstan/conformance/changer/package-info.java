/**
 * What a medium changer answers to which bytes: one class for each operation code and aspect, and replays of what known
 * clients send.
 *
 * <p>Start at {@link io.capstan.conformance.changer.ChangerConformance}, the library all of them ask.
 *
 * <p>Each class with tests has a {@link io.capstan.conformance.Conformance} annotation, which says what its line in {@code
 * docs/CONFORMANCE.md} says; {@code make conformance} writes that page anew.
 */
@NullMarked
package io.capstan.conformance.changer;

import org.jspecify.annotations.NullMarked;
