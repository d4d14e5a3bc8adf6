/**
 * What devices answer to which bytes, and the page that says so: {@code docs/CONFORMANCE.md}.
 *
 * <p>Every class with tests below this package has a {@link io.capstan.conformance.Conformance} annotation, and its line in
 * the page follows from it. {@code ConformancePageTest} fails where the page is not what the annotations make it; {@code make
 * conformance} writes it anew.
 */
@NullMarked
package io.capstan.conformance;

import org.jspecify.annotations.NullMarked;
