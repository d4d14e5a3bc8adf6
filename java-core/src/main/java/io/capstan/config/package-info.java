/**
 * The configuration file, its keys, defaults and errors. Start reading at {@link io.capstan.config.Configuration}.
 *
 * <p>May import the JDK and Jackson with the YAML parser it brings.
 */
@NullMarked
package io.capstan.config;

import org.jspecify.annotations.NullMarked;
