/** Yardsticks of the failure model that learn from its own samples. */
@NullMarked
package io.capstan.smart.model;

import org.jspecify.annotations.NullMarked;
