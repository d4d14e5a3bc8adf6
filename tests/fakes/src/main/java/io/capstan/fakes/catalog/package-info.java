/**
 * The catalog with faults, and what every catalog keeps.
 */
@NullMarked
package io.capstan.fakes.catalog;

import org.jspecify.annotations.NullMarked;
