/** Tests of the tape format. */
@NullMarked
package io.capstan.format;

import org.jspecify.annotations.NullMarked;
