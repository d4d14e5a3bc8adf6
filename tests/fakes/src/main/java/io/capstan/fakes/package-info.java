/**
 * Fakes shared by the tests: mirror images of the real things, with faults.
 */
@NullMarked
package io.capstan.fakes;

import org.jspecify.annotations.NullMarked;
