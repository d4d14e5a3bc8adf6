/** Tests of the tools. */
@NullMarked
package io.capstan.format.tools;

import org.jspecify.annotations.NullMarked;
