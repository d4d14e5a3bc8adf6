/**
 * The configuration file, its keys, defaults and errors.
 *
 * <p>May import the JDK and Jackson.
 */
@NullMarked
package io.capstan.config;

import org.jspecify.annotations.NullMarked;
