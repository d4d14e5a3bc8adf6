/**
 * What data costs where it is, over time. May import {@code catalog}, {@code format} and {@code config}; start reading at
 * {@link io.capstan.appliance.accounting.Accounting}.
 */
@NullMarked
package io.capstan.appliance.accounting;

import org.jspecify.annotations.NullMarked;
