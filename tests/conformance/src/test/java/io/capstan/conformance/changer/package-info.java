/**
 * What a medium changer answers to which bytes: one class for each operation code and aspect, and replays of what known
 * clients send.
 *
 * <p>Start at {@link io.capstan.conformance.changer.ChangerConformance}, the library all of them ask.
 */
@NullMarked
package io.capstan.conformance.changer;

import org.jspecify.annotations.NullMarked;
