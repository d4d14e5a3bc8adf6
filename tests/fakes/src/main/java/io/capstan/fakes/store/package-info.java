/** The disk as the tests need it: in memory, with faults, and with the loss of power. */
@NullMarked
package io.capstan.fakes.store;

import org.jspecify.annotations.NullMarked;
